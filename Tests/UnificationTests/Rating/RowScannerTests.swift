import SeededNumbers
import Testing

@testable import Unification

/// The fields of plain rows are found wherever a row begins and ends; other rows are left alone.
@Suite struct RowScannerTests {
  /// What was found of a row.
  private struct Found: Equatable {
    var fields: [String]
    var end: Int, next: Int
  }

  /// Looks for a row with bytes behind it that are not its own.
  private static func found(
    _ bytes: [UInt8], _ width: Int, start: Int = 0, end: Int? = nil
  ) -> Found? {
    let scanner = RowScanner(width: width)
    let starts = FieldStarts(scanner)
    let padded = bytes + [UInt8](repeating: 0, count: 128)
    return padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress,
        let ends = scanner.fields(base, start, end ?? bytes.count, starts.places)
      else { return nil }
      let fields = (0..<width).map { column in
        String(
          decoding: buffer[starts.places[column]..<starts.places[column + 1] - 1], as: UTF8.self)
      }
      return Found(fields: fields, end: ends.text, next: ends.next)
    }
  }

  /// A row of such fields behind some other bytes must be found as it is.
  private static func expect(_ fields: [String], at start: Int = 0, lineEnd: String = "\n") {
    let row = fields.joined(separator: ",")
    let bytes = Array((String(repeating: "\n", count: start) + row + lineEnd + "n,e\n").utf8)
    let end = start + row.utf8.count
    let wanted = Found(fields: fields, end: end, next: end + lineEnd.utf8.count)
    #expect(found(bytes, fields.count, start: start) == wanted, "\(row) at \(start)")
  }

  private static func text(_ length: Int) -> String { String(repeating: "x", count: length) }

  @Test func everyLength() {
    for length in 0..<200 {
      for lineEnd in ["\n", "\r\n"] {
        Self.expect([Self.text(length)], lineEnd: lineEnd)
        Self.expect(["a", Self.text(length), "", "d"], lineEnd: lineEnd)
        // The first comma, the last one and the line end come to every place of a block.
        Self.expect([Self.text(length), "b"], lineEnd: lineEnd)
        Self.expect([Self.text(length), "", Self.text(63)], lineEnd: lineEnd)
      }
    }
  }

  @Test func everyBeginning() {
    for start in 0..<70 {
      for length in [0, 1, 55, 56, 57, 61, 62, 63, 64, 65, 120, 127, 128, 129] {
        Self.expect(["a", Self.text(length), "b"], at: start)
      }
    }
  }

  /// Eight commas are taken at once: as many, fewer, more, and all of them in one block.
  @Test func everyNumberOfColumns() {
    for width in 1...90 {
      for length in [0, 1, 2, 9] {
        Self.expect((0..<width).map { Self.text(($0 * 7 + length) % (length + 1)) })
      }
    }
  }

  /// All bytes that no plain row is refused for, at every place of a word.
  @Test func harmlessBytes() {
    let harmless = (UInt8(0x20)...0x7E).filter { $0 != 0x22 && $0 != 0x2C }
    for byte in harmless {
      let one = String(decoding: [byte], as: UTF8.self)
      for length in [1, 7, 8, 9, 70] {
        Self.expect([String(repeating: one, count: length), one, Self.text(length) + one])
      }
    }
    let all = String(decoding: harmless, as: UTF8.self)
    Self.expect([all, "", all])
    Self.expect([" (+49) *!#$%&'", "-", ". / :", " "])
  }

  @Test func anotherNumberOfColumns() {
    for width in 1...40 {
      let row = Array((Array(repeating: "a", count: width).joined(separator: ",") + "\n").utf8)
      for other in 1...60 where other != width {
        #expect(Self.found(row, other) == nil, "\(width) for \(other)")
      }
    }
    #expect(Self.found(Array(String(repeating: ",", count: 500).utf8) + [10], 17) == nil)
    #expect(Self.found([10], 1) == Found(fields: [""], end: 0, next: 1))
    #expect(Self.found([10], 2) == nil)
  }

  /// Quotation marks, control bytes, DEL and all that is not ASCII; a line end comes too early.
  @Test func bytesThatNoPlainRowHas() {
    let bad = [UInt8](0..<0x20) + [0x22] + [UInt8](0x7F...0xFF)
    let row = Array((Self.text(130) + ",b\n").utf8)
    for byte in bad {
      for place in [0, 1, 6, 7, 8, 31, 62, 63, 64, 65, 71, 126, 127, 128, 129, 131] {
        var changed = row
        changed[place] = byte
        // The last field would end with it.
        if place == 131 && (byte == 10 || byte == 13) { continue }
        #expect(Self.found(changed, 2) == nil, "\(byte) at \(place)")
      }
    }
  }

  @Test func carriageReturns() {
    for length in 0..<130 {
      let row = Array(Self.text(length).utf8)
      #expect(Self.found(row + [13], 1) == nil)
      #expect(Self.found(row + [13, 120, 10], 1) == nil)
      #expect(Self.found(row + [13, 13, 10], 1) == nil)
      // The line feed is not there yet.
      #expect(Self.found(row + [13, 10], 1, end: length + 1) == nil)
    }
  }

  @Test func rowsWithoutLineEnd() {
    #expect(Self.found([], 1) == nil)
    for length in 0..<200 {
      let row = Array((Self.text(length) + ",b").utf8)
      #expect(Self.found(row, 2) == nil)
      #expect(Self.found(row + [10], 2, end: row.count) == nil)
      #expect(Self.found(row + [10, 99, 44, 100, 10], 2, end: row.count) == nil)
    }
  }

  /// Any bytes against a search byte by byte.
  @Test(arguments: [UInt64(1), 2, 3]) func anyBytes(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let alphabet = Array(String(repeating: "abc -+(09.", count: 6).utf8) + Array(",,,,,\n\r\"".utf8)
    for _ in 0..<3000 {
      let count = Int.random(in: 0..<200, using: &random)
      var bytes = (0..<count).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      if Bool.random(using: &random) { bytes += [10] }
      let width = Int.random(in: 1...12, using: &random)
      #expect(Self.found(bytes, width) == Self.searched(bytes, width))
    }
  }

  private static func searched(_ bytes: [UInt8], _ width: Int) -> Found? {
    guard let end = bytes.firstIndex(where: { $0 < 0x20 || $0 > 0x7E || $0 == 0x22 }) else {
      return nil
    }
    let rest = bytes[end...]
    guard rest.starts(with: [10]) || rest.starts(with: [13, 10]) else { return nil }
    let fields = bytes[..<end].split(separator: 0x2C, omittingEmptySubsequences: false)
    guard fields.count == width else { return nil }
    return Found(
      fields: fields.map { String(decoding: $0, as: UTF8.self) }, end: end,
      next: end + (rest.first == 10 ? 1 : 2))
  }

  /// One scanner for row after row, also behind one that it refused.
  @Test func rowAfterRow() throws {
    let scanner = RowScanner(width: 2)
    let starts = FieldStarts(scanner)
    let bytes = Array("a,b\r\ntoo,many,fields\nlonger,\n".utf8)
    let padded = bytes + [UInt8](repeating: 0, count: 128)
    try padded.withUnsafeBufferPointer { buffer in
      let base = try #require(buffer.baseAddress)
      let first = scanner.fields(base, 0, bytes.count, starts.places)
      #expect(first?.text == 3 && first?.next == 5)
      let second = scanner.fields(base, 5, bytes.count, starts.places)
      #expect(second == nil)
      let last = scanner.fields(base, 21, bytes.count, starts.places)
      #expect(last?.text == 28 && last?.next == 29)
      #expect((0..<3).map { starts.places[$0] } == [21, 28, 29])
    }
  }
}
