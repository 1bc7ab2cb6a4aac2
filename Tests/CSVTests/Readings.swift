@testable import CSV

/// What a reader makes of some bytes, one text per record: "1: a|b", or "1:3 quoteInPlainField".
struct Readings: Equatable, CustomStringConvertible {
  var description: String { records.joined(separator: "\n") }
  var records: [String] = []

  /// Reads bytes in memory.
  init(_ bytes: [UInt8], limit: Int = CSVReader.maxRecordBytes) throws {
    var reader = CSVReader(bytes: bytes, maxRecordBytes: limit)
    try read(from: &reader)
  }

  /// Reads bytes from a source that gives so many at a time.
  init(_ bytes: [UInt8], piece: Int, limit: Int = CSVReader.maxRecordBytes) throws {
    var rest = bytes[...]
    var reader = CSVReader(maxRecordBytes: limit) { room in
      let given = rest.prefix(min(piece, room.count))
      room.copyBytes(from: given)
      rest = rest.dropFirst(given.count)
      return given.count
    }
    try read(from: &reader)
  }

  private mutating func read(from reader: inout CSVReader) throws {
    while let result = try reader.next() {
      switch result {
      case .success(let record):
        let fields = (0..<record.count).map(record.string)
        records.append("\(record.line): \(fields.joined(separator: "|"))")
      case .failure(let error):
        records.append("\(error.line):\(error.column) \(error.problem)")
      }
    }
  }
}
