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
      // Where nothing stops, all commas are the row's.
      var commas = block.commas & ~block.stops & (block.stops &- 1)
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
      if block.stops != 0 {
        return ending(base, at &+ block.stops.trailingZeroBitCount, end, column, starts)
      }
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

  /// Some bytes, with a bit for each.
  private struct Block {
    /// The commas, and the bytes that end a plain row or that no plain row has.
    let commas: UInt64, stops: UInt64

    static let bytes = 64

    /// Bytes that are compared at once; those that are not ASCII are below zero.
    private typealias Lanes = SIMD16<Int8>

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>) {
      let raw = UnsafeRawPointer(bytes)
      var (commas, stops) = (Lanes(), Lanes())
      for index in 0..<4 {
        let lanes = raw.loadUnaligned(fromByteOffset: index &* Lanes.scalarCount, as: Lanes.self)
        // Each of the four has a bit of its own in each lane, and leaves one free beside it.
        let bit = Lanes(repeating: 1 &<< Int8(index &* 2))
        commas.replace(with: commas | bit, where: lanes .== Self.all(","))
        let isStop = (lanes .< Self.all(" ")) .| (lanes .== Self.all("\u{7F}"))
        stops.replace(with: stops | bit, where: isStop .| (lanes .== Self.all("\"")))
      }
      self.commas = Self.inOrder(Self.word(commas))
      self.stops = Self.inOrder(Self.word(stops))
    }

    @inline(__always)
    private static func all(_ character: Unicode.Scalar) -> Lanes {
      Lanes(repeating: Int8(truncatingIfNeeded: character.value))
    }

    /// The upper lanes beside the lower ones: so a bit stands for one of eight words, and the byte
    /// that it is in for a byte of that word.
    @inline(__always)
    private static func word(_ lanes: Lanes) -> UInt64 {
      withUnsafeBytes(of: lanes) { bytes in
        let (lower, upper) = (
          bytes.load(as: UInt64.self), bytes.load(fromByteOffset: 8, as: UInt64.self)
        )
        return lower.littleEndian | upper.littleEndian &<< 1
      }
    }

    /// Lines and columns of a square of bits exchanged: a byte for each word, a bit for each byte.
    /// Bits change places one by one, then two by two, then four by four.
    @inline(__always)
    private static func inOrder(_ square: UInt64) -> UInt64 {
      var bits = square
      var moved = (bits ^ bits &>> 7) & 0x00AA_00AA_00AA_00AA
      bits ^= moved ^ moved &<< 7
      moved = (bits ^ bits &>> 14) & 0x0000_CCCC_0000_CCCC
      bits ^= moved ^ moved &<< 14
      moved = (bits ^ bits &>> 28) & 0x0000_0000_F0F0_F0F0
      return bits ^ moved ^ moved &<< 28
    }
  }
}
