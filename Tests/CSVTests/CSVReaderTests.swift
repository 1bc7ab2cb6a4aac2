import Testing

@testable import CSV

/// A source that gives prepared pieces, and throws where there is none.
private final class Pieces {
  struct Interrupted: Error {}
  private var pieces: [String?]

  init(_ pieces: [String?]) {
    self.pieces = pieces
  }

  func read(_ room: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !pieces.isEmpty else { return 0 }
    guard let piece = pieces.removeFirst() else { throw Interrupted() }
    room.copyBytes(from: piece.utf8)
    return piece.utf8.count
  }
}

@Suite struct CSVReaderTests {
  @Test(
    arguments: [
      ("", []),
      ("a", ["1: a"]),
      ("a\n", ["1: a"]),
      ("a,b\nc,d\n", ["1: a|b", "2: c|d"]),
      ("a,b\r\nc,d\r\n", ["1: a|b", "2: c|d"]),
      ("\n", ["1: "]),
      ("\r\n", ["1: "]),
      ("a\n\nb", ["1: a", "2: ", "3: b"]),
      ("\u{FEFF}", []),
      ("\u{FEFF}a\n\u{FEFF}b", ["1: a", "2: \u{FEFF}b"]),
      ("\u{FEFF}\"a\"", ["1: a"]),
      ("\"a\nb\",c\nd", ["1: a\nb|c", "3: d"]),
      ("\"a\r\nb\"\r\nd", ["1: a\r\nb", "3: d"]),
      // An error takes nothing from the records after it.
      ("a\"\"\nb", ["1:2 quoteInPlainField", "2: b"]),
      ("\"a\"b\nc", ["1:4 textAfterQuote", "2: c"]),
      // By parity, the quotation mark in the first line swallows the second.
      ("a\"\nb\"\nc", ["1:2 quoteInPlainField", "3: c"]),
      ("a\rb\nc", ["1:2 loneCarriageReturn", "2: c"]),
      ("a\nb\r", ["1: a", "2:2 loneCarriageReturn"]),
      ("a\n\"b\nc\n", ["1: a", "2:1 unclosedQuote"]),
      ("\t\nb", ["1:1 controlCharacter(9)", "2: b"]),
    ] as [(String, [String])])
  func reads(text: String, expected: [String]) throws {
    let bytes = Array(text.utf8)
    #expect(try Readings(bytes).records == expected)
    for piece in 1...4 {
      #expect(try Readings(bytes, piece: piece).records == expected, "in pieces of \(piece)")
    }
  }

  /// Whoever reads of a record with an error reads too which other lines went with it.
  @Test(
    arguments: [
      ("a\n\"b\nc\n", "a quotation mark that is never closed: lines 2 to 3 are taken as one row"),
      ("a\n\"b\nc\nd", "a quotation mark that is never closed: lines 2 to 4 are taken as one row"),
      ("a\n\"b\n", "a quotation mark that is never closed"),
      ("a\n\"b", "a quotation mark that is never closed"),
      (
        "a\n\"b\r\nc\"d\r\ne",
        "text after the closing quotation mark of a field: lines 2 to 3 are taken as one row"
      ),
      (
        "a\nb\"\nc\"\n",
        "a quotation mark inside a field that is not quoted: lines 2 to 3 are taken as one row"
      ),
      ("a\nb\"\"\nc", "a quotation mark inside a field that is not quoted"),
      ("a\n\"b\"c\nd", "text after the closing quotation mark of a field"),
    ])
  func namesTheLinesOfARecord(text: String, message: String) throws {
    var reader = CSVReader(bytes: Array(text.utf8))
    _ = try reader.next()
    guard case .failure(let error) = try reader.next() else {
      Issue.record("no error")
      return
    }
    #expect(error.message == message)
  }

  /// A limit of five bytes, the line feed not counted.
  @Test(
    arguments: [
      ("12345\nb", ["1: 12345", "2: b"]),
      ("12345", ["1: 12345"]),
      ("1234\r\nb", ["1: 1234", "2: b"]),
      ("\"12\n\"\nb", ["1: 12\n", "3: b"]),
      ("123456\nb", ["1:1 recordTooLong(limit: 5)", "2: b"]),
      ("123456", ["1:1 recordTooLong(limit: 5)"]),
      ("a\n12345678901234567890\nb", ["1: a", "2:1 recordTooLong(limit: 5)", "3: b"]),
      // Beyond the limit a record ends at the next line feed, be it in a quoted field or not.
      ("\"1\n345\nb\n", ["1:1 recordTooLong(limit: 5)", "3: b"]),
      ("\"12345\nb\"\nd", ["1:1 recordTooLong(limit: 5)", "2:2 quoteInPlainField"]),
      ("\"1234\n6\nb", ["1:1 recordTooLong(limit: 5)", "3: b"]),
      ("\u{FEFF}12345\nb", ["1: 12345", "2: b"]),
    ] as [(String, [String])])
  func refusesRecordsBeyondTheLimit(text: String, expected: [String]) throws {
    let bytes = Array(text.utf8)
    #expect(try Readings(bytes, limit: 5).records == expected)
    for piece in 1...4 {
      #expect(try Readings(bytes, piece: piece, limit: 5).records == expected)
    }
  }

