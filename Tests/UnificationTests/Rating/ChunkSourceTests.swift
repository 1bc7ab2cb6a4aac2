import CSV
import SeededNumbers
import Testing

@testable import Unification

/// Records end in the same places for the pieces as for the reader of one record after the other.
@Suite struct ChunkSourceTests {
  private func records(_ bytes: [UInt8]) throws -> [String] {
    var reader = CSVReader(bytes: [UInt8(ascii: "h"), UInt8(ascii: "\n")] + bytes)
    _ = try reader.next()
    var list: [String] = []
    while let result = try reader.next() { list.append(text(result)) }
    return list
  }

  private func text(_ result: Result<CSVRecord, CSVError>) -> String {
    switch result {
    case .success(let record):
      "\(record.line): " + (0..<record.count).map { record.string($0) }.joined(separator: "|")
    case .failure(let error): "\(error.line),\(error.column): \(error.message)"
    }
  }

  private func cut(_ bytes: [UInt8]) throws -> [String] {
    var at = 0
    var chunks = ChunkSource(
      { buffer in
        let count = min(buffer.count, bytes.count - at)
        buffer.copyBytes(from: bytes[at..<at + count])
        at += count
        return count
      }, carried: [], line: 2)
    var chunk = Chunk()
    var list: [String] = []
    while try chunks.next(&chunk) {
      if chunk.isTooLong {
        list.append(
          text(
            .failure(
              CSVError(
                line: chunk.line, column: 1,
                problem: .recordTooLong(limit: CSVReader.maxRecordBytes)))))
        continue
      }
      var reader = CSVReader(continuing: Array(chunk.bytes[..<chunk.count]), line: chunk.line)
      while let result = try reader.next() { list.append(text(result)) }
    }
    return list
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func anyBytes(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("aaaaaaaaaaaaaaaaaaaaaaaab,,\n\n\r\"".utf8)
    let bytes = (0..<900_000).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
    #expect(try cut(bytes) == records(bytes))
  }

  @Test func recordsAroundTheLimit() throws {
    for length in [
      CSVReader.maxRecordBytes - 1, CSVReader.maxRecordBytes, CSVReader.maxRecordBytes + 1,
    ] {
      let bytes =
        Array("a,b\n".utf8) + [UInt8](repeating: 120, count: length) + Array("\nc\nd".utf8)
      #expect(try cut(bytes) == records(bytes))
    }
  }

  @Test func quotationMarksThatNeverClose() throws {
    let bytes = Array("a\n\"".utf8) + Array(repeatElement("xyz\n", count: 600_000).joined().utf8)
    #expect(try cut(bytes) == records(bytes))
  }

  @Test func countsBytes() {
    for length in [0, 7, 8, 9, 300, 9000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      for byte in [UInt8(0), 10, 34, 127, 128, 255] {
        let found = bytes.withUnsafeBufferPointer { RecordEnds.count(byte, in: $0) }
        #expect(found == bytes.count { $0 == byte })
      }
    }
  }
}
