/// An amount in whole minor units of one currency, at most 10¹³ of them either way; totals of many
/// amounts are kept apart and may have 10¹⁷.
public struct Money: Hashable, Sendable {
  /// The most minor units an amount may have, either way.
  public static let limit: Int64 = 10_000_000_000_000
  /// The most minor units a total of many amounts may have, either way: those of a month.
  public static let totalLimit: Int64 = 100_000_000_000_000_000

  /// The amount in minor units: cents for USD.
  public let minorUnits: Int64
  /// The currency.
  public let currency: Currency

  /// An amount of minor units. Refused beyond the limit.
  public init(minorUnits: Int64, _ currency: Currency) throws(BeyondLimits) {
    try self.init(minorUnits, currency, limit: Money.limit)
  }

  /// A total of many amounts. Refused beyond the limit of totals.
  public init(total minorUnits: Int64, _ currency: Currency) throws(BeyondLimits) {
    try self.init(minorUnits, currency, limit: Money.totalLimit)
  }

  private init(_ minorUnits: Int64, _ currency: Currency, limit: Int64) throws(BeyondLimits) {
    guard minorUnits.magnitude <= limit.magnitude else {
      let most = Money.text(limit, currency)
      throw BeyondLimits(
        what: "an amount of \(Money.text(minorUnits, currency)) \(currency); the most is \(most)")
    }
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// An amount that is already whole minor units. Refused when it is not, and beyond the limit.
  public init(exactly amount: Exact, _ currency: Currency) throws(BeyondLimits) {
    try self.init(minorUnits: try Money.units(of: amount, currency), currency)
  }

  /// A total that is already whole minor units. Refused when it is not, and beyond the limit of
  /// totals.
  public init(exactTotal amount: Exact, _ currency: Currency) throws(BeyondLimits) {
    try self.init(total: try Money.units(of: amount, currency), currency)
  }

  private static func units(
    of amount: Exact, _ currency: Currency
  ) throws(BeyondLimits) -> Int64 {
    let units = try amount.divided(by: currency.step)
    guard units.isWhole else {
      throw BeyondLimits(what: "\(amount) \(currency), which is not whole minor units")
    }
    guard let minorUnits = Int64(exactly: units.numerator) else {
      throw BeyondLimits(what: "an amount of \(amount) \(currency)")
    }
    return minorUnits
  }

  /// Nothing, in a currency.
  public static func zero(_ currency: Currency) -> Money {
    Money(withinLimit: 0, currency)
  }

  private init(withinLimit minorUnits: Int64, _ currency: Currency) {
    self.minorUnits = minorUnits
    self.currency = currency
  }

  /// The amount in units of the currency: 12.5 for 1250 cents.
  public var exact: Exact {
    Exact(reducing: Int128(minorUnits), over: Int128(currency.minorUnitsPerUnit))
  }

  /// The sum. Refused for different currencies and beyond the limit.
  public func plus(_ other: Money) throws(BeyondLimits) -> Money {
    guard currency == other.currency else {
      throw BeyondLimits(what: "\(currency) and \(other.currency) added")
    }
    // Two totals within 10¹⁷ cannot overflow 64 bits.
    return try Money(minorUnits: minorUnits + other.minorUnits, currency)
  }

  /// The sum as a total. Refused for different currencies and beyond the limit of totals.
  public func adding(_ other: Money) throws(BeyondLimits) -> Money {
    guard currency == other.currency else {
      throw BeyondLimits(what: "\(currency) and \(other.currency) added")
    }
    return try Money(total: minorUnits + other.minorUnits, currency)
  }

  /// The difference as a total. Refused for different currencies and beyond the limit of totals.
  public func subtracting(_ other: Money) throws(BeyondLimits) -> Money {
    try adding(other.negated)
  }

  /// The difference. Refused for different currencies and beyond the limit.
  public func minus(_ other: Money) throws(BeyondLimits) -> Money {
    guard currency == other.currency else {
      throw BeyondLimits(what: "\(other.currency) subtracted from \(currency)")
    }
    return try Money(minorUnits: minorUnits - other.minorUnits, currency)
  }

  /// So many times the amount. Refused beyond the limit.
  public func times(_ count: Int) throws(BeyondLimits) -> Money {
    let (product, overflow) = minorUnits.multipliedReportingOverflow(by: Int64(count))
    guard !overflow else { throw BeyondLimits(what: "\(count) times \(self)") }
    return try Money(minorUnits: product, currency)
  }

  /// The same amount with the other sign.
  public var negated: Money {
    Money(withinLimit: -minorUnits, currency)
  }

  /// The amount with all its minor digits, without code or separators: "2330.10", "-0.05".
  public var amountText: String { Money.text(minorUnits, currency) }

  private static func text(_ minorUnits: Int64, _ currency: Currency) -> String {
    let (whole, rest) = minorUnits.magnitude.quotientAndRemainder(
      dividingBy: currency.minorUnitsPerUnit.magnitude)
    let sign = minorUnits < 0 ? "-" : ""
    guard currency.minorDigits > 0 else { return "\(sign)\(whole)" }
    // 1 followed by the minor digits keeps the zeros after the point.
    let digits = String(currency.minorUnitsPerUnit.magnitude + rest).dropFirst()
    return "\(sign)\(whole).\(digits)"
  }
}

extension Money: CustomStringConvertible {
  /// The amount and its currency: "2330.10 USD".
  public var description: String { "\(amountText) \(currency)" }
}