  /// What spreadsheets call Unicode text: with a mark or without, either way round.
  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00, 0x62, 0x00], ["1:1 utf16"]),
      ([0xFE, 0xFF, 0x00, 0x61, 0x00, 0x0A], ["1:1 utf16"]),
      ([0x61, 0x00, 0x0A, 0x00, 0x62, 0x00], ["1:1 utf16"]),
      ([0x00, 0x61, 0x00, 0x0A], ["1:1 utf16"]),
      ([0xFF, 0xFE], ["1:1 utf16"]),
      ([0x00, 0x00, 0x0A, 0x62], ["1:1 controlCharacter(0)", "2: b"]),
      ([0x00], ["1:1 controlCharacter(0)"]),
      ([0x62, 0x0A, 0x61, 0x00], ["1: b", "2:2 controlCharacter(0)"]),
      ([0xFF, 0x61, 0x0A, 0x62], ["1:1 notUTF8", "2: b"]),
    ] as [([UInt8], [String])])
  func aFileInUTF16IsOneError(bytes: [UInt8], expected: [String]) throws {
    #expect(try Readings(bytes).records == expected)
    for piece in 1...4 { #expect(try Readings(bytes, piece: piece).records == expected) }
  }

  @Test func takesAnyLimit() throws {
    #expect(try Readings(Array("a\nbb\n".utf8), limit: .min).records.first == "1: a")
    #expect(try Readings(Array("a\nbb\n".utf8), limit: .max).records == ["1: a", "2: bb"])
  }

  @Test func growsForALongRecordAndStaysSmallForManyShortOnes() throws {
    let long = String(repeating: "x", count: 100_000)
    let bytes = Array("a\n\"\(long)\",b\nc\n".utf8)
    let expected = ["1: a", "2: \(long)|b", "3: c"]
    #expect(try Readings(bytes, piece: 7000).records == expected)
    #expect(try Readings(bytes, piece: .max).records == expected)

    var (largestRoom, calls) = (0, 0)
    var reader = CSVReader(maxRecordBytes: 1000) { room in
      largestRoom = max(largestRoom, room.count)
      calls += 1
      guard calls <= 5000 else { return 0 }
      room.copyBytes(from: "aaaaaaaaaaaaaaa".utf8)
      room[15] = UInt8(ascii: calls % 100 == 0 ? "\n" : "a")
      return 16
    }
    var tooLong = 0
    while let result = try reader.next() {
      if case .failure(let error) = result, case .recordTooLong = error.problem { tooLong += 1 }
    }
    #expect(tooLong == 50)
    #expect(largestRoom <= 1 << 16)
  }

  @Test func aSourceThatThrowsMayBeAskedAgain() throws {
    let pieces = Pieces([nil, "a,\"", nil, "b\"\nc", nil, "\n12345", nil, "6", nil, "7\nd"])
    var reader = CSVReader(maxRecordBytes: 5, source: pieces.read)
    var seen: [String] = []
    while seen.count < 20 {
      do {
        guard let result = try reader.next() else { break }
        seen.append((try? result.get()).map { $0.string($0.count - 1) } ?? "failure")
      } catch is Pieces.Interrupted {
        seen.append("thrown")
      }
    }
    #expect(
      seen == ["thrown", "thrown", "b", "thrown", "c", "thrown", "thrown", "failure", "d"])
    #expect(try reader.next() == nil)
  }

  @Test func aSourceIsNotAskedAfterItsEndNorTrusted() throws {
    let pieces = Pieces(["a"])
    var reader = CSVReader(source: pieces.read)
    #expect(try reader.next()?.get().string(0) == "a")
    #expect(try reader.next() == nil)
    #expect(try reader.next() == nil)
    var liar = CSVReader(maxRecordBytes: 10) { _ in -1 }
    #expect(try liar.next() == nil)
    var isFirst = true
    var boaster = CSVReader(maxRecordBytes: 10) { room in
      defer { isFirst = false }
      return isFirst ? room.count + 1 : 0
    }
    #expect(throws: CSVError.self) { try boaster.next()?.get() }
    #expect(try boaster.next() == nil)
  }

  @Test func recordsThatAreKeptStayAsTheyWere() throws {
    var reader = CSVReader(bytes: Array("a,b\n\"c\"\"c\"\nd,e,f\n".utf8))
    var kept: [CSVRecord] = []
    while let result = try reader.next() { kept.append(try result.get()) }
    #expect(kept.map(\.count) == [2, 1, 3])
    #expect(kept.map { $0.string(0) } == ["a", "c\"c", "d"])
  }
}
