import CSV
import ExactMoney
import TariffRules

/// Rates the records of one piece after the other; each worker has its own.
struct ChunkRater: ~Copyable {
  private let file: ConsignmentFile
  private var calculator: Calculator
  private var csv: QuoteCSV
  private let json: QuoteJSON?
  private var fast: RowRater
  private var out: ByteBuffer
  private(set) var totals: RatingTotals

  init(
    _ tables: TariffTables, _ asOf: Day?, _ file: ConsignmentFile, _ json: QuoteJSON?,
    _ shared: SharedClasses
  ) {
    self.file = file
    self.json = json
    calculator = Calculator(tables, asOf: asOf)
    csv = QuoteCSV(tables)
    totals = RatingTotals(tables)
    out = ByteBuffer()
    fast = RowRater(tables, asOf, file, shared)
  }

  /// Rates all records of a piece.
  mutating func rate(_ chunk: borrowing Chunk) {
    if chunk.isTooLong {
      let error = CSVError(
        line: chunk.line, column: 1, problem: .recordTooLong(limit: CSVReader.maxRecordBytes))
      if let row = file.row(.failure(error)) { write(row) }
      return
    }
    let isFast = json == nil
    chunk.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var at = 0
      // Lines are counted only up to a record that is not plain: few are, in most files.
      var (line, counted) = (chunk.line, 0)
      while at < chunk.count {
        if isFast, let next = fast.rate(base, at, chunk.count, &out) {
          at = next
          continue
        }
        let rest = UnsafeBufferPointer(rebasing: bytes[at..<chunk.count])
        let end = at + (RecordEnds.first(in: rest) ?? rest.count)
        line += RecordEnds.count(
          UInt8(ascii: "\n"), in: UnsafeBufferPointer(rebasing: bytes[counted..<at]))
        counted = at
        var reader = CSVReader(continuing: Array(bytes[at..<end]), line: line)
        if let result = try? reader.next(), let row = file.row(result) { write(row) }
        at = end
      }
    }
    fast.settle(&totals)
  }

  /// The exact way: the quote itself.
  private mutating func write(_ row: ConsignmentFile.Row) {
    let quote = file.quote(row, &calculator)
    totals.rowsIn += 1
    totals.add(quote)
    if let json {
      out.append(Array((json.value(quote).written(indented: false) + "\n").utf8))
    } else {
      csv.row(quote, row, width: file.header.count)
      out.append(csv.drain())
    }
  }

  borrowing func withOutput(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try body(out.written)
  }

  mutating func clear() { out.clear() }
}
