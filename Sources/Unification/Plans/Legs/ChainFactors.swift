import ExactMoney
import TariffRules

/// The product of the coefficients that apply, of conversion and of mark-ups: worked out exactly
/// once for each set of them.
struct ChainFactors: ~Copyable {
  private struct Entry {
    var links: UInt64 = 0
    var key: UInt64 = .max
    var factor: Ratio?
  }

  private let entries: UnsafeMutablePointer<Entry>
  private static let bits = 11

  init() {
    entries = .allocate(capacity: 1 << Self.bits)
    entries.initialize(repeating: Entry(), count: 1 << Self.bits)
  }

  deinit { entries.deallocate() }

  /// Nil where a chain has a floor or ceiling, where nothing converts, or where it does not fit.
  /// - Parameter exchange: the number of what converts the money of the leg.
  @inline(__always)
  mutating func factor(
    links: UInt64, from currency: Int, charge: Int, carrier: Int, exchange: UInt16,
    _ setting: LegReckoner.Setting
  ) -> Ratio? {
    guard currency >= 0 else { return nil }
    let key =
      UInt64(currency) | UInt64(setting.target) << 8 | UInt64(carrier) << 16
      | UInt64(charge) << 28 | UInt64(exchange) << 40 | UInt64(setting.regimeNumber) << 56
    let mixed = (links &* 0x9E37_79B9_7F4A_7C15 ^ key) &* 0xFF51_AFD7_ED55_8CCD
    let slot = entries + Int(truncatingIfNeeded: mixed &>> UInt64(64 - Self.bits))
    if slot.pointee.key == key && slot.pointee.links == links { return slot.pointee.factor }
    let factor = Self.product(links, currency, charge, carrier, setting)
    slot.pointee = Entry(links: links, key: key, factor: factor)
    return factor
  }

  @inline(never)
  private static func product(
    _ links: UInt64, _ currency: Int, _ charge: Int, _ carrier: Int,
    _ setting: LegReckoner.Setting
  ) -> Ratio? {
    let regime = setting.day.book.regime
    let chain = regime.chains[carrier]
    let matches = chain.indices.map { links & 1 << UInt64($0) != 0 }
    let applying = Coefficient.applying(chain, matches: matches).filter { !chain[$0].isIncluded }
    var product = Exact.one
    var way = Way()
    do {
      // In the order of the exact calculation, which is refused for what is too long on its way.
      for index in applying where chain[index].step != .markUp {
        guard chain[index].step == .coefficient else { return nil }
        product = try product.times(chain[index].value)
        way.pass(product)
      }
      let converted = try converted(
        product, regime.currencies[currency], regime.charges[carrier][charge].conversion,
        setting.day.now, to: setting.currency, &way)
      guard let converted else { return nil }
      product = converted
      way.pass(product)
      for index in applying where chain[index].step == .markUp {
        product = try product.times(chain[index].value)
        way.pass(product)
      }
      return way.isShort(to: product) ? Ratio(product) : nil
    } catch { return nil }
  }

  /// The numbers that the exact calculation passes on its way to a factor.
  struct Way {
    private var top: UInt128 = 0, below: UInt128 = 0

    mutating func pass(_ number: Exact) {
      top = max(top, number.numerator.magnitude)
      below = max(below, number.denominator.magnitude)
    }

    /// Whether none was so much longer than the factor itself that it could overflow, with a rate
    /// of 62 bits and a weight of 34, where the factor does not.
    func isShort(to factor: Exact) -> Bool {
      let short: UInt128 = 1 << 30
      return top <= max(short, factor.numerator.magnitude)
        && below <= max(short, factor.denominator.magnitude)
    }
  }

  /// An amount converted as a charge says; nil where nothing converts it on that day.
  /// - Parameter way: notes the numbers on the way there.
  static func converted(
    _ amount: Exact, _ from: Currency, _ conversion: ChargeRule.Conversion, _ now: TablesInForce,
    to target: Currency, _ way: inout Way
  ) throws -> Exact? {
    var (amount, from) = (amount, from)
    if from == target { return amount }
    if case .divisor(let number) = conversion {
      let divisors = now.tables.divisors[number]
      guard divisors.from == from, let period = divisors.period(on: now.day, asOf: now.asOf)
      else { return nil }
      amount = try Exchange.divide(by: period.divisor).convert(amount)
      way.pass(amount)
      from = divisors.to
    }
    if from == target { return amount }
    return try now.officialRate(from: from, to: target)?.exchange.convert(amount)
  }
}
