import Testing

@testable import Unification

/// The answers of a leg are found by weight and day, however many there are.
@Suite struct LegBookTests {
  private static let tonne: Int64 = 1_000_000

  private static func answer(_ amount: Int64, _ low: Int64, _ high: Int64) -> LegAnswer {
    var answer = LegAnswer(.priced)
    answer.amount = amount
    answer.setWeights(low, high)
    return answer
  }

  private static func amount(
    _ series: UnsafeMutablePointer<LegSeries>, _ weight: Int64, day: Int32 = 1
  ) -> Int64? {
    LegSeries.answer(series, weight, day)?.pointee.amount
  }

  /// Many, so that places in the table meet.
  @Test func keepsKindsApart() {
    var book = LegBook()
    let kinds = LegKinds(20_000)
    let nothing = (PerWeight(), PerWeight())
    for number in 0..<20_000 {
      let series = book.series(kinds[number], UInt16(number % 3), Int32(number % 2))
      _ = book.keep(Self.answer(Int64(number), 0, Self.tonne), nothing, series)
    }
    for number in 0..<20_000 {
      let series = book.series(kinds[number], UInt16(number % 3), Int32(number % 2))
      let other = book.series(kinds[number], 7, Int32(number % 2))
      #expect(series.pointee.kind == kinds[number] && other.pointee.kind == kinds[number])
      #expect(Self.amount(series, 5) == Int64(number) && Self.amount(other, 5) == nil)
    }
    book.clear()
    #expect(Self.amount(book.series(kinds[1], 1, 1), 5) == nil)
  }

  /// A kind of leg has a series for each way its money converts, whichever was asked for last, and
  /// none of a book that was cleared.
  @Test func seriesOfAKind() {
    var book = LegBook()
    let kinds = LegKinds(2)
    let (kind, other) = (kinds[0], kinds[1])
    let asked: [(UInt16, Int32)] = [(0, 0), (1, 0), (0, 1), (0, 0), (1, 0), (1, 0), (0, 1)]
    let found = asked.map { book.series(kind, $0, $1) }
    #expect(found[0] == found[3] && found[1] == found[4] && found[4] == found[5])
    #expect(found[2] == found[6] && Set(found).count == 3)
    #expect(book.series(other, 0, 1) != found[2])
    #expect(found.allSatisfy { $0.pointee.kind == kind })
    _ = book.keep(Self.answer(7, 0, 9), (PerWeight(), PerWeight()), found[6])
    #expect(Self.amount(book.series(kind, 0, 1), 5) == 7)
    book.clear()
    // What comes first now stands where the series was.
    _ = book.series(other, 5, 0)
    let again = book.series(kind, 0, 1)
    #expect(Self.amount(again, 5) == nil && again.pointee.kind == kind)
  }

  /// Two answers within one tonne, and the border between them.
  @Test func findsTheWeightsThatAnAnswerHoldsFor() {
    var book = LegBook()
    let kinds = LegKinds(1)
    let series = book.series(kinds[0], 0, 0)
    let border = 5 * Self.tonne + 200
    _ = book.keep(Self.answer(1, 0, border), (PerWeight(), PerWeight()), series)
    _ = book.keep(Self.answer(2, border + 1, Int64.max), (PerWeight(), PerWeight()), series)
    for _ in 0..<2 {
      #expect(Self.amount(series, border) == 1)
      #expect(Self.amount(series, border + 1) == 2)
    }
    #expect(Self.amount(series, 0) == 1)
    #expect(Self.amount(series, 2147 * Self.tonne) == 2)
    // From 2147.483647 tonnes on weights are not told apart: none is found.
    #expect(Self.amount(series, Int64(Int32.max) - 1) == 2)
    #expect(Self.amount(series, Int64(Int32.max)) == nil)
    #expect(Self.amount(series, 9000 * Self.tonne) == nil)
    #expect(Self.amount(series, Int64.min) == nil)
  }

  @Test func anAnswerForOneDayIsForNoOther() {
    var book = LegBook()
    let kinds = LegKinds(1)
    let series = book.series(kinds[0], 0, 0)
    var answer = Self.answer(1, 0, Int64.max)
    answer.day = 20
    _ = book.keep(answer, (PerWeight(), PerWeight()), series)
    #expect(Self.amount(series, 5, day: 20) == 1)
    #expect(Self.amount(series, 5, day: 21) == nil)
  }

  /// More than are kept: the first ones stay, where they are, and the others are for their row.
  @Test func theFirstAnswersStay() throws {
    var book = LegBook()
    let kinds = LegKinds(1)
    let series = book.series(kinds[0], 0, 0)
    var places: [UnsafePointer<LegAnswer>] = []
    for weight in Int64(0)..<200 {
      let kept = book.keep(Self.answer(weight, weight, weight), (PerWeight(), PerWeight()), series)
      places.append(try #require(kept))
    }
    for weight in Int64(0)..<200 {
      #expect(Self.amount(series, weight) == (weight < 64 ? weight : nil))
    }
    // Bands refer to all of them.
    #expect(places.map(\.pointee.amount) == Array(0..<200))
  }

  /// Answers alone fill it, without a new plan: then it says so, and begins anew.
  @Test func isFullWhenAnAnswerHasNoRoom() {
    var book = LegBook()
    let kinds = LegKinds(10_000)
    var first = 0
    while !book.isFull && first < 10_000 {
      let series = book.series(kinds[first], 0, 0)
      for weight in Int64(0)..<64 {
        _ = book.keep(Self.answer(weight, weight, weight), (PerWeight(), PerWeight()), series)
      }
      first += 1
    }
    let wasFull = book.isFull
    book.clear()
    let isFull = book.isFull
    #expect(wasFull && !isFull)
  }

  /// Each started tonne 12, and two amounts to be rounded up on their own: 0.4 and 0.5 for a tonne.
  @Test func addsWhatTheWeightCosts() throws {
    var book = LegBook()
    var answer = Self.answer(100, 1, Int64.max)
    (answer.perStep, answer.step) = (12, 1_000_000)
    let parts = (
      PerWeight(top: 4, below: 10_000_000, mode: .up),
      PerWeight(top: 5, below: 10_000_000, mode: .up)
    )
    let kinds = LegKinds(1)
    let series = book.series(kinds[0], 0, 0)
    let found = book.keep(answer, parts, series)
    let kept = try #require(found)
    #expect(kept.pointee.perUnit(1) == 100 + 12 + 1 + 1)
    #expect(kept.pointee.perUnit(3 * Self.tonne) == 100 + 36 + 2 + 2)
    #expect(kept.pointee.perUnit(3 * Self.tonne + 1) == 100 + 48 + 2 + 2)
  }
}
