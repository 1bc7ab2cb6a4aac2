import TariffRules

/// Finds the fields of plain rows: no quotation marks, nothing but visible ASCII.
struct RowScanner {
  private let width: Int

  /// How many places are written for a row: where each field starts, where the row ends and one,
  /// and what is written over.
  var placeCount: Int { width + 9 }

  /// - Parameter width: how many fields a row has.
  init(width: Int) { self.width = width }

  /// Finds the fields of the row at a place; nil where it is not plain. Gives the ends of the
  /// row's text and of the row. As many bytes as a block has must be readable behind the end.
  /// - Parameter starts: where `placeCount` places are written.
  @inline(__always)
  func fields(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ starts: UnsafeMutablePointer<Int>
  ) -> (text: Int, next: Int)? {
    var column = 1
    starts[0] = start
    var at = start
    while at < end {
      let block = Block(base + at)
      let stop = block.stop(base + at)
      // Where nothing stops, all commas are the row's.
      var commas = stop < Block.bytes ? block.commas & (1 &<< UInt64(stop) &- 1) : block.commas
      let after = column &+ commas.nonzeroBitCount
      guard after <= width else { return nil }
      repeat {
        // Without a branch for each: what is written beyond the last comma is written over.
        for place in 0..<8 {
          starts[column &+ place] = at &+ commas.trailingZeroBitCount &+ 1
          commas &= commas &- 1
        }
        column &+= 8
      } while commas != 0
      column = after
      if stop < Block.bytes { return ending(base, at &+ stop, end, column, starts) }
      at &+= Block.bytes
    }
    return nil
  }

  /// The ends of a row that has a byte that is not visible ASCII, or a quotation mark.
  @inline(__always)
  private func ending(
    _ base: UnsafePointer<UInt8>, _ index: Int, _ end: Int, _ column: Int,
    _ starts: UnsafeMutablePointer<Int>
  ) -> (text: Int, next: Int)? {
    let next = base[index] == UInt8(ascii: "\r") ? index &+ 1 : index
    guard next < end, base[next] == UInt8(ascii: "\n"), column == width else { return nil }
    starts[column] = index &+ 1
    return (index, next &+ 1)
  }

  /// Some bytes, eight words of eight, with a bit for each byte.
  private struct Block {
    /// The commas, and the other bytes under '-', not ASCII, or DEL.
    private(set) var commas: UInt64 = 0, others: UInt64 = 0

    static let bytes = 64

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>) {
      let raw = UnsafeRawPointer(bytes)
      for index in 0..<8 {
        let word = raw.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self).littleEndian
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        let marks = ~(low &+ 0x5353_5353_5353_5353) | word | (low &+ 0x0101_0101_0101_0101)
        let other = word ^ 0x2C2C_2C2C_2C2C_2C2C
        let commas =
          ~(((other & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | other)
        self.commas |= Self.bits(commas) &<< UInt64(index &* 8)
        others |= Self.bits(marks & ~commas) &<< UInt64(index &* 8)
      }
    }

    /// The highest bit of each byte, side by side: the product brings them into the last byte.
    @inline(__always)
    private static func bits(_ marks: UInt64) -> UInt64 {
      (((marks & 0x8080_8080_8080_8080) &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// The place of the first byte that ends a plain row, or that no plain row has.
    @inline(__always)
    func stop(_ bytes: UnsafePointer<UInt8>) -> Int {
      var rest = others
      while rest != 0 {
        let place = rest.trailingZeroBitCount
        let byte = bytes[place]
        if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") { return place }
        rest &= rest &- 1
      }
      return Self.bytes
    }
  }
}
