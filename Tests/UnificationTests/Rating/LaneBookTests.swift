import TariffRules
import Testing

@testable import Unification

/// The bands of a lane are found by weight, however many there are.
@Suite struct LaneBookTests {
  private static let tonne: Int64 = 1_000_000

  /// A book with legs and their answers. A band is known by what it costs.
  private struct Desk: ~Copyable {
    var kinds = KindBook()
    var legs = LegBook(bytes: 16 << 20)
    var book: LaneBook
    private let asked: UnsafeMutablePointer<UnsafeMutablePointer<LegKind>>
    private let answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>>
    /// Nobody reads it here.
    private let carrier: UnsafeMutablePointer<CarrierPlan>
    private let memory = FixedMemory()
    private let exchanges: FixedTable<UInt16>

    init(bytes: Int = BookSizes().lanes) {
      book = LaneBook(bytes: bytes)
      asked = .allocate(capacity: 4)
      answers = .allocate(capacity: 4)
      carrier = .allocate(capacity: 1)
      exchanges = memory.table([0])
    }

    deinit {
      asked.deallocate()
      answers.deallocate()
      carrier.deallocate()
    }

    mutating func leg(_ key: UInt64) -> UnsafeMutablePointer<LegKind> {
      kinds.leg(LegKind(LegKey(first: key), carrier, conversions: 0))
    }

    mutating func kind(_ keys: [UInt64], target: Int32 = 0) -> UnsafePointer<LaneKind> {
      for (index, key) in keys.enumerated() { (asked + index).initialize(to: leg(key)) }
      let legs = LaneKind.Legs(start: asked, count: keys.count)
      return kinds.lane(legs, target) ?? kinds.keep(legs, target, conversions: 0)
    }

    mutating func series(_ keys: [UInt64], exchange: Int32 = 0) -> UnsafePointer<LaneSeries> {
      book.series(kind(keys), exchange, exchanges, &legs)
    }

    /// Keeps a band of one leg.
    mutating func keep(
      _ cost: Int64, _ low: Int64, _ high: Int64?, _ series: UnsafePointer<LaneSeries>
    ) -> Int64? {
      var answer = LegAnswer(.priced)
      (answer.amount, answer.low) = (cost, Int32(clamping: low))
      let own = legs.series(leg(99), 0, 0)
      guard let kept = legs.keep(answer, (PerWeight(), PerWeight()), own) else { return nil }
      var band = LaneBandMaker(answers, legs: 1)
      guard band.add(0, kept) else { return nil }
      return LaneBookTests.sum(book.keep(band, high.map { Int32(clamping: $0) }, series), low)
    }

    /// Asks for a band of one lane after the other until one is not kept.
    mutating func keepWhatFits() -> (kept: Int, lanes: UInt64) {
      var kept = 0
      var lane: UInt64 = 0
      while kept == lane {
        lane += 1
        let cost = keep(Int64(lane), 0, LaneBookTests.tonne, series([lane]))
        #expect(cost == Int64(lane))
        if LaneBookTests.cost(series([lane]), 5) == Int64(lane) { kept += 1 }
      }
      return (kept, lane)
    }
  }

  fileprivate static func cost(_ series: UnsafePointer<LaneSeries>, _ weight: Int64) -> Int64? {
    LaneSeries.band(series, weight).flatMap { sum($0, weight) }
  }

