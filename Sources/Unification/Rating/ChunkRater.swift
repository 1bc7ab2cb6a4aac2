import CSV
import ExactMoney
import TariffRules

/// Rates the records of one piece after the other; each worker has its own.
struct ChunkRater: ~Copyable {
  private let file: ConsignmentFile
  private var calculator: Calculator
  private var csv: QuoteCSV
  /// Nil where the answers are rows.
  private let json: QuoteJSON?
  private var fast: FastRater?
  private var out: ByteBuffer
  private(set) var totals: RatingTotals

  init(
    _ tables: TariffTables, _ asOf: Day?, _ file: ConsignmentFile, _ regimes: Regimes?,
    _ json: QuoteJSON?, _ sizes: BookSizes
  ) {
    self.file = file
    self.json = json
    calculator = Calculator(tables, asOf: asOf)
    csv = QuoteCSV(tables)
    totals = RatingTotals(tables)
    out = ByteBuffer()
    fast = regimes.map { FastRater(tables, asOf, file, $0, sizes) }
  }

  /// Rates all records of a piece.
  mutating func rate(_ chunk: borrowing Chunk) {
    if chunk.isTooLong {
      let error = CSVError(
        line: chunk.line, column: 1, problem: .recordTooLong(limit: CSVReader.maxRecordBytes))
      if let row = file.row(.failure(error)) { quote(row) }
      return
    }
    chunk.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var at = 0
      var line = chunk.line
      while at < chunk.count {
        if let next = fast?.rate(base, at, chunk.count, &line, &out) { at = next }
        if at == chunk.count { break }
        let rest = UnsafeBufferPointer(rebasing: bytes[at..<chunk.count])
        let end = at + (RecordEnds.first(in: rest) ?? rest.count)
        let record = UnsafeBufferPointer(rebasing: bytes[at..<end])
        rate(record, line)
        line += RecordEnds.count(UInt8(ascii: "\n"), in: record)
        at = end
      }
    }
    fast?.settle(&totals)
  }

  /// A record that is not plain, or that the compiled rules leave to the quote.
  private mutating func rate(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) {
    var reader = CSVReader(continuing: Array(bytes), line: line)
    guard let result = try? reader.next() else { return }
    if case .success(let record) = result, record.count == file.header.count,
      fast?.rate(record, &out) == true
    {
      return
    }
    if let row = file.row(result) { quote(row) }
  }

  /// The exact way: the quote itself.
  private mutating func quote(_ row: ConsignmentFile.Row) {
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

  /// Gives away what was written, and goes on with an empty buffer.
  mutating func exchangeOutput(_ other: inout ByteBuffer) { swap(&out, &other) }
}
