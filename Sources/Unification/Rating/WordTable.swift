/// Words of a column that were looked up before, by their bytes: up to 32 of them.
struct WordTable: ~Copyable {
  struct Entry {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var count = 0
    var value: Int64 = 0
    var number: UInt16 = 0
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let mask: Int
  private var used = 0

  static let mostBytes = 32

  init(bits: Int) {
    mask = 1 << bits - 1
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: Entry(), count: mask + 1)
  }

  deinit { entries.deallocate() }

  /// A part of up to eight bytes as a word; what lies behind it must be readable.
  @inline(__always)
  private static func word(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
    let word = bytes.loadUnaligned(as: UInt64.self)
    return count >= 8 ? word : word & (1 &<< UInt64(truncatingIfNeeded: count &* 8) &- 1)
  }

  /// The words of up to 32 bytes; what lies behind them must be readable.
  private static func words(
    _ bytes: UnsafePointer<UInt8>, _ count: Int
  ) -> (UInt64, UInt64, UInt64, UInt64) {
    let raw = UnsafeRawPointer(bytes)
    @inline(__always)
    func word(_ index: Int) -> UInt64 {
      let left = count &- index &* 8
      return left > 0 ? Self.word(raw + index &* 8, left) : 0
    }
    return (word(0), word(1), word(2), word(3))
  }

  @inline(__always)
  private static func hash(_ word: UInt64) -> Int {
    let mixed = word &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed ^ (mixed &>> 32))
  }

  /// What the word stands for, looked up at its first time; nil if it stands for nothing.
  @inline(__always)
  mutating func find(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ look: (String) -> (Int64, UInt16)?
  ) -> (value: Int64, number: UInt16)? {
    if count > 16 { return findLong(bytes, count, look) }
    // Of a short one the other words are nought.
    let first = Self.word(bytes, count)
    let second = count > 8 ? Self.word(UnsafeRawPointer(bytes + 8), count &- 8) : 0
    var at = Self.hash(first ^ (second &* 0x9E37_79B9_7F4A_7C15)) & mask
    while true {
      let entry = entries + at
      let (one, other, length) = (
        entry.pointee.words.0, entry.pointee.words.1, entry.pointee.count
      )
      if (one ^ first) | (other ^ second) == 0 && length == count {
        return (entry.pointee.value, entry.pointee.number)
      }
      if length == 0 { break }
      at = (at &+ 1) & mask
    }
    return learn(at, (first, second, 0, 0), bytes, count, look)
  }

  @inline(never)
  private mutating func findLong(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ look: (String) -> (Int64, UInt16)?
  ) -> (value: Int64, number: UInt16)? {
    guard count <= Self.mostBytes else { return nil }
    let words = Self.words(bytes, count)
    let mixed = words.0 ^ (words.1 &* 0x9E37_79B9_7F4A_7C15)
    var at =
      Self.hash(
        mixed ^ (words.2 &* 0xC2B2_AE3D_27D4_EB4F) ^ (words.3 &* 0x1656_67B1_9E37_79F9)) & mask
    while true {
      let entry = entries + at
      if entry.pointee.count == count && entry.pointee.words == words {
        return (entry.pointee.value, entry.pointee.number)
      }
      if entry.pointee.count == 0 { break }
      at = (at &+ 1) & mask
    }
    return learn(at, words, bytes, count, look)
  }

  @inline(never)
  private mutating func learn(
    _ at: Int, _ words: (UInt64, UInt64, UInt64, UInt64), _ bytes: UnsafePointer<UInt8>,
    _ count: Int, _ look: (String) -> (Int64, UInt16)?
  ) -> (value: Int64, number: UInt16)? {
    let text = String(
      decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    guard let (value, number) = look(text) else { return nil }
    if used < mask * 3 / 4 {
      entries[at] = Entry(words: words, count: count, value: value, number: number)
      used += 1
    }
    return (value, number)
  }
}
