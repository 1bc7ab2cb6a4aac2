import SeededNumbers
import Testing

@testable import ExactMoney

private func fraction(_ numerator: Int128, _ denominator: Int128) throws -> Exact {
  try #require(Exact(numerator, over: denominator))
}

private let largest = Int128.max  // 2¹²⁷ − 1, a prime

@Suite struct ExactTests {
  @Test func isReducedWithThePositivePartBelow() throws {
    let value = try fraction(6, -8)
    #expect(value.numerator == -3)
    #expect(value.denominator == 4)
    #expect(try fraction(-6, -8) == fraction(3, 4))
    #expect(try fraction(0, -7) == .zero)
    #expect(Exact(7) == Exact(Int64(7)))
    #expect(Exact(Int64.min).numerator == Int128(Int64.min))
  }

  @Test func partsThatDoNotFitAreNil() throws {
    #expect(Exact(1, over: 0) == nil)
    #expect(Exact(0, over: 0) == nil)
    #expect(Exact(.min, over: 0) == nil)
    #expect(Exact(.min, over: 1) == nil)
    #expect(Exact(.min, over: -1) == nil)
    #expect(Exact(1, over: .min) == nil)
    #expect(Exact(.min, over: 3) == nil)
    #expect(Exact(.min, over: .min) == .one)
    #expect(Exact(.min, over: 2)?.numerator == -1 << 126)
    #expect(Exact(2, over: .min) == Exact(-1, over: 1 << 126))
    #expect(Exact(0, over: .min) == .zero)
  }

  @Test func addsAndSubtracts() throws {
    #expect(try fraction(1, 6).plus(fraction(1, 10)) == fraction(4, 15))
    #expect(try fraction(1, 6).minus(fraction(1, 10)) == fraction(1, 15))
    #expect(try fraction(1, 3).minus(fraction(1, 3)) == .zero)
    #expect(try Exact(-5).plus(Exact(3)) == Exact(-2))
    #expect(try fraction(1, 2).plus(fraction(1, 2)) == .one)
  }

  @Test func multipliesAndDivides() throws {
    #expect(try fraction(-2, 3).times(fraction(9, 4)) == fraction(-3, 2))
    #expect(try fraction(-2, 3).divided(by: fraction(-4, 9)) == fraction(3, 2))
    #expect(try Exact.zero.divided(by: fraction(-4, 9)) == .zero)
    #expect(try Exact.zero.times(fraction(-4, 9)) == .zero)
    // Reduced crosswise first, so that neither product overflows.
    #expect(try fraction(largest, 3).times(fraction(3, largest)) == .one)
    #expect(try fraction(largest, 7).divided(by: fraction(largest, 7)) == .one)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let sum = BeyondLimits(what: "a sum of more than 38 digits")
    let product = BeyondLimits(what: "a product of more than 38 digits")
    let most = try fraction(largest, 1)
    #expect(throws: sum) { try most.plus(.one) }
    // −2¹²⁷ would fit in 128 bits, but it would have no negative.
    #expect(throws: sum) { try most.negated.minus(.one) }
    #expect(throws: product) { try most.times(Exact(2)) }
    #expect(throws: product) { try fraction(1 << 64, 1).times(fraction(-1 << 63, 1)) }
    #expect(try fraction(1 << 63, 1).times(fraction(-1 << 63, 1)).numerator == -1 << 126)
    #expect(throws: product) { try fraction(1, largest).times(fraction(1, 2)) }
    #expect(throws: sum) { try fraction(1, largest).plus(fraction(1, 2)) }
    #expect(throws: product) { try most.divided(by: fraction(1, 2)) }
    #expect(throws: BeyondLimits(what: "a division by zero")) { try most.divided(by: .zero) }
  }

  @Test func negatedAndMagnitude() throws {
    #expect(try fraction(-1, 3).negated == fraction(1, 3))
    #expect(try fraction(-1, 3).magnitude == fraction(1, 3))
    #expect(try fraction(1, 3).magnitude == fraction(1, 3))
    #expect(try fraction(largest, 1).negated.negated.numerator == largest)
    #expect(Exact.zero.negated.isZero)
    #expect(try fraction(-1, 3).isNegative)
    #expect(!Exact.zero.isNegative)
    #expect(try fraction(8, 4).isWhole)
    #expect(try !fraction(9, 4).isWhole)
  }

  @Test func comparesBeyondOneProduct() throws {
    // m/(m−1) = 1 + 1/(m−1) is less than (m−1)/(m−2) = 1 + 1/(m−2); their products need 254 bits.
    let less = try fraction(largest, largest - 1)
    let more = try fraction(largest - 1, largest - 2)
    #expect(less < more)
    #expect(!(more < less))
    #expect(!(less < less))
    #expect(more.negated < less.negated)
    #expect(less.negated < more)
    #expect(try fraction(-largest, 1) < fraction(1, largest))
    #expect(try fraction(1, 3) < fraction(1, 2))
    #expect(try fraction(-1, 2) < fraction(-1, 3))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithCommonDenominators(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let (a, b) = (
        Int.random(in: -999...999, using: &random), Int.random(in: 1...99, using: &random)
      )
      let (c, d) = (
        Int.random(in: -999...999, using: &random), Int.random(in: 1...99, using: &random)
      )
      let (first, second) = try (fraction(Int128(a), Int128(b)), fraction(Int128(c), Int128(d)))
      #expect(try first.plus(second) == fraction(Int128(a * d + c * b), Int128(b * d)))
      #expect(try first.minus(second) == fraction(Int128(a * d - c * b), Int128(b * d)))
      #expect(try first.times(second) == fraction(Int128(a * c), Int128(b * d)))
      #expect((first < second) == (a * d < c * b))
      guard c != 0 else { continue }
      #expect(try first.divided(by: second) == fraction(Int128(a * d), Int128(b * c)))
    }
  }

  @Test(arguments: [4, 5, 6] as [UInt64])
  func neverTrapsAndUndoesItself(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func part() -> Int128 {
      let edges: [Int128] = [0, 1, -1, .max, .min, .min + 1, .max - 1, 1 << 64, -1 << 63]
      if Bool.random(using: &random) { return edges.randomElement(using: &random) ?? 0 }
      return Int128.random(in: .min ... .max, using: &random)
        >> Int.random(in: 0...127, using: &random)
    }
    for _ in 0..<300 {
      guard let first = Exact(part(), over: part()), let second = Exact(part(), over: part())
      else { continue }
      #expect((first < second) == (second.negated < first.negated))
      #expect((first < second ? 1 : 0) + (second < first ? 1 : 0) + (first == second ? 1 : 0) == 1)
      if let sum = try? first.plus(second), let back = try? sum.minus(second) {
        #expect(back == first)
      }
      if let quotient = try? first.divided(by: second), let back = try? quotient.times(second) {
        #expect(back == first)
      }
    }
  }
}
