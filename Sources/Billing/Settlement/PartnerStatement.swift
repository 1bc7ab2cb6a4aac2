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

  /// The party.
  public let party: Party
  /// Whether it is the joint venture itself.
  public let isOfJointVenture: Bool
  /// The month.
  public let month: Month
  /// Its lines, in the order of the documents.
  public let lines: [Line]
  /// What it collects from customers.
  public let collected: [Collected]
  /// Its position in each currency.
  public let positions: [(currency: Currency, position: MonthlyPosition)]
  /// What decides it, for each of them.
  public let terms: [Currency: Terms]
  /// What its net due comes to in its own currency, for each currency but that.
  public let own: [(currency: Currency, own: Settlement.OwnCurrency)]

  /// What the reader should know: where no official rate is there.
  public var findings: [String] {
    own.filter { $0.own.due == nil }.map { item in
      "\(party.codeText): no official rate from \(item.currency) to \(item.own.currency) within "
        + "ten days up to \(month.last)"
    }
  }
}

extension Register {
  /// The statement of a party out of a month's settlement.
  public func statement(
    of party: Party, in settlement: Settlement, _ tables: TariffTables, asOf: Day? = nil
  ) throws -> PartnerStatement {
    let now = TablesInForce(tables, on: settlement.month.last, asOf: asOf)
    let positions = settlement.currencies.compactMap { month in
      month.positions.first { $0.party == party.codeText }.map { (month.currency, $0) }
    }
    let own = try positions.filter { $0.0 != party.currency }.map { currency, position in
      (currency, try now.own(try position.due(), in: party.currency))
    }
    let terms = try SettlementTerms(tables, settlement.month, asOf: asOf)
    let decided = try settlement.currencies.map { month in
      (month.currency, try self.terms(of: party.codeText, in: month, terms))
    }
    return PartnerStatement(
      party: party, isOfJointVenture: party.codeText == settlement.jointVenture,
      month: settlement.month,
      lines: try statementLines(of: party.codeText, settlement.month),
      collected: try collected(by: party.codeText, settlement.month),
      positions: positions, terms: Dictionary(decided) { first, _ in first }, own: own)
  }

  private func terms(
    of party: String, in month: Settlement.InCurrency, _ terms: SettlementTerms
  ) throws -> PartnerStatement.Terms {
    let fraction = terms.equity.first { $0.party == party }?.fraction
    let own = month.positions.first { $0.party == terms.jointVenture.codeText }
    let isPartner = terms.isPartner(party)
    return PartnerStatement.Terms(
      equity: isPartner
        ? fraction.map { ((own?.equity ?? .zero(month.currency)).negated, $0) } : nil,
      threshold: isPartner ? terms.threshold(month.currency) : nil,
      payments: month.payments.filter { $0.from == party || $0.to == party })
  }

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
  /// An amount in a party's own currency at the official rate of this day.
  fileprivate func own(
    _ amount: Money, in currency: Currency
  ) throws -> Settlement.OwnCurrency {
    guard let official = officialRate(from: amount.currency, to: currency) else {
      return Settlement.OwnCurrency(
        currency: currency, day: nil, due: nil, rate: "", official: nil)
    }
    let exact = try official.exchange.convert(amount.exact)
    let rounding = Rounding(to: currency, mode: .halfAway)
    let sign = if case .multiply = official.exchange { "×" } else { "÷" }
    return Settlement.OwnCurrency(
      currency: currency, day: official.rate.date,
      due: try Money(exactTotal: try exact.rounded(rounding), currency),
      rate: "\(sign) \(official.rate.rate)",
      official: Settlement.OfficialRate(
        exchange: official.exchange, published: official.rate.published, mark: official.rate.mark))
  }
}
