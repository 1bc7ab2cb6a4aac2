/// The answers for a leg of consignments that ask the same, each for some weights.
struct LegSeries: BitwiseCopyable {
  fileprivate var first: UInt64 = 0, second: UInt64 = 0, place: UInt64 = .max
  fileprivate var answers: UnsafeMutablePointer<LegAnswer>?
  fileprivate var count = 0, capacity = 0
  /// Which place is taken next when no more can be added.
  fileprivate var turn = 0
  /// For each started tonne which answer held for it last.
  fileprivate var byTonne: UnsafeMutablePointer<UInt8>?

  static let tonnes = 128

  /// The started tonnes of a weight, as far as they are told apart.
  static func tonne(_ weight: Int64) -> Int {
    weight <= 0 ? 0 : Int(min(Int64(tonnes - 1), (weight &+ 999_999) / 1_000_000))
  }

  /// The answer for a weight on a day; nil if there is none yet.
  @inline(__always)
  func answer(_ weight: Int64, _ tonne: Int, _ day: Int32) -> UnsafePointer<LegAnswer>? {
    guard let answers, let byTonne else { return nil }
    let likely = answers + Int(byTonne[tonne])
    if likely.pointee.holds(weight, day) { return UnsafePointer(likely) }
    return search(answers, byTonne, weight, tonne, day)
  }

  @inline(never)
  private func search(
    _ answers: UnsafePointer<LegAnswer>, _ byTonne: UnsafeMutablePointer<UInt8>,
    _ weight: Int64, _ tonne: Int, _ day: Int32
  ) -> UnsafePointer<LegAnswer>? {
    for index in 0..<count where answers[index].holds(weight, day) {
      byTonne[tonne] = UInt8(truncatingIfNeeded: index)
      return answers + index
    }
    return nil
  }
}

/// Answers for legs, in memory of fixed size: when it is used up all begins anew.
struct LegBook: ~Copyable {
  private let series: UnsafeMutablePointer<LegSeries>
  private var count = 0
  private var memory = Arena(bytes: 12 << 20)

  private static let bits: UInt64 = 15
  private static let firstAnswers = 2, mostAnswers = 64

  init() {
    series = .allocate(capacity: 1 << Int(Self.bits))
    series.initialize(repeating: LegSeries(), count: 1 << Int(Self.bits))
  }

  deinit { series.deallocate() }

  /// Whether there is room for the legs of another plan.
  var hasRoom: Bool { memory.hasRoom(1 << 19) && count < (1 << Int(Self.bits)) / 4 * 3 }

  /// Forgets all.
  mutating func clear() {
    series.update(repeating: LegSeries(), count: 1 << Int(Self.bits))
    count = 0
    memory.clear()
  }

  /// The series of a key, which stays where it is until all is forgotten.
  mutating func series(_ key: LegKey) -> UnsafeMutablePointer<LegSeries> {
    var mixed = (key.first ^ key.place &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 29 ^ key.second) &* 0xC2B2_AE3D_27D4_EB4F
    var at = Int(truncatingIfNeeded: mixed &>> (64 &- Self.bits))
    while series[at].place != .max {
      let known = series + at
      if known.pointee.place == key.place && known.pointee.first == key.first
        && known.pointee.second == key.second
      {
        return known
      }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    count += 1
    (series[at].first, series[at].second, series[at].place) = (key.first, key.second, key.place)
    return series + at
  }

  /// Keeps another answer of a series; what the weight costs with rounding is kept beside it.
  mutating func keep(
    _ answer: LegAnswer, _ rounded: (PerWeight, PerWeight), _ series: UnsafeMutablePointer<LegSeries>
  ) -> UnsafePointer<LegAnswer>? {
    // A series that grew since room was looked for may find none: then nothing is remembered.
    guard memory.hasRoom(1 << 14) else { return nil }
    if series.pointee.byTonne == nil {
      let byTonne = memory.take(UInt8.self, LegSeries.tonnes)
      byTonne.initialize(repeating: 0, count: LegSeries.tonnes)
      series.pointee.byTonne = byTonne
    }
    if series.pointee.count == series.pointee.capacity
      && series.pointee.capacity < Self.mostAnswers
    {
      grow(series)
    }
    var place = series.pointee.count
    if place == series.pointee.capacity {
      place = series.pointee.turn
      series.pointee.turn = (place + 1) % series.pointee.capacity
    } else {
      series.pointee.count += 1
    }
    guard let answers = series.pointee.answers else { return nil }
    answers[place] = answer
    if rounded.0.top | rounded.1.top != 0 {
      let both = memory.take(PerWeight.self, 2)
      (both[0], both[1]) = rounded
      answers[place].rounded = UnsafePointer(both)
    }
    return UnsafePointer(answers + place)
  }

  private mutating func grow(_ series: UnsafeMutablePointer<LegSeries>) {
    let capacity = max(Self.firstAnswers, series.pointee.capacity * 2)
    let answers = memory.take(LegAnswer.self, capacity)
    if let old = series.pointee.answers {
      answers.update(from: old, count: series.pointee.count)
    }
    (series.pointee.answers, series.pointee.capacity) = (answers, capacity)
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
    _ type: Item.Type, _ count: Int
  ) -> UnsafeMutablePointer<Item> {
    let place = (memory + used).bindMemory(to: type, capacity: count)
    used += (count * MemoryLayout<Item>.stride + 15) & ~15
    return place
  }
}
