import Billing
import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff credit`: takes back an invoice or some of its lines, or gives a rebate for lateness.
enum CreditCommand {
  static let options = [
    Option("reason", "TEXT", "why, as the note says"),
    Option("line", "N[,M…]", "only these lines of the invoice"),
    Option("delivered", "DAY", "a rebate for late delivery: the day one line was delivered"),
    Calling.issueDate,
    Option("excel", nil, "a CSV for spreadsheets too"),
    Calling.tables, Calling.invoices, Calling.register,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let remedy = "tariff credit NUMBER --reason 'wrong weight' --issue-date 2026-09-10"
    guard let word = arguments.words.first, arguments.words.count == 1 else {
      throw Stop(.wrongUsage, "which invoice?", remedy: remedy)
    }
    guard let number = DocumentNumber(word) else {
      throw Stop(
        .wrongUsage, "'\(word)' is not the number of an invoice\(DocumentNumber.hint(for: word))",
        remedy: remedy)
    }
    let lines = try arguments["line"].map(positions)
    let day = try Calling.day(arguments, "issue-date", "give the date of the credit note")
    let made: (document: Document, written: WrittenDocument)
    if arguments["delivered"] != nil {
      let delivered = try Calling.day(arguments, "delivered", "")
      guard let position = lines?.first, lines?.count == 1 else {
        throw Stop(
          .wrongUsage, "which line was late?", remedy: "name one with --line; each has its own days"
        )
      }
      guard arguments["reason"] == nil else {
        throw Stop(
          .wrongUsage, "a rebate for late delivery has its reason already",
          remedy: "leave --reason away")
      }
      made = try rebate(number, position, delivered, day, arguments)
    } else {
      let reason = try Calling.reason(arguments, "a credit note")
      let register = try Calling.register(arguments, for: .existing)
      made = try Calling.books {
        try register.credit(number, lines: lines, reason: reason, on: day)
      }
    }
    return try finish(made, arguments)
  }

  private static func rebate(
    _ number: DocumentNumber, _ position: Int, _ delivered: Day, _ day: Day,
    _ arguments: Arguments
  ) throws -> (document: Document, written: WrittenDocument) {
    let tables = try Calling.load(arguments)
    let register = try Calling.register(arguments, for: .existing)
    return try Calling.books {
      let made = try register.rebate(number, line: position, delivered: delivered, on: day) {
        day, from, to in
        guard let rate = TablesInForce(tables, on: day, asOf: nil).officialRate(from: from, to: to)
        else {
          throw BookingRefusal(
            "no official rate from \(from) to \(to) within ten days up to \(day)",
            remedy: "add the day's rate under exchange-rates")
        }
        return rate.exchange
      }
      Output.say(
        "\(made.rebate.days.counted("day")) to \(delivered), \(made.rebate.late) of them late: "
          + made.rebate.arithmetic)
      if let other = made.rebate.invoicedDelivery {
        Output.say(
          "warning: it was invoiced as supplied on \(other), and the rebate counts the days to "
            + "\(delivered)")
        Output.say(
          "  if \(other) is right, credit the whole line ('tariff credit \(number) --line "
            + "\(position)') and invoice it anew, under a reference of its own")
      }
      return (made.document, made.written)
    }
  }

  private static func positions(_ text: String) throws -> [Int] {
    var positions: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), number > 0, !positions.contains(number),
        part.utf8.allSatisfy({ (48...57).contains($0) })
      else {
        throw Stop(
          .wrongUsage, "'\(text)' is not a list of lines", remedy: "write --line 3 or --line 1,3")
      }
      positions.append(number)
    }
    return positions
  }

  private static func finish(
    _ made: (document: Document, written: WrittenDocument), _ arguments: Arguments
  ) throws -> ExitStatus {
    let document = made.document
    guard let number = document.number else { return .internalFault }
    let folder = try Calling.books { try DocumentFolder(Calling.invoices(arguments)) }
    let output = try Output(nil)
    let names = try Calling.books {
      try folder.write(made.written, of: number, forSpreadsheets: arguments.has("excel"))
    }
    for name in names { try output.write(name + "\n") }
    let corrected = document.corrects.map { " corrects \($0)" } ?? ""
    Output.say("\(number)\(corrected): \(document.total) \(document.settledIn)")
    return .done
  }
}
