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
    let asOf = try Calling.asOf(arguments)
    let register = try Calling.register(arguments, for: .reading)
    let settled = try Calling.books {
      try register.atOneMoment {
        try register.settled(month, tables, asOf: asOf, only: arguments["partner"])
      }
    }
    return try write(settled, arguments)
  }

  static func close(_ arguments: Arguments) throws -> ExitStatus {
    let month = try Calling.month(arguments, "tariff close 2026-11")
    let tables = try Calling.load(arguments)
    let asOf = try Calling.asOf(arguments)
    // Where nothing can be written nothing is closed.
    _ = try Calling.books { try DocumentFolder(Calling.invoices(arguments)) }
    let register = try Calling.register(arguments, for: .existing)
    let (closed, findings) = try Calling.books { try register.close(month, tables, asOf: asOf) }
    Output.say(
      "\(month) is closed: \(closed.documents.counted("document")), "
        + closed.balances.count.counted("balance"))
    Output.say("  seal \(closed.seal)")
    warn(findings)
    let settled = try Calling.books { try register.settled(month, tables) }
    do {
      _ = try write(settled, arguments)
    } catch let stop as Stop {
      Output.say("\(month) stays closed: 'tariff settle \(month)' writes its files again")
      throw stop
    }
    return findings.isEmpty ? .done : .withFindings
  }

  /// All files first, then their names: who reads only the first of them has all the same.
  private static func write(
    _ settled: SettledMonth, _ arguments: Arguments
  ) throws -> ExitStatus {
    guard !settled.control.isEmpty else {
      Output.say("nothing is booked in \(settled.month), and nothing was written")
      return .withFindings
    }
    var names: [String] = []
    try Calling.books {
      // Where there is no pack of it nothing is written.
      let pack = try arguments["pack"].flatMap { path in
        try arguments["partner"].map { (path, try PartnerPack(of: $0, in: settled)) }
      }
      let folder = try DocumentFolder(Calling.invoices(arguments))
      for paper in settled.papers {
        guard let name = paper.fileName(settled.month) else { continue }
        names.append(try keep(paper.bytes, name, in: folder))
        if arguments.has("excel"), name.hasSuffix(".csv") {
          let excel = name.dropLast(4) + "-excel.csv"
          names.append(try keep(paper.bytes.csvForSpreadsheets(), String(excel), in: folder))
        }
      }
      if let (path, pack) = pack {
        let folder = try DocumentFolder(path)
        for (name, bytes) in pack.files { names.append(try keep(bytes, name, in: folder)) }
        Output.say("pack \(pack.digest)")
      }
    }
    warn(settled.findings)
    Output.say(settled.control)
    let output = try Output(nil)
    for name in names { try output.write(name + "\n") }
    try output.finish()
    return settled.findings.isEmpty ? .done : .withFindings
  }

  private static func keep(
    _ bytes: [UInt8], _ name: String, in folder: DocumentFolder
  ) throws -> String {
    if !folder.has(bytes, as: name) { try folder.write(bytes, as: name) }
    return "\(folder.path)/\(name)"
  }

  private static func warn(_ findings: [String]) {
    for finding in findings {
      Output.say("warning: \(finding)\n  add the day's rate under exchange-rates")
    }
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
}
