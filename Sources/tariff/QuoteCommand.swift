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
    ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
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
    let output = try Output(arguments["output"])
    if let path = arguments.words.first {
      return try many(path, &calculator, output, format, forCustomer)
    }
    let quote = calculator.quote(fields: fields)
    try output.write(one(quote, tables, format, forCustomer, fields))
    try output.finish()
    switch quote.status {
    case .priced: return .done
    case .onRequest, .noRate: return .noPrice
    case .conflict, .rejected: return .badData
    }
  }

  private static func one(
    _ quote: Quote, _ tables: TariffTables, _ format: String, _ forCustomer: Bool,
    _ fields: [String: String]
  ) throws -> [UInt8] {
    switch format {
    case "json":
      return Array(
        (QuoteJSON(tables, forCustomer: forCustomer).value(quote).written(indented: true) + "\n")
          .utf8)
    case "csv":
      var csv = QuoteCSV(tables, forCustomer: forCustomer)
      let given = Consignment.fields.filter { fields[$0] != nil }
      csv.header(given)
      csv.row(quote, given.map { .text(fields[$0] ?? "") })
      return csv.drain()
    default: return Array(quote.text(tables, forCustomer: forCustomer).utf8)
    }
  }

  private static func many(
    _ path: String, _ calculator: inout Calculator, _ output: Output, _ format: String,
    _ forCustomer: Bool
  ) throws -> ExitStatus {
    let tables = calculator.tables
    var csv = QuoteCSV(tables, forCustomer: forCustomer)
    let json = QuoteJSON(tables, forCustomer: forCustomer)
    var file = try Calling.consignments(
      path, reserved: format == "csv" ? QuoteCSV.reserved(tables) : [])
    if format == "csv" {
      csv.header(file.header)
      try output.write(csv.drain())
    }
    var priced = 0
    var notPriced = 0
    while let row = try file.next() {
      let quote = file.quote(row, &calculator)
      if quote.status == .priced { priced += 1 } else { notPriced += 1 }
      switch format {
      case "json":
        try output.write(json.value(quote).written(indented: false) + "\n")
      case "csv":
        csv.row(quote, row, width: file.header.count)
        try output.write(csv.drain())
      default:
        let gap = priced + notPriced > 1 ? "\n" : ""
        try output.write(gap + quote.text(tables, forCustomer: forCustomer))
      }
    }
    try output.finish()
    Output.say("\(priced + notPriced) consignments: \(priced) priced, \(notPriced) not priced")
    return notPriced == 0 ? .done : .withFindings
  }
}
