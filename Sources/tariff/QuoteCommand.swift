import Billing
import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff quote`: a through-rate with its explanation and division, for one consignment or many.
enum QuoteCommand {
  static let options =
    ConsignmentOptions.all + [
      Calling.tables, Calling.asOf, Calling.format("text|json|csv"), Calling.output,
      Option("for", "everyone|customer", "for the customer without legs, shares and adjustments"),
      Option("save", nil, "record the quote: an invoice that names its number has its price"),
      Calling.invoices, Calling.register,
    ]

  static let examples = """
    examples, with places by their code or name:
      tariff quote --date 2026-08-15 --from ORIGIN --to DESTINATION --commodity 8517 \\
        --equipment container-40 --owner private --wagon-owner railway \\
        --weight-kg 22000 --gross-kg 26000
      tariff quote consignments.csv --format csv --output quotes.csv
    """

  /// How the quotes of a call are printed, and whether they are saved.
  private struct Manner {
    let format: String
    let forCustomer: Bool
    /// Where quotes are saved, and how; nil where they are not.
    var saving: (register: Register, quotes: QuoteSaving)?
    var saves: Bool { saving != nil }

    /// Saves a priced quote, if asked for, and says what is to be known of that.
    mutating func save(_ quote: Quote) throws -> SavedQuote? {
      guard var saving else { return nil }
      let made = try Calling.books { try saving.register.save(quote, by: &saving.quotes) }
      self.saving = saving
      guard let made else { return nil }
      let saved = made.quote
      if made.wasSavedBefore { Output.say("\(saved.number): saved before") }
      if let date = quote.consignment?.date, date > saved.validUntil {
        Output.say("\(saved.number): warning: it holds until \(saved.validUntil), before \(date)")
        Output.say("  no invoice will honour it: quote again nearer to the day of contract")
      }
      return saved
    }
  }

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    if let action = arguments.words.first, SavedQuotes.actions.contains(action) {
      return try SavedQuotes.run(action, arguments)
    }
    let format = try arguments.choice("format", ["text", "json", "csv"])
    let forCustomer = try arguments.choice("for", ["everyone", "customer"]) == "customer"
    var fields: [String: String] = [:]
    for field in Consignment.fields {
      fields[field] = arguments[field.replacing("_", with: "-")]
    }
    guard arguments.words.count <= 1 else {
      throw Stop(
        .wrongUsage, "one file at a time, not \(arguments.words.count)",
        remedy: "join the files, or run the command for each")
    }
    guard fields.isEmpty != arguments.words.isEmpty else {
      throw Stop(
        .wrongUsage,
        fields.isEmpty
          ? "nothing to quote" : "either a consignment by options or a file, not both",
        remedy: "give --date, --from, --to, --commodity and --equipment, or a CSV file ('-' is "
          + "standard input); 'tariff help quote' shows examples")
    }
    let asOf = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    var calculator = Calculator(tables, asOf: asOf)
    var manner = Manner(format: format, forCustomer: forCustomer)
    if arguments.has("save") {
      manner.saving = (
        try Calling.register(arguments, for: .writing), QuoteSaving(calculator)
      )
    }
    let output = try Output(arguments["output"])
    if let path = arguments.words.first { return try many(path, &calculator, output, &manner) }
    let quote = calculator.quote(fields: fields)
    let saved = try manner.save(quote)
    try output.write(one(quote, saved, tables, manner, fields))
    try output.finish()
    if manner.saves && saved == nil { Output.say("not saved: there is no price") }
    switch quote.status {
    case .priced: return .done
    case .onRequest, .noRate: return .noPrice
    case .conflict, .rejected: return .badData
    }
  }

  private static func one(
    _ quote: Quote, _ saved: SavedQuote?, _ tables: TariffTables, _ manner: Manner,
    _ fields: [String: String]
  ) throws -> [UInt8] {
    let forCustomer = manner.forCustomer
    if manner.format == "csv" {
      var csv = QuoteCSV(tables, forCustomer: forCustomer, withNumbers: manner.saves)
      let given = Consignment.fields.filter { fields[$0] != nil }
      csv.header(given)
      csv.row(
        quote, given.map { .text(fields[$0] ?? "") }, savedAs: saved?.number.description)
      return csv.drain()
    }
    if let saved {
      return saved.written.bytes(asJSON: manner.format == "json", forCustomer: forCustomer)
    }
    return manner.format == "json"
      ? Array(
        (QuoteJSON(tables, forCustomer: forCustomer).value(quote).written(indented: true) + "\n")
          .utf8) : Array(quote.text(tables, forCustomer: forCustomer).utf8)
  }

  private static func many(
    _ path: String, _ calculator: inout Calculator, _ output: Output, _ manner: inout Manner
  ) throws -> ExitStatus {
    let tables = calculator.tables
    let (forCustomer, saves) = (manner.forCustomer, manner.saves)
    var csv = QuoteCSV(tables, forCustomer: forCustomer, withNumbers: saves)
    let json = QuoteJSON(tables, forCustomer: forCustomer)
    var file = try Calling.consignments(
      path,
      reserved: manner.format == "csv"
        ? QuoteCSV.reserved(tables) + (saves ? [QuoteCSV.numberColumn] : []) : [])
    if manner.format == "csv" {
      csv.header(file.header)
      try output.write(csv.drain())
    }
    var priced = 0
    var notPriced = 0
    while let row = try file.next() {
      let quote = file.quote(row, &calculator)
      if quote.status == .priced { priced += 1 } else { notPriced += 1 }
      let saved = try manner.save(quote)
      let number = saved?.number.description
      switch manner.format {
      case "json":
        try output.write(json.value(quote, savedAs: number).written(indented: false) + "\n")
      case "csv":
        csv.row(quote, row, width: file.header.count, savedAs: number)
        try output.write(csv.drain())
      default:
        try output.write(priced + notPriced > 1 ? "\n" : "")
        try output.write(
          saved?.written.bytes(asJSON: false, forCustomer: forCustomer)
            ?? Array(quote.text(tables, forCustomer: forCustomer).utf8))
      }
    }
    try output.finish()
    if priced + notPriced == 0 { return Calling.withoutConsignments(file.name) }
    Output.say(
      "\((priced + notPriced).counted("consignment")): \(priced) priced, \(notPriced) not priced"
        + (saves ? ", \(priced) saved" : ""))
    return notPriced == 0 ? .done : .withFindings
  }
}