  private static func sum(_ band: UnsafePointer<LaneBand>, _ weight: Int64) -> Int64? {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: LaneBand.mostLegs) { odd in
      odd.baseAddress.flatMap { LaneBand.sum(band, weight, odd: $0) }
    }
  }

  @Test func lanesWithTheSameLegsAreOne() {
    var desk = Desk()
    let keys: [[UInt64]] = [[1], [2], [1, 2], [2, 1], [1, 1], [1, 2, 3], [1, 2, 3, 1]]
    let series = keys.map { desk.series($0) }
    #expect(Set(series).count == keys.count)
    let again = keys.map { desk.series($0) }
    #expect(again == series)
    #expect(series.map { Int($0.pointee.legCount) } == keys.map(\.count))
    let legs = desk.legs.series(desk.leg(2), 0, 0)
    #expect(series[2].pointee.legs[1] == legs && series[3].pointee.legs[0] == legs)
    let kinds = [desk.kind([1, 2]), desk.kind([2, 1]), desk.kind([1, 2], target: 1)]
    #expect(Set(kinds).count == 3 && kinds[0] == desk.kind([1, 2]))
    _ = desk.keep(7, 0, Self.tonne, series[2])
    #expect(Self.cost(series[2], 5) == 7)
    #expect(Self.cost(series[3], 5) == nil)
  }

  /// On days on which something else converts a lane has bands of its own.
  @Test func everyConversionHasItsBands() {
    var desk = Desk()
    let (one, other) = (desk.series([1, 2]), desk.series([1, 2], exchange: 1))
    _ = desk.keep(7, 0, Self.tonne, one)
    _ = desk.keep(8, 0, Self.tonne, other)
    #expect(Self.cost(one, 5) == 7 && Self.cost(other, 5) == 8)
    let again = desk.series([1, 2], exchange: 1)
    #expect(again == other)
  }

  /// Whoever is heavier than any band is kept for is never found, nor mistaken for the heaviest.
  @Test func weightsThatAreNotKept() {
    var desk = Desk()
    let series = desk.series([1])
    _ = desk.keep(7, 0, Int64.max, series)
    let heaviest = LaneSeries.tooHeavy
    #expect(Self.cost(series, heaviest - 1) == 7)
    for weight in [heaviest, heaviest + 1, Int64.max] { #expect(Self.cost(series, weight) == nil) }
  }

  /// Three bands side by side, one apart, and one for no weight, kept in every order.
  @Test func findsTheBandOfAWeight() {
    let bands: [(cost: Int64, low: Int64, high: Int64)] = [
      (1, Facts.absent, Facts.absent), (2, 0, 20 * Self.tonne),
      (3, 20 * Self.tonne + 1, 20 * Self.tonne + 1), (4, 20 * Self.tonne + 2, 30 * Self.tonne),
      (5, 40 * Self.tonne, Int64.max),
    ]
    for order in Self.orders(5) {
      var desk = Desk()
      let series = desk.series([1, 2])
      for index in order {
        let band = bands[index]
        let cost = desk.keep(band.cost, band.low, band.high, series)
        #expect(cost == band.cost)
      }
      for band in bands {
        #expect(Self.cost(series, band.low) == band.cost)
        let high = min(band.high, LaneSeries.tooHeavy - 1)
        #expect(Self.cost(series, high) == band.cost)
      }
      #expect(Self.cost(series, 19 * Self.tonne) == 2)
      #expect(Self.cost(series, 2000 * Self.tonne) == 5)
      for weight in [30 * Self.tonne + 1, 40 * Self.tonne - 1] {
        #expect(Self.cost(series, weight) == nil, "no band is for it")
      }
    }
  }

  private static func orders(_ count: Int) -> [[Int]] {
    if count == 0 { return [[]] }
    return orders(count - 1).flatMap { order in
      (0..<count).map { place in
        Array(order[..<place]) + [count - 1] + Array(order[place...])
      }
    }
  }

  @Test func noWeightIsNoneOfNought() {
    var desk = Desk()
    let series = desk.series([1])
    _ = desk.keep(8, Facts.absent, Facts.absent, series)
    #expect(Self.cost(series, Facts.absent) == 8)
    #expect(Self.cost(series, 0) == nil)
    let other = desk.series([2])
    _ = desk.keep(9, 0, Int64.max, other)
    #expect(Self.cost(other, Facts.absent) == nil)
    #expect(Self.cost(other, 0) == 9)
    // A leg that no weight changes is for those without one as well.
    let any = desk.series([3])
    _ = desk.keep(10, Int64.min, Int64.max, any)
    #expect(Self.cost(any, Facts.absent) == 10)
    #expect(Self.cost(any, 5) == 10)
  }

  /// Those that find no place are good for the row that asks, and never found.
  @Test func moreBandsThanFit() {
    var desk = Desk()
    let series = desk.series([1])
    let other = desk.series([2])
    let weights = Array(Int64(0)..<300)
    for weight in weights.reversed() {
      let cost = desk.keep(weight, weight, weight, series)
      #expect(cost == weight)
    }
    let found = weights.filter { Self.cost(series, $0) != nil }
    #expect(found.count == 64)
    #expect(found.allSatisfy { Self.cost(series, $0) == $0 })
    #expect(found == Array(weights.suffix(found.count)))
    _ = desk.keep(5, 0, Int64.max, other)
    #expect(Self.cost(other, 200) == 5)
  }

  @Test func aBandForOneRowIsNotFound() {
    var desk = Desk()
    let series = desk.series([1])
    let cost = desk.keep(5, 0, nil, series)
    #expect(cost == 5)
    #expect(Self.cost(series, 0) == nil)
    desk.book.passing.clear()
    _ = desk.keep(6, 0, Self.tonne, series)
    #expect(Self.cost(series, 0) == 6)
  }

  /// Where bands have no room left there is some for other lanes; when very many were turned away
  /// all should begin anew.
  @Test func bandsLeaveRoomToLanes() {
    var desk = Desk(bytes: 5 << 19)
    let (kept, lane) = desk.keepWhatFits()
    #expect(kept > 1000)
    let hasRoom = desk.book.hasRoom
    #expect(hasRoom, "only bands have none")
    let series = desk.series([lane + 1])
    #expect(series == desk.series([lane + 1]) && Self.cost(desk.series([1]), 5) == 1)
    for _ in 0..<1 << 17 {
      desk.book.passing.clear()
      _ = desk.keep(3, 0, Self.tonne, series)
    }
    let hasStillRoom = desk.book.hasRoom
    #expect(!hasStillRoom && Self.cost(series, 5) == nil)
    desk.book.clear()
    _ = desk.keep(4, 0, Self.tonne, desk.series([1]))
    let isNew = desk.book.hasRoom
    #expect(isNew && Self.cost(desk.series([1]), 5) == 4)
    // What was forgotten once leaves more room to lanes, and still some to bands.
    desk.book.clear()
    let (keptLater, _) = desk.keepWhatFits()
    #expect(keptLater > 100 && keptLater < kept / 2)
  }

  @Test func clearForgets() {
    var desk = Desk()
    let before = desk.series([1])
    _ = desk.keep(5, 0, Self.tonne, before)
    desk.book.clear()
    let series = desk.series([1])
    #expect(Self.cost(series, 0) == nil)
    _ = desk.keep(6, 0, Self.tonne, series)
    #expect(Self.cost(series, 0) == 6)
  }

  /// Filled up it says so; what it has stays good, and what more is asked of it is not kept.
  @Test func isFull() {
    var desk = Desk()
    var all: [UnsafePointer<LaneSeries>] = []
    var kept = 0
    while desk.book.hasRoom && all.count < 100_000 && !desk.legs.isFull {
      let number = Int64(all.count)
      let series = desk.series([UInt64(number) % 100], exchange: Int32(number) / 100)
      desk.book.passing.clear()
      for place in Int64(0)..<3 {
        _ = desk.keep(number * 3 + place, place * 10, place * 10 + 9, series)
      }
      all.append(series)
      if Self.cost(series, 29) != nil { kept += 1 }
    }
    let hasRoom = desk.book.hasRoom
    #expect(!hasRoom && kept > 1000 && all.count > kept)
    for (number, series) in all[..<kept].enumerated() {
      for place in 0..<3 {
        let cost = Self.cost(series, Int64(place * 10 + 9))
        if cost != Int64(number * 3 + place) { Issue.record("\(number)") }
      }
    }
    let late = desk.series([777_777])
    let cost = desk.keep(5, 0, 9, late)
    #expect(cost == 5)
    #expect(Self.cost(late, 0) == nil)
  }
}
