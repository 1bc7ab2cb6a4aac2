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

  /// The words of up to 32 bytes; what lies behind them must be readable.
  @inline(__always)
  private static func words(
    _ bytes: UnsafePointer<UInt8>, _ count: Int
  ) -> (UInt64, UInt64, UInt64, UInt64) {
    let raw = UnsafeRawPointer(bytes)
    @inline(__always)
    func word(_ index: Int) -> UInt64 {
      let left = count &- index &* 8
      guard left > 0 else { return 0 }
      let word = raw.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
      return left >= 8 ? word : word & (1 &<< UInt64(left &* 8) &- 1)
    }
    if count <= 8 { return (word(0), 0, 0, 0) }
    return (word(0), word(1), word(2), word(3))
  }

  @inline(__always)
  private static func hash(_ words: (UInt64, UInt64, UInt64, UInt64)) -> Int {
    var mixed = words.0 ^ (words.1 &* 0x9E37_79B9_7F4A_7C15)
    mixed ^= (words.2 &* 0xC2B2_AE3D_27D4_EB4F) ^ (words.3 &* 0x1656_67B1_9E37_79F9)
    mixed = mixed &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed ^ (mixed &>> 32))
  }

  /// What the word stands for, looked up at its first time; nil if it stands for nothing.
  @inline(__always)
  mutating func find(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ look: (String) -> (Int64, UInt16)?
  ) -> (value: Int64, number: UInt16)? {
    guard count <= Self.mostBytes else { return nil }
    let words = Self.words(bytes, count)
    var at = Self.hash(words) & mask
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
