import SeededNumbers
import Testing

@testable import Billing

struct NettingTests {
  private typealias Balances = [(party: String, units: Int64)]

  /// Balances that sum to zero; many of them small, so that some sum to zero among themselves.
  private static func balances(_ count: Int, _ numbers: inout SplitMix64) -> Balances {
    var units = (1..<count).map { _ in Int64.random(in: -4...4, using: &numbers) }
    units.append(-units.reduce(0, +))
    return units.enumerated().map { ("P\($0.offset)", $0.element) }
  }

  private static func expectSettled(_ balances: Balances, _ payments: [Payments]) {
    var open = Dictionary(uniqueKeysWithValues: balances.map { ($0.party, $0.units) })
    for payment in payments {
      #expect(payment.units > 0)
      open[payment.from, default: 0] += payment.units
      open[payment.to, default: 0] -= payment.units
    }
    #expect(open.values.allSatisfy { $0 == 0 }, "\(balances) by \(payments)")
    // Who is owed never pays, and who owes is never paid.
    let owed = Set(balances.filter { $0.units > 0 }.map(\.party))
    #expect(payments.allSatisfy { owed.contains($0.to) && !owed.contains($0.from) })
  }

  private typealias Payments = (from: String, to: String, units: Int64)

  /// Every way to put the balances into groups that sum to zero is tried: a group of n needs n − 1
  /// payments at most, and fewer only if it falls into smaller groups.
  private static func fewest(_ balances: [Int64], _ groups: [Int64] = [], _ made: Int = 0) -> Int {
    guard let first = balances.first else {
      return groups.allSatisfy { $0 == 0 } ? made - groups.count : .max
    }
    let rest = Array(balances.dropFirst())
    var best = fewest(rest, groups + [first], made + 1)
    for index in groups.indices {
      var joined = groups
      joined[index] += first
      best = min(best, fewest(rest, joined, made + 1))
    }
    return best
  }

  @Test func noFewerPaymentsWouldDo() {
    var numbers = SplitMix64(seed: 20_261_126)
    for round in 0..<250 {
      let balances = Self.balances(2 + round % 6, &numbers)
      let payments = Netting.payments(balances)
      Self.expectSettled(balances, payments)
      let open = balances.map(\.units).filter { $0 != 0 }
      #expect(payments.count == Self.fewest(open), "\(balances) by \(payments)")
    }
  }

  @Test func aMonthByHand() {
    // 30 and 20 are owed to A and B, 30 is owed by D, 20 by C: two payments, not three.
    let payments = Netting.payments([("A", 30), ("B", 20), ("C", -20), ("D", -30)])
    #expect(payments.count == 2)
    #expect(payments.contains { $0 == ("D", "A", 30) })
    #expect(payments.contains { $0 == ("C", "B", 20) })
    #expect(Netting.payments([]).isEmpty)
    #expect(Netting.payments([("A", 0)]).isEmpty)
  }

  @Test func manyPartiesAreSettledToo() {
    var numbers = SplitMix64(seed: 3)
    for count in [16, 17, 40] {
      let balances = Self.balances(count, &numbers)
      let payments = Netting.payments(balances)
      Self.expectSettled(balances, payments)
      #expect(payments.count < count)
    }
  }
}
