import Billing
import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff invoice`: the documents of a customer's month.
enum InvoiceCommand {
  static let options = [
    Option("draft", nil, "documents marked DRAFT, without a number; nothing is recorded"),
    Option("issue-date", "DAY", "the date of the invoices"),
    Option("per", "month|consignment", "an invoice for each month (the usual) or consignment"),
    Option("all-or-nothing", nil, "write nothing if a consignment is rejected"),
    Option("excel", nil, "CSV for spreadsheets: byte order mark, CRLF, guarded text"),
    Calling.tables, Calling.invoices, Calling.asOf,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    guard let path = arguments.words.first, arguments.words.count == 1 else {
      throw Stop(
        .wrongUsage, "which consignments?", remedy: "tariff invoice --draft consignments.csv")
    }
    guard arguments.has("draft") else {
      throw Stop(
        .wrongUsage, "numbered invoices are not built yet", remedy: "add --draft for drafts")
    }
    let grouping =
      InvoiceRun.Grouping(rawValue: try arguments.choice("per", ["month", "consignment"]))
      ?? .month
    var issued: Day?
    if let text = arguments["issue-date"] {
      guard let day = Day(text) else {
        throw Stop(.wrongUsage, "'\(text)' is not a day", remedy: "write --issue-date 2026-09-01")
      }
      issued = day
    }
    let asOf = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    var file = try Calling.consignments(path, needs: ["reference", "customer"])
    var run = InvoiceRun(Calculator(tables, asOf: asOf), by: grouping)
    while let row = try file.next() { run.add(row, of: file) }
    for rejected in run.rejected {
      let reference = rejected.reference.map { " (\(Calling.harmless($0)))" } ?? ""
      Output.say(
        "\(file.name):\(rejected.line): error: not invoiced\(reference): \(rejected.message)")
      Output.say("  \(rejected.remedy)")
    }
    if arguments.has("all-or-nothing") && !run.rejected.isEmpty {
      throw Stop(
        .badData, "\(run.rejected.count) of \(run.count) consignments rejected: nothing is written",
        remedy: "mend them, or leave --all-or-nothing away")
    }
    let invoices: [Invoice]
    do { invoices = try run.drafts(issued: issued) } catch {
      throw Stop(.badData, "beyond the limits: \(error.what)", remedy: "split the file")
    }
    try write(invoices, grouping, arguments, tables)
    control(invoices, run)
    return run.rejected.isEmpty ? .done : .withFindings
  }

  private static func write(
    _ invoices: [Invoice], _ grouping: InvoiceRun.Grouping, _ arguments: Arguments,
    _ tables: TariffTables
  ) throws {
    let dialect: CSVWriter.Dialect = arguments.has("excel") ? .excel : .plain
    do {
      let folder = try DocumentFolder(arguments["invoices"] ?? "Invoices")
      let output = try Output(nil)
      for (index, invoice) in invoices.enumerated() {
        let name = invoice.draftName(grouping == .month ? nil : index + 1)
        try folder.write(Array(invoice.text(tables).utf8), as: name + ".txt")
        try folder.write(invoice.csv(tables, dialect: dialect), as: name + ".csv")
        try output.write("\(folder.path)/\(name).txt\n\(folder.path)/\(name).csv\n")
      }
    } catch let error as DocumentFolder.CannotWrite {
      throw Stop(
        .inputOutput, "cannot write '\(error.path)': \(error.reason)",
        remedy: "make room, check the folder's rights, and run again")
    }
  }

  /// In equals out: every consignment read is on an invoice or listed as rejected.
  private static func control(_ invoices: [Invoice], _ run: InvoiceRun) {
    let lines = invoices.reduce(0) { $0 + $1.lines.count }
    Output.say(
      "\(run.count) consignments: \(lines) on \(invoices.count) drafts, "
        + "\(run.rejected.count) rejected")
    let currencies = invoices.map(\.currency.code).reduce(into: [String]()) { list, code in
      if !list.contains(code) { list.append(code) }
    }
    for code in currencies.sorted() {
      let own = invoices.filter { $0.currency.code == code }
      var sum: Money? = own.first.map { .zero($0.currency) }
      for invoice in own { sum = sum.flatMap { try? $0.plus(invoice.total) } }
      Output.say("  \(code): \(sum.map(\.amountText) ?? "beyond the limits") to pay")
    }
  }
}
