/// Why a total cannot be divided.
public enum AllocationError: Error, Hashable, Sendable {
  /// There is nobody to divide among.
  case noWeights
  /// A weight is below zero; its place in the order, from 0.
  case negativeWeight(index: Int)
  /// All weights are zero, yet there is something to divide.
  case noPositiveWeight
  /// A number on the way does not fit.
  case beyondLimits(BeyondLimits)

  /// What is the matter, for people.
  public var what: String {
    switch self {
    case .noWeights: "no weights"
    case .negativeWeight(let index): "weight \(index + 1) is negative"
    case .noPositiveWeight: "only zeros"
    case .beyondLimits(let error): "\(error.what) does not fit"
    }
  }
}

/// A total divided in whole minor units by largest remainder; nothing is lost or made.
///
/// Everyone gets the whole part of the exact entitlement, and the units left over go one each to
/// the
/// largest fractions, ties in the order of the weights. A zero weight never receives. A negative
/// total is divided as the mirror of the positive one.
public struct Allocation: Hashable, Sendable {
  /// What one weight gets.
  public struct Part: Hashable, Sendable {
    /// The whole minor units it gets, signed as the total.
    public let minorUnits: Int64
    /// The exact entitlement in minor units, signed as the total.
    public let exact: Exact
    /// The minor units it gets beyond its floor (towards zero): 0, or 1 or −1 as the total's sign.
    public let oddUnits: Int64
  }

  /// One part per weight, in their order.
  public let parts: [Part]

  /// Divides a total of minor units by weights of zero or more. At least one weight is needed, and
  /// one above zero unless the total is zero.
  public init(of total: Int64, by weights: [Exact]) throws(AllocationError) {
    guard !weights.isEmpty else { throw .noWeights }
    if let index = weights.firstIndex(where: \.isNegative) { throw .negativeWeight(index: index) }
    guard total == 0 || weights.contains(where: { !$0.isZero }) else { throw .noPositiveWeight }
    let entitlements: [Exact]
    do throws(BeyondLimits) {
      entitlements = try Allocation.entitlements(to: total.magnitude, by: weights)
    } catch {
      throw .beyondLimits(error)
    }
    var units = entitlements.map { dividing($0.numerator, by: $0.denominator).quotient }
    let left = Int128(total.magnitude) - units.reduce(0, +)
    // The fractions add up to the units left. Each is under one, so more than `left` of them are
    // above zero (or none is left): a zero weight is never among the first.
    let favoured = Allocation.orderByFraction(entitlements, units).prefix(Int(left))
    for index in favoured { units[index] += 1 }
    let sign = total.signum()
    parts = entitlements.indices.map { index in
      let entitlement = entitlements[index]
      let floor = dividing(entitlement.numerator, by: entitlement.denominator).quotient
      return Part(
        // Within the total's magnitude, so within 64 bits once it has the total's sign.
        minorUnits: Int64(truncatingIfNeeded: Int128(sign) * units[index]),
        exact: sign < 0 ? entitlement.negated : entitlement,
        oddUnits: sign * Int64(truncatingIfNeeded: units[index] - floor))
    }
  }

  /// `total × weight ÷ sum of the weights`, for each weight.
  private static func entitlements(
    to total: UInt64, by weights: [Exact]
  ) throws(BeyondLimits) -> [Exact] {
    guard total != 0 else { return weights.map { _ in .zero } }
    let whole = Exact(reduced: Int128(total), over: 1)
    var sum = Exact.zero
    for weight in weights { sum = try sum.plus(weight) }
    var entitlements: [Exact] = []
    for weight in weights {
      entitlements.append(try weight.divided(by: sum).times(whole))
    }
    return entitlements
  }

  /// The places of the entitlements, the largest fraction over its whole units first.
  private static func orderByFraction(_ entitlements: [Exact], _ units: [Int128]) -> [Int] {
    let fractions = zip(entitlements, units).map { entitlement, units in
      Exact(
        reduced: entitlement.numerator - units * entitlement.denominator,
        over: entitlement.denominator)
    }
    return fractions.indices.sorted { first, second in
      fractions[first] == fractions[second]
        ? first < second : fractions[first] > fractions[second]
    }
  }
}
