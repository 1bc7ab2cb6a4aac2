import ExactMoney

extension PartnerStatement {
  /// What the party collects from a customer: a line, or its part of a document's tax.
  public struct Collected: Sendable, Equatable {
    /// The document, and the line in it; nil for the tax of a category.
    public let document: DocumentNumber, position: Int?
    /// The consignment note number, or the tax category.
    public let reference: String
    /// How much.
    public let amount: Money
  }
}

extension Register {
  private struct Taxed: Hashable {
    let entry: Int64
    let category: String
    let percent: String
  }

  /// What is collected for a month: by document and tax category who collects how much, first of
  /// the net amounts, then of the taxes.
  ///
  /// Who collects a line collects its tax, too: a document's tax is divided over its collectors by
  /// the amounts taxed.
  func eachCollected(
    _ month: Month, jointVenture: String,
    _ look: (_ party: String, _ amount: Money, _ tax: (entry: Int64, category: String)?) throws ->
      Void
  ) throws {
    var nets: [Taxed: [(party: String, net: Int64)]] = [:]
    try database.rows(
      """
      SELECT d.currency, d.digits, d.entry, l.tax_category, l.tax_percent, l.collected_by,
        sum(l.net)
      FROM documents d JOIN lines l USING (entry) WHERE d.booked = ?
      GROUP BY d.entry, l.tax_category, l.tax_percent, l.collected_by
      """, [.text(month.description)]
    ) { row in
      let net = try Money(minorUnits: row.integer(6), try currency(row))
      let key = Taxed(entry: row.integer(2), category: row.text(3), percent: row.text(4))
      nets[key, default: []].append((row.text(5), net.minorUnits))
      try look(row.text(5), net, nil)
    }
    try database.rows(
      """
      SELECT d.currency, d.digits, d.entry, t.category, t.percent, t.tax
      FROM documents d JOIN taxes t USING (entry) WHERE d.booked = ? AND t.tax <> 0
      """, [.text(month.description)]
    ) { row in
      let currency = try currency(row)
      let key = Taxed(entry: row.integer(2), category: row.text(3), percent: row.text(4))
      let own = nets[key] ?? []
      let weights = own.map { Exact(Int64(clamping: $0.net.magnitude)) }
      let isNothing = weights.allSatisfy(\.isZero)
      let parts = try Allocation(of: row.integer(5), by: isNothing ? [.one] : weights)
      let parties = isNothing ? [jointVenture] : own.map(\.party)
      for (party, part) in zip(parties, parts.parts) {
        try look(
          party, try Money(minorUnits: part.minorUnits, currency), (key.entry, key.category))
      }
    }
  }

  /// What one party collects for a month, each line and each document's tax.
  func collected(
    by party: String, _ month: Month, jointVenture: String
  ) throws -> [PartnerStatement.Collected] {
    var found = try database.all(
      """
      SELECT d.currency, d.digits, d.series, d.year, d.number, l.position, l.reference, l.net
      FROM documents d JOIN lines l USING (entry)
      WHERE d.booked = ? AND l.collected_by = ? ORDER BY d.entry, l.position
      """, [.text(month.description), .text(party)]
    ) { row in
      PartnerStatement.Collected(
        document: DocumentNumber(
          series: row.text(2), year: Int(row.integer(3)), number: Int(row.integer(4))),
        position: Int(row.integer(5)), reference: row.text(6),
        amount: try Money(minorUnits: row.integer(7), try currency(row)))
    }
    try eachCollected(month, jointVenture: jointVenture) { collector, amount, tax in
      guard collector == party, let tax, let number = try number(ofEntry: tax.entry) else { return }
      found.append(
        PartnerStatement.Collected(
          document: number, position: nil, reference: tax.category, amount: amount))
    }
    return found
  }
}
