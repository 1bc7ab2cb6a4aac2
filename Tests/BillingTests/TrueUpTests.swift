import ExactMoney
import SeededNumbers
import Testing

@testable import Billing

struct TrueUpTests {
  /// Three lines of 100 cents by thirds: the first gets the odd cent each time, 102 of its 100.
  @Test func theOddCentsOfTheMonthComeBack() {
    let first = Int128(-2 * 1_000_000_000), others = Int128(1_000_000_000)
    #expect(TrueUp.units(given: [102, 99, 99], leans: [first, others, others]) == [-2, 1, 1])
    // The mirror, a month of credit notes.
    #expect(
      TrueUp.units(given: [-102, -99, -99], leans: [-first, -others, -others]) == [2, -1, -1])
  }

  /// Three cents by halves: each is entitled to one and a half, the odd cent is the first one's.
  @Test func aTieGoesByTheOrder() {
    let third = Int128(333_333_333), half = Int128(500_000_000)
    #expect(TrueUp.units(given: [1, 2], leans: [half, -half]) == [1, -1])
    #expect(TrueUp.units(given: [2, 1], leans: [-half, half]) == [0, 0])
    #expect(TrueUp.units(given: [34, 33, 33], leans: [-666_666_666, third, third]) == [0, 0, 0])
    #expect(TrueUp.units(given: [], leans: []) == [])
  }

  @Test func theyComeToZeroAndNobodyIsOffByAUnit() {
    var numbers = SplitMix64(seed: 8)
    for _ in 0..<500 {
      let count = Int.random(in: 1...8, using: &numbers)
      let given = (0..<count).map { _ in Int64.random(in: -1_000_000...1_000_000, using: &numbers) }
      var leans = (1..<count).map { _ in
        Int128(Int64.random(in: -40_000_000_000...40_000_000_000, using: &numbers))
      }
      leans.append(-leans.reduce(0, +))
      let units = TrueUp.units(given: given, leans: leans)
      #expect(units.reduce(0, +) == 0)
      for (unit, lean) in zip(units, leans) {
        #expect((Int128(unit) * 1_000_000_000 - lean).magnitude < 1_000_000_000)
      }
    }
  }
}
