import Billing
import ExactMoney
import TariffRules
import Unification

/// `tariff rerate`: an invoiced month under what the tables say now, beside what was billed.
enum RerateCommand {
  static let options = [
    Option("issue", nil, "write adjustment notes for the differences, each billed once"),
    Option("reason", "TEXT", "with --issue: why, as the notes say"),
    Calling.issueDate,
    Option("excel", nil, "with --issue: a CSV for spreadsheets too"),
    Calling.tables, Calling.asOf, Calling.invoices, Calling.register,
    Calling.format("text|csv|json"), Calling.output,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "csv", "json"])
    let month = try Calling.month(arguments, "tariff rerate 2026-02")
    let issues = arguments.has("issue")
    let day =
      issues
      ? try Calling.day(arguments, "issue-date", "give the date of the adjustment notes") : nil
    let reason = issues ? try Calling.reason(arguments, "an adjustment note") : ""
    let asOf = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    let register = try Calling.register(arguments, for: issues ? .existing : .reading)
    let rerating = try Calling.books {
      try register.rerate(month, by: Calculator(tables, asOf: asOf))
    }
    let comparison = rerating.comparison
    guard comparison.addsUp else {
      throw Stop(
        .internalFault, "the parts of the difference do not add up to it",
        remedy: "do not use these figures; this is a fault of the program")
    }
    let output = try Output(arguments["output"])
    switch format {
    case "csv": try output.write(comparison.csv())
    case "json": try output.write(comparison.json.written(indented: true) + "\n")
    default: try output.write(comparison.text())
    }
    try output.finish()
    if rerating.credited > 0 {
      let number = rerating.credited.counted("line")
      Output.say("\(number) of \(month) credited whole: not rated again")
    }
    for (place, line) in rerating.promised {
      let quote = line.quoted.map { "\($0.number)" } ?? ""
      Output.say(
        "\(place.document) line \(place.position) (\(line.reference)): "
          + "billed at the price of \(quote), as promised: nothing to adjust")
    }
    for (place, line, now) in rerating.inAnotherCurrency {
      Output.say(
        "\(place.document) line \(place.position) (\(line.reference)): billed in "
          + "\(line.net.currency), costs \(now) now: no note can adjust that")
      Output.say(
        "  credit it ('tariff credit \(place.document) --line \(place.position)') and invoice it "
          + "anew, under a reference of its own")
    }
    if let day { try issue(rerating, register, day, reason, arguments) }
    return comparison.isEmpty ? .done : .withFindings
  }

  private static func issue(
    _ rerating: Rerating, _ register: Register, _ day: Day, _ reason: String,
    _ arguments: Arguments
  ) throws {
    let folder = try Calling.books { try DocumentFolder(Calling.invoices(arguments)) }
    var count = 0
    var totals: [Currency: Exact] = [:]
    var refused = 0
    for change in rerating.changes {
      let made: (document: Document, written: WrittenDocument)?
      do {
        made = try Calling.books { try register.adjust(change, reason: reason, on: day) }
      } catch let stop as Stop where stop.status == .badData {
        Output.say("tariff: error: \(stop.message)")
        Output.say("  \(stop.remedy)")
        refused += 1
        continue
      }
      guard let (document, written) = made, let number = document.number else { continue }
      let names = try Calling.books {
        try folder.write(written, of: number, forSpreadsheets: arguments.has("excel"))
      }
      for name in names { Output.say(name) }
      Output.say("\(number) adjusts \(change.invoice): \(document.total) \(document.settledIn)")
      count += 1
      totals[document.currency] = try Calling.books {
        try totals[document.currency, default: .zero].plus(document.net.exact)
      }
    }
    Output.say(count.counted("adjustment note"))
    for (currency, total) in totals.sorted(by: { $0.key.code < $1.key.code }) {
      Output.say("  \(currency): \(total.text(digits: currency.minorDigits) ?? "\(total)") net")
    }
    if refused > 0 {
      throw Stop(
        .badData, "\(refused.counted("invoice")) could not be adjusted",
        remedy: "each is named above with what to do; the other notes are recorded")
    }
  }
}
