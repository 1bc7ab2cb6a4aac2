import Billing
import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff invoice`: the documents of a customer's month.
enum InvoiceCommand {
  static let options = [
    Option("draft", nil, "documents marked DRAFT, without a number; nothing is recorded"),
    Calling.issueDate,
    Option("per", "month|consignment", "an invoice for each month (the usual) or consignment"),
    Option("all-or-nothing", nil, "issue nothing if a consignment is rejected"),
    Option("annex", nil, "with the explanation of each price, in a file of its own"),
    Calling.excel,
    Calling.tables, Calling.invoices, Calling.register, Calling.asOf,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    guard let path = arguments.words.first, arguments.words.count == 1 else {
      throw Stop(
        .wrongUsage, "which consignments?",
        remedy: "tariff invoice consignments.csv --issue-date 2026-09-03")
    }
    let grouping =
      InvoiceRun.Grouping(rawValue: try arguments.choice("per", ["month", "consignment"]))
      ?? .month
    let isDraft = arguments.has("draft")
    let issued =
      isDraft && arguments["issue-date"] == nil
      ? nil
      : try Calling.day(
        arguments, "issue-date", "give the date of the invoices, or --draft for drafts")
    let asOf = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    var file = try Calling.consignments(
      path, needs: ["reference", "customer"], strictBeside: ["quote"])
    sayWhatStands(for: file)
    let register = isDraft ? nil : try Calling.register(arguments, for: .writing)
    // In a wrong folder the numbers would begin anew: that should be seen.
    if let register, register.isNew { Output.say("a new register: \(register.path)") }
    // A draft records nothing, but shows the price of a saved quote.
    let quotes =
      isDraft && file.header.contains("quote")
      ? try Calling.register(arguments, for: .reading) : nil
    var run = InvoiceRun(
      Calculator(tables, asOf: asOf), by: grouping, into: register, quotes: quotes,
      withAnnex: arguments.has("annex"))
    var withoutCount = 0
    while let row = try file.next() {
      try Calling.books { try run.add(row, of: file) }
      if row.refusal == nil && row.fields["count"] == nil { withoutCount += 1 }
    }
    if run.count == 0 { return Calling.withoutConsignments(file.name) }
    if withoutCount > 0 && file.header.contains("count") {
      Output.say("\(file.name): 'count' is empty in \(withoutCount.counted("row")): taken as 1")
    }
    run.rejectWhatCannotBeMade(issued: issued)
    for rejected in run.rejected { say(rejected, "error: not invoiced", file.name) }
    for row in run.passedOver { say(row, "warning", file.name) }
    for row in run.suppliedOddly(issued) { say(row, "warning", file.name) }
    if let issued { sayWhatWasPublishedLater(run, issued) }
    if arguments.has("all-or-nothing") && !run.rejected.isEmpty {
      throw Stop(
        .badData,
        "\(run.rejected.count) of \(run.count.counted("consignment")) rejected: nothing is written",
        remedy: "mend them, or leave --all-or-nothing away")
    }
    guard let register, let issued else { return try drafts(run, grouping, issued, arguments) }
    guard let series = series(tables, issued) else {
      throw Stop(
        .badData, "no policy is in force on \(issued): the series of numbers is not known",
        remedy: "check --issue-date, or add an edition of joint-venture/policy")
    }
    return try issue(run, into: register, on: issued, series, arguments, file.name)
  }

  /// What stands for columns that are not there, and which are not read: one of these may be meant.
  private static func sayWhatStands(for file: ConsignmentFile) {
    if !file.header.contains("supplied") {
      Output.say("\(file.name): no column 'supplied': the billing month is taken from 'date'")
    }
    let missing = [
      ("count", "one unit a row"), ("load", "loaded"), ("wagon_owner", "as 'owner' says"),
      ("collected_by", "by the seller"),
    ].filter { !file.header.contains($0.0) }
    if missing.isEmpty { return }
    let text = missing.map { "'\($0.0)' (\($0.1))" }.joined(separator: ", ")
    let known = Set(Consignment.fields + ["quote"])
    let unread = file.header.filter { !known.contains($0) }
      .map { "'\(Calling.harmless($0))'" }.joined(separator: ", ")
    Output.say(
      "\(file.name): taken for missing columns: \(text)"
        + (unread.isEmpty ? "" : "; not read: \(unread)"))
  }

  /// Three are enough to see what is wrong: where the date of the invoice is, all are late.
  private static func sayWhatWasPublishedLater(_ run: InvoiceRun, _ issued: Day) {
    let late = run.publishedAfter(issued)
    if late.isEmpty { return }
    for edition in late.prefix(3) {
      Output.say(
        "\(edition.path): warning: \(edition.consignments.counted("consignment")) priced by what "
          + "was published on \(edition.published), after the date of the invoice, \(issued)")
    }
    if late.count > 3 { Output.say("  and \((late.count - 3).counted("more edition"))") }
    Output.say(
      "  check 'published' in the head and --issue-date, or give --as-of \(issued): an invoice is "
        + "never edited")
  }

  private static func series(_ tables: TariffTables, _ day: Day) -> String? {
    let series = TablesInForce(tables, on: day, asOf: nil).series
    return series.isEmpty ? nil : series
  }

  private static func say(_ rejected: InvoiceRun.Rejected, _ what: String, _ file: String) {
    let reference = rejected.reference.map { " (\(Calling.harmless($0)))" } ?? ""
    let message = Calling.harmless(rejected.message)
    Output.say("\(file):\(rejected.line): \(what)\(reference): \(message)")
    Output.say("  \(rejected.remedy)")
  }

  // MARK: - Drafts

  private static func drafts(
    _ run: InvoiceRun, _ grouping: InvoiceRun.Grouping, _ issued: Day?, _ arguments: Arguments
  ) throws -> ExitStatus {
    let invoices = try Calling.books { try run.drafts().map { try $0.document(issued: issued) } }
    let output = try Output(nil)
    try Calling.books {
      let folder = try DocumentFolder(Calling.invoices(arguments))
      for (index, invoice) in invoices.enumerated() {
        let name = invoice.draftName(grouping == .month ? nil : index + 1)
        let csv = invoice.csv()
        try folder.write(Array(invoice.text().utf8), as: name + ".txt")
        try folder.write(
          arguments.has("excel") ? try csv.csvForSpreadsheets() : csv, as: name + ".csv")
        try output.write("\(folder.path)/\(name).txt\n\(folder.path)/\(name).csv\n")
      }
    }
    let lines = invoices.reduce(0) { $0 + $1.lines.count }
    Output.say(
      "\(run.count.counted("consignment")): \(lines) on \(invoices.count.counted("draft")), "
        + "\(run.rejected.count) rejected")
    control(invoices.map(\.total))
    return run.rejected.isEmpty ? .done : .withFindings
  }

  // MARK: - Issuing

  private static func issue(
    _ run: InvoiceRun, into register: Register, on day: Day, _ series: String,
    _ arguments: Arguments, _ file: String
  ) throws -> ExitStatus {
    let folder = try Calling.books { try DocumentFolder(Calling.invoices(arguments)) }
    let output = try Output(nil)
    var before = run.before
    var refused = 0
    var totals: [Money] = []
    var lines = 0
    for draft in run.drafts() {
      let result = try Calling.books { try register.issue(draft, on: day, series: series) }
      before += result.before
      refused += result.refused.count
      for refusal in result.refused {
        Output.say("\(file): error: not invoiced: \(Calling.harmless(refusal.message))")
        Output.say("  \(refusal.remedy)")
      }
      guard let (document, written) = result.issued, let number = document.number else { continue }
      totals.append(document.total)
      lines += document.lines.count
      if document.booked != document.month {
        Output.say("\(number): \(document.month) is closed, so it is settled in \(document.booked)")
      }
      try write(written, number, folder, output, arguments)
    }
    let places = Dictionary(grouping: before, by: \.document)
    for (number, own) in places.sorted(by: { $0.key.description < $1.key.description }) {
      guard let (document, written) = try Calling.books({ try register.document(number) }) else {
        continue
      }
      try sayIssued(number, at: own, document, register)
      try write(written, number, folder, output, arguments)
    }
    let rejected = run.rejected.count + refused
    guard lines + before.count + rejected == run.count else {
      throw Stop(
        .internalFault,
        "\(run.count.counted("consignment")) in, \(lines + before.count + rejected) out",
        remedy: "'tariff register list' shows what is recorded")
    }
    Output.say(
      "\(run.count.counted("consignment")): \(lines) on \(totals.count.counted("invoice")), "
        + "\(before.count) already issued, \(rejected) rejected")
    control(totals)
    return rejected == 0 ? .done : .withFindings
  }

  /// Says that lines were issued before, and which of them a note has credited since.
  private static func sayIssued(
    _ number: DocumentNumber, at places: [DocumentLine.Place], _ document: Document,
    _ register: Register
  ) throws {
    let credited = try Calling.books { try register.credited(of: number) }
    let notes = places.map { credited[$0.position] }
    if let note = notes.first.flatMap(\.self), notes.allSatisfy({ $0 == note }) {
      Output.say("\(number): already issued, credited by \(note)")
      return
    }
    Output.say("\(number): already issued")
    for (position, line) in zip(1..., document.lines) {
      guard let note = credited[position], places.contains(where: { $0.position == position })
      else { continue }
      Output.say("  line \(position) (\(line.reference)): credited by \(note)")
    }
  }

  private static func write(
    _ written: WrittenDocument, _ number: DocumentNumber, _ folder: DocumentFolder,
    _ output: Output, _ arguments: Arguments
  ) throws {
    let names = try Calling.books {
      try folder.write(written, of: number, forSpreadsheets: arguments.has("excel"))
    }
    for name in names { try output.write(name + "\n") }
  }

  /// What is to be paid, by currency.
  private static func control(_ totals: [Money]) {
    for code in Set(totals.map(\.currency.code)).sorted() {
      let own = totals.filter { $0.currency.code == code }
      var sum: Money? = own.first.map { .zero($0.currency) }
      for total in own { sum = sum.flatMap { try? $0.plus(total) } }
      Output.say("  \(code): \(sum.map(\.amountText) ?? "beyond the limits") to pay")
    }
  }
}
