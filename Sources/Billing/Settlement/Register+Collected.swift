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
  /// Who collects a line collects its tax, too: each the tax on its own lines. What rounding once
  /// for the whole document leaves goes to who collects most.
  func eachCollected(
    _ month: Month,
    _ look: (_ party: String, _ amount: Money, _ tax: (entry: Int64, category: String)?) throws ->
      Void
  ) throws {
    var nets: [Taxed: [(party: String, net: Money)]] = [:]
    try database.rows(
      """
      SELECT d.currency, d.digits, d.entry, l.tax_category, l.tax_percent, l.collected_by,
        sum(l.net)
      FROM documents d JOIN lines l USING (entry) WHERE d.booked = ?
      GROUP BY d.entry, l.tax_category, l.tax_percent, l.collected_by
      """, [.text(month.description)]
    ) { row in
      let net = try Money(total: row.integer(6), try currency(row))
      let key = Taxed(entry: row.integer(2), category: row.text(3), percent: row.text(4))
      nets[key, default: []].append((row.text(5), net))
      try look(row.text(5), net, nil)
    }
    try database.rows(
      """
      SELECT d.currency, d.digits, d.entry, t.category, t.percent, t.tax
      FROM documents d JOIN taxes t USING (entry) WHERE d.booked = ?
      """, [.text(month.description)]
    ) { row in
      let currency = try currency(row)
      let key = Taxed(entry: row.integer(2), category: row.text(3), percent: row.text(4))
      guard let own = nets[key] else {
        throw DamagedEntry(entry: key.entry, what: "a tax category has no lines")
      }
      guard let percent = Exact(fraction: key.percent) else {
        throw DamagedEntry(entry: key.entry, what: "a tax category cannot be read")
      }
      let tax = try Money(minorUnits: row.integer(5), currency)
      let parts = try Self.taxes(
        on: own.map(\.net), percent: percent, of: tax)
      for (party, part) in zip(own.map(\.party), parts) where part.minorUnits != 0 {
        try look(party, part, (key.entry, key.category))
      }
    }
  }

  /// A document's tax over who collects it, by the net amount each collects.
  static func taxes(
    on nets: [Money], percent: Exact, of tax: Money
  ) throws(BeyondLimits) -> [Money] {
    var parts: [Money] = []
    for net in nets {
      let exact = try net.exact.times(percent).divided(by: Exact(100))
      parts.append(try Money(nearest: exact, net.currency))
    }
    let most = nets.indices.max { nets[$0].minorUnits.magnitude < nets[$1].minorUnits.magnitude }
    guard let most else { return parts }
    var rest = tax
    for part in parts { rest = try rest.subtracting(part) }
    parts[most] = try parts[most].adding(rest)
    return parts
  }

  /// What one party collects for a month, each line and each document's tax.
  func collected(by party: String, _ month: Month) throws -> [PartnerStatement.Collected] {
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
        amount: try Money(total: row.integer(7), try currency(row)))
    }
    try eachCollected(month) { collector, amount, tax in
      guard collector == party, let tax, let number = try number(ofEntry: tax.entry) else { return }
      found.append(
        PartnerStatement.Collected(
          document: number, position: nil, reference: tax.category, amount: amount))
    }
    return found
  }
}
