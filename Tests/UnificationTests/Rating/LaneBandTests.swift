import ExactMoney
import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// A band adds up what its legs cost, and says what each of them does.
@Suite struct LaneBandTests {
  private static let tonne: Int64 = 1_000_000
  /// The highest charge.
  private static let limit: Int64 = 10_000_000_000_000

  /// A leg, and what it costs, worked out in wide numbers.
  private struct Leg {
    var amount: Int64 = 0, perStep: Int64 = 0
    var step: Int64 = LaneBandTests.tonne
    /// Minor units for each thousandth of a kilogram, rounded up or half away from zero.
    var top: Int64 = 0, below: Int64 = 1, isUp = false
    var kilometres: Int32 = 1

    func cost(_ weight: Int64) -> Int64 {
      if perStep == 0 && top == 0 { return amount }
      let steps = (Int128(weight) + Int128(step) - 1) / Int128(step)
      let product = steps * Int128(step) * Int128(top)
      let more = isUp ? Int128(below) - 1 : 0
      let part =
        isUp ? (product + more) / Int128(below) : (product * 2 + Int128(below)) / Int128(below * 2)
      return Int64(clamping: Int128(amount) + Int128(perStep) * steps + part)
    }

    var answer: LegAnswer {
      var answer = LegAnswer(.priced)
      (answer.amount, answer.perStep, answer.step) = (amount, perStep, Int32(step))
      (answer.low, answer.kilometres) = (0, kilometres)
      return answer
    }

    var rounded: PerWeight { PerWeight(top: top, below: below, mode: isUp ? .up : .halfAway) }
  }

  /// What a band says: the sum, and what each leg costs.
  private struct Said: Equatable {
    var sum: Int64?
    var legs: [Int64]
  }

