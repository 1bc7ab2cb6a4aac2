import CSV
import TariffRules

@testable import Unification

/// A file rated at once, and its consignments quoted one by one.
enum RatedFile {
  /// Hands bytes out in uneven pieces.
  static func source(_ bytes: [UInt8]) -> CSVReader.Source {
    var at = 0
    return { buffer in
      let count = min(buffer.count, 70_001, bytes.count - at)
      buffer.copyBytes(from: bytes[at..<at + count])
      at += count
      return count
    }
  }

  static func rated(
    _ bytes: [UInt8], _ tables: TariffTables, workers: Int, _ format: Rating.Format = .csv,
    _ sizes: BookSizes = BookSizes()
  ) throws -> (bytes: [UInt8], totals: RatingTotals) {
    var rating = Rating(tables, format: format, workers: workers)
    rating.sizes = sizes
    let file = try rating.file("sample", source(bytes))
    var out: [UInt8] = []
    let totals = try rating.run(file) { written, _ in out.append(contentsOf: written) }
    return (out, totals)
  }

  static func quoted(_ bytes: [UInt8], _ tables: TariffTables) throws -> [UInt8] {
    var file = try ConsignmentFile("sample", CSVReader(bytes: bytes))
    var calculator = Calculator(tables)
    var csv = QuoteCSV(tables)
    csv.header(file.header)
    while let row = try file.next() {
      csv.row(file.quote(row, &calculator), row, width: file.header.count)
    }
    return csv.drain()
  }
}
