import ExactMoney
import TariffRules

/// A month's positions while they are added up.
struct MonthBooks {
  let terms: SettlementTerms
  private var currencies: [Currency: Settlement.InCurrency] = [:]

  init(_ terms: SettlementTerms) { self.terms = terms }

  mutating func billed(
    _ currency: Currency, _ kind: Document.Kind, _ billed: Settlement.Billed
  ) {
    currencies[currency, default: .init(currency: currency)].billed[kind] = billed
  }

  /// Changes a party's position; it is made where there is none.
  mutating func change(
    _ party: String, _ currency: Currency, _ body: (inout MonthlyPosition) throws -> Void
  ) throws {
    var own = currencies[currency] ?? .init(currency: currency)
    let index = own.positions.firstIndex { $0.party == party } ?? own.positions.count
    if index == own.positions.count { own.positions.append(.init(party: party, currency)) }
    try body(&own.positions[index])
    currencies[currency] = own
  }

  /// The positions with true-up, equity, what is carried and what is paid.
  func settled() throws -> [Settlement.InCurrency] {
    let isNothingBooked = currencies.values.allSatisfy(\.billed.isEmpty)
    return try currencies.values.sorted { $0.currency.code < $1.currency.code }.map { month in
      var month = month
      if isNothingBooked {
        // What was carried into it waits: a month without documents is not settled.
        for index in month.positions.indices {
          month.positions[index].carried = try month.positions[index].due()
        }
        month.positions = terms.ordered(month.positions, in: month.currency, \.party)
        return month
      }
      try setTrueUps(&month)
      try setEquity(&month)
      try setCarried(&month)
      let open = try month.positions.map { (party: $0.party, units: try $0.paid().minorUnits) }
      month.payments = try Netting.payments(open).map { payment in
        Payment(
          from: payment.from, to: payment.to,
          amount: try Money(total: payment.units, month.currency))
      }
      return month
    }
  }

  private func setTrueUps(_ month: inout Settlement.InCurrency) throws {
    month.positions = terms.ordered(month.positions, in: month.currency, \.party)
    guard month.positions.reduce(0, { $0 + $1.lean }) == 0 else {
      throw SettlementFault(what: "\(month.currency): the exact entitlements do not sum up")
    }
    let given = try month.positions.map { try $0.given().minorUnits }
    let units = TrueUp.units(given: given, leans: month.positions.map(\.lean))
    for (index, unit) in units.enumerated() {
      month.positions[index].trueUp = try Money(total: unit, month.currency)
    }
  }

  /// What the joint venture has earned goes to the partners by their equity.
  private func setEquity(_ month: inout Settlement.InCurrency) throws {
    let own = terms.jointVenture
    guard let index = month.positions.firstIndex(where: { $0.party == own }) else { return }
    let earned = try month.positions[index].entitlement()
    guard earned.minorUnits != 0 else { return }
    let partners = terms.ordered(terms.equity, in: month.currency, \.party)
    let allocation = try Allocation(of: earned.minorUnits, by: partners.map(\.fraction))
    month.positions[index].equity = earned.negated
    for (partner, part) in zip(partners, allocation.parts) {
      let amount = try Money(total: part.minorUnits, month.currency)
      if !month.positions.contains(where: { $0.party == partner.party }) {
        month.positions.append(.init(party: partner.party, month.currency))
      }
      guard let place = month.positions.firstIndex(where: { $0.party == partner.party }) else {
        continue
      }
      month.positions[place].equity = try month.positions[place].equity.adding(amount)
    }
    month.positions = terms.ordered(month.positions, in: month.currency, \.party)
  }

  /// A partner's balance under the threshold waits for the next month; who is no partner (any more)
  /// is paid. The joint venture is the other side of what waits, so that what is paid still sums to
  /// zero.
  private func setCarried(_ month: inout Settlement.InCurrency) throws {
    let own = terms.jointVenture
    let threshold = terms.threshold(month.currency)?.minorUnits ?? 0
    var other = Money.zero(month.currency)
    for index in month.positions.indices where terms.isPartner(month.positions[index].party) {
      let due = try month.positions[index].due()
      guard due.minorUnits.magnitude < threshold.magnitude else { continue }
      month.positions[index].carried = due
      other = try other.subtracting(due)
    }
    guard other.minorUnits != 0 else { return }
    if !month.positions.contains(where: { $0.party == own }) {
      month.positions.append(.init(party: own, month.currency))
    }
    guard let index = month.positions.firstIndex(where: { $0.party == own }) else { return }
    month.positions[index].carried = other
  }
}
