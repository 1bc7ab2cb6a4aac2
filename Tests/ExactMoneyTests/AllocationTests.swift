import SeededNumbers
import Testing

@testable import ExactMoney

private func weights(_ texts: [String]) throws -> [Exact] {
  try texts.map { try Exact(decimal: $0) }
}

@Suite struct AllocationTests {
  /// Expected figures from Python's fractions.
  @Test(
    arguments: [
      (100, ["1", "1", "1"], [34, 33, 33]),
      (5, ["3", "2", "2"], [2, 2, 1]),
      (7, ["0.1", "0.2", "0.3", "0.4"], [1, 1, 2, 3]),
      (4990, ["3013", "446", "515"], [3783, 560, 647]),
      (233_010, ["1850", "412.5", "0", "67.6"], [185_000, 41_250, 0, 6760]),
      (1, ["0", "1", "1"], [0, 1, 0]),
      (1, ["0.001", "999"], [0, 1]),
      (0, ["1", "2"], [0, 0]),
      (0, ["0"], [0]),
      (9, ["5"], [9]),
      (
        .max, ["1", "1", "1"],
        [3_074_457_345_618_258_603, 3_074_457_345_618_258_602, 3_074_457_345_618_258_602]
      ),
      (.min, ["2", "1"], [-6_148_914_691_236_517_205, -3_074_457_345_618_258_603]),
      (.min, ["0", "1"], [0, .min]),
    ] as [(Int64, [String], [Int64])])
  func divides(total: Int64, texts: [String], expected: [Int64]) throws {
    let allocation = try Allocation(of: total, by: weights(texts))
    #expect(allocation.parts.map(\.minorUnits) == expected)
  }

  @Test func saysWhoGotTheOddUnitAndWhatEachIsEntitledTo() throws {
    let parts = try Allocation(of: -5, by: weights(["3", "2", "2"])).parts
    #expect(parts.map(\.minorUnits) == [-2, -2, -1])
    #expect(parts.map(\.oddUnits) == [0, -1, 0])
    #expect(parts.map(\.exact.description) == ["-15/7", "-10/7", "-10/7"])
    let thirds = try #require(Exact(1, over: 3))
    let shares = try Allocation(of: 100_000, by: [thirds, thirds, thirds]).parts
    #expect(shares.map(\.minorUnits) == [33_334, 33_333, 33_333])
    #expect(shares.map(\.oddUnits) == [1, 0, 0])
  }

  @Test func refusesWhatCannotBeDivided() throws {
    #expect(throws: AllocationError.noWeights) { try Allocation(of: 0, by: []) }
    #expect(throws: AllocationError.noPositiveWeight) {
      try Allocation(of: 1, by: [.zero, .zero])
    }
    #expect(throws: AllocationError.negativeWeight(index: 1)) {
      try Allocation(of: 1, by: weights(["1", "-1"]))
    }
    #expect(throws: AllocationError.negativeWeight(index: 0)) {
      try Allocation(of: 0, by: weights(["-1"]))
    }
    let most = try #require(Exact(.max, over: 1))
    let what = "a sum of more than 38 digits"
    #expect(throws: AllocationError.beyondLimits(BeyondLimits(what: what))) {
      try Allocation(of: 1, by: [most, most])
    }
  }

  @Test(arguments: [21, 22, 23] as [UInt64])
  func keepsItsPromises(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let total =
        Int64.random(in: 0...1_000_000_000_000, using: &random)
        >> Int.random(in: 0...40, using: &random)
      var weights = try (0..<Int.random(in: 1...8, using: &random)).map { _ in
        let top = Int128.random(in: 0...9999, using: &random)
        return try #require(
          Exact(top % 5 == 0 ? 0 : top, over: .random(in: 1...12, using: &random)))
      }
      weights.append(.one)
      let parts = try Allocation(of: total, by: weights).parts
      let mirror = try Allocation(of: -total, by: weights).parts
      #expect(parts.map(\.minorUnits).reduce(0, +) == total)
      #expect(try parts.map(\.exact).reduce(.zero) { try $0.plus($1) } == Exact(total))
      #expect(parts.map(\.minorUnits) == mirror.map { -$0.minorUnits })
      #expect(parts.map(\.exact) == mirror.map(\.exact.negated))
      #expect(parts.map(\.oddUnits) == mirror.map { -$0.oddUnits })
      for (part, weight) in zip(parts, weights) {
        let gap = try Exact(part.minorUnits).minus(part.exact)
        #expect(gap.magnitude < .one)
        #expect(part.oddUnits == (gap > .zero ? 1 : 0))
        if weight.isZero { #expect(part.minorUnits == 0) }
      }
      try checkOddUnitsGoToTheLargestFractions(parts)
    }
  }

  /// Nobody without an odd unit has a larger fraction than somebody with one, or the same one
  /// earlier.
  private func checkOddUnitsGoToTheLargestFractions(_ parts: [Allocation.Part]) throws {
    let fractions = try parts.map { part in
      try part.exact.minus(Exact(part.minorUnits - part.oddUnits))
    }
    for with in parts.indices where parts[with].oddUnits == 1 {
      for without in parts.indices where parts[without].oddUnits == 0 {
        let isFair =
          fractions[with] > fractions[without]
          || (fractions[with] == fractions[without] && with < without)
        #expect(isFair)
      }
    }
  }
}
