import SeededNumbers
import Testing

@testable import CSV

/// Properties of reader and writer together, over random bytes that are likely to be awkward.
@Suite struct RoundTripTests {
  @Test(arguments: [41, 42, 43] as [UInt64])
  func whatIsWrittenReadsTheSame(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = ["a", "\"", ",", "\n", "\r\n", "é", "ж", "😀", " ", "=", "\u{FEFF}", "'"]
    for _ in 0..<60 {
      let records = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        (0..<Int.random(in: 1...5, using: &random)).map { _ in
          (0..<Int.random(in: 0...6, using: &random)).map { _ in
            pieces.randomElement(using: &random) ?? ""
          }.joined()
        }
      }
      var writer = CSVWriter()
      for record in records { writer.record(record.map { .text($0) }) }
      #expect(try fields(of: writer.bytes) == records.map { $0.map { Array($0.utf8) } })
    }
  }

  private func fields(of bytes: [UInt8]) throws -> [[[UInt8]]] {
    var reader = CSVReader(bytes: bytes)
    var records: [[[UInt8]]] = []
    while let record = try reader.next()?.get() {
      records.append((0..<record.count).map { Array(record.bytes($0)) })
    }
    return records
  }

  /// Whatever the bytes: pieces make no difference, records begin where the slow definition says,
  /// and what is read without an error is written and read again as the same.
  @Test(arguments: [51, 52, 53] as [UInt64])
  func anyBytesAreReadTheSameInAnyPieces(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet: [UInt8] = [
      0x22, 0x22, 0x22, 0x2C, 0x2C, 0x0A, 0x0A, 0x0D, 0x61, 0x61, 0xC3, 0xA9, 0xEF, 0xBB, 0xBF,
      0x09, 0xE2, 0x80, 0xAE,
    ]
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      for limit in [4, 1000] {
        let whole = try Readings(bytes, limit: limit)
        #expect(try Readings(bytes, piece: 1, limit: limit) == whole, "\(bytes)")
        #expect(try Readings(bytes, piece: 3, limit: limit) == whole, "\(bytes)")
      }
      try checkAgainstTheSlowDefinition(bytes)
    }
  }

  private func checkAgainstTheSlowDefinition(_ bytes: [UInt8]) throws {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var expected: [(line: Int, bytes: [UInt8])] = []
    var (line, firstLine, quotes) = (1, 1, 0)
    var current: [UInt8] = []
    for byte in text {
      if byte == 0x22 { quotes += 1 }
      if byte == 0x0A { line += 1 }
      current.append(byte)
      guard byte == 0x0A, quotes % 2 == 0 else { continue }
      expected.append((firstLine, current))
      (current, firstLine, quotes) = ([], line, 0)
    }
    if !current.isEmpty { expected.append((firstLine, current)) }

    var reader = CSVReader(bytes: bytes)
    for (line, slice) in expected {
      switch try #require(try reader.next()) {
      case .success(let record):
        #expect(record.line == line)
        // No error: the same fields by themselves, and once more after being written.
        var writer = CSVWriter()
        writer.record((0..<record.count).map { .verbatim(record.bytes($0)) })
        let fields = (0..<record.count).map { Array(record.bytes($0)) }
        #expect(try self.fields(of: writer.bytes) == [fields])
        #expect(String(validating: slice, as: UTF8.self) != nil)
      case .failure(let error):
        let last = line + slice.dropLast().filter { $0 == 0x0A }.count
        #expect((line...last).contains(error.line), "\(bytes)")
      }
    }
    #expect(try reader.next() == nil)
  }
}
