/// The answers for a leg of consignments that ask the same, each for some weights. It stands where
/// it is until all are forgotten; what a row looks at lies close together.
struct LegSeries: BitwiseCopyable {
  fileprivate var answers: UnsafeMutablePointer<LegAnswer>?
  fileprivate var count: UInt16 = 0, capacity: UInt16 = 0
  /// Which place is taken next when no more can be added.
  fileprivate var turn: UInt16 = 0

  /// Behind it, for each started tonne, which answer held for it last.
  static let tonnes = 104

  /// The started tonnes of a weight, as far as they are told apart.
  @inline(__always)
  static func tonne(_ weight: Int64) -> Int {
    weight <= 0 ? 0 : Int(min(Int64(tonnes - 1), (weight &+ 999_999) / 1_000_000))
  }

  @inline(__always)
  fileprivate static func byTonne(
    _ series: UnsafeMutablePointer<LegSeries>
  ) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(series + 1).assumingMemoryBound(to: UInt8.self)
  }

  /// The answer for a weight on a day; nil if there is none yet.
  @inline(__always)
  static func answer(
    _ series: UnsafeMutablePointer<LegSeries>, _ weight: Int64, _ tonne: Int, _ day: Int32
  ) -> UnsafePointer<LegAnswer>? {
    guard let answers = series.pointee.answers else { return nil }
    let likely = answers + Int(byTonne(series)[tonne])
    if likely.pointee.holds(weight, day) { return UnsafePointer(likely) }
    return search(series, answers, weight, tonne, day)
  }

  @inline(never)
  private static func search(
    _ series: UnsafeMutablePointer<LegSeries>, _ answers: UnsafePointer<LegAnswer>,
    _ weight: Int64, _ tonne: Int, _ day: Int32
  ) -> UnsafePointer<LegAnswer>? {
    for index in 0..<Int(series.pointee.count) where answers[index].holds(weight, day) {
      byTonne(series)[tonne] = UInt8(truncatingIfNeeded: index)
      return answers + index
    }
    return nil
  }
}

/// Answers for legs, in memory of fixed size: when it is used up all begins anew.
struct LegBook: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var first: UInt64 = 0, second: UInt64 = 0, place: UInt64 = .max
    var series: UnsafeMutablePointer<LegSeries>?
  }

  private let entries: UnsafeMutablePointer<Entry>
  private var count = 0
  private var memory = Arena(bytes: 12 << 20)
  /// Whether an answer could not be kept: all should be forgotten before the next row.
  private(set) var isFull = false

  private static let bits: UInt64 = 15
  private static let firstAnswers: UInt16 = 2, mostAnswers: UInt16 = 64

  init() {
    entries = .allocate(capacity: 1 << Int(Self.bits))
    entries.initialize(repeating: Entry(), count: 1 << Int(Self.bits))
  }

  deinit { entries.deallocate() }

  /// Whether there is room for the legs of another plan.
  var hasRoom: Bool { memory.hasRoom(1 << 19) && count < (1 << Int(Self.bits)) / 4 * 3 }

  /// Forgets all.
  mutating func clear() {
    entries.update(repeating: Entry(), count: 1 << Int(Self.bits))
    count = 0
    isFull = false
    memory.clear()
  }

  /// The series of a key.
  mutating func series(_ key: LegKey) -> UnsafeMutablePointer<LegSeries> {
    var mixed = (key.first ^ key.place &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 29 ^ key.second) &* 0xC2B2_AE3D_27D4_EB4F
    var at = Int(truncatingIfNeeded: mixed &>> (64 &- Self.bits))
    while let series = entries[at].series {
      let known = entries + at
      if known.pointee.place == key.place && known.pointee.first == key.first
        && known.pointee.second == key.second
      {
        return series
      }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    count += 1
    let room = memory.take(
      UInt8.self, MemoryLayout<LegSeries>.stride + LegSeries.tonnes, alignment: 64)
    room.initialize(repeating: 0, count: MemoryLayout<LegSeries>.stride + LegSeries.tonnes)
    let series = UnsafeMutableRawPointer(room).bindMemory(to: LegSeries.self, capacity: 1)
    series.initialize(to: LegSeries())
    entries[at] = Entry(first: key.first, second: key.second, place: key.place, series: series)
    return series
  }

  /// Keeps another answer of a series, and what of its weight has to be rounded; nil where there is
  /// no room.
  mutating func keep(
    _ answer: LegAnswer, _ rounded: (PerWeight, PerWeight),
    _ series: UnsafeMutablePointer<LegSeries>
  ) -> UnsafePointer<LegAnswer>? {
    guard memory.hasRoom(1 << 14) else {
      isFull = true
      return nil
    }
    var own = series.pointee
    if own.count == own.capacity && own.capacity < Self.mostAnswers { grow(&own) }
    var place = own.count
    if place == own.capacity {
      place = own.turn
      own.turn = (place + 1) % own.capacity
    } else {
      own.count += 1
    }
    series.pointee = own
    guard let answers = own.answers else { return nil }
    let kept = answers + Int(place)
    kept.pointee = answer
    if rounded.0.top | rounded.1.top != 0 {
      let both = memory.take(PerWeight.self, 2)
      (both[0], both[1]) = rounded
      kept.pointee.rounded = UnsafePointer(both)
    }
    return UnsafePointer(kept)
  }

  private mutating func grow(_ series: inout LegSeries) {
    let capacity = max(Self.firstAnswers, series.capacity * 2)
    let answers = memory.take(LegAnswer.self, Int(capacity), alignment: 64)
    if let old = series.answers { answers.update(from: old, count: Int(series.count)) }
    (series.answers, series.capacity) = (answers, capacity)
  }
}

/// Memory of fixed size that is taken piece by piece and given back as a whole.
struct Arena: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private let size: Int
  private(set) var used = 0

  init(bytes: Int) {
    size = bytes
    memory = .allocate(byteCount: bytes, alignment: 64)
  }

  deinit { memory.deallocate() }

  func hasRoom(_ bytes: Int) -> Bool { used + bytes <= size }

  mutating func clear() { used = 0 }

  /// Gives back what was taken since so much was used.
  mutating func giveBack(to mark: Int) { used = mark }

  /// Room that stays until it is given back.
  mutating func take<Item: BitwiseCopyable>(
    _ type: Item.Type, _ count: Int, alignment: Int = 8
  ) -> UnsafeMutablePointer<Item> {
    used = (used + alignment - 1) & ~(alignment - 1)
    let place = (memory + used).bindMemory(to: type, capacity: count)
    used += count * MemoryLayout<Item>.stride
    return place
  }
}
