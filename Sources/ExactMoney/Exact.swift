/// An exact rational number. Always reduced, with a denominator above zero.
///
/// Both parts lie within ±(2¹²⁷ − 1): `Int128.min` is left out, so that every value has a negative.
/// No operation rounds and none traps; what does not fit is refused with `BeyondLimits`.
public struct Exact: Hashable, Sendable {
  /// The part above the line; carries the sign.
  public let numerator: Int128
  /// The part below the line; always above zero, and 1 for a whole number.
  public let denominator: Int128

  /// 0.
  public static let zero = Exact(reduced: 0, over: 1)
  /// 1.
  public static let one = Exact(reduced: 1, over: 1)

  /// A whole number.
  public init(_ integer: Int) {
    self.init(reduced: Int128(integer), over: 1)
  }

  /// A whole number.
  public init(_ integer: Int64) {
    self.init(reduced: Int128(integer), over: 1)
  }

  /// A fraction, reduced. Nil for a zero denominator, or when a reduced part is beyond ±(2¹²⁷ − 1).
  public init?(_ numerator: Int128, over denominator: Int128) {
    guard denominator != 0 else { return nil }
    let divisor = greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    guard let top = Int128(exactly: numerator.magnitude / divisor),
      let bottom = Int128(exactly: denominator.magnitude / divisor)
    else { return nil }
    self.init(reduced: (numerator < 0) == (denominator < 0) ? top : -top, over: bottom)
  }

  /// For parts known to be reduced, with `denominator` above zero and no part `Int128.min`.
  init(reduced numerator: Int128, over denominator: Int128) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// For parts known to have `denominator` above zero and no part `Int128.min`.
  init(reducing numerator: Int128, over denominator: Int128) {
    if denominator == 1 {
      self.init(reduced: numerator, over: 1)
      return
    }
    let divisor = Int128(greatestCommonDivisor(numerator.magnitude, denominator.magnitude))
    self.init(reduced: without(divisor, numerator), over: without(divisor, denominator))
  }
}

/// Thrown when a result is beyond the limits of its type. The wording for people is the caller's.
public struct BeyondLimits: Error, Hashable, Sendable {
  /// What did not fit, as a short noun phrase: "a product of more than 38 digits".
  public let what: String

  /// Names what did not fit.
  public init(what: String) {
    self.what = what
  }
}

extension Exact {
  /// The sum. Refused when it does not fit over the least common denominator.
  public func plus(_ other: Exact) throws(BeyondLimits) -> Exact {
    if denominator == 1 && other.denominator == 1 {
      return Exact(reduced: try added(numerator, other.numerator), over: 1)
    }
    // Knuth's way: with the common divisor taken out first, the parts stay as small as they can.
    let shared = Int128(
      greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude))
    let sum = try added(
      try multiplied(numerator, without(shared, other.denominator)),
      try multiplied(other.numerator, without(shared, denominator)))
    let divisor = Int128(greatestCommonDivisor(sum.magnitude, shared.magnitude))
    return Exact(
      reduced: without(divisor, sum),
      over: try multiplied(without(shared, denominator), without(divisor, other.denominator)))
  }

  /// The difference. Refused when it does not fit over the least common denominator.
  public func minus(_ other: Exact) throws(BeyondLimits) -> Exact {
    try plus(other.negated)
  }

  /// The product. Refused when it does not fit.
  public func times(_ other: Exact) throws(BeyondLimits) -> Exact {
    if denominator == 1 && other.denominator == 1 {
      return Exact(reduced: try multiplied(numerator, other.numerator), over: 1)
    }
    // Reduced crosswise first, so that what is multiplied is already the reduced result.
    let first = Int128(greatestCommonDivisor(numerator.magnitude, other.denominator.magnitude))
    let second = Int128(greatestCommonDivisor(other.numerator.magnitude, denominator.magnitude))
    return Exact(
      reduced: try multiplied(without(first, numerator), without(second, other.numerator)),
      over: try multiplied(without(second, denominator), without(first, other.denominator)))
  }

  /// The quotient. Refused when it does not fit, and when the divisor is zero.
  public func divided(by divisor: Exact) throws(BeyondLimits) -> Exact {
    guard divisor.numerator != 0 else { throw BeyondLimits(what: "a division by zero") }
    let sign: Int128 = divisor.numerator < 0 ? -1 : 1
    return try times(
      Exact(reduced: sign * divisor.denominator, over: sign * divisor.numerator))
  }

  /// The same amount with the other sign.
  public var negated: Exact {
    Exact(reduced: -numerator, over: denominator)
  }

  /// The amount without its sign.
  public var magnitude: Exact {
    numerator < 0 ? negated : self
  }

  /// Whether there is no fraction.
  public var isWhole: Bool { denominator == 1 }

  /// Whether this is zero.
  public var isZero: Bool { numerator == 0 }

  /// Whether this is below zero.
  public var isNegative: Bool { numerator < 0 }
}

extension Exact: Comparable {
  /// Compares by value; never overflows.
  public static func < (left: Exact, right: Exact) -> Bool {
    if left.denominator == right.denominator { return left.numerator < right.numerator }
    let first = left.numerator.multipliedReportingOverflow(by: right.denominator)
    let second = right.numerator.multipliedReportingOverflow(by: left.denominator)
    if !first.overflow && !second.overflow { return first.partialValue < second.partialValue }
    let wideFirst = left.numerator.multipliedFullWidth(by: right.denominator)
    let wideSecond = right.numerator.multipliedFullWidth(by: left.denominator)
    return (wideFirst.high, wideFirst.low) < (wideSecond.high, wideSecond.low)
  }
}

/// The sum, refused when it is beyond ±(2¹²⁷ − 1).
private func added(_ left: Int128, _ right: Int128) throws(BeyondLimits) -> Int128 {
  let (sum, overflow) = left.addingReportingOverflow(right)
  guard !overflow, sum != .min else { throw BeyondLimits(what: "a sum of more than 38 digits") }
  return sum
}

/// The product, refused when it is beyond ±(2¹²⁷ − 1).
private func multiplied(_ left: Int128, _ right: Int128) throws(BeyondLimits) -> Int128 {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  guard !overflow, product != .min else {
    throw BeyondLimits(what: "a product of more than 38 digits")
  }
  return product
}

/// Divides towards zero by a divisor above zero; in one machine word where both fit, as it is much
/// faster.
func dividing(_ value: Int128, by divisor: Int128) -> (quotient: Int128, remainder: Int128) {
  guard let word = Int64(exactly: value), let divisorWord = Int64(exactly: divisor) else {
    return value.quotientAndRemainder(dividingBy: divisor)
  }
  let (quotient, remainder) = word.quotientAndRemainder(dividingBy: divisorWord)
  return (Int128(quotient), Int128(remainder))
}

/// What is left of a number when a common divisor is taken out.
private func without(_ divisor: Int128, _ value: Int128) -> Int128 {
  divisor == 1 ? value : dividing(value, by: divisor).quotient
}

/// Euclid's algorithm, in one machine word as soon as both fit. Zero only for two zeros.
private func greatestCommonDivisor(_ first: UInt128, _ second: UInt128) -> UInt128 {
  var (large, small) = (first, second)
  while small != 0 {
    if let wordLarge = UInt64(exactly: large), let wordSmall = UInt64(exactly: small) {
      return UInt128(greatestCommonDivisor(wordLarge, wordSmall))
    }
    (large, small) = (small, large % small)
  }
  return large
}

/// Euclid's algorithm in one machine word.
private func greatestCommonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
  var (large, small) = (first, second)
  while small != 0 { (large, small) = (small, large % small) }
  return large
}
