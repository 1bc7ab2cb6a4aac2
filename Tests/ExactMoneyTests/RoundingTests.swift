import SeededNumbers
import Testing

@testable import ExactMoney

private func decimal(_ text: String) throws -> Exact { try Exact(decimal: text) }

@Suite struct RoundingTests {
  /// value, step, then half-away, half-even, up, down
  @Test(arguments: [
    ["12.665", "0.01", "12.67", "12.66", "12.67", "12.66"],
    ["12.675", "0.01", "12.68", "12.68", "12.68", "12.67"],
    ["-12.665", "0.01", "-12.67", "-12.66", "-12.67", "-12.66"],
    ["12.6649", "0.01", "12.66", "12.66", "12.67", "12.66"],
    ["12.6651", "0.01", "12.67", "12.67", "12.67", "12.66"],
    ["0.5", "1", "1", "0", "1", "0"],
    ["-0.5", "1", "-1", "0", "-1", "0"],
    ["1.5", "1", "2", "2", "2", "1"],
    ["-2.5", "1", "-3", "-2", "-3", "-2"],
    ["0.01", "1", "0", "0", "1", "0"],
    ["0", "1", "0", "0", "0", "0"],
    ["3", "1", "3", "3", "3", "3"],
    ["2", "5", "0", "0", "5", "0"],
    ["2.5", "5", "5", "0", "5", "0"],
    ["7.5", "5", "10", "10", "10", "5"],
    ["1049", "100", "1000", "1000", "1100", "1000"],
    ["1.13", "0.05", "1.15", "1.15", "1.15", "1.1"],
    ["1.125", "0.05", "1.15", "1.1", "1.15", "1.1"],
  ])
  func roundsByHand(row: [String]) throws {
    for (mode, expected) in zip([.halfAway, .halfEven, .up, .down] as [RoundingMode], row[2...]) {
      let rounding = try #require(try Rounding(step: decimal(row[1]), mode: mode))
      #expect(try decimal(row[0]).rounded(rounding) == decimal(expected), "\(mode)")
    }
  }

  @Test func aStepMustBeAboveZero() throws {
    #expect(Rounding(step: .zero, mode: .up) == nil)
    #expect(Rounding(step: Exact(-1), mode: .up) == nil)
  }

  @Test func aCurrencyHasItsStep() throws {
    let dinar = try #require(Currency(code: "BHD", minorDigits: 3))
    #expect(try decimal("1.2345").rounded(Rounding(to: dinar, mode: .halfAway)) == decimal("1.235"))
    #expect(Rounding(to: dinar, mode: .up).step == Exact(1, over: 1000))
  }

  @Test func tablesNameTheModes() {
    #expect(RoundingMode.allCases.map(\.rawValue) == ["half-away", "half-even", "up", "down"])
  }

  @Test func holdsAtTheEdges() throws {
    let whole = try #require(Rounding(step: .one, mode: .halfAway))
    let half = try #require(Exact(.max, over: 2))  // 2¹²⁶ − ½
    #expect(try half.rounded(whole) == Exact(1 << 126, over: 1))
    #expect(try half.negated.rounded(whole) == Exact(-1 << 126, over: 1))
    let most = try #require(Exact(.max, over: 1))
    #expect(try most.rounded(whole) == most)
    let least = try #require(Exact(1, over: .max))
    #expect(try least.rounded(whole) == .zero)
    let cents = try #require(try Rounding(step: decimal("0.01"), mode: .up))
    #expect(throws: BeyondLimits.self) { try most.rounded(cents) }
    // Up from 3/2 of a step of 2/3 of the range goes beyond it.
    let step = try #require(Exact(.max / 3 * 2, over: 1))
    let wide = try #require(Rounding(step: step, mode: .up))
    #expect(throws: BeyondLimits.self) { try most.rounded(wide) }
  }

  /// The slow definition: walk up from zero step by step, then choose between the two neighbours.
  private func slowly(_ value: Exact, _ step: Exact, _ mode: RoundingMode) throws -> Exact {
    var (below, count) = (Exact.zero, 0)
    while try below.plus(step) <= value.magnitude {
      below = try below.plus(step)
      count += 1
    }
    let above = try below.plus(step)
    let (down, up) = try (value.magnitude.minus(below), above.minus(value.magnitude))
    let isUp =
      switch mode {
      case .halfAway: down > up || down == up
      case .halfEven: down > up || (down == up && count % 2 == 1)
      case .up: down > .zero
      case .down: false
      }
    let result = isUp ? above : below
    return value.isNegative ? result.negated : result
  }

  @Test(arguments: [11, 12] as [UInt64])
  func agreesWithTheSlowDefinition(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<150 {
      let top = Int128.random(in: -600...600, using: &random)
      let bottom = Int128.random(in: 1...20, using: &random)
      let value = try #require(Exact(top, over: bottom))
      let step = try #require(
        Exact(.random(in: 3...60, using: &random), over: .random(in: 1...6, using: &random)))
      for mode in RoundingMode.allCases {
        let rounding = try #require(Rounding(step: step, mode: mode))
        let rounded = try value.rounded(rounding)
        #expect(try rounded == slowly(value, step, mode), "\(value) to \(step) \(mode)")
        #expect(try rounded.rounded(rounding) == rounded)
        #expect(try value.negated.rounded(rounding) == rounded.negated)
      }
    }
  }

  /// Raised by that much a numerator is rounded by dividing it without the rest.
  @Test func liftRounds() {
    for below in Int64(1)...40 {
      for top in Int64(0)...170 {
        let (floor, rest) = (top / below, top % below)
        let ways: [(RoundingMode, Int64)] = [
          (.halfAway, 2 * rest >= below ? floor + 1 : floor), (.up, rest > 0 ? floor + 1 : floor),
          (.down, floor),
        ]
        for (mode, rounded) in ways {
          let lifted = mode.lift(over: below).map {
            RoundingMode.whole(top, lifted: $0, over: below)
          }
          if lifted != rounded { Issue.record("\(top) over \(below), \(mode)") }
        }
      }
    }
    #expect(RoundingMode.halfEven.lift(over: 2) == nil)
  }
}
