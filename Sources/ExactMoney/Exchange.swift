/// How a published figure turns an amount of one currency into another. Nothing is rounded here.
public enum Exchange: Hashable, Sendable {
  /// A rate: target units per one source unit.
  case multiply(by: Exact)
  /// A divisor: source units per one target unit (CHF ÷ 0.79 = USD).
  case divide(by: Exact)

  /// The exact amount in the target currency. Refused when it does not fit, and for a divisor of
  /// zero.
  public func convert(_ amount: Exact) throws(BeyondLimits) -> Exact {
    switch self {
    case .multiply(let rate): try amount.times(rate)
    case .divide(let divisor): try amount.divided(by: divisor)
    }
  }
}
