extension Allocation {
  /// A minor unit in the units that entitlements are kept in beyond it: billionths.
  public static let billionths: Int64 = 1_000_000_000

  /// For each part, by how much its exact entitlement is above what it got (negative: below), in
  /// billionths of a minor unit.
  ///
  /// Billionths, too, are given out by largest remainder, so that the leans sum to zero and a month
  /// of them can be added up without losing anything. Refused where a number does not fit.
  public func leans() throws(AllocationError) -> [Int64] {
    let odd = parts.reduce(Int64(0)) { $0 + $1.oddUnits }
    guard odd != 0 else { return parts.map { _ in 0 } }
    var fractions: [Exact] = []
    for part in parts {
      let floor = Exact(part.minorUnits.magnitude64 - part.oddUnits.magnitude64)
      do throws(BeyondLimits) {
        fractions.append(try part.exact.magnitude.minus(floor))
      } catch {
        throw .beyondLimits(error)
      }
    }
    // The fractions add up to the odd units: there are fewer of them than parts.
    let given = try Allocation(of: odd * Self.billionths, by: fractions)
    return zip(parts, given.parts).map { part, billionths in
      billionths.minorUnits - part.oddUnits * Self.billionths
    }
  }
}

extension Int64 {
  /// The magnitude; amounts are far within 63 bits.
  fileprivate var magnitude64: Int64 { Int64(truncatingIfNeeded: magnitude) }
}
