import CProcessor

/// The answers for a leg of consignments that ask the same, each for some weights. It stands where
/// it is until all are forgotten.
struct LegSeries: BitwiseCopyable {
  /// How its price comes about before the money of a day.
  let kind: UnsafeMutablePointer<LegKind>
  fileprivate var answers: UnsafeMutablePointer<LegAnswer>
  /// The number of what converts its money, and the currency in which it is wanted.
  fileprivate let exchange: UInt16, target: UInt16
  fileprivate var count: UInt16 = 0, capacity: UInt16

  /// The answer for a weight on a day; nil if there is none yet.
  @inline(__always)
  static func answer(
    _ series: UnsafeMutablePointer<LegSeries>, _ weight: Int64, _ day: Int32
  ) -> UnsafePointer<LegAnswer>? {
    guard weight < LaneSeries.tooHeavy else { return nil }
    let answers = series.pointee.answers
    let wanted = Int32(clamping: weight)
    for index in 0..<Int(series.pointee.count) where answers[index].holds(wanted, day) {
      return UnsafePointer(answers + index)
    }
    return nil
  }

  /// Fetches it with its first answer.
  @inline(__always)
  static func fetch(_ series: UnsafeMutablePointer<LegSeries>) {
    prefetch(series)
    prefetch(UnsafeRawPointer(series) + 64)
  }

  /// Fetches its first answers where they stand elsewhere.
  @inline(__always)
  static func fetchAnswers(_ series: UnsafeMutablePointer<LegSeries>) {
    guard series.pointee.capacity > LegBook.firstAnswers else { return }
    let answers = UnsafeRawPointer(series.pointee.answers)
    prefetch(answers)
    prefetch(answers + 64)
    prefetch(answers + 128)
  }
}

/// Answers for legs, in memory of fixed size: when it is used up all begins anew.
struct LegBook: ~Copyable {
  private var entries: PlaceTable<LegSeries>
  private var memory: Arena
  /// For answers of one row only: as many as it has legs.
  var passing = Arena(
    bytes: RowPlan.mostLanes * LaneBand.mostLegs
      * (MemoryLayout<LegAnswer>.stride + 2 * MemoryLayout<PerWeight>.stride))
  /// Whether an answer could not be kept: all should be forgotten before the next row.
  private(set) var isFull = false
  /// How often it was cleared, and one more.
  private var age: UInt32 = 1

  private static let bits: UInt64 = 17
  /// More than the series of a plan take: 32 legs on each of 64 lanes.
  private static let roomForPlan = 1 << 18
  fileprivate static let firstAnswers: UInt16 = 1
  private static let mostAnswers: UInt16 = 64

  init(bytes: Int = BookSizes().legs) {
    memory = Arena(bytes: bytes)
    entries = PlaceTable(bits: Self.bits, in: &memory)
    precondition(hasRoom)
  }

  /// Whether there is room for the legs of another plan.
  var hasRoom: Bool { memory.hasRoom(Self.roomForPlan) && entries.hasRoom }

  /// Forgets all.
  mutating func clear() {
    entries.clear()
    age &+= 1
    isFull = false
    memory.clear()
  }

  /// The series of a kind of leg, which stands longer.
  /// - Parameters:
  ///   - exchange: the number of what converts it into the money that is wanted.
  ///   - target: the number of the currency that is wanted.
  mutating func series(
    _ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: Int32
  ) -> UnsafeMutablePointer<LegSeries> {
    if let latest = latest(kind, exchange, target) { return latest }
    let currency = UInt16(truncatingIfNeeded: target)
    let found = found(kind, exchange, currency)
    kind.pointee.latest = LegKind.Latest(
      exchange: exchange, target: currency, age: age, series: found)
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

  /// A number for looking a series up.
  @inline(__always)
  private static func mixed(
    _ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: UInt16
  ) -> UInt64 {
    let money = UInt64(exchange) &<< 16 | UInt64(target)
    let mixed = (UInt64(UInt(bitPattern: kind)) ^ money &<< 32) &* 0xFF51_AFD7_ED55_8CCD
    return (mixed ^ mixed &>> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Fetches the series that was asked for last, or where another one is looked for first.
  @inline(__always)
  func fetchSlot(_ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: Int32) {
    if let latest = latest(kind, exchange, target) {
      LegSeries.fetch(latest)
    } else {
      entries.fetchSlot(Self.mixed(kind, exchange, UInt16(truncatingIfNeeded: target)))
    }
  }

  /// Fetches the answers of the series that was asked for last, or the one that is likely to be it.
  @inline(__always)
  func fetchSeries(_ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: Int32) {
    if let latest = latest(kind, exchange, target) {
      LegSeries.fetchAnswers(latest)
    } else {
      let mixed = Self.mixed(kind, exchange, UInt16(truncatingIfNeeded: target))
      if let series = entries.likely(mixed) { LegSeries.fetch(series) }
    }
  }

  /// Finds a series, or makes it.
  private mutating func found(
    _ kind: UnsafeMutablePointer<LegKind>, _ exchange: UInt16, _ target: UInt16
  ) -> UnsafeMutablePointer<LegSeries> {
    let mixed = Self.mixed(kind, exchange, target)
    let known = entries.find(mixed) {
      $0.pointee.kind == kind && $0.pointee.exchange == exchange && $0.pointee.target == target
    }
    if let known { return known }
    let series = memory.take(LegSeries.self, 1)
    // Its first answers stand behind it, where they are read together.
    let answers = memory.take(LegAnswer.self, Int(Self.firstAnswers))
    series.initialize(
      to: LegSeries(
        kind: kind, answers: answers, exchange: exchange, target: target,
        capacity: Self.firstAnswers))
    entries.add(series, mixed)
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
      kept = memory.take(LegAnswer.self, 1)
    }
    series.pointee = own
    Self.set(kept, answer, rounded, in: &memory)
    return UnsafePointer(kept)
  }

  /// Keeps an answer for one row.
  mutating func pass(
    _ answer: LegAnswer, _ rounded: (PerWeight, PerWeight)
  ) -> UnsafePointer<LegAnswer> {
    let kept = passing.take(LegAnswer.self, 1)
    Self.set(kept, answer, rounded, in: &passing)
    return UnsafePointer(kept)
  }

  private static func set(
    _ kept: UnsafeMutablePointer<LegAnswer>, _ answer: LegAnswer,
    _ rounded: (PerWeight, PerWeight), in memory: inout Arena
  ) {
    kept.initialize(to: answer)
    if rounded.0.top | rounded.1.top != 0 {
      let both = memory.take(PerWeight.self, 2)
      (both[0], both[1]) = rounded
      kept.pointee.rounded = UnsafePointer(both)
    }
    kept.pointee.close()
  }

  private mutating func grow(_ series: inout LegSeries) {
    let capacity = series.capacity * 2
    let answers = memory.take(LegAnswer.self, Int(capacity), alignment: 16)
    answers.update(from: series.answers, count: Int(series.count))
    (series.answers, series.capacity) = (answers, capacity)
  }
}
