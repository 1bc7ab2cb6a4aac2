import CProcessor
import TariffRules

/// The bands of a lane for consignments whose legs ask the same, each for some weights, with equal
/// conversion. It stands where it is until all are forgotten.
struct LaneSeries: BitwiseCopyable {
  /// A band, and the weights for which it holds: in thousandths of a kilogram, one that is not
  /// given below all.
  fileprivate struct Place: BitwiseCopyable {
    let low: Int32, high: Int32
    let band: UnsafePointer<LaneBand>
  }

  fileprivate let kind: UnsafePointer<LaneKind>
  /// The legs with their answers.
  let legs: UnsafeMutablePointer<UnsafeMutablePointer<LegSeries>>
  /// From the lightest to the heaviest; the first ones are behind the series itself.
  fileprivate var places: UnsafeMutablePointer<Place>
  /// The number of what converts on its legs.
  fileprivate let exchange: Int32
  fileprivate var count: UInt8 = 0, capacity: UInt8
  let legCount: UInt8

  /// From this weight on none is kept: 2147 tonnes in one unit.
  static let tooHeavy = Int64(Int32.max)

  /// The band of a weight; nil if there is none yet.
  @inline(__always)
  static func band(
    _ series: UnsafePointer<LaneSeries>, _ weight: Int64
  ) -> UnsafePointer<LaneBand>? {
    let places = series.pointee.places
    let wanted = Int32(clamping: weight)
    for index in 0..<Int(series.pointee.count) where wanted <= places[index].high {
      return places[index].low <= wanted && weight < tooHeavy ? places[index].band : nil
    }
    return nil
  }

  /// Fetches it with its first bands and its legs.
  @inline(__always)
  static func fetch(_ series: UnsafePointer<LaneSeries>) {
    prefetch(series)
    prefetch(UnsafeRawPointer(series) + 64)
  }

  /// Fetches where its bands are found.
  @inline(__always)
  static func fetchBands(_ series: UnsafePointer<LaneSeries>) { prefetch(series.pointee.places) }

  /// Fetches what a new band is made of: the answers of its legs.
  @inline(__always)
  static func fetchLegs(_ series: UnsafePointer<LaneSeries>) {
    for leg in 0..<Int(series.pointee.legCount) { LegSeries.fetch(series.pointee.legs[leg]) }
  }

  /// Fetches those of them that stand elsewhere.
  @inline(__always)
  static func fetchAnswers(_ series: UnsafePointer<LaneSeries>) {
    for leg in 0..<Int(series.pointee.legCount) {
      LegSeries.fetchAnswers(series.pointee.legs[leg])
    }
  }
}

/// Lanes in the money of days: their terms, and what they cost. In memory of fixed size: when it is
/// used up all begins anew.
struct LaneBook: ~Copyable {
  private var entries: PlaceTable<LaneSeries>
  private var terms: PlaceTable<LaneTerms>
  private var memory: Arena
  /// So much room bands leave to other lanes: the more, the oftener all had to be forgotten, as
  /// lanes that do not fit cost more than bands.
  private var reserve: Int
  private let mostReserve: Int
  /// How many were not kept for that.
  private var turnedAway = 0
  /// When so many were not kept, what is here is no longer what is asked for. So many are waited
  /// for, the longer the oftener all was forgotten.
  private var mostTurnedAway = 1 << 17
  /// For bands of one row only.
  var passing = Arena(bytes: 1 << 19)

  private static let bits: UInt64 = 17, termBits: UInt64 = 14
  private static let firstBands = 2, mostBands = 64
  /// More than the lanes of a row take, without their bands, which ask for room themselves.
  private static let roomForRow = 1 << 17

  init(bytes: Int = BookSizes().lanes) {
    reserve = bytes / 16 + Self.roomForRow
    memory = Arena(bytes: bytes)
    entries = PlaceTable(bits: Self.bits, in: &memory)
    terms = PlaceTable(bits: Self.termBits, in: &memory)
    mostReserve = (bytes - memory.used) / 4 * 3
    precondition(hasRoom && memory.hasRoom(reserve))
  }

  /// Whether there is room for the lanes of another row.
  var hasRoom: Bool {
    memory.hasRoom(Self.roomForRow) && entries.hasRoom && terms.hasRoom
      && turnedAway < mostTurnedAway
  }

  /// Forgets all.
  mutating func clear() {
    entries.clear()
    terms.clear()
    turnedAway = 0
    memory.clear()
    reserve = max(reserve, min(reserve * 4, mostReserve))
    mostTurnedAway = min(mostTurnedAway * 2, 1 << 24)
  }

  /// A number for looking up the terms of a lane in the money of a day.
  @inline(__always)
  private static func mixed(_ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>) -> UInt64 {
    let mixed = UInt64(UInt(bitPattern: lane.terms)) &* 0xFF51_AFD7_ED55_8CCD
    let money = UInt64(UInt(bitPattern: amounts.pointer))
    return (mixed ^ money ^ mixed &>> 31) &* 0x9E37_79B9_7F4A_7C15
  }

