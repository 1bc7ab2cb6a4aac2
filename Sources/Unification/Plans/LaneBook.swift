import TariffRules

/// The bands of a lane for consignments whose legs ask the same, each for some weights. It stands
/// where it is until all are forgotten.
struct LaneSeries: BitwiseCopyable {
  /// A band, and the weights for which it holds: in thousandths of a kilogram, one that is not
  /// given below all.
  fileprivate struct Place: BitwiseCopyable {
    var low: Int64, high: Int64
    var band: UnsafePointer<LaneBand>
  }

  /// The legs with their answers.
  let legs: UnsafeMutablePointer<UnsafeMutablePointer<LegSeries>>
  /// From the lightest to the heaviest; the first ones are behind the series itself.
  fileprivate var places: UnsafeMutablePointer<Place>
  fileprivate var count: UInt16 = 0, capacity: UInt16
  let legCount: UInt8

  /// The band of a weight; nil if there is none yet.
  @inline(__always)
  static func band(
    _ series: UnsafePointer<LaneSeries>, _ weight: Int64
  ) -> UnsafePointer<LaneBand>? {
    let places = series.pointee.places
    for index in 0..<Int(series.pointee.count) where weight <= places[index].high {
      return places[index].low <= weight ? places[index].band : nil
    }
    return nil
  }

  /// Something of where its bands are found, so that it must be read.
  @inline(__always)
  static func touch(_ series: UnsafePointer<LaneSeries>) -> UInt64 {
    UInt64(series.pointee.count)
  }
}

/// Lanes by their legs, in memory of fixed size: when it is used up all begins anew.
struct LaneBook: ~Copyable {
  private let entries: UnsafeMutablePointer<UnsafeMutablePointer<LaneSeries>?>
  private var count = 0
  private var memory = Arena(bytes: 14 << 20)
  /// For bands of one row only.
  var passing = Arena(bytes: 1 << 19)

  private static let bits: UInt64 = 14
  private static let firstBands = 4, mostBands = 64

  init() {
    entries = .allocate(capacity: 1 << Int(Self.bits))
    entries.initialize(repeating: nil, count: 1 << Int(Self.bits))
  }

  deinit { entries.deallocate() }

  /// Whether there is room for another lane and its bands.
  var hasRoom: Bool { memory.hasRoom(1 << 17) && count < (1 << Int(Self.bits)) / 4 * 3 }

  /// Forgets all.
  mutating func clear() {
    entries.update(repeating: nil, count: 1 << Int(Self.bits))
    count = 0
    memory.clear()
  }

  /// The series of a lane with such legs.
  mutating func series(
    _ legs: UnsafeMutablePointer<UnsafeMutablePointer<LegSeries>>, _ legCount: Int
  ) -> UnsafePointer<LaneSeries> {
    var mixed = UInt64(legCount)
    for leg in 0..<legCount {
      mixed = (mixed ^ UInt64(UInt(bitPattern: legs[leg]))) &* 0xFF51_AFD7_ED55_8CCD
      mixed ^= mixed &>> 32
    }
    var at = Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) &>> (64 &- Self.bits))
    while let known = entries[at] {
      if Int(known.pointee.legCount) == legCount
        && (0..<legCount).allSatisfy({ known.pointee.legs[$0] == legs[$0] })
      {
        return UnsafePointer(known)
      }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    count += 1
    let own = memory.take(UnsafeMutablePointer<LegSeries>.self, legCount)
    own.update(from: legs, count: legCount)
    let made = memory.take(LaneSeries.self, 1, alignment: 64)
    let places = memory.take(LaneSeries.Place.self, Self.firstBands)
    made.initialize(
      to: LaneSeries(
        legs: own, places: places, capacity: UInt16(Self.firstBands),
        legCount: UInt8(truncatingIfNeeded: legCount)))
    entries[at] = made
    return UnsafePointer(made)
  }

  /// Keeps a band of a series, at least for this row.
  /// - Parameter high: the highest weight for which it holds; nil where no other row asks for it.
  mutating func keep(
    _ band: LaneBandMaker, _ high: Int64?, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafePointer<LaneBand> {
    guard let high, hasRoom, let place = place(high, series) else {
      return band.kept(in: &passing)
    }
    place.pointee = LaneSeries.Place(
      low: band.low, high: high, band: band.kept(in: &memory))
    return place.pointee.band
  }

  /// Makes a place for a band that holds up to a weight; nil where there are too many.
  private mutating func place(
    _ high: Int64, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafeMutablePointer<LaneSeries.Place>? {
    let series = UnsafeMutablePointer(mutating: series)
    let count = Int(series.pointee.count)
    if count == Int(series.pointee.capacity) {
      if count >= Self.mostBands { return nil }
      let places = memory.take(LaneSeries.Place.self, count * 2)
      places.update(from: series.pointee.places, count: count)
      (series.pointee.places, series.pointee.capacity) = (places, UInt16(count * 2))
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
