import ExactMoney

/// Fairness over the month: odd cents lean towards someone line by line; once a month everybody's
/// exact entitlement is given out as a whole.
enum TrueUp {
  /// What brings each party from what it was given to its part of the month, in minor units. The
  /// parts sum to zero, and nobody ends more than one minor unit from its exact entitlement.
  /// - Parameters:
  ///   - given: whole minor units given line by line.
  ///   - leans: by how much the exact entitlement is above them, in billionths; they sum to zero.
  /// - Returns: one for each, ties in their order.
  static func units(given: [Int64], leans: [Int128]) -> [Int64] {
    let total = given.reduce(Int128(0)) { $0 + Int128($1) }
    let sign: Int128 = total < 0 ? -1 : 1
    let whole = Int128(Allocation.billionths)
    // A month below zero is the mirror of one above.
    let exact = zip(given, leans).map { sign * (Int128($0) * whole + $1) }
    var units = exact.map { value in
      let (quotient, rest) = value.quotientAndRemainder(dividingBy: whole)
      return rest < 0 ? quotient - 1 : quotient
    }
    let fractions = zip(exact, units).map { $0 - $1 * whole }
    let left = sign * total - units.reduce(0, +)
    let favoured = fractions.indices.sorted { one, other in
      fractions[one] == fractions[other] ? one < other : fractions[one] > fractions[other]
    }.prefix(Int(clamping: left))
    for index in favoured { units[index] += 1 }
    return zip(units, given).map { Int64(clamping: sign * $0 - Int128($1)) }
  }
}
