import CProcessor
import TariffRules

/// The plans of rows by their very text, the reference, the weights and the count aside: rows that
/// read alike have the same plan, so that their fields need not be understood again.
struct RowTexts: ~Copyable {
  /// Two words, as texts are taken and compared.
  typealias Words = SIMD2<UInt64>

  /// The text of a row as words, with what its quantities tell apart.
  struct Text: BitwiseCopyable {
    fileprivate let words: UnsafeMutablePointer<Words>
    fileprivate var count = 0
    fileprivate var classes: UInt64 = 0
    fileprivate var hash: UInt64 = 0

    init(_ words: UnsafeMutablePointer<Words>) { self.words = words }
  }

  /// Columns side by side that are part of the text.
  private struct Run: BitwiseCopyable {
    let first: Int
    /// Behind the last one.
    let end: Int
  }

  private let runs: FixedTable<Run>
  /// By a number of bytes below that of two words: a mask of them.
  private let masks: FixedTable<Words>
  private let fixed = FixedMemory()
  private var entries: PlaceTable<Entry>
  private var texts: Arena
  /// Whether rows read alike, so that texts are worth a look; tried again now and then.
  private(set) var isUseful = true
  /// How many rows there were since that was decided, and how many texts of them were known.
  private var rows = 0, known = 0
  private let trial: Int

  /// How many times two words a text has at most.
  static let mostWords = 16
  private static let wordBytes = MemoryLayout<Words>.size
  private static let bits: UInt64 = 16
  /// What a text and its plan take at most.
  private static let roomForOne = (mostWords + 1) * wordBytes + RowPlan.mostBytes + 64

  /// - Parameters:
  ///   - columns: those that are part of the text, rising.
  ///   - bytes: how much memory there is.
  ///   - trial: how many rows decide whether texts are useful.
  init(columns: [Int], bytes: Int = BookSizes().texts, trial: Int = BookSizes().trial) {
    texts = Arena(bytes: bytes)
    self.trial = trial
    var made: [Run] = []
    for column in columns {
      if let last = made.last, last.end == column {
        made[made.count - 1] = Run(first: last.first, end: column + 1)
      } else {
        made.append(Run(first: column, end: column + 1))
      }
    }
    runs = fixed.table(made)
    masks = fixed.table((0..<Self.wordBytes).map { Self.mask($0) })
    entries = PlaceTable(bits: Self.bits, in: &texts)
    precondition(texts.hasRoom(Self.roomForOne))
  }

  /// Forgets all.
  mutating func clear() {
    entries.clear()
    texts.clear()
  }

  /// Counts rows: where hardly any text was known, none is looked at for a while.
  @inline(__always)
  mutating func note(known: Int, of count: Int) {
    self.known &+= known
    rows &+= count
    if rows >= (isUseful ? trial : trial &* Self.pause) { decide() }
  }

  private static let pause = 8, leastKnown = 16

  private mutating func decide() {
    isUseful = !isUseful || known &* Self.leastKnown >= rows
    (rows, known) = (0, 0)
    // Those of the next trial stand in their place.
    if !isUseful { clear() }
  }

  /// A mask of the first bytes of two words.
  private static func mask(_ bytes: Int) -> Words {
    var mask = Words()
    for byte in 0..<bytes { mask[byte / 8] |= 0xFF << UInt64(byte % 8 * 8) }
    return mask
  }

