import ExactMoney

/// A fraction on the way to an amount, not reduced. What does not fit makes it unusable, never
/// wrong: then the exact calculation is asked.
struct WideRatio {
  private var numerator: Int128
  private var denominator: Int128
  private var hasOverflowed = false

  @inline(__always)
  init(_ ratio: Ratio) {
    numerator = Int128(ratio.numerator)
    denominator = Int128(ratio.denominator)
  }

  @inline(__always)
  mutating func multiply(_ ratio: Ratio) {
    multiply(ratio.numerator)
    divide(ratio.denominator)
  }

  @inline(__always)
  mutating func multiply(_ number: Int64) {
    if number != 1 { numerator = product(numerator, number) }
  }

  @inline(__always)
  mutating func divide(_ number: Int64) {
    if number != 1 { denominator = product(denominator, number) }
  }

  @inline(__always)
  private mutating func product(_ part: Int128, _ number: Int64) -> Int128 {
    // Two words always fit, and mostly there are no more.
    if let word = Self.word(part) { return Int128(word) &* Int128(number) }
    let (product, overflow) = part.multipliedReportingOverflow(by: Int128(number))
    if overflow { hasOverflowed = true }
    return product
  }

  /// The same number in a machine word; nil where it needs more.
  @inline(__always)
  private static func word(_ part: Int128) -> Int64? {
    let word = Int64(truncatingIfNeeded: part)
    return Int128(word) == part ? word : nil
  }

  /// To multiples of a step, or of one part of so many.
  @inline(__always)
  mutating func round(to step: Ratio?, orParts parts: Int64, _ mode: RoundingMode) {
    var top: Int64 = 1
    var below = parts
    if let step { (top, below) = (step.numerator, step.denominator) }
    // It is a multiple already: mostly as it was rounded to the same parts before.
    if top == 1 && denominator == Int128(below) { return }
    multiply(below)
    divide(top)
    if hasOverflowed { return }
    // In words it is done here, by a function that can be inlined.
    if let top = Self.word(numerator), let below = Self.word(denominator) {
      numerator = Int128(mode.whole(top, over: below))
    } else {
      numerator = mode.whole(numerator, over: denominator)
    }
    denominator = Int128(below)
    multiply(top)
  }

  /// The amount in minor units; nil if it is none, or beyond the limits.
  @inline(__always)
  func minorUnits(_ perUnit: Int64) -> Int64? {
    var wide = self
    if denominator == Int128(perUnit) {
      wide.denominator = 1
    } else {
      wide.multiply(perUnit)
    }
    if wide.hasOverflowed { return nil }
    guard let units = wide.whole, units.magnitude <= Money.limit.magnitude else { return nil }
    return Int64(truncatingIfNeeded: units)
  }

  /// The whole number that it is; nil if it is none.
  @inline(__always)
  private var whole: Int128? {
    if denominator == 1 { return numerator }
    if let top = Self.word(numerator), let below = Self.word(denominator) {
      // No denominator is below one.
      let (quotient, rest) = top.quotientAndRemainder(dividingBy: below)
      return rest == 0 ? Int128(quotient) : nil
    }
    let (quotient, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    return rest == 0 ? quotient : nil
  }

  /// The same in lowest terms; nil where a part needs more than 62 bits.
  var reduced: Ratio? {
    hasOverflowed ? nil : Exact(numerator, over: denominator).flatMap { Ratio($0) }
  }
}