  /// Makes a band of legs, and asks it for weights.
  private static func said(_ legs: [Leg], _ weights: [Int64]) throws -> [Said] {
    var legBook = LegBook()
    var memory = Arena(bytes: 1 << 16)
    let answers = memory.take(UnsafePointer<LegAnswer>.self, legs.count)
    var band = LaneBandMaker(answers, legs: legs.count)
    let kinds = LegKinds(1)
    let series = legBook.series(kinds[0], 0, 0)
    for (index, leg) in legs.enumerated() {
      let answer = legBook.keep(leg.answer, (leg.rounded, PerWeight()), series)
      let isPriced = band.add(index, try #require(answer))
      #expect(isPriced)
    }
    let kept = band.kept(in: &memory)
    // Of what it was made of it needs nothing more.
    answers.withMemoryRebound(to: UInt.self, capacity: legs.count) {
      $0.update(repeating: 8, count: legs.count)
    }
    let kilometres = LaneBand.kilometres(kept)
    #expect(legs.indices.map { kilometres[$0] } == legs.map(\.kilometres))
    let list = memory.take(Int64.self, legs.count)
    let odd = memory.take(Int64.self, legs.count)
    return weights.map { weight in
      list.update(repeating: -77, count: legs.count)
      odd.update(repeating: -78, count: legs.count)
      let sum = LaneBand.sum(kept, weight, odd: odd)
      LaneBand.write(kept, weight, odd: odd, to: list)
      return Said(sum: sum, legs: legs.indices.map { list[$0] })
    }
  }

  private static func expect(_ legs: [Leg], _ weights: [Int64]) throws {
    for (weight, said) in zip(weights, try said(legs, weights)) {
      let costs = legs.map { $0.cost(weight) }
      let sum = costs.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
      let isWithin = costs.allSatisfy { abs($0) <= limit } && abs(sum) <= limit
      #expect(said.sum == (isWithin ? sum : nil), "\(legs) for \(weight)")
      if isWithin { #expect(said.legs == costs, "\(legs) for \(weight)") }
    }
  }

  private static func weights(_ random: inout SplitMix64) -> [Int64] {
    [0, 1, tonne - 1, tonne, tonne + 1, 10_000 * tonne]
      + (0..<20).map { _ in Int64.random(in: 0...10_000 * tonne, using: &random) }
      + (0..<20).map { _ in Int64.random(in: 0...70 * tonne, using: &random) }
  }

  @Test func legsThatNoWeightChanges() throws {
    let legs = [Leg(amount: 120_050, kilometres: 300), Leg(), Leg(amount: 7, kilometres: -1)]
    let said = try Self.said(legs, [0, 20 * Self.tonne, Facts.absent])
    #expect(said == Array(repeating: Said(sum: 120_057, legs: [120_050, 0, 7]), count: 3))
  }

  /// 12.00 and 0.50 for each started tonne.
  @Test func legsByTheTonne() throws {
    let legs = [Leg(amount: 100, perStep: 1200), Leg(amount: 3), Leg(perStep: 50)]
    let said = try Self.said(legs, [0, 1, 2 * Self.tonne, 2 * Self.tonne + 1])
    #expect(
      said == [
        Said(sum: 103, legs: [100, 3, 0]), Said(sum: 1353, legs: [1300, 3, 50]),
        Said(sum: 2603, legs: [2500, 3, 100]), Said(sum: 3853, legs: [3700, 3, 150]),
      ])
  }

  /// Beside one by the tonne: one by each 100 kg, one to be rounded, one beyond 32 bits, and one
  /// that costs so much for a tonne.
  @Test func oddLegs() throws {
    let legs = [
      Leg(perStep: 10), Leg(amount: 1, perStep: 2, step: 100_000),
      Leg(top: 1, below: 3_000_000), Leg(amount: 3_000_000_000),
      Leg(amount: 5, perStep: 4_000_000_000), Leg(amount: -3_000_000_000),
    ]
    let said = try Self.said(legs, [2_350_000])
    let costs: [Int64] = [30, 1 + 2 * 24, 1, 3_000_000_000, 12_000_000_005, -3_000_000_000]
    #expect(said == [Said(sum: 12_000_000_085, legs: costs)])
  }

  @Test func theFirstStepIsTheBands() throws {
    let legs = [Leg(amount: 4), Leg(perStep: 3, step: 100_000), Leg(perStep: 10), Leg(amount: 9)]
    let said = try Self.said(legs, [1, 250_000, 1_000_001])
    let costs: [[Int64]] = [[4, 3, 10, 9], [4, 9, 10, 9], [4, 33, 20, 9]]
    #expect(said.map(\.legs) == costs)
    #expect(said.map(\.sum) == [26, 32, 66])
  }

  @Test func asManyLegsAsThereCanBe() throws {
    var legs: [Leg] = []
    for number in 0..<LaneBand.mostLegs {
      var leg = Leg(amount: Int64(number), kilometres: Int32(number))
      if number % 2 == 1 { leg.perStep = 5 }
      if number % 3 == 0 { leg.step = 1000 }
      legs.append(leg)
    }
    try Self.expect(legs, [0, 1, 999, 1000, 1001, Self.tonne, 60 * Self.tonne + 1])
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func anyLegs(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let legs = (0..<Int.random(in: 1...6, using: &random)).map { _ in Self.leg(&random) }
      try Self.expect(legs, Self.weights(&random))
    }
  }

  private static func leg(_ random: inout SplitMix64) -> Leg {
    var leg = Leg(kilometres: Int32.random(in: -1...5000, using: &random))
    let isLarge = Int.random(in: 0..<5, using: &random) == 0
    let most: Int64 = isLarge ? 1 << 34 : 1 << 20
    leg.amount = Int64.random(in: 0...most, using: &random)
    let kind = Int.random(in: 0..<6, using: &random)
    if kind >= 3 { leg.perStep = Int64.random(in: 0...most, using: &random) }
    if kind == 4 { leg.step = [1, 1000, 50_000, 100_000][Int.random(in: 0..<4, using: &random)] }
    if leg.step == 1 { leg.perStep = min(leg.perStep, 1 << 20) }
    if kind == 5 {
      leg.top = Int64.random(in: 1..<1 << 27, using: &random)
      leg.below = Int64.random(in: 1_000_000...1_000_000_000, using: &random)
      leg.isUp = Bool.random(using: &random)
    }
    return leg
  }

  @Test func amountsAtTheEdges() throws {
    let most = Int64(Int32.max)
    for amount in [most - 1, most, most + 1, Self.limit, Self.limit + 1] {
      try Self.expect([Leg(amount: amount), Leg(amount: 1)], [0])
      try Self.expect([Leg(amount: -amount), Leg(amount: 1)], [0])
      try Self.expect([Leg(amount: amount, perStep: 3), Leg(amount: 1)], [1, 5 * Self.tonne])
    }
    for perStep in [most - 1, most, most + 1] {
      try Self.expect(
        [Leg(perStep: perStep), Leg(perStep: perStep)],
        [1, Self.tonne, 2000 * Self.tonne, 4656 * Self.tonne, 4657 * Self.tonne])
    }
    // Together they would cost more for a gram than a product with the grams has room for.
    let dear = Leg(perStep: (1 << 27) - 1, step: 1)
    try Self.expect([dear, dear, dear], [1, 1000, 24_000, 74_000])
  }

  /// One below zero must not hide another that is beyond the limit.
  @Test func aChargeBelowZeroHidesNone() throws {
    let legs = [Leg(amount: 1, perStep: 2_000_000_000), Leg(amount: -5)]
    let said = try Self.said(legs, [Self.tonne, 5000 * Self.tonne])
    #expect(said.map(\.sum) == [1_999_999_996, nil])
  }

  /// Bands of a lane share its kilometres, and only where they are the same.
  @Test func kilometresOfEachBand() throws {
    var legBook = LegBook()
    var memory = Arena(bytes: 1 << 12)
    let kinds = LegKinds(1)
    let series = legBook.series(kinds[0], 0, 0)
    let answers = memory.take(UnsafePointer<LegAnswer>.self, 2)
    let wanted: [[Int32]] = [[300, 12], [300, 12], [300, 13], [-1, 13], [300, 12]]
    var before: UnsafePointer<LaneBand>?
    var places: [UnsafePointer<Int32>] = []
    for kilometres in wanted {
      var band = LaneBandMaker(answers, legs: 2)
      for leg in 0..<2 {
        let answer = Leg(amount: 5, kilometres: kilometres[leg]).answer
        let kept = legBook.keep(answer, (PerWeight(), PerWeight()), series)
        let isPriced = band.add(leg, try #require(kept))
        #expect(isPriced)
      }
      let kept = band.kept(in: &memory, beside: before)
      places.append(LaneBand.kilometres(kept))
      before = kept
    }
    #expect(places.map { [$0[0], $0[1]] } == wanted)
    #expect(places[1] == places[0] && Set(places).count == 4)
  }

  @Test func aLegWithoutPriceIsTheAnswer() throws {
    var legBook = LegBook()
    var memory = Arena(bytes: 1 << 12)
    let answers = memory.take(UnsafePointer<LegAnswer>.self, 3)
    var band = LaneBandMaker(answers, legs: 3)
    let kinds = LegKinds(1)
    let series = legBook.series(kinds[0], 0, 0)
    let nothing = (PerWeight(), PerWeight())
    var first = Leg(amount: 5).answer
    first.low = 7
    var second = LegAnswer(.refused)
    (second.refusal, second.low) = (12, 9)
    let priced = legBook.keep(first, nothing, series)
    let refused = legBook.keep(second, nothing, series)
    let goesOn = [band.add(0, try #require(priced)), band.add(1, try #require(refused))]
    #expect(goesOn == [true, false])
    #expect(band.low == 9)
    let kept = band.kept(in: &memory).pointee
    #expect(!kept.isPriced && kept.outcome == .refused && kept.refusal == 12)
  }

  /// What is known of a lane that a later leg refuses: three tonnes of 400,000,000.00 each fit into
  /// the limits for 83 units, not for 84, where the first leg is the reason.
  @Test func oddLegsBeforeARefusal() throws {
    var legBook = LegBook()
    var memory = Arena(bytes: 1 << 12)
    let answers = memory.take(UnsafePointer<LegAnswer>.self, 3)
    var band = LaneBandMaker(answers, legs: 3)
    let kinds = LegKinds(1)
    let series = legBook.series(kinds[0], 0, 0)
    let nothing = (PerWeight(), PerWeight())
    var second = LegAnswer(.refused)
    (second.refusal, second.mostUnits) = (12, 90)
    let priced = legBook.keep(Leg(amount: 0, perStep: 40_000_000_000).answer, nothing, series)
    let refused = legBook.keep(second, nothing, series)
    let goesOn = [band.add(0, try #require(priced)), band.add(1, try #require(refused))]
    #expect(goesOn == [true, false])
    let kept = band.kept(in: &memory)
    answers.withMemoryRebound(to: UInt.self, capacity: 3) { $0.update(repeating: 8, count: 3) }
    let odd = memory.take(Int64.self, 3)
    let isSure = LaneBand.isRefused(kept, Self.tonne, 91, odd: odd)
    #expect(!isSure, "of so many units the leg is not sure")
    let isRefused = [1, 83, 84, 1_000_000].map {
      LaneBand.isRefused(kept, 3 * Self.tonne, Int64($0), odd: odd)
    }
    #expect(isRefused == [true, true, false, false])
  }
}
