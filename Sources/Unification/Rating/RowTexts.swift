import TariffRules

/// The plans of rows by their very text, the reference, the weights and the count aside: rows that
/// read alike have the same plan, so that their fields need not be understood again.
struct RowTexts: ~Copyable {
  /// The text of a row as words, with what its quantities tell apart.
  struct Text: BitwiseCopyable {
    let words: UnsafeMutablePointer<UInt64>
    var count = 0
    fileprivate var hash: UInt64 = 0

    init(_ words: UnsafeMutablePointer<UInt64>) { self.words = words }

    /// Where the search for it begins.
    @inline(__always)
    fileprivate var slot: Int { Int(truncatingIfNeeded: hash &>> (64 &- RowTexts.bits)) }
  }

  /// Columns side by side that are part of the text.
  private struct Run: BitwiseCopyable {
    let first: Int
    /// Behind the last one.
    let end: Int
  }

  private let runs: FixedTable<Run>
  private let runMemory = FixedMemory()
  /// The upper half of a slot is a part of the hash, the lower one the place among the texts.
  private let slots: UnsafeMutablePointer<UInt64>
  private var used = 0
  private var texts = Arena(bytes: 4 << 20)

  static let mostWords = 32
  private static let bits: UInt64 = 15
  private static let free = UInt64.max

  /// - Parameter columns: those that are part of the text, rising.
  init(columns: [Int]) {
    var made: [Run] = []
    for column in columns {
      if let last = made.last, last.end == column {
        made[made.count - 1] = Run(first: last.first, end: column + 1)
      } else {
        made.append(Run(first: column, end: column + 1))
      }
    }
    runs = runMemory.table(made)
    slots = .allocate(capacity: 1 << Int(Self.bits))
    slots.initialize(repeating: Self.free, count: 1 << Int(Self.bits))
  }

  deinit { slots.deallocate() }

  /// Forgets all.
  mutating func clear() {
    slots.update(repeating: Self.free, count: 1 << Int(Self.bits))
    used = 0
    texts.clear()
  }

  /// Takes the text of a row whose fields were found; false where it is too long.
  ///
  /// Each run is padded with noughts to whole words, and ends with the comma or line end behind it:
  /// as runs have their number of columns, two texts have the same words just if they are the same.
  /// - Parameter classes: what else tells rows apart.
  @inline(__always)
  func take(
    _ base: UnsafePointer<UInt8>, _ starts: UnsafePointer<Int>, _ classes: UInt64,
    _ text: inout Text
  ) -> Bool {
    text.words[0] = classes
    var mixed = classes &* 0x9E37_79B9_7F4A_7C15
    var at = 1
    for index in 0..<runs.count {
      let run = runs[index]
      let first = starts[run.first]
      var left = starts[run.end] &- first
      guard left <= (Self.mostWords &- at) &* 8 else { return false }
      var place = UnsafeRawPointer(base + first)
      while left > 0 {
        var word = place.loadUnaligned(as: UInt64.self).littleEndian
        if left < 8 { word &= 1 &<< UInt64(left &* 8) &- 1 }
        text.words[at] = word
        mixed = (mixed ^ word) &* 0xFF51_AFD7_ED55_8CCD
        mixed ^= mixed &>> 32
        at &+= 1
        place += 8
        left &-= 8
      }
    }
    text.count = at
    text.hash = mixed &* 0x9E37_79B9_7F4A_7C15
    return true
  }

  /// The plan of a text; nil if it is not known.
  @inline(__always)
  func plan(_ text: Text) -> UnsafePointer<RowPlan>? {
    var at = text.slot
    while slots[at] != Self.free {
      if let entry = entry(at, text), Self.isEqual(entry, text) { return Self.plan(entry) }
      at = (at &+ 1) & (1 &<< Int(Self.bits) &- 1)
    }
    return nil
  }

  /// The plan that is most likely that of a text, whose memory it touches.
  @inline(__always)
  func likelyPlan(_ text: Text, _ touched: inout UInt64) -> UnsafePointer<RowPlan>? {
    guard slots[text.slot] != Self.free, let entry = entry(text.slot, text) else { return nil }
    touched ^= entry[8]
    return Self.plan(entry)
  }

  /// Touches the memory in which a text is looked for first.
  @inline(__always)
  func touch(_ text: Text, _ touched: inout UInt64) { touched ^= slots[text.slot] }

  /// A plan, how many words there are, and the words; nil where a slot has another text.
  @inline(__always)
  private func entry(_ slot: Int, _ text: Text) -> UnsafePointer<UInt64>? {
    guard slots[slot] &>> 32 == text.hash & 0xFFFF_FFFF else { return nil }
    return texts.words(at: Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF))
  }

  @inline(__always)
  private static func plan(_ entry: UnsafePointer<UInt64>) -> UnsafePointer<RowPlan>? {
    UnsafePointer(bitPattern: UInt(entry[0]))
  }

  @inline(__always)
  private static func isEqual(_ entry: UnsafePointer<UInt64>, _ text: Text) -> Bool {
    guard entry[1] == UInt64(text.count) else { return false }
    var difference: UInt64 = 0
    for index in 0..<text.count { difference |= entry[2 &+ index] ^ text.words[index] }
    return difference == 0
  }

  /// Keeps the plan of a text that is not known yet. It is forgotten before the plan is.
  mutating func keep(_ text: Text, _ plan: UnsafePointer<RowPlan>) {
    if used >= (1 << Int(Self.bits)) / 2 || !texts.hasRoom((Self.mostWords + 2) * 8) { clear() }
    var at = text.slot
    while slots[at] != Self.free { at = (at &+ 1) & (1 &<< Int(Self.bits) &- 1) }
    slots[at] = UInt64(texts.used) | text.hash &<< 32
    let entry = texts.take(UInt64.self, text.count + 2)
    entry[0] = UInt64(UInt(bitPattern: plan))
    entry[1] = UInt64(text.count)
    (entry + 2).update(from: text.words, count: text.count)
    used += 1
  }
}
