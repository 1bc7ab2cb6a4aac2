import TariffRules

/// Finds the fields of plain rows: no quotation marks, nothing but visible ASCII.
struct RowScanner: ~Copyable {
  private let width: Int
  /// Where each field of the last row starts; then where the row ends, and one.
  let starts: UnsafeMutablePointer<Int>

  /// - Parameter width: how many fields a row has.
  init(width: Int) {
    self.width = width
    // A word of eight bytes may have more commas than there are columns left.
    starts = .allocate(capacity: width + 9)
  }

  deinit { starts.deallocate() }

  /// Finds the fields of the row at a place; nil where it is not plain. Gives the ends of the
  /// row's text and of the row. Some bytes behind the end must be readable.
  @inline(__always)
  func fields(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> (text: Int, next: Int)? {
    let raw = UnsafeRawPointer(base)
    var column = 1
    starts[0] = start
    var at = start
    while at < end {
      let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let low = word & 0x7F7F_7F7F_7F7F_7F7F
      // A mark for every byte under '-', not ASCII, or DEL.
      var marks =
        (~(low &+ 0x5353_5353_5353_5353) | word | (low &+ 0x0101_0101_0101_0101))
        & 0x8080_8080_8080_8080
      let other = word ^ 0x2C2C_2C2C_2C2C_2C2C
      let commas =
        ~(((other & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | other)
        & 0x8080_8080_8080_8080
      if marks == commas {
        while marks != 0 {
          starts[column] = at &+ marks.trailingZeroBitCount / 8 &+ 1
          column &+= 1
          marks &= marks &- 1
        }
        guard column <= width else { return nil }
      }
      while marks != 0 {
        let index = at &+ marks.trailingZeroBitCount / 8
        marks &= marks &- 1
        let byte = base[index]
        if byte == UInt8(ascii: ",") {
          guard column < width else { return nil }
          starts[column] = index &+ 1
          column &+= 1
        } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
          var next = index
          if byte == UInt8(ascii: "\r") { next &+= 1 }
          guard next < end, base[next] == UInt8(ascii: "\n"), column == width else { return nil }
          starts[column] = index &+ 1
          return (index, next &+ 1)
        } else if byte == UInt8(ascii: "\"") || byte < 0x20 || byte >= 0x7F {
          return nil
        }
      }
      at &+= 8
    }
    return nil
  }
}
