import ExactMoney

/// Amounts of many consignments on two sides, summed in minor units of one currency.
///
/// A year of consignments may sum to more than one amount may be, so the sums are exact numbers.
public struct Tally: Sendable, Hashable {
  /// The consignments that had a part in it.
  public private(set) var count = 0
  /// The sum on each side.
  public private(set) var before = Exact.zero, after = Exact.zero

  /// Nothing yet.
  public init() {}

  /// After less before.
  public var difference: Exact { (try? after.minus(before)) ?? .zero }

  /// Adds a consignment's amounts; a side that has none is nil.
  public mutating func add(
    _ before: Money?, _ after: Money?, consignments: Int = 1
  ) throws(BeyondLimits) {
    count += consignments
    if let before { self.before = try self.before.plus(Exact(before.minorUnits)) }
    if let after { self.after = try self.after.plus(Exact(after.minorUnits)) }
  }

  /// Adds another tally.
  public mutating func add(_ other: Tally) throws(BeyondLimits) {
    count += other.count
    before = try before.plus(other.before)
    after = try after.plus(other.after)
  }
}

/// Tallies by name, for one currency each: by lane, by party, by customer.
public struct Tallies: Sendable {
  /// What a tally is of.
  public struct Key: Hashable, Sendable, Comparable {
    /// The currency.
    public let currency: Currency
    /// The lane, party, customer or charge.
    public let name: String

    /// By currency, then by name.
    public static func < (left: Key, right: Key) -> Bool {
      (left.currency.code, left.name) < (right.currency.code, right.name)
    }
  }

  /// The tallies.
  public private(set) var byKey: [Key: Tally] = [:]

  /// None yet.
  public init() {}

  /// Adds amounts under a name.
  public mutating func add(
    _ name: String, _ currency: Currency, before: Money?, after: Money?
  ) throws(BeyondLimits) {
    try byKey[Key(currency: currency, name: name), default: Tally()].add(before, after)
  }

  /// The names of a currency with their tallies, in order.
  public func list(_ currency: Currency) -> [(name: String, tally: Tally)] {
    byKey.filter { $0.key.currency == currency }.sorted { $0.key < $1.key }
      .map { ($0.key.name, $0.value) }
  }

  /// The currencies, in order.
  public var currencies: [Currency] {
    Set(byKey.keys.map(\.currency)).sorted { $0.code < $1.code }
  }

  /// The sum over the names of a currency.
  public func sum(_ currency: Currency) -> Tally {
    list(currency).reduce(into: Tally()) { sum, item in try? sum.add(item.tally) }
  }
}

extension Exact {
  /// So many minor units as an amount of a currency: "2330.10".
  public func amountText(_ currency: Currency) -> String {
    let amount = try? times(currency.step)
    return amount.flatMap { $0.text(digits: currency.minorDigits) } ?? "\(self)"
  }
}
