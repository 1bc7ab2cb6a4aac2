import Billing
import CSV
import ExactMoney
import Unification

/// `tariff quote list`, `show` and `check`: the quotes that were saved.
enum SavedQuotes {
  static let actions = ["list", "show", "check"]

  /// What the consignment options mean here: `--customer` picks that customer's quotes.
  private static let filters = ["customer"]

  static func run(_ action: String, _ arguments: Arguments) throws -> ExitStatus {
    let given = Consignment.fields.map { $0.replacing("_", with: "-") }.filter(arguments.has)
    if let option = given.first(where: { action == "show" || !filters.contains($0) }) {
      throw Stop(
        .wrongUsage, "'tariff quote \(action)' takes no --\(option)",
        remedy: action == "show"
          ? "tariff quote show QUOTE-2026-000001"
          : "tariff quote \(action) --customer CODE picks the quotes of a customer")
    }
    if arguments.has("save") {
      throw Stop(
        .wrongUsage, "'tariff quote \(action)' saves nothing", remedy: "leave --save away")
    }
    let numbers = try arguments.words.dropFirst().map(number)
    let register = try Calling.register(arguments, for: .reading)
    switch action {
    case "list": return try list(register, numbers, arguments)
    case "show": return try show(register, numbers, arguments)
    default: return try check(register, numbers, arguments)
    }
  }

  private static func number(_ word: String) throws -> DocumentNumber {
    guard let number = DocumentNumber(word) else {
      throw Stop(
        .wrongUsage, "'\(word)' is not the number of a quote\(DocumentNumber.hint(for: word))",
        remedy: "numbers look like QUOTE-2026-000001; 'tariff quote list' shows them")
    }
    return number
  }

  /// The quotes of these numbers, or all of a customer.
  private static func quotes(
    _ register: Register, _ numbers: [DocumentNumber], _ arguments: Arguments
  ) throws -> [SavedQuote] {
    guard numbers.isEmpty else {
      return try numbers.map { number in
        guard let quote = try register.quote(number) else {
          throw Stop(
            .badData,
            "there is no saved quote \(number)\(DocumentNumber.hint(for: "\(number)"))",
            remedy: "'tariff quote list' shows their numbers")
        }
        return quote
      }
    }
    let customer = arguments["customer"]
    return try register.quotes().filter { quote in
      customer.map { $0 == quote["customer"] } ?? true
    }
  }

  // MARK: - List

  private static func list(
    _ register: Register, _ numbers: [DocumentNumber], _ arguments: Arguments
  ) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "json", "csv"])
    let day = try Calling.asOf(arguments)
    let rows = try Calling.books {
      try quotes(register, numbers, arguments).map { quote in
        (quote: quote, line: try register.line(honouring: quote.number))
      }
    }
    let output = try Output(arguments["output"])
    switch format {
    case "json":
      for row in rows {
        let cells = cells(row.quote, row.line, day)
        try output.write(JSONText.object(cells).written(indented: false) + "\n")
      }
    case "csv":
      var writer = CSVWriter()
      writer.record(columns.map { .text($0) })
      for row in rows {
        writer.record(cells(row.quote, row.line, day).map { .text($0.1.plain) })
      }
      try output.write(writer.drain())
    default:
      let whose = arguments["customer"].map { " for \(Calling.harmless($0))" } ?? ""
      try output.write(rows.isEmpty ? "no quote is saved\(whose)\n" : text(rows, day))
    }
    try output.finish()
    if day == nil && rows.contains(where: { $0.line == nil }) {
      Output.say("without --as-of DAY no quote counts as expired")
    }
    return .done
  }

  private static func text(
    _ rows: [(quote: SavedQuote, line: DocumentLine.Place?)], _ day: Day?
  ) -> String {
    var layout = Layout([.left, .left, .left, .left, .left, .right, .right, .left, .left, .left])
    layout.row(
      "Quote", "Given", "Customer", "Reference", "Lane", "Units", "Price", "", "Holds until",
      "State")
    for (quote, line) in rows {
      let invoiced = line.map { " in \($0.document), line \($0.position)" } ?? ""
      layout.row(
        quote.number.description, quote.day.description, quote["customer"], quote["reference"],
        quote.price.lane, units(quote), quote.price.total.amountText,
        quote.price.total.currency.code, quote.validUntil.description,
        quote.state(on: day, invoiced: line).rawValue + invoiced)
    }
    return layout.lines.joined(separator: "\n") + "\n"
  }

  private static func units(_ quote: SavedQuote) -> String {
    quote["count"].isEmpty ? "1" : quote["count"]
  }

  private static let columns = [
    "quote", "given", "as_of", "customer", "reference", "date", "from", "to", "lane", "commodity",
    "equipment", "count", "unit", "unit_rate", "total", "currency", "valid_until", "state",
    "invoice", "line",
  ]

  private static func cells(
    _ quote: SavedQuote, _ line: DocumentLine.Place?, _ day: Day?
  ) -> [(String, JSONText)] {
    func given(_ field: String) -> JSONText {
      quote[field].isEmpty ? .null : .text(quote[field])
    }
    let values: [JSONText] = [
      .text(quote.number.description), .text(quote.day.description),
      .optional(quote.asOf?.description), given("customer"), given("reference"), given("date"),
      given("from"), given("to"), .text(quote.price.lane), given("commodity"), given("equipment"),
      .number(units(quote)), .text(quote.price.unit), .text(quote.price.unitRate.amountText),
      .text(quote.price.total.amountText), .text(quote.price.total.currency.code),
      .text(quote.validUntil.description),
      .text(quote.state(on: day, invoiced: line).rawValue),
      .optional(line?.document.description), .optional(line?.position),
    ]
    return Array(zip(columns, values))
  }

  // MARK: - Show

  private static func show(
    _ register: Register, _ numbers: [DocumentNumber], _ arguments: Arguments
  ) throws -> ExitStatus {
    guard numbers.count == 1 else {
      throw Stop(
        .wrongUsage, numbers.isEmpty ? "which quote?" : "one quote at a time",
        remedy: "tariff quote show QUOTE-2026-000001")
    }
    let format = try arguments.choice("format", ["text", "json"])
    let forCustomer = try arguments.choice("for", ["everyone", "customer"]) == "customer"
    let output = try Output(arguments["output"])
    for quote in try Calling.books({ try quotes(register, numbers, arguments) }) {
      try output.write(
        quote.written.bytes(asJSON: format == "json", forCustomer: forCustomer))
    }
    try output.finish()
    return .done
  }

  // MARK: - Check

  private static func check(
    _ register: Register, _ numbers: [DocumentNumber], _ arguments: Arguments
  ) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "json", "csv"])
    let day = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    var check = QuoteCheck(Calculator(tables, asOf: day))
    try Calling.books {
      for quote in try quotes(register, numbers, arguments) {
        // Whose number is given is looked at, whatever its state; else those that are open.
        let line = try register.line(honouring: quote.number)
        guard !numbers.isEmpty || quote.state(on: day, invoiced: line) == .open else { continue }
        try check.add(quote)
      }
    }
    let output = try Output(arguments["output"])
    switch format {
    case "json": try output.write(check.comparison.json.written(indented: true) + "\n")
    case "csv": try output.write(check.comparison.csv())
    default: try output.write(check.text())
    }
    try output.finish()
    return check.changed == 0 ? .done : .withFindings
  }
}
