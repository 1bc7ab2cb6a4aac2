import TariffRules

/// Four bands at most, from the lightest to the heaviest, and where the next ones are.
struct BandShelf: BitwiseCopyable {
  /// The highest and the lowest weight for which each holds, in thousandths of a kilogram; one that
  /// is not given is below all. Where there is no band both are above all.
  fileprivate var highs = SIMD4<Int32>(repeating: .max)
  fileprivate var lows = SIMD4<Int32>(repeating: .max)
  /// The places of bands in the book, and of the next shelf, 0 for none.
  fileprivate var bands = SIMD4<UInt32>()
  fileprivate var next: UInt32 = 0
  fileprivate var count: Int32 = 0

  /// From this weight on none is kept: 2147 tonnes in one unit.
  static let tooHeavy = Int64(Int32.max)

  /// How many of the bands are for lighter consignments only.
  @inline(__always)
  fileprivate func lighter(_ weight: Int32) -> Int {
    (highs[0] < weight ? 1 : 0) &+ (highs[1] < weight ? 1 : 0) &+ (highs[2] < weight ? 1 : 0)
      &+ (highs[3] < weight ? 1 : 0)
  }

  /// The lowest weight of a band, and its place.
  @inline(__always)
  fileprivate static func band(
    _ shelf: UnsafePointer<BandShelf>, _ index: Int
  ) -> (low: Int32, place: UInt32) {
    // A vector would be copied for one of its numbers.
    let numbers = UnsafeRawPointer(shelf) + index &* MemoryLayout<Int32>.stride
    return (
      numbers.load(fromByteOffset: lowsOffset, as: Int32.self),
      numbers.load(fromByteOffset: bandsOffset, as: UInt32.self)
    )
  }

  private static let lowsOffset = MemoryLayout<SIMD4<Int32>>.stride
  private static let bandsOffset = 2 * MemoryLayout<SIMD4<Int32>>.stride

  /// Puts a band in its place; gives back the one for which there is no room.
  fileprivate mutating func keep(_ band: (low: Int32, high: Int32, place: UInt32)) -> (
    low: Int32, high: Int32, place: UInt32
  )? {
    var band = band
    for index in lighter(band.high)..<4 {
      let other = (lows[index], highs[index], bands[index])
      (lows[index], highs[index], bands[index]) = band
      band = other
    }
    if count == 4 { return band }
    count += 1
    return nil
  }
}

/// The bands of a lane for consignments whose legs ask the same, each for some weights, with equal
/// conversion. It stands where it is until all are forgotten.
struct LaneSeries: BitwiseCopyable {
  fileprivate var shelf = BandShelf()
  /// The number of what converts on its legs.
  fileprivate let exchange: Int32
  let legCount: UInt8
  fileprivate var shelfCount: UInt8 = 1
  fileprivate let kind: UnsafePointer<LaneKind>
  /// The legs with their answers.
  let legs: UnsafeMutablePointer<UnsafeMutablePointer<LegSeries>>

  /// Something of where its bands are found, so that it must be read.
  @inline(__always)
  static func touch(_ series: UnsafePointer<LaneSeries>) -> UInt64 {
    UInt64(truncatingIfNeeded: series.pointee.shelf.next)
  }
}

/// Lanes in the money of days: their terms, and what they cost. In memory of fixed size: when it is
/// used up all begins anew.
struct LaneBook: ~Copyable {
  private let entries: UnsafeMutablePointer<UnsafeMutablePointer<LaneSeries>?>
  private let terms: UnsafeMutablePointer<UnsafeMutablePointer<LaneTerms>?>
  private var count = 0, termsCount = 0
  private var memory = Arena(bytes: 14 << 20)
  /// For bands of one row only.
  var passing = Arena(bytes: 1 << 19)

  private static let bits: UInt64 = 15
  private static let most = (1 << Int(bits)) / 4 * 3
  private static let mostShelves: UInt8 = 16

  init() {
    entries = .allocate(capacity: 1 << Int(Self.bits))
    entries.initialize(repeating: nil, count: 1 << Int(Self.bits))
    terms = .allocate(capacity: 1 << Int(Self.bits))
    terms.initialize(repeating: nil, count: 1 << Int(Self.bits))
  }

  deinit {
    entries.deallocate()
    terms.deallocate()
  }

  /// Whether there is room for the lanes of another row and their bands.
  var hasRoom: Bool { memory.hasRoom(1 << 17) && count < Self.most && termsCount < Self.most }

  /// Forgets all.
  mutating func clear() {
    entries.update(repeating: nil, count: 1 << Int(Self.bits))
    terms.update(repeating: nil, count: 1 << Int(Self.bits))
    (count, termsCount) = (0, 0)
    memory.clear()
  }

