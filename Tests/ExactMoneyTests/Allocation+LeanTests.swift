import ExactMoney
import SeededNumbers
import Testing

struct AllocationLeanTests {
  /// 100 in three: 34, 33, 33 for 33⅓ each. In billionths 333 333 333⅓ each of the one left over;
  /// the billionth that is left goes to the first.
  @Test func thirds() throws {
    let allocation = try Allocation(of: 100, by: [.one, .one, .one])
    #expect(try allocation.leans() == [-666_666_666, 333_333_333, 333_333_333])
    let mirror = try Allocation(of: -100, by: [.one, .one, .one])
    #expect(try mirror.leans() == [666_666_666, -333_333_333, -333_333_333])
  }

  @Test func whatDividesEvenlyLeansNowhere() throws {
    #expect(try Allocation(of: 90, by: [.one, Exact(2)]).leans() == [0, 0])
    #expect(try Allocation(of: 0, by: [.zero]).leans() == [0])
  }

  @Test func leansSumToZeroAndAreWithinABillionthOfTheTruth() throws {
    var numbers = SplitMix64(seed: 31)
    for _ in 0..<300 {
      let weights = (0..<Int.random(in: 1...7, using: &numbers)).map { _ in
        Exact(Int.random(in: 0...99_999, using: &numbers))
      }
      guard weights.contains(where: { !$0.isZero }) else { continue }
      let total = Int64.random(in: -1_000_000...1_000_000, using: &numbers)
      let allocation = try Allocation(of: total, by: weights)
      let leans = try allocation.leans()
      #expect(leans.reduce(0, +) == 0)
      for (part, lean) in zip(allocation.parts, leans) {
        let exact = try part.exact.minus(Exact(part.minorUnits)).times(Exact(1_000_000_000))
        #expect(try exact.minus(Exact(lean)).magnitude < .one)
      }
    }
  }
}
