import CProcessor

/// The answers for a leg of consignments that ask the same, each for some weights. It stands where
/// it is until all are forgotten.
struct LegSeries: BitwiseCopyable {
  /// How its price comes about before the money of a day.
  fileprivate(set) var kind: UnsafeMutablePointer<LegKind>?
  fileprivate var answers: UnsafeMutablePointer<LegAnswer>
  fileprivate var count: UInt16 = 0, capacity: UInt16 = 0

  /// The answer for a weight on a day; nil if there is none yet.
  static func answer(
    _ series: UnsafeMutablePointer<LegSeries>, _ weight: Int64, _ day: Int32
  ) -> UnsafePointer<LegAnswer>? {
    let answers = series.pointee.answers
    for index in 0..<Int(series.pointee.count) where answers[index].holds(weight, day) {
      return UnsafePointer(answers + index)
    }
    return nil
  }
}

/// Answers for legs, in memory of fixed size: when it is used up all begins anew.
struct LegBook: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var key = LegKey()
    var series: UnsafeMutablePointer<LegSeries>?
  }

  private let entries: UnsafeMutablePointer<Entry>
  private var count = 0
  private var memory: Arena
  /// Whether an answer could not be kept: all should be forgotten before the next row.
  private(set) var isFull = false
  /// How often it was cleared, and one more.
  private var age: UInt32 = 1

  private static let bits: UInt64 = 15
  private static let firstAnswers: UInt16 = 1, mostAnswers: UInt16 = 64

  init(bytes: Int = BookSizes().legs) {
    memory = Arena(bytes: bytes)
    entries = memory.table(Entry(), 1 << Int(Self.bits))
    precondition(hasRoom)
  }

  /// Whether there is room for the legs of another plan.
  var hasRoom: Bool { memory.hasRoom(1 << 19) && count < (1 << Int(Self.bits)) / 4 * 3 }

  /// Forgets all.
  mutating func clear() {
    entries.update(repeating: Entry(), count: 1 << Int(Self.bits))
    count = 0
    age &+= 1
    isFull = false
    memory.clear()
  }

  /// The series of a kind of leg, by the number of what converts it into the money that is wanted.
  mutating func series(
    _ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: Int32
  ) -> UnsafeMutablePointer<LegSeries> {
    if let latest = latest(kind, exchange, target) { return latest }
    let found = series(kind.pointee.key.converted(by: exchange, into: target), kind)
    kind.pointee.latest = LegKind.Latest(
      exchange: exchange, target: UInt16(truncatingIfNeeded: target), age: age, series: found)
    return found
  }

  /// The series that was asked for last, if it is the one.
  @inline(__always)
  private func latest(
    _ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: Int32
  ) -> UnsafeMutablePointer<LegSeries>? {
    let latest = kind.pointee.latest
    let isSame =
      latest.exchange == exchange && Int32(latest.target) == target && latest.age == age
    return isSame ? latest.series : nil
  }

  /// Fetches the series that was asked for last, or where another one is looked for first.
  @inline(__always)
  func fetchSeries(
    _ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: Int32
  ) {
    if let latest = latest(kind, exchange, target) {
      prefetch(latest)
      prefetch(UnsafeRawPointer(latest) + 64)
    } else {
      let key = kind.pointee.key.converted(by: exchange, into: target)
      prefetch(entries + Int(truncatingIfNeeded: key.mixed &>> (64 &- Self.bits)))
    }
  }

  /// The series of a key.
  /// - Parameter kind: what all days share; it stands longer than the series.
  mutating func series(
    _ key: LegKey, _ kind: UnsafeMutablePointer<LegKind>? = nil
  ) -> UnsafeMutablePointer<LegSeries> {
    var at = Int(truncatingIfNeeded: key.mixed &>> (64 &- Self.bits))
    while let series = entries[at].series {
      if entries[at].key == key { return series }
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    count += 1
    let series = memory.take(LegSeries.self, 1)
    // Its first answers stand behind it, where they are read together.
    let answers = memory.take(LegAnswer.self, Int(Self.firstAnswers))
    series.initialize(
      to: LegSeries(kind: kind, answers: answers, capacity: Self.firstAnswers))
    entries[at] = Entry(key: key, series: series)
    return series
  }

  /// Keeps another answer of a series, and what of its weight has to be rounded; nil where there is
  /// no room. Where it is never changes, as bands refer to it. What a full series has no place for
  /// is good for the row that asks, and not found again.
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
    let kept: UnsafeMutablePointer<LegAnswer>
    if own.count < own.capacity {
      kept = own.answers + Int(own.count)
      own.count += 1
    } else {
      kept = memory.take(LegAnswer.self, 1, alignment: 64)
    }
    series.pointee = own
    kept.initialize(to: answer)
    if rounded.0.top | rounded.1.top != 0 {
      let both = memory.take(PerWeight.self, 2)
      (both[0], both[1]) = rounded
      kept.pointee.rounded = UnsafePointer(both)
    }
    return UnsafePointer(kept)
  }

  private mutating func grow(_ series: inout LegSeries) {
    let capacity = series.capacity * 2
    let answers = memory.take(LegAnswer.self, Int(capacity), alignment: 64)
    answers.update(from: series.answers, count: Int(series.count))
    (series.answers, series.capacity) = (answers, capacity)
  }
}