  /// Takes the text of a row whose fields were found; false where it is too long.
  ///
  /// Each run is padded with noughts, by one at least, to whole words, and ends with the comma or
  /// line end behind it: as runs have their number of columns, two texts have the same words just
  /// if they are the same.
  /// - Parameter classes: what else tells rows apart, of 56 bits.
  @inline(__always)
  func take(
    _ base: UnsafePointer<UInt8>, _ starts: UnsafePointer<Int>, _ classes: UInt64,
    _ text: inout Text
  ) -> Bool {
    var mixed = classes &* 0x9E37_79B9_7F4A_7C15
    var to = text.words
    var room = Self.mostWords
    for index in 0..<runs.count {
      let run = runs[index]
      let first = starts[run.first]
      let (whole, left) = (starts[run.end] &- first).quotientAndRemainder(
        dividingBy: Self.wordBytes)
      room &-= whole &+ 1
      guard room >= 0 else { return false }
      var place = UnsafeRawPointer(base + first)
      let last = place + whole &* Self.wordBytes
      while place < last {
        Self.take(place.loadUnaligned(as: Words.self), &to, &mixed)
        place += Self.wordBytes
      }
      Self.take(place.loadUnaligned(as: Words.self) & masks[left], &to, &mixed)
    }
    text.count = Self.mostWords &- room
    text.classes = classes | UInt64(truncatingIfNeeded: text.count) &<< 56
    text.hash = (mixed ^ mixed &>> 29) &* 0xFF51_AFD7_ED55_8CCD
    return true
  }

  @inline(__always)
  private static func take(
    _ words: Words, _ to: inout UnsafeMutablePointer<Words>, _ mixed: inout UInt64
  ) {
    to.pointee = words
    to += 1
    mixed = (mixed ^ words[0] ^ words[1] &* 0xC2B2_AE3D_27D4_EB4F) &* 0xFF51_AFD7_ED55_8CCD
    mixed ^= mixed &>> 32
  }

  /// The plan of a text; nil if it is not known.
  @inline(__always)
  func plan(_ text: Text) -> UnsafePointer<RowPlan>? {
    let known = entries.find(text.hash) { Self.isOf(text, $0) }
    return known.map {
      UnsafeRawPointer(Self.words($0) + text.count).assumingMemoryBound(to: RowPlan.self)
    }
  }

  /// Fetches the slot where a text is looked for first.
  @inline(__always)
  func fetchSlot(_ text: Text) { entries.fetchSlot(text.hash) }

  /// Fetches the text that is likely to be the one.
  @inline(__always)
  func fetchText(_ text: Text) {
    guard let entry = entries.likely(text.hash) else { return }
    prefetch(entry)
    prefetch(UnsafeRawPointer(entry) + 64)
    prefetch(UnsafeRawPointer(entry) + 128)
  }

  /// A text that is known; its words are behind it, and then its plan.
  private struct Entry: BitwiseCopyable {
    let classes: UInt64
  }

  @inline(__always)
  private static func words(_ entry: UnsafePointer<Entry>) -> UnsafePointer<Words> {
    UnsafeRawPointer(entry).advanced(by: wordBytes).assumingMemoryBound(to: Words.self)
  }

  @inline(__always)
  private static func isOf(_ text: Text, _ entry: UnsafePointer<Entry>) -> Bool {
    // With the classes goes how many words there are.
    guard entry.pointee.classes == text.classes else { return false }
    var difference = Words()
    let words = words(entry)
    for index in 0..<text.count { difference |= words[index] ^ text.words[index] }
    return difference[0] | difference[1] == 0
  }

  /// Keeps a plan for a text that is not known yet. It is forgotten before what the plan refers to.
  mutating func keep(_ text: Text, _ plan: UnsafePointer<RowPlan>) {
    if !entries.hasRoom || !texts.hasRoom(Self.roomForOne) { clear() }
    let head = texts.take(Words.self, 1 + text.count, alignment: 64)
    let entry = UnsafeMutableRawPointer(head).bindMemory(to: Entry.self, capacity: 1)
    entry.initialize(to: Entry(classes: text.classes))
    entries.add(entry, text.hash)
    (head + 1).update(from: text.words, count: text.count)
    texts.take(RowPlan.self, 1).initialize(to: plan.pointee)
    let lanes = Int(plan.pointee.laneCount)
    texts.take(RowPlan.Lane.self, lanes).update(from: RowPlan.lanes(plan), count: lanes)
  }
}
