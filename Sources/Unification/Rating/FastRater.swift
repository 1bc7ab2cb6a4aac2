import CSV
import ExactMoney
import TariffRules

/// Reads, rates and writes rows by the compiled rules.
struct FastRater: ~Copyable {
  private var reader: RowReader
  private var rater: RowRater
  private var ahead: RowsAhead
  /// Whether a row was planned since the rows ahead were looked up: plans may have been forgotten.
  private var isPlanned = false
  private var sums: ChunkSums
  /// How many bytes the answer of a row takes at most.
  private let roomForAnswer: Int
  /// The column of each field, for those who read what went wrong.
  private let columns: [(index: Int, field: String)]

  init(
    _ tables: TariffTables, _ asOf: Day?, _ file: ConsignmentFile, _ regimes: Regimes,
    _ sizes: BookSizes = BookSizes()
  ) {
    ahead = RowsAhead(RowScanner(width: file.header.count))
    reader = RowReader(tables, file, regimes.shared)
    rater = RowRater(tables, asOf, regimes, columns: reader.textColumns, sizes)
    roomForAnswer = 96 + rater.parties.count * 28
    sums = ChunkSums(currencies: regimes.currencies, parties: rater.parties.count)
    columns = file.fieldColumns
  }

  /// Rates rows from a place on and writes them, up to one that is left to the quote; gives its
  /// place.
  mutating func rate(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ line: inout Int,
    _ out: inout ByteBuffer
  ) -> Int {
    var at = start
    while at < end {
      rater.texts.note(known: ahead.known, of: ahead.count)
      ahead.find(base, at, end, &reader, rater.texts)
      if ahead.count == 0 { break }
      ahead.lookUp(rater.texts)
      if ahead.known < ahead.count { readAhead(base) }
      isPlanned = false
      for index in 0..<ahead.count {
        guard write(index, base, line, &out) else {
          ahead.noteQuoted()
          return at
        }
        at = ahead.rows[index].next
        line &+= 1
      }
    }
    return at
  }

  /// Rates a row and writes it; false where it is left to the quote.
  @inline(__always)
  private mutating func write(
    _ index: Int, _ base: UnsafePointer<UInt8>, _ line: Int, _ out: inout ByteBuffer
  ) -> Bool {
    let row = ahead.rows + index
    let (start, count) = (row.pointee.start, row.pointee.end &- row.pointee.start)
    switch answer(index, base) {
    case .quoted: return false
    case .priced(let price):
      var pen = out.pen(room: count + roomForAnswer)
      pen.store(base + start, count)
      sums.write(price, rater.division, &pen)
      out.take(pen)
    case .refused(let number):
      var pen = out.pen(room: count)
      pen.store(base + start, count)
      out.take(pen)
      refuse(number, place(number, line, start, ahead.starts(index)), &out)
    }
    return true
  }

  @inline(__always)
  private mutating func answer(
    _ index: Int, _ base: UnsafePointer<UInt8>
  ) -> RowRater.Answer {
    let row = UnsafePointer(ahead.rows + index)
    if isPlanned { ahead.lookUp(index, rater.texts) }
    if let plan = row.pointee.plan {
      let answer =
        row.pointee.isWhole
        ? rater.answer(plan, ahead.bands(index), row.pointee.quantities)
        : rater.answer(plan, row.pointee.quantities)
      if let answer { return answer }
    }
    isPlanned = true
    return readAnswer(index, base)
  }

  /// The same with all fields read.
  @inline(never)
  private mutating func readAnswer(
    _ index: Int, _ base: UnsafePointer<UInt8>
  ) -> RowRater.Answer {
    guard ahead.rows[index].isRead ?? read(index, base) else { return .quoted }
    let row = ahead.rows + index
    return rater.answer(waiting: index, row.pointee.hasText ? row.pointee.text : nil)
  }

  /// Reads the rows that have no plan, and looks up what they will need.
  @inline(never)
  private mutating func readAhead(_ base: UnsafePointer<UInt8>) {
    for index in 0..<ahead.count {
      rater.waiting[index].planKey = nil
      if ahead.rows[index].plan == nil { ahead.rows[index].isRead = read(index, base) }
    }
    rater.lookUp(ahead.count)
  }

  /// Reads all fields of a row; false where one is left to the record's reader.
  @inline(__always)
  private mutating func read(_ index: Int, _ base: UnsafePointer<UInt8>) -> Bool {
    let row = ahead.rows + index
    guard row.pointee.hasQuantities,
      reader.read(base, ahead.starts(index), row.pointee.quantities, &rater.waiting[index])
    else { return false }
    rater.setKey(index)
    return true
  }

  /// Rates a record and writes it; false where it is left to the quote.
  mutating func rate(_ record: CSVRecord, _ out: inout ByteBuffer) -> Bool {
    guard reader.read(record, &rater.waiting[0]) else { return false }
    rater.setKey(0)
    let answer = rater.answer(waiting: 0)
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
      var pen = out.pen(room: roomForAnswer)
      sums.write(price, rater.division, &pen)
      out.take(pen)
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
      guard let base = buffer.baseAddress else { return nil }
      ahead.find(base, 0, line.count, &reader, rater.texts)
      guard ahead.count > 0, read(0, base) else { return nil }
      return rater.charges()
    }
  }

  private mutating func refuse(_ number: Int32, _ place: [UInt8], _ out: inout ByteBuffer) {
    rater.legs.refusals.write(number, place, &out)
    sums.count(status: rater.legs.refusals.statusNumber(number))
  }

  /// Where in the file a rejected row stands, in words; empty for the other answers.
  private func place(
    _ number: Int32, _ line: Int, _ start: Int, _ starts: UnsafePointer<Int>
  ) -> [UInt8] {
    guard rater.legs.refusals.status(number) == .rejected else { return [] }
    let field = rater.legs.refusals.field(number)
    guard let column = columns.first(where: { $0.field == field }) else {
      return Array("line \(line): ".utf8)
    }
    return Array("line \(line), column \(starts[column.index] - start + 1): ".utf8)
  }
}
