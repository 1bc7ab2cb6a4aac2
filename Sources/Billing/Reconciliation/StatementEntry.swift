import ExactMoney
import TariffRules

/// All shares of a party in one line of a document: what a row of the partner's file is held
/// against.
struct StatementEntry: Sendable {
  /// Where the line stands.
  let place: DocumentLine.Place
  /// The consignment note number.
  let reference: String
  /// The day of the contract of carriage.
  let date: Day
  /// The shares, one for each step of the agreement that gave one.
  let lines: [PartnerStatement.Line]
  /// Their sum.
  let amount: Money
  /// By how much the exact entitlement is above it, in billionths of a minor unit.
  let lean: Int64

  /// The entries of a statement, in the order of the documents.
  static func entries(
    of lines: [PartnerStatement.Line]
  ) throws(BeyondLimits) -> [StatementEntry] {
    var entries: [StatementEntry] = []
    var rest = lines[...]
    while let first = rest.first {
      let own = rest.prefix { $0.place == first.place }
      rest = rest.dropFirst(own.count)
      var amount = Money.zero(first.amount.currency)
      for line in own { amount = try amount.plus(line.amount) }
      entries.append(
        StatementEntry(
          place: first.place, reference: first.reference, date: first.date, lines: Array(own),
          amount: amount, lean: own.reduce(0) { $0 + $1.lean }))
    }
    return entries
  }

  /// The exact entitlement, to a billionth of a minor unit.
  func exact() throws(BeyondLimits) -> Exact {
    guard let lean = Exact(Int128(lean), over: Int128(Allocation.billionths)) else {
      return amount.exact
    }
    return try amount.exact.plus(lean.times(amount.currency.step))
  }
}

/// How amounts of the documents become those of the partner's file.
struct StatementConversion: Sendable {
  /// The currency of the file's amounts.
  let currency: Currency
  /// The official rate; nil where the currencies are the same.
  let official: (exchange: Exchange, rate: DailyRates.Row)?

  /// An exact amount, not rounded.
  func convert(_ amount: Exact) throws(BeyondLimits) -> Exact {
    try official?.exchange.convert(amount) ?? amount
  }

  /// An amount as the statement converts it: to the minor unit, half away from zero.
  func convert(_ amount: Money) throws(BeyondLimits) -> Money {
    guard official != nil else { return amount }
    return try money(try convert(amount.exact))
  }

  /// To the minor unit of the file's currency, half away from zero.
  func money(_ exact: Exact) throws(BeyondLimits) -> Money {
    try Money(nearest: exact, currency)
  }
}
