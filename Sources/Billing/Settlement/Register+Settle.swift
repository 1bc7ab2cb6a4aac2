import ExactMoney
import TariffRules
import Unification

extension Register {
  /// The month's settlement: from its documents, what earlier months carried into it, and the
  /// tables of its last day, as known on `asOf` (nil: today).
  /// - Throws: `BookingRefusal` where the tables do not serve, or a closed month has other balances
  ///   than were recorded; `SettlementFault` where the control finds that in is not out.
  public func settle(
    _ month: Month, _ tables: TariffTables, asOf: Day? = nil
  ) throws -> Settlement {
    let opening = try opening(month, tables, asOf)
    var settlement = try settle(month, opening.balances, SettlementTerms(tables, month, asOf: asOf))
    settlement.isProvisional = opening.isProvisional
    if let closed = try closed(month) {
      let balances = try settlement.balances()
      guard balances == closed.balances else {
        throw BookingRefusal(
          "\(month) is closed with other balances than the tables give now",
          remedy: "the tables of its last day were changed since; what was recorded stays valid: "
            + "settle it with '--as-of' and the day on which it was closed")
      }
    }
    return settlement
  }

  /// What earlier months carry into a month. Months that are not closed are settled on the way.
  private func opening(
    _ month: Month, _ tables: TariffTables, _ asOf: Day?
  ) throws -> (balances: [ClosedBalance], isProvisional: Bool) {
    let last = try database.first(
      "SELECT max(month) FROM closings WHERE month < ?", [.text(month.description)]
    ) { $0.isNull(0) ? nil : Month($0.text(0)) }.flatMap(\.self)
    var balances = try last.flatMap { try closed($0)?.balances } ?? []
    let open = try database.all(
      """
      SELECT DISTINCT booked FROM documents WHERE booked < ? AND booked > ? ORDER BY booked
      """, [.text(month.description), .text(last?.description ?? "")]
    ) { Month($0.text(0)) }.compactMap(\.self)
    for earlier in open {
      let terms = try SettlementTerms(tables, earlier, asOf: asOf)
      balances = try settle(earlier, balances, terms).balances()
    }
    return (balances, !open.isEmpty)
  }

  /// The month's settlement from its documents, what is carried into it, and what decides it.
  func settle(
    _ month: Month, _ opening: [ClosedBalance], _ terms: SettlementTerms
  ) throws -> Settlement {
    var settlement = Settlement(month: month, jointVenture: terms.jointVenture)
    var books = MonthBooks(terms)
    try readBilled(month, &books)
    try readShares(month, &books)
    try eachCollected(month) { party, amount, _ in
      try books.change(party, amount.currency) { $0.collected = try $0.collected.adding(amount) }
    }
    for balance in opening where balance.carried.minorUnits != 0 {
      try books.change(balance.party, balance.carried.currency) {
        $0.opening = try $0.opening.adding(balance.carried)
      }
    }
    settlement.currencies = try books.settled()
    try settlement.control(try billedTotals(month))
    return settlement
  }

  private func readBilled(_ month: Month, _ books: inout MonthBooks) throws {
    try database.rows(
      """
      SELECT currency, digits, kind, count(*), sum(net), sum(tax),
        sum((SELECT count(*) FROM lines l WHERE l.entry = d.entry))
      FROM documents d WHERE booked = ? GROUP BY currency, digits, kind
      """, [.text(month.description)]
    ) { row in
      let currency = try currency(row)
      guard let kind = Document.Kind(rawValue: row.text(2)) else { return }
      let tax = try Money(total: row.integer(5), currency)
      books.billed(
        currency, kind,
        Settlement.Billed(
          documents: Int(row.integer(3)), lines: Int(row.integer(6)),
          net: try Money(total: row.integer(4), currency), tax: tax))
      try books.change(books.terms.jointVenture, currency) {
        $0.tax = try $0.tax.adding(tax)
      }
    }
  }

  private func readShares(_ month: Month, _ books: inout MonthBooks) throws {
    try database.rows(
      """
      SELECT d.currency, d.digits, d.kind, s.party, s.kind, sum(s.amount), sum(s.lean)
      FROM documents d JOIN lines l USING (entry) JOIN shares s USING (line)
      WHERE d.booked = ? GROUP BY d.currency, d.digits, d.kind, s.party, s.kind
      """, [.text(month.description)]
    ) { row in
      let currency = try currency(row)
      let amount = try Money(total: row.integer(5), currency)
      let isInvoice = row.text(2) == Document.Kind.invoice.rawValue
      guard let kind = AgreementRule.Kind(rawValue: row.text(4)) else { return }
      let lean = Int128(row.integer(6))
      try books.change(row.text(3), currency) { position in
        position.lean += lean
        if isInvoice {
          position.shares[kind] = try (position.shares[kind] ?? .zero(currency)).adding(amount)
        } else {
          position.corrections = try position.corrections.adding(amount)
        }
      }
    }
  }

  func currency(_ row: Database.Row) throws -> Currency {
    guard let currency = Currency(code: row.text(0), minorDigits: Int(row.integer(1))) else {
      throw DamagedEntry(entry: 0, what: "a currency cannot be read")
    }
    return currency
  }

  /// The month's net amounts by currency, read once more for the control.
  private func billedTotals(_ month: Month) throws -> [String: Int64] {
    let sums = try database.all(
      """
      SELECT d.currency, sum(l.net) FROM documents d JOIN lines l USING (entry)
      WHERE d.booked = ? GROUP BY d.currency
      """, [.text(month.description)]
    ) { ($0.text(0), $0.integer(1)) }
    return Dictionary(sums) { $0 + $1 }
  }
}
