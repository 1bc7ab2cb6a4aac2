/// One character that UTF-8 writes in two to four bytes.
struct UTF8Scalar {
  let scalar: Unicode.Scalar
  let length: Int

  /// Reads the character that starts at an index. Nil when the bytes are not well-formed UTF-8:
  /// cut off, over-long, a surrogate, or beyond U+10FFFF.
  init?(in bytes: UnsafeBufferPointer<UInt8>, at index: Int, end: Int) {
    let first = bytes[index]
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard end - index >= length else { return nil }
    for next in index + 1..<index + length {
      guard bytes[next] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(bytes[next] & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
    // Unicode.Scalar refuses surrogates and what is beyond U+10FFFF.
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    self.scalar = scalar
  }
}
