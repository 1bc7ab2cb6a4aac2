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
    if number == 1 { return }
    let (product, overflow) = numerator.multipliedReportingOverflow(by: Int128(number))
    numerator = product
    if overflow { hasOverflowed = true }
  }

  @inline(__always)
  mutating func divide(_ number: Int64) {
    if number == 1 { return }
    let (product, overflow) = denominator.multipliedReportingOverflow(by: Int128(number))
    denominator = product
    if overflow { hasOverflowed = true }
  }

  /// To multiples of a step, or of one part of so many.
  @inline(__always)
  mutating func round(to step: Ratio?, orParts parts: Int64, _ mode: RoundingMode) {
    var top: Int64 = 1
    var below = parts
    if let step { (top, below) = (step.numerator, step.denominator) }
    multiply(below)
    divide(top)
    if hasOverflowed { return }
    numerator = mode.whole(numerator, over: denominator)
    denominator = Int128(below)
    multiply(top)
  }

  /// The amount in minor units; nil if it is none, or beyond the limits.
  @inline(__always)
  func minorUnits(_ perUnit: Int64) -> Int64? {
    let (product, overflow) = numerator.multipliedReportingOverflow(by: Int128(perUnit))
    guard !hasOverflowed, !overflow else { return nil }
    var units = product
    if denominator != Int128(perUnit) {
      let (quotient, rest) = product.quotientAndRemainder(dividingBy: denominator)
      guard rest == 0 else { return nil }
      units = quotient
    } else {
      units = numerator
    }
    guard units.magnitude <= Money.limit.magnitude else { return nil }
    return Int64(truncatingIfNeeded: units)
  }

  /// The same in lowest terms; nil where a part needs more than 62 bits.
  var reduced: Ratio? {
    hasOverflowed ? nil : Exact(numerator, over: denominator).flatMap { Ratio($0) }
  }
}