  /// A number for looking up a series.
  @inline(__always)
  private static func mixed(_ kind: UnsafePointer<LaneKind>, _ exchange: Int32) -> UInt64 {
    let mixed = UInt64(UInt(bitPattern: kind)) &* 0xFF51_AFD7_ED55_8CCD
    let money = UInt64(truncatingIfNeeded: exchange)
    return (mixed ^ mixed &>> 32 ^ money) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Fetches where the terms and the series of a lane are looked for first.
  @inline(__always)
  func fetchSlots(_ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>, _ exchange: Int32) {
    terms.fetchSlot(Self.mixed(lane, amounts))
    entries.fetchSlot(Self.mixed(lane.kind, exchange))
  }

  /// Fetches what is likely to be the terms and the series.
  @inline(__always)
  func fetchLane(_ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>, _ exchange: Int32) {
    if let terms = terms.likely(Self.mixed(lane, amounts)) { prefetch(terms) }
    if let series = entries.likely(Self.mixed(lane.kind, exchange)) { LaneSeries.fetch(series) }
  }

  /// The terms of a lane in the money of a day.
  @inline(__always)
  mutating func terms(
    _ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>
  ) -> UnsafeMutablePointer<LaneTerms> {
    knownTerms(lane, amounts) ?? makeTerms(lane, amounts)
  }

  /// The terms of a lane in the money of a day; nil if they are not there yet.
  @inline(__always)
  func knownTerms(
    _ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>
  ) -> UnsafeMutablePointer<LaneTerms>? {
    terms.find(Self.mixed(lane, amounts)) {
      $0.pointee.terms == lane.terms && $0.pointee.amounts == amounts.pointer
    }
  }

  @inline(never)
  private mutating func makeTerms(
    _ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>
  ) -> UnsafeMutablePointer<LaneTerms> {
    let made = memory.take(LaneTerms.self, 1, alignment: 64)
    made.initialize(to: LaneTerms(lane.terms, amounts, lane.plan.pointee))
    terms.add(made, Self.mixed(lane, amounts))
    return made
  }

  /// The series of a kind of lane on days on which the same converts.
  /// - Parameters:
  ///   - exchange: the number of what converts on its legs.
  ///   - exchanges: what that is, by the number of the conversions.
  @inline(__always)
  mutating func series(
    _ kind: UnsafePointer<LaneKind>, _ exchange: Int32, _ exchanges: FixedTable<UInt16>,
    _ legs: inout LegBook
  ) -> UnsafePointer<LaneSeries> {
    known(kind, exchange) ?? makeSeries(kind, exchange, exchanges, &legs)
  }

  /// The series of a kind of lane; nil if there is none yet.
  @inline(__always)
  func known(_ kind: UnsafePointer<LaneKind>, _ exchange: Int32) -> UnsafePointer<LaneSeries>? {
    let known = entries.find(Self.mixed(kind, exchange)) {
      $0.pointee.kind == kind && $0.pointee.exchange == exchange
    }
    return UnsafePointer(known)
  }

  @inline(never)
  private mutating func makeSeries(
    _ kind: UnsafePointer<LaneKind>, _ exchange: Int32, _ exchanges: FixedTable<UInt16>,
    _ legs: inout LegBook
  ) -> UnsafePointer<LaneSeries> {
    let legCount = Int(kind.pointee.legCount)
    let made = memory.take(LaneSeries.self, 1, alignment: 32)
    let places = memory.take(LaneSeries.Place.self, Self.firstBands)
    let own = memory.take(UnsafeMutablePointer<LegSeries>.self, legCount)
    for leg in 0..<legCount {
      let asked = kind.pointee.legs[leg]
      own[leg] = legs.series(
        asked, exchanges[Int(asked.pointee.conversions)], kind.pointee.target)
    }
    made.initialize(
      to: LaneSeries(
        kind: kind, legs: own, places: places, exchange: exchange,
        capacity: UInt8(Self.firstBands), legCount: UInt8(truncatingIfNeeded: legCount)))
    entries.add(made, Self.mixed(kind, exchange))
    return UnsafePointer(made)
  }

  /// Keeps a band of a series, at least for this row.
  /// - Parameter high: the highest weight for which it holds; nil where no other row asks for it.
  mutating func keep(
    _ band: LaneBandMaker, _ high: Int32?, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafePointer<LaneBand> {
    let other = series.pointee.count > 0 ? series.pointee.places[0].band : nil
    guard let high, hasRoomForBand(), let place = place(high, series) else {
      return band.kept(in: &passing, beside: other)
    }
    let kept = band.kept(in: &memory, beside: other)
    place.initialize(to: LaneSeries.Place(low: band.low, high: high, band: kept))
    return kept
  }

  /// Whether another band can be kept: else rows go on without it, and lanes keep their room.
  private mutating func hasRoomForBand() -> Bool {
    if memory.hasRoom(reserve) { return true }
    turnedAway += 1
    return false
  }

  /// Makes a place for a band that holds up to a weight; nil where there are too many.
  private mutating func place(
    _ high: Int32, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafeMutablePointer<LaneSeries.Place>? {
    let series = UnsafeMutablePointer(mutating: series)
    let count = Int(series.pointee.count)
    if count == Int(series.pointee.capacity) {
      if count >= Self.mostBands { return nil }
      let places = memory.take(LaneSeries.Place.self, count * 2, alignment: 32)
      places.update(from: series.pointee.places, count: count)
      (series.pointee.places, series.pointee.capacity) = (places, UInt8(count * 2))
    }
    let places = series.pointee.places
    var at = count
    while at > 0 && places[at - 1].high > high {
      places[at] = places[at - 1]
      at -= 1
    }
    series.pointee.count += 1
    return places + at
  }
}