  @inline(__always)
  private static func slot(_ mixed: UInt64) -> Int {
    Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) &>> (64 &- bits))
  }

  /// The terms of a lane in the money of a day.
  @inline(__always)
  mutating func terms(
    _ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>
  ) -> UnsafeMutablePointer<LaneTerms> {
    var mixed = UInt64(UInt(bitPattern: lane.terms)) &* 0xFF51_AFD7_ED55_8CCD
    mixed ^= UInt64(UInt(bitPattern: amounts.pointer)) ^ mixed &>> 31
    var at = Self.slot(mixed)
    while let known = terms[at] {
      if known.pointee.terms == lane.terms && known.pointee.amounts == amounts.pointer {
        return known
      }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    return makeTerms(lane, amounts, at)
  }

  @inline(never)
  private mutating func makeTerms(
    _ lane: KindPlan.Lane, _ amounts: FixedTable<Int64>, _ place: Int
  ) -> UnsafeMutablePointer<LaneTerms> {
    let made = memory.take(LaneTerms.self, 1, alignment: 64)
    made.initialize(to: LaneTerms(lane.terms, amounts, lane.plan.pointee))
    terms[place] = made
    termsCount += 1
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
    let mixed = UInt64(UInt(bitPattern: kind)) &* 0xFF51_AFD7_ED55_8CCD
    var at = Self.slot(mixed ^ mixed &>> 32 ^ UInt64(truncatingIfNeeded: exchange))
    while let known = entries[at] {
      if known.pointee.kind == kind && known.pointee.exchange == exchange {
        return UnsafePointer(known)
      }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    return makeSeries(kind, exchange, exchanges, &legs, at)
  }

  @inline(never)
  private mutating func makeSeries(
    _ kind: UnsafePointer<LaneKind>, _ exchange: Int32, _ exchanges: FixedTable<UInt16>,
    _ legs: inout LegBook, _ place: Int
  ) -> UnsafePointer<LaneSeries> {
    let legCount = Int(kind.pointee.legCount)
    let made = memory.take(LaneSeries.self, 1, alignment: 64)
    let own = memory.take(UnsafeMutablePointer<LegSeries>.self, legCount)
    for leg in 0..<legCount {
      let asked = kind.pointee.legs[leg]
      let key = asked.pointee.key.converted(
        by: exchanges[Int(asked.pointee.conversions)], into: kind.pointee.target)
      own[leg] = legs.series(key, asked)
    }
    made.initialize(
      to: LaneSeries(
        exchange: exchange, legCount: UInt8(truncatingIfNeeded: legCount), kind: kind, legs: own))
    entries[place] = made
    count += 1
    return UnsafePointer(made)
  }

  // MARK: - Lanes of rows

  /// A lane of a row, by its terms and its bands.
  func lane(
    _ terms: UnsafeMutablePointer<LaneTerms>, _ series: UnsafePointer<LaneSeries>
  ) -> RowPlan.Lane {
    RowPlan.Lane(
      terms: UInt32(truncatingIfNeeded: memory.place(of: terms)),
      series: UInt32(truncatingIfNeeded: memory.place(of: series)))
  }

  /// On what terms a lane of a row is.
  @inline(__always)
  func terms(_ lane: RowPlan.Lane) -> UnsafeMutablePointer<LaneTerms> {
    UnsafeMutablePointer(mutating: memory.place(Int(lane.terms), of: LaneTerms.self))
  }

  /// The bands of a lane of a row.
  @inline(__always)
  func series(_ lane: RowPlan.Lane) -> UnsafePointer<LaneSeries> {
    memory.place(Int(lane.series), of: LaneSeries.self)
  }

  /// The band of a weight; nil if there is none yet.
  @inline(__always)
  func band(
    _ series: UnsafePointer<LaneSeries>, _ weight: Int64
  ) -> UnsafePointer<LaneBand>? {
    guard weight < BandShelf.tooHeavy else { return nil }
    let wanted = Int32(clamping: weight)
    var shelf = UnsafeRawPointer(series).assumingMemoryBound(to: BandShelf.self)
    while true {
      let index = shelf.pointee.lighter(wanted)
      if index < 4 {
        let band = BandShelf.band(shelf, index)
        return band.low <= wanted ? memory.place(Int(band.place), of: LaneBand.self) : nil
      }
      if shelf.pointee.next == 0 { return nil }
      shelf = memory.place(Int(shelf.pointee.next), of: BandShelf.self)
    }
  }

  /// Keeps a band of a series, at least for this row.
  /// - Parameter high: the highest weight for which it holds; nil where no other row asks for it.
  mutating func keep(
    _ band: LaneBandMaker, _ high: Int64?, _ series: UnsafePointer<LaneSeries>
  ) -> UnsafePointer<LaneBand> {
    let own = UnsafeMutablePointer(mutating: series)
    guard let high, hasRoom, own.pointee.shelfCount < Self.mostShelves else {
      return band.kept(in: &passing)
    }
    let kept = band.kept(in: &memory)
    var rest = (
      low: Int32(clamping: band.low), high: Int32(clamping: high),
      place: UInt32(truncatingIfNeeded: memory.place(of: kept))
    )
    var shelf = UnsafeMutableRawPointer(own).assumingMemoryBound(to: BandShelf.self)
    while let moved = shelf.pointee.keep(rest) {
      rest = moved
      if shelf.pointee.next == 0 {
        let made = memory.take(BandShelf.self, 1, alignment: 64)
        made.initialize(to: BandShelf())
        shelf.pointee.next = UInt32(truncatingIfNeeded: memory.place(of: made))
        own.pointee.shelfCount += 1
      }
      let next = memory.place(Int(shelf.pointee.next), of: BandShelf.self)
      shelf = UnsafeMutablePointer(mutating: next)
    }
    return kept
  }
}
