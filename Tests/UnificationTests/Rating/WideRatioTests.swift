import ExactMoney
import SeededNumbers
import Testing

@testable import Unification

/// A fraction on the way to an amount is what the exact one is, in words and beyond them.
@Suite struct WideRatioTests {
  private static func ratio(_ top: Int64, _ below: Int64 = 1) -> Ratio {
    var ratio = Ratio()
    (ratio.numerator, ratio.denominator) = (top, below)
    return ratio
  }

  /// 12.345 for a tonne, 27.3 t: 12.35 rounded first, 337.155 then, 337.16 at the end.
  @Test func roundsByHand() {
    var value = WideRatio(Self.ratio(12_345, 1000))
    value.round(to: nil, orParts: 100, .halfAway)
    #expect(value.minorUnits(100) == 1235)
    value.multiply(27_300_000)
    value.divide(1_000_000)
    #expect(value.minorUnits(100) == nil, "it is no whole number of cents")
    value.round(to: nil, orParts: 100, .halfAway)
    #expect(value.minorUnits(100) == 33_716)
    value.round(to: Self.ratio(5), orParts: 100, .up)
    #expect(value.minorUnits(100) == 34_000)
    value.round(to: Self.ratio(1, 2), orParts: 100, .down)
    #expect(value.minorUnits(100) == 34_000 && value.minorUnits(1) == 340)
  }

  /// What needs more than 128 bits is none, and what is beyond the limits either.
  @Test func saysWhatDoesNotFit() {
    var value = WideRatio(Self.ratio(Int64.max))
    #expect(value.minorUnits(1) == nil)
    value.multiply(Int64.max)
    value.multiply(Int64.max)
    value.divide(Int64.max)
    value.divide(Int64.max)
    #expect(value.minorUnits(1) == nil && value.reduced == nil)
  }

  /// Numbers of any size, multiplied, divided and rounded twice as charges are.
  @Test func agreesWithExactNumbers() throws {
    var random = SplitMix64(seed: 27)
    func number(_ random: inout SplitMix64) -> Int64 {
      Int64.random(in: 1...(1 << Int64.random(in: 1...40, using: &random)), using: &random)
    }
    var (priced, wide) = (0, 0)
    for _ in 0..<20_000 {
      let mode = RoundingMode.allCases.randomElement(using: &random) ?? .up
      let step =
        [nil, Self.ratio(1, 100), Self.ratio(1, 2), Self.ratio(100)].randomElement(
          using: &random) ?? nil
      let parts: Int64 = Bool.random(using: &random) ? 100 : 1
      let start = Self.ratio(
        Bool.random(using: &random) ? number(&random) : -number(&random), number(&random))
      let factors = (0..<3).map { _ in Self.ratio(number(&random), number(&random)) }
      var value = WideRatio(start)
      for factor in factors[0..<2] { value.multiply(factor) }
      value.round(to: step, orParts: parts, mode)
      value.multiply(factors[2])
      value.round(to: nil, orParts: parts, mode)
      let rounding = [step ?? Self.ratio(1, parts), Self.ratio(1, parts)].compactMap {
        Self.exact($0).flatMap { Rounding(step: $0, mode: mode) }
      }
      let expected = try? factors[0..<2].compactMap(Self.exact)
        .reduce(try #require(Self.exact(start))) { try $0.times($1) }
        .rounded(rounding[0]).times(try #require(Self.exact(factors[2]))).rounded(rounding[1])
        .times(Exact(parts))
      guard let expected else { continue }
      #expect(expected.denominator == 1)
      let isWithin = expected.numerator.magnitude <= Money.limit.magnitude
      if let units = value.minorUnits(parts) {
        #expect(Int128(units) == expected.numerator)
        priced += 1
      } else if isWithin {
        wide += 1
      }
    }
    #expect(priced > 8000 && wide < 1000, "\(priced) priced, \(wide) left to the exact numbers")
  }

  private static func exact(_ ratio: Ratio) -> Exact? {
    Exact(Int128(ratio.numerator), over: Int128(ratio.denominator))
  }
}
