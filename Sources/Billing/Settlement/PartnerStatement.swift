import CSV
import ExactMoney
import TariffRules
import Unification

/// What one party gets for a month and what proves it: its own money alone, no other's contract.
public struct PartnerStatement {
  /// One of its shares of a line.
  public struct Line: Sendable, Equatable {
    /// The document and the line in it.
    public let place: DocumentLine.Place
    /// The consignment note number.
    public let reference: String
    /// The day of the contract of carriage.
    public let date: Day
    /// The lane.
    public let lane: String
    /// Which step of the agreement gave the share.
    public let kind: AgreementRule.Kind
    /// The line it corrects, where it stands in a credit or adjustment note.
    public let corrects: DocumentLine.Place?
    /// How much.
    public let amount: Money
    /// By how much the exact entitlement is above it, in billionths of a minor unit.
    public let lean: Int64
    /// What was divided, by what the party's part was measured, and the sum of all such measures;
    /// nil for a fixed amount.
    public let measure: (divided: Money, basis: Exact, bases: Exact)?

    /// Whether it stands in a credit or adjustment note.
    public var isCorrection: Bool { corrects != nil }

    /// Whether two lines say the same.
    public static func == (one: Line, other: Line) -> Bool {
      one.place == other.place && one.kind == other.kind && one.amount == other.amount
        && one.lean == other.lean && one.reference == other.reference
    }
  }

  /// What decides the sums in one currency.
  public struct Terms: Sendable {
    /// What the joint venture has earned, and the party's fraction of it; nil for who has none.
    public let equity: (divided: Money, fraction: Exact)?
    /// Under this amount the balance is carried on; nil: all is paid.
    public let threshold: Money?
    /// The payments it makes and receives.
    public let payments: [Payment]
  }

  /// The party's code.
  public let party: String
  /// Its full name.
  public let name: String
  /// Whether it is the joint venture itself.
  public let isOfJointVenture: Bool
  /// The month.
  public let month: Month
  /// How many shares of lines it has.
  public let shares: Int
  /// Its position in each currency.
  public let positions: [(currency: Currency, position: MonthlyPosition)]
  /// What decides it, for each of them.
  public let terms: [Currency: Terms]
  /// What its net due comes to in its own currency, for each currency but that.
  public let own: [(currency: Currency, own: Settlement.OwnCurrency)]

  /// What the reader should know: where no official rate is there.
  public var findings: [String] {
    own.filter { $0.own.due == nil }.map { item in
      "\(party): no official rate from \(item.currency) to \(item.own.currency) within "
        + "ten days up to \(month.last)"
    }
  }
}

extension Register {
  /// The statement of a party out of a month's settlement.
  func statement(
    of party: Party, in settlement: Settlement, _ tables: TariffTables, asOf: Day? = nil
  ) throws -> PartnerStatement {
    let now = TablesInForce(tables, on: settlement.month.last, asOf: asOf)
    return try statement(
      of: party.codeText, named: party.name, in: settlement,
      SettlementTerms(tables, settlement.month, asOf: asOf)
    ) { foreign in
      foreign == party.currency
        ? nil : (party.currency, now.official(from: foreign, to: party.currency))
    }
  }

  /// The same from what decides it.
  /// - Parameter own: the party's own currency and the rate to it, for each currency but that.
  func statement(
    of party: String, named name: String, in settlement: Settlement, _ terms: SettlementTerms,
    own: (Currency) -> (currency: Currency, official: Settlement.OfficialRate?)?
  ) throws -> PartnerStatement {
    let positions = settlement.currencies.compactMap { month in
      month.positions.first { $0.party == party }.map { (month.currency, $0) }
    }
    let owns = try positions.compactMap { currency, position in
      try own(currency).map { own in
        (
          currency,
          try Settlement.OwnCurrency(own.currency, own.official, of: try position.due())
        )
      }
    }
    let decided = try settlement.currencies.map { month in
      (month.currency, try self.terms(of: party, in: month, terms))
    }
    return PartnerStatement(
      party: party, name: name, isOfJointVenture: party == settlement.jointVenture,
      month: settlement.month, shares: try statementShares(of: party, settlement.month),
      positions: positions, terms: Dictionary(decided) { first, _ in first }, own: owns)
  }

  private func statementShares(of party: String, _ month: Month) throws -> Int {
    try database.first(
      """
      SELECT count(*) FROM documents d JOIN lines l USING (entry) JOIN shares s USING (line)
      WHERE d.booked = ? AND s.party = ?
      """, [.text(month.description), .text(party)]
    ) { Int($0.integer(0)) } ?? 0
  }

  private func terms(
    of party: String, in month: Settlement.InCurrency, _ terms: SettlementTerms
  ) throws -> PartnerStatement.Terms {
    let fraction = terms.equity.first { $0.party == party }?.fraction
    let own = month.positions.first { $0.party == terms.jointVenture }
    let isPartner = terms.isPartner(party)
    return PartnerStatement.Terms(
      equity: isPartner
        ? fraction.map { ((own?.equity ?? .zero(month.currency)).negated, $0) } : nil,
      threshold: isPartner ? terms.threshold(month.currency) : nil,
      payments: month.payments.filter { $0.from == party || $0.to == party })
  }

  /// The party's shares of lines, in the order of the documents.
  func statementLines(
    of party: String, _ month: Month
  ) throws -> [PartnerStatement.Line] {
    try database.all(
      """
      SELECT d.entry, d.series, d.year, d.number, l.corrects, d.currency, d.digits, l.position,
        l.reference, l.date, l.lane, l.divided, l.bases, s.kind, s.amount, s.lean, s.basis
      FROM documents d JOIN lines l USING (entry) JOIN shares s USING (line)
      WHERE d.booked = ? AND s.party = ? ORDER BY d.entry, l.position, s.position
      """, [.text(month.description), .text(party)]
    ) { row in
      guard let currency = Currency(code: row.text(5), minorDigits: Int(row.integer(6))),
        let kind = AgreementRule.Kind(rawValue: row.text(13)), let date = Day(row.text(9))
      else { throw DamagedEntry(entry: row.integer(0), what: "a share cannot be read") }
      var measure: (divided: Money, basis: Exact, bases: Exact)?
      if !row.isNull(11), !row.isNull(16), let basis = Exact(fraction: row.text(16)),
        let bases = Exact(fraction: row.text(12))
      {
        measure = (try Money(minorUnits: row.integer(11), currency), basis, bases)
      }
      let number = DocumentNumber(
        series: row.text(1), year: Int(row.integer(2)), number: Int(row.integer(3)))
      return PartnerStatement.Line(
        place: DocumentLine.Place(document: number, position: Int(row.integer(7))),
        reference: row.text(8), date: date, lane: row.text(10), kind: kind,
        corrects: row.isNull(4) ? nil : try place(ofLine: row.integer(4)),
        amount: try Money(minorUnits: row.integer(14), currency), lean: row.integer(15),
        measure: measure)
    }
  }
}

extension TablesInForce {
  /// The official rate of this day, with its place.
  fileprivate func official(from: Currency, to: Currency) -> Settlement.OfficialRate? {
    officialRate(from: from, to: to).map { exchange, rate in
      Settlement.OfficialRate(
        exchange: exchange, day: rate.date,
        source: .init(
          published: rate.published, file: tables.path(rate.mark), line: Int(rate.mark.line)))
    }
  }
}
