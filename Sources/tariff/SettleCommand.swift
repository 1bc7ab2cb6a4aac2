import Billing
import ExactMoney
import TariffRules
import Unification

/// `tariff settle` and `tariff close`: the month of every party, and its end.
enum SettleCommand {
  static let closeOptions = [
    Calling.excel, Calling.tables, Calling.asOf, Calling.invoices, Calling.register,
  ]
  static let options =
    [
      Option("partner", "CODE", "only this party's statement"),
      Option("pack", "DIR", "write what the partner needs to work its statement out again"),
    ] + closeOptions

  static func settle(_ arguments: Arguments) throws -> ExitStatus {
    if arguments.words.first == "verify" { return try verify(arguments) }
    if arguments.has("pack") && !arguments.has("partner") {
      throw Stop(.wrongUsage, "--pack needs --partner", remedy: "a pack is for one partner")
    }
    let month = try Calling.month(arguments, "tariff settle 2026-11")
    let tables = try Calling.load(arguments)
    let register = try Calling.register(arguments, for: .reading)
    return try Calling.books {
      try register.atOneMoment {
        let settlement = try register.settle(month, tables, asOf: try Calling.asOf(arguments))
        return try write(settlement, register, tables, arguments)
      }
    }
  }

  static func close(_ arguments: Arguments) throws -> ExitStatus {
    let month = try Calling.month(arguments, "tariff close 2026-11")
    let tables = try Calling.load(arguments)
    let register = try Calling.register(arguments, for: .existing)
    return try Calling.books {
      let asOf = try Calling.asOf(arguments)
      let closed = try register.close(month) {
        try register.settle(month, tables, asOf: asOf).balances()
      }
      Output.say(
        "\(month) is closed: \(closed.documents.counted("document")), "
          + closed.balances.count.counted("balance"))
      Output.say("  seal \(closed.seal)")
      let settlement = try register.settle(month, tables, asOf: asOf)
      return try write(settlement, register, tables, arguments)
    }
  }

  private static func write(
    _ settlement: Settlement, _ register: Register, _ tables: TariffTables, _ arguments: Arguments
  ) throws -> ExitStatus {
    let month = settlement.month
    let seal = try register.closed(month)?.seal
    let asOf = try Calling.asOf(arguments)
    let parties = TablesInForce(tables, on: month.last, asOf: asOf).parties
    let folder = try DocumentFolder(Calling.invoices(arguments))
    let output = try Output(nil)
    func keep(_ bytes: [UInt8], _ name: String) throws {
      if !folder.has(bytes, as: name) { try folder.write(bytes, as: name) }
      try output.write("\(folder.path)/\(name)\n")
    }
    func keep(csv bytes: [UInt8], _ name: String) throws {
      try keep(bytes, name + ".csv")
      if arguments.has("excel") { try keep(bytes.csvForSpreadsheets(), name + "-excel.csv") }
    }
    let wanted = arguments["partner"]
    if let wanted, !parties.contains(where: { $0.codeText == wanted }) {
      throw Stop(
        .badData,
        "unknown party '\(wanted)'." + NearNames.hint(for: wanted, among: parties.map(\.codeText)),
        remedy: "parties are those of joint-venture/parties in force on \(month.last)")
    }
    if wanted == nil {
      let names = Dictionary(parties.map { ($0.codeText, $0.name) }) { first, _ in first }
      try keep(Array(try settlement.text(names, seal: seal).utf8), "SETTLEMENT-\(month).txt")
      try keep(csv: try settlement.csv(), "SETTLEMENT-\(month)")
    }
    var findings: [String] = []
    let active = Set(settlement.currencies.flatMap(\.positions).map(\.party))
    for party in parties {
      guard wanted.map({ $0 == party.codeText }) ?? active.contains(party.codeText) else {
        continue
      }
      let statement = try register.statement(of: party, in: settlement, tables, asOf: asOf)
      findings += statement.findings
      try keep(Array(try statement.text(seal: seal).utf8), statement.fileName + ".txt")
      try keep(csv: try statement.csv(), statement.fileName)
      if let pack = arguments["pack"] {
        try write(try PartnerPack(statement, seal: seal, tables), to: pack, output)
      }
    }
    for finding in findings {
      Output.say("warning: \(finding)\n  add the day's rate under exchange-rates")
    }
    control(settlement)
    return findings.isEmpty ? .done : .withFindings
  }

  private static func write(_ pack: PartnerPack, to path: String, _ output: Output) throws {
    let folder = try DocumentFolder(path)
    for (name, bytes) in pack.files {
      if !folder.has(bytes, as: name) { try folder.write(bytes, as: name) }
      try output.write("\(folder.path)/\(name)\n")
    }
    Output.say("pack \(pack.digest)")
  }

  /// `tariff settle verify DIR`: works a partner's statement out again from its pack alone.
  private static func verify(_ arguments: Arguments) throws -> ExitStatus {
    guard arguments.words.count == 2 else {
      throw Stop(.wrongUsage, "which pack?", remedy: "tariff settle verify DIR")
    }
    let folder = Calling.harmless(arguments.words[1])
    guard Files.names(in: arguments.words[1]) != nil else {
      throw Stop(
        .noInput, "there is no folder '\(folder)' that can be read", remedy: "check the name")
    }
    do {
      let check = try Calling.books { try PackCheck(arguments.words[1]) }
      try Output(nil).write(check.text())
      return .done
    } catch let fault as PackFault {
      guard fault.isUnreadable else {
        Output.say(fault.finding.text(in: folder))
        return .withFindings
      }
      throw Stop(
        .badData, "the pack cannot be read", remedy: "nothing was worked out",
        findings: [fault.finding], in: folder)
    }
  }

  /// In and out, as the program has checked them.
  private static func control(_ settlement: Settlement) {
    if settlement.currencies.isEmpty { Output.say("nothing is booked in \(settlement.month)") }
    for own in settlement.currencies {
      let documents = own.billed.values.reduce(0) { $0 + $1.documents }
      let lines = own.billed.values.reduce(0) { $0 + $1.lines }
      let net = own.billed.values.reduce(Int64(0)) { $0 + $1.net.minorUnits }
      Output.say(
        "\(own.currency): \(documents.counted("document")), \(lines.counted("line")), "
          + "\(Exact(net).amountText(own.currency)) net = shares; "
          + "true-ups and payments sum to zero; "
          + own.payments.count.counted("payment"))
    }
  }
}
