import ExactMoney

/// Nets balances into the fewest payments.
///
/// Balances that sum to zero among themselves are settled among themselves with one payment fewer
/// than parties; so the fewest payments come from the most such groups. With up to `mostExact`
/// parties the most groups are found by going through all sets of parties; beyond that equal
/// opposites are paired and the rest settled as one group.
enum Netting {
  static let mostExact = 16

  /// The payments that bring every balance to zero.
  /// - Parameter balances: what each party is owed (negative: owes), in minor units; they sum to
  ///   zero.
  static func payments(
    _ balances: [(party: String, units: Int64)]
  ) -> [(from: String, to: String, units: Int64)] {
    let open = balances.filter { $0.units != 0 }
    let groups = open.count <= mostExact ? mostGroups(open) : pairs(open)
    return groups.flatMap(settle)
  }

  /// The most groups that sum to zero, by dynamic programming over all sets of parties.
  private static func mostGroups(
    _ open: [(party: String, units: Int64)]
  ) -> [[(party: String, units: Int64)]] {
    let count = open.count
    guard count > 0 else { return [] }
    let all = (1 << count) - 1
    var sums = [Int64](repeating: 0, count: all + 1)
    var most = [Int8](repeating: 0, count: all + 1)
    for set in 1...all {
      let first = set.trailingZeroBitCount
      sums[set] = sums[set & (set - 1)] &+ open[first].units
      var best: Int8 = 0
      for index in 0..<count where set & (1 << index) != 0 {
        best = max(best, most[set & ~(1 << index)])
      }
      most[set] = best + (sums[set] == 0 ? 1 : 0)
    }
    // Taking parties away one by one along the best way, a group ends where the rest sums to zero.
    var groups: [[(party: String, units: Int64)]] = []
    var group: [(party: String, units: Int64)] = []
    var set = all
    while set != 0 {
      let want = most[set] - (sums[set] == 0 ? 1 : 0)
      let next = (0..<count).first { set & (1 << $0) != 0 && most[set & ~(1 << $0)] == want }
      guard let next else { break }
      group.append(open[next])
      set &= ~(1 << next)
      if sums[set] == 0 {
        groups.append(group)
        group = []
      }
    }
    return group.isEmpty ? groups : groups + [group]
  }

  private static func pairs(
    _ open: [(party: String, units: Int64)]
  ) -> [[(party: String, units: Int64)]] {
    var rest = open
    var groups: [[(party: String, units: Int64)]] = []
    var index = 0
    while index < rest.count {
      let units = rest[index].units
      if let twin = rest[(index + 1)...].firstIndex(where: { $0.units == -units }) {
        groups.append([rest[index], rest[twin]])
        rest.remove(at: twin)
        rest.remove(at: index)
      } else {
        index += 1
      }
    }
    return groups + [rest]
  }

  /// Within a group the largest debtor pays the largest creditor, until nobody owes.
  private static func settle(
    _ group: [(party: String, units: Int64)]
  ) -> [(from: String, to: String, units: Int64)] {
    var open = group
    var payments: [(from: String, to: String, units: Int64)] = []
    while let payer = open.indices.min(by: { open[$0].units < open[$1].units }),
      let payee = open.indices.max(by: { open[$0].units < open[$1].units }),
      open[payer].units < 0, open[payee].units > 0
    {
      let units = min(-open[payer].units, open[payee].units)
      payments.append((open[payer].party, open[payee].party, units))
      open[payer].units += units
      open[payee].units -= units
    }
    return payments
  }
}
