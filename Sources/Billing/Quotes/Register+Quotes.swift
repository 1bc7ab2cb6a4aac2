import ExactMoney
import TariffRules
import Unification

/// Saves quotes over tables, one after another: what is the same for all is worked out once.
public struct QuoteSaving {
  let tables: TariffTables
  let asOf: Day?
  let tablesDigest: String
  private let fileDigests: [String: String]
  private var calculator: Calculator

  /// Saves what a calculator quotes.
  public init(_ calculator: Calculator) {
    self.calculator = calculator
    tables = calculator.tables
    asOf = calculator.asOf
    tablesDigest = calculator.tables.digest()
    fileDigests = calculator.tables.fileDigests()
  }

  /// What is kept of a priced quote under a number.
  mutating func saved(
    _ quote: Quote, _ consignment: Consignment, _ price: Price, as number: DocumentNumber
  ) -> SavedQuote {
    let bearer = calculator.lateRebateBearer(consignment, price)
    let division = PriceRecord(price, tables).division
    return SavedQuote(
      number: number, day: day(of: consignment), asOf: asOf, validUntil: price.validUntil,
      fields: consignment.record, price: LinePrice(price, borneBy: bearer, tables),
      division: ChargeSource(division), evidence: price.evidence, tablesDigest: tablesDigest,
      files: price.paths(tables).compactMap { path in
        fileDigests[path].map { TableFile(path: path, digest: $0) }
      },
      written: WrittenQuote(quote, number, tables, tablesDigest: tablesDigest))
  }

  /// The day a quote is given: that of the knowledge asked for, else that of the contract.
  func day(of consignment: Consignment) -> Day { asOf ?? consignment.date }
}

extension Register {
  static let quoteKind = "quote"

  /// What came of saving a quote.
  public struct Saving: Sendable {
    /// The quote as it is kept.
    public let quote: SavedQuote
    /// Whether it was saved before, under the same number.
    public let wasSavedBefore: Bool
  }

  /// Saves a quote under the next number. One that has a reference is saved once: the same question
  /// to the same tables gives the number it has.
  /// - Returns: nil for a quote without a price.
  public func save(_ quote: Quote, by saving: inout QuoteSaving) throws -> Saving? {
    guard let price = quote.price, let consignment = quote.consignment else { return nil }
    return try transaction {
      if let known = try known(consignment, saving) {
        return Saving(quote: known, wasSavedBefore: true)
      }
      let number = try nextQuoteNumber(saving.day(of: consignment).year)
      let saved = saving.saved(quote, consignment, price, as: number)
      try insert(saved)
      return Saving(quote: saved, wasSavedBefore: false)
    }
  }

  private func known(
    _ consignment: Consignment, _ saving: QuoteSaving
  ) throws -> SavedQuote? {
    guard let reference = consignment.reference else { return nil }
    return try quotes(of: consignment.given["customer"] ?? "", reference).first { quote in
      quote.fields == consignment.record && quote.asOf == saving.asOf
        && quote.tablesDigest == saving.tablesDigest
    }
  }

  private func nextQuoteNumber(_ year: Int) throws -> DocumentNumber {
    let last = try database.first(
      "SELECT coalesce(max(number), 0) FROM quotes WHERE year = ?", [.integer(Int64(year))]
    ) { Int($0.integer(0)) }
    return DocumentNumber(series: SavedQuote.series, year: year, number: (last ?? 0) + 1)
  }

  private func insert(_ quote: SavedQuote) throws {
    let entry = try append(Self.quoteKind, quote.record())
    let values: [Database.Value] = [
      .integer(entry), .integer(Int64(quote.number.year)), .integer(Int64(quote.number.number)),
      .text(quote.day.description), .optional(quote.asOf?.description),
      .text(quote.validUntil.description), .text(quote["customer"]), .text(quote["reference"]),
      .text(quote.tablesDigest), .bytes(quote.content()),
    ]
    try database.run(
      Self.insertion("quotes", 14), values + quote.written.all.map { .bytes($0) })
  }

  // MARK: - Reading

  /// A saved quote, if there is one of that number.
  public func quote(_ number: DocumentNumber) throws -> SavedQuote? {
    try quoteEntry(of: number).flatMap { try quote(entry: $0) }
  }

