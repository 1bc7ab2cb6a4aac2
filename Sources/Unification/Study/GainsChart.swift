import ExactMoney

/// Gains and losses as bars to the right and to the left of an axis, all to one scale.
struct GainsChart {
  /// How long the longest bar is.
  static let width = 24

  private let most: Exact

  /// The scale of some amounts.
  init(_ amounts: [Exact]) {
    most = amounts.map(\.magnitude).max() ?? .zero
  }

  /// `      ---|` or `         |+++++`: a whole bar for the largest amount, at least one sign for
  /// any.
  func bar(_ amount: Exact) -> String {
    let length = length(amount.magnitude)
    let blank = String(repeating: " ", count: Self.width - (amount.isNegative ? length : 0))
    let bar = String(repeating: amount.isNegative ? "-" : "+", count: length)
    return amount.isNegative ? blank + bar + "|" : blank + "|" + bar
  }

  private func length(_ amount: Exact) -> Int {
    guard !amount.isZero, let one = Rounding(step: .one, mode: .halfAway),
      let part = try? amount.divided(by: most).times(Exact(Self.width)).rounded(one)
    else { return 0 }
    return max(1, Int(part.numerator))
  }
}
