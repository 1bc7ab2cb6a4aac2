import CSV
import ExactMoney
import TariffRules

/// Reads, rates and writes rows by the compiled rules.
struct FastRater: ~Copyable {
  private let scanner: RowScanner
  private var reader: RowReader
  private var rater: RowRater
  private var sums: ChunkSums
  private let parties: Int
  /// The column of each field, for those who read what went wrong.
  private let columns: [(index: Int, field: String)]

  init(_ tables: TariffTables, _ asOf: Day?, _ file: ConsignmentFile, _ regimes: Regimes) {
    scanner = RowScanner(width: file.header.count)
    reader = RowReader(tables, file, regimes.shared)
    rater = RowRater(tables, asOf, regimes)
    parties = rater.parties.count
    sums = ChunkSums(currencies: regimes.currencies, parties: parties)
    columns = file.fieldColumns
  }

  /// Rates the row at a place and writes it; nil where it is left to the quote, else the next
  /// place.
  @inline(__always)
  mutating func rate(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ line: Int, _ out: inout ByteBuffer
  ) -> Int? {
    guard let found = scanner.fields(base, start, end),
      reader.read(base, scanner.starts, &rater.row)
    else { return nil }
    let text = found.text - start
    switch rater.answer() {
    case .quoted: return nil
    case .priced(let price):
      out.reserve(text + 96 + parties * 28)
      out.store(base + start, text)
      sums.write(price, rater.division.shares, &out)
    case .refused(let number):
      out.reserve(text)
      out.store(base + start, text)
      refuse(number, place(number, line, start), &out)
    }
    return found.next
  }

  /// Rates a record and writes it; false where it is left to the quote.
  mutating func rate(_ record: CSVRecord, _ out: inout ByteBuffer) -> Bool {
    guard reader.read(record, &rater.row) else { return false }
    let answer = rater.answer()
    if case .quoted = answer { return false }
    // Where a field stands, in a record with quotation marks, the quote says.
    if case .refused(let number) = answer, rater.legs.refusals.status(number) == .rejected {
      return false
    }
    var writer = CSVWriter()
    for index in 0..<record.count { writer.field(.verbatim(record.bytes(index))) }
    out.append(writer.drain())
    switch answer {
    case .quoted: return false
    case .priced(let price):
      out.reserve(96 + parties * 28)
      sums.write(price, rater.division.shares, &out)
    case .refused(let number): refuse(number, [], &out)
    }
    return true
  }

  /// Adds up what was rated since the last time.
  mutating func settle(_ totals: inout RatingTotals) { sums.settle(&totals) }

  /// The charges for one unit of every leg of every lane of a row: for tests.
  mutating func charges(_ line: [UInt8]) -> [[[Int64]]]? {
    let bytes = line + [UInt8](repeating: 0, count: ChunkSource.spareBytes)
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, scanner.fields(base, 0, line.count) != nil,
        reader.read(base, scanner.starts, &rater.row)
      else { return nil }
      return rater.charges()
    }
  }

  private mutating func refuse(_ number: Int32, _ place: [UInt8], _ out: inout ByteBuffer) {
    rater.legs.refusals.write(number, place, &out)
    sums.count(status: rater.legs.refusals.statusNumber(number))
  }

  /// Where in the file a rejected row stands, in words; empty for the other answers.
  private func place(_ number: Int32, _ line: Int, _ start: Int) -> [UInt8] {
    guard rater.legs.refusals.status(number) == .rejected else { return [] }
    let field = rater.legs.refusals.field(number)
    guard let column = columns.first(where: { $0.field == field }) else {
      return Array("line \(line): ".utf8)
    }
    return Array("line \(line), column \(scanner.starts[column.index] - start + 1): ".utf8)
  }
}