  /// Every saved quote, in the order of their numbers.
  public func quotes() throws -> [SavedQuote] {
    try entries("SELECT entry FROM quotes ORDER BY entry", []).compactMap { try quote(entry: $0) }
  }

  /// The quotes saved for a customer's reference, in their order.
  func quotes(of customer: String, _ reference: String) throws -> [SavedQuote] {
    try entries(
      """
      SELECT entry FROM quotes WHERE reference <> '' AND customer = ? AND reference = ?
      ORDER BY entry
      """, [.text(customer), .text(reference)]
    ).compactMap { try quote(entry: $0) }
  }

  private func entries(_ sql: String, _ values: [Database.Value]) throws -> [Int64] {
    try database.all(sql, values) { $0.integer(0) }
  }

  func quoteEntry(of number: DocumentNumber) throws -> Int64? {
    guard number.series == SavedQuote.series else { return nil }
    return try database.first(
      "SELECT entry FROM quotes WHERE year = ? AND number = ?",
      [.integer(Int64(number.year)), .integer(Int64(number.number))]
    ) { $0.integer(0) }
  }

  /// The quote of an entry; nil where the entry is something else.
  func quote(entry: Int64) throws -> SavedQuote? {
    try database.first("SELECT * FROM quotes WHERE entry = ?", [.integer(entry)]) { row in
      guard let day = Day(row.text(3)), let validUntil = Day(row.text(5)),
        let content = QuoteContent(row.bytes(9)), let price = content.price,
        row.isNull(4) || Day(row.text(4)) != nil
      else { throw DamagedEntry(entry: entry, what: "the quote cannot be read") }
      let quote = SavedQuote(
        number: DocumentNumber(
          series: SavedQuote.series, year: Int(row.integer(1)), number: Int(row.integer(2))),
        day: day, asOf: row.isNull(4) ? nil : Day(row.text(4)), validUntil: validUntil,
        fields: content.fields, price: price, division: content.division,
        evidence: content.evidence, tablesDigest: row.text(8), files: content.files,
        written: WrittenQuote(
          text: row.bytes(10), customerText: row.bytes(11), json: row.bytes(12),
          customerJSON: row.bytes(13)))
      guard quote["customer"] == row.text(6), quote["reference"] == row.text(7),
        quote.content() == row.bytes(9)
      else {
        throw DamagedEntry(entry: entry, what: "the quote's columns are not its content")
      }
      return quote
    }
  }

  /// The invoiced line that has a quote's price; nil where none has, or all of it was credited.
  public func line(honouring number: DocumentNumber) throws -> DocumentLine.Place? {
    guard let entry = try quoteEntry(of: number) else { return nil }
    let lines = try entries(
      "SELECT line FROM quoted_lines WHERE quote = ? ORDER BY line DESC", [.integer(entry)])
    for line in lines {
      guard let place = try place(ofLine: line) else { continue }
      let balances = try account(place.document).balances
      if balances.indices.contains(place.position - 1), !balances[place.position - 1].isSettled {
        return place
      }
    }
    return nil
  }

  /// The quote that a line honours.
  func quoted(_ line: Int64) throws -> DocumentLine.Quoted? {
    try database.first(
      """
      SELECT year, number, valid_until FROM quoted_lines q JOIN quotes ON entry = quote
      WHERE line = ?
      """, [.integer(line)]
    ) { row in
      Day(row.text(2)).map { validUntil in
        DocumentLine.Quoted(
          number: DocumentNumber(
            series: SavedQuote.series, year: Int(row.integer(0)), number: Int(row.integer(1))),
          validUntil: validUntil)
      }
    }.flatMap(\.self)
  }

  /// What is wrong with the sums of a quote; nil where nothing is.
  func fault(inQuote entry: Int64) throws -> String? {
    guard let price = try quote(entry: entry)?.price else { return "its quote is missing" }
    let currency = price.total.currency
    if try Document.sum(price.shares.map(\.amount), currency) != price.total {
      return "the shares do not sum to its total"
    }
    if price.shares.reduce(Int128(0), { $0 + Int128($1.lean) }) != 0 {
      return "the exact entitlements do not sum to its total"
    }
    let charges = try Document.sum(price.charges.map(\.amount), currency)
    return charges == price.total ? nil : "the charges do not sum to its total"
  }
}
