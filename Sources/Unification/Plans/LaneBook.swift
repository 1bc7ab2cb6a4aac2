import TariffRules

/// The bands of a lane for consignments whose legs ask the same, each for some weights. It stands
/// where it is until all are forgotten.
struct LaneSeries: BitwiseCopyable {
  /// A band, and the highest weight for which it holds.
  fileprivate struct Place: BitwiseCopyable {
    var high: Int64
    var band: UnsafePointer<LaneBand>
  }

  /// The legs with their answers.
  let legs: UnsafeMutablePointer<UnsafeMutablePointer<LegSeries>>
  let legCount: Int
  /// From the lightest to the heaviest.
  fileprivate var places: UnsafeMutablePointer<Place>?
  fileprivate var count: Int = 0, capacity: Int = 0

  /// The band of a weight; nil if there is none yet.
  @inline(__always)
  static func band(
    _ series: UnsafePointer<LaneSeries>, _ weight: Int64
  ) -> UnsafePointer<LaneBand>? {
    guard let places = series.pointee.places else { return nil }
    for index in 0..<series.pointee.count where weight <= places[index].high {
      let band = places[index].band
      return band.pointee.holds(weight) ? band : nil
    }
    return nil
  }

  /// Something of where its bands are found, so that it must be read.
  @inline(__always)
  static func touch(_ series: UnsafePointer<LaneSeries>) -> UInt64 {
    UInt64(bitPattern: series.pointee.places?.pointee.high ?? 0)
  }
}

/// Lanes by their legs, in memory of fixed size: when it is used up all begins anew.
struct LaneBook: ~Copyable {
  private let entries: UnsafeMutablePointer<UnsafeMutablePointer<LaneSeries>?>
  private var count = 0
  private var memory = Arena(bytes: 12 << 20)
  /// For bands of one row only.
  var passing = Arena(bytes: 1 << 19)

  private static let bits: UInt64 = 14
  private static let firstBands = 2, mostBands = 64

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
      if known.pointee.legCount == legCount
        && (0..<legCount).allSatisfy({ known.pointee.legs[$0] == legs[$0] })
      {
        return UnsafePointer(known)
      }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    count += 1
    let own = memory.take(UnsafeMutablePointer<LegSeries>.self, legCount)
    own.update(from: legs, count: legCount)
    let made = memory.take(LaneSeries.self, 1)
    made.initialize(to: LaneSeries(legs: own, legCount: legCount))
    entries[at] = made
    return UnsafePointer(made)
  }

  /// Keeps a band of a series for as long as it can be asked again, at least for this row.
  mutating func keep(
    _ band: LaneBand, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafePointer<LaneBand> {
    if band.isWorthKeeping && hasRoom, let place = place(band.high, series) {
      let kept = band.moved(to: &memory)
      place.pointee = LaneSeries.Place(high: band.high, band: kept)
      return kept
    }
    let kept = passing.take(LaneBand.self, 1)
    kept.initialize(to: band)
    return UnsafePointer(kept)
  }

  /// Makes a place for a band that holds up to a weight; nil where there are too many.
  private mutating func place(
    _ high: Int64, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafeMutablePointer<LaneSeries.Place>? {
    let series = UnsafeMutablePointer(mutating: series)
    let count = series.pointee.count
    if count == series.pointee.capacity {
      if count >= Self.mostBands { return nil }
      let capacity = max(Self.firstBands, count * 2)
      let places = memory.take(LaneSeries.Place.self, capacity)
      if let old = series.pointee.places { places.update(from: old, count: count) }
      (series.pointee.places, series.pointee.capacity) = (places, capacity)
    }
    guard let places = series.pointee.places else { return nil }
    var at = count
    while at > 0 && places[at - 1].high > high {
      places[at] = places[at - 1]
      at -= 1
    }
    series.pointee.count += 1
    return places + at
  }
}
