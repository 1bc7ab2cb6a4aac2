/// Which of the two neighbouring steps a value between them becomes.
public enum RoundingMode: String, CaseIterable, Sendable, BitwiseCopyable {
  /// To the nearer step; from the middle, away from zero.
  case halfAway = "half-away"
  /// To the nearer step; from the middle, to the even multiple.
  case halfEven = "half-even"
  /// Away from zero.
  case up
  /// Towards zero.
  case down
}

/// A rule of rounding: to multiples of a step, by a mode. The one place where anything is rounded.
public struct Rounding: Hashable, Sendable {
  /// The distance between two results, above zero: 0.01 for cents, 100 for hundreds.
  public let step: Exact
  /// How a value between two steps is decided.
  public let mode: RoundingMode

  /// Nil unless the step is above zero.
  public init?(step: Exact, mode: RoundingMode) {
    guard step > .zero else { return nil }
    self.step = step
    self.mode = mode
  }

  /// To the minor unit of a currency.
  public init(to currency: Currency, mode: RoundingMode) {
    self.step = currency.step
    self.mode = mode
  }
}

extension Money {
  /// The amount nearest to an exact one; from the middle, away from zero. Refused beyond the limit.
  public init(nearest exact: Exact, _ currency: Currency) throws(BeyondLimits) {
    let rounding = Rounding(to: currency, mode: .halfAway)
    try self.init(exactly: try exact.rounded(rounding), currency)
  }
}

extension Exact {
  /// The multiple of the rule's step that its mode asks for. Refused when a number does not fit.
  public func rounded(_ rounding: Rounding) throws(BeyondLimits) -> Exact {
    let steps = try divided(by: rounding.step)
    guard steps.denominator != 1 else { return self }
    let count = rounding.mode.whole(steps.numerator, over: steps.denominator)
    return try Exact(reduced: count, over: 1).times(rounding.step)
  }
}

extension RoundingMode {
  /// The whole number that this mode makes of a fraction whose denominator is above zero.
  public func whole(_ numerator: Int128, over denominator: Int128) -> Int128 {
    if let numerator = Int64(exactly: numerator), let denominator = Int64(exactly: denominator) {
      // Only −2⁶³ over −1 would not fit, and no denominator is below zero.
      return Int128(whole(numerator, over: denominator))
    }
    let (whole, rest) = dividing(numerator, by: denominator)
    // The denominator is at least 2 where there is a rest, so the whole part is under 2¹²⁶ and has
    // room for one more.
    return isAway(whole & 1 == 1, rest.magnitude, denominator.magnitude)
      ? whole + rest.signum() : whole
  }

  /// The same in machine words.
  @inlinable
  public func whole(_ numerator: Int64, over denominator: Int64) -> Int64 {
    let (whole, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    if rest == 0 { return whole }
    return isAway(whole & 1 == 1, rest.magnitude, denominator.magnitude)
      ? whole + rest.signum() : whole
  }

  /// The same for a numerator that is not below zero, where what the mode raises it by is known
  /// beforehand.
  @inlinable @inline(__always)
  public static func whole(_ numerator: Int64, lifted: Int64, over denominator: Int64) -> Int64 {
    (numerator &+ lifted) / denominator
  }

  /// What a numerator that is not below zero is raised by so that dividing it, without the rest,
  /// rounds it by this mode; nil where that depends on more than the denominator, which is above
  /// zero.
  public func lift(over denominator: Int64) -> Int64? {
    switch self {
    case .halfAway: denominator / 2
    case .halfEven: nil
    case .up: denominator - 1
    case .down: 0
    }
  }

  /// Whether a rest takes the whole part one further from zero.
  @inlinable @inline(__always)
  func isAway<Number: UnsignedInteger>(_ isOdd: Bool, _ rest: Number, _ of: Number) -> Bool {
    guard rest != 0 else { return false }
    // Compared with what is missing to the next step, as twice the rest might not fit.
    let missing = of - rest
    return switch self {
    case .halfAway: rest >= missing
    case .halfEven: rest > missing || (rest == missing && isOdd)
    case .up: true
    case .down: false
    }
  }
}
