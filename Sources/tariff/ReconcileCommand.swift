import Billing
import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff reconcile`: a partner's own file of a month against its statement.
enum ReconcileCommand {
  static let options = [
    Option("partner", "CODE", "whose file it is"),
    Option("excel", nil, "with --format csv: for spreadsheets, its text guarded"),
    Calling.tables, Calling.asOf, Calling.invoices, Calling.register,
    Calling.format("text|csv|json"), Calling.output,
  ]

  private static let usage = "tariff reconcile 2026-11 --partner CODE their.csv"

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "csv", "json"])
    guard arguments.words.count == 2, let month = Month(arguments.words[0]) else {
      throw Stop(.wrongUsage, "a month and a file are needed", remedy: usage)
    }
    guard let code = arguments["partner"] else {
      throw Stop(.wrongUsage, "--partner is missing", remedy: usage)
    }
    guard format == "csv" || !arguments.has("excel") else {
      throw Stop(.wrongUsage, "--excel needs --format csv", remedy: usage + " --format csv --excel")
    }
    let asOf = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    let (party, columns) = try layout(of: code, TablesInForce(tables, on: month.last, asOf: asOf))
    let file = try read(arguments.words[1], by: columns, tables)
    let register = try Calling.register(arguments, for: .reading)
    let (found, isClosed) = try Calling.books {
      try register.atOneMoment {
        (
          try register.reconcile(file, of: party, by: columns, month, tables, asOf: asOf),
          try register.closed(month) != nil
        )
      }
    }
    let output = try Output(arguments["output"])
    switch format {
    case "csv":
      let csv = found.csv()
      try output.write(arguments.has("excel") ? try csv.csvForSpreadsheets() : csv)
    case "json": try output.write(found.json.written(indented: true) + "\n")
    default: try output.write(found.text())
    }
    try output.finish()
    if !isClosed {
      Output.say("\(month) is open: the statement changes until it is closed")
    }
    return found.isEmpty ? .done : .withFindings
  }

  /// The party and how its file is read.
  private static func layout(
    of code: String, _ now: TablesInForce
  ) throws -> (Party, PartnerColumns) {
    guard let party = now.parties.first(where: { $0.codeText == code }) else {
      throw Stop(
        .badData,
        "unknown party '\(code)'."
          + NearNames.hint(for: code, among: now.parties.map(\.codeText)),
        remedy: "parties are those of joint-venture/parties in force on \(now.day)")
    }
    if let columns = now.partnerColumns.first(where: { $0.partner == party.code }) {
      return (party, columns)
    }
    let known = now.parties.filter { party in
      now.partnerColumns.contains { $0.partner == party.code }
    }.map(\.codeText)
    throw Stop(
      .badData, "how a file of \(code) is read is not known",
      remedy: "add its row to joint-venture/partner-columns; on \(now.day) there are: "
        + (known.isEmpty ? "none" : known.joined(separator: ", ")))
  }

  private static func read(
    _ path: String, by columns: PartnerColumns, _ tables: TariffTables
  ) throws -> PartnerFile {
    let input = try Input(path)
    let reader = CSVReader { try input.read(into: $0) }
    let name = Calling.harmless(input.name)
    let file = try PartnerFile(name, reader, by: columns, tables.currencies)
    guard !file.findings.isEmpty else { return file }
    let number = file.findings.count + file.moreFindings
    throw Stop(
      .badData,
      "\(name) has \(number == 1 ? "an error" : "\(number) errors"): nothing is reconciled",
      remedy: "it is read by \(tables.path(columns.mark)):\(columns.mark.line)",
      findings: file.findings)
  }
}
