import CSV
import ExactMoney

/// A table file with its columns understood: gives rows, and cells by name and type.
final class TableReader {
  let file: TableFile
  let loader: Loader
  /// The folder the schedule is in, such as `AZ/ADY`: where its groupings and grids are looked up.
  let scope: String
  /// The names of the columns and their lengths, looked through for each cell: they are few.
  private let names: [String]
  private let lengths: [Int]
  /// The condition columns this file has, by position.
  let conditionColumns: [(field: Field, index: Int)]
  private let evidenceColumn: Int?
  let evidence: Evidence

  /// Checks the header: the columns a kind needs, those it may have, and, unless `free`, no others.
  init(
    _ file: TableFile, _ loader: Loader, scope: String, needs: [String], may: [String] = [],
    conditions: [Field] = [], free: Bool = false
  ) {
    self.file = file
    self.loader = loader
    self.scope = scope
    evidence = loader.evidence(of: file)
    names = file.header.map(\.text)
    lengths = names.map(\.utf8.count)
    let known = needs + may + ["source", "evidence", "note"]
    for (index, cell) in file.header.enumerated() {
      if names[..<index].contains(cell.text) {
        loader.add(
          file, cell.line, cell.column, "the column '\(cell.text)' comes twice",
          "keep one of the two")
      }
      if known.contains(cell.text) || free { continue }
      if conditions.contains(where: { $0.column == cell.text }) { continue }
      if cell.text == "both_ways" && conditions.contains(.from) { continue }
      let ends = conditions.contains(.from) ? ["both_ways"] : []
      let all = Set(known + conditions.map(\.column) + ends)
      loader.add(
        file, cell.line, cell.column, "unknown column '\(cell.text)'",
        "columns of this kind of table: \(all.sorted().joined(separator: ", "))."
          + NearNames.hint(for: cell.text, among: all))
    }
    if file.hasLostHeader {
      // What is wrong with the header has been said.
    } else if file.header.isEmpty && !file.head.isEmpty {
      loader.add(
        file, 0, 0, "the file has no table",
        "after the head leave one line empty, then write the header and the rows")
    } else {
      for name in needs where !names.contains(name) {
        loader.add(
          file, file.header.first?.line ?? 0, 0, "the column '\(name)' is missing",
          "add it; TariffTables/README.md describes every column")
      }
    }
    evidenceColumn = names.lastIndex(of: "evidence")
    conditionColumns = conditions.compactMap { [names] field in
      names.lastIndex(of: field.column).map { (field, $0) }
    }
  }

  /// Whether a row gives evidence of its own.
  func hasEvidence(_ record: CSVRecord) -> Bool {
    guard let evidenceColumn, evidenceColumn < record.count else { return false }
    return !record.isEmpty(evidenceColumn)
  }

  func index(of column: String) -> Int? {
    // Few have the same length: the others need no look at their letters.
    let length = column.utf8.count
    return lengths.indices.last { lengths[$0] == length && names[$0] == column }
  }

  var rows: [Row] { file.records.map { Row(reader: self, record: $0) } }
}

/// One row of a table, with typed access to its cells; whatever is wrong with a cell becomes a
/// finding.
struct Row {
  let reader: TableReader
  let record: CSVRecord

  init(reader: TableReader, record: CSVRecord) {
    self.reader = reader
    self.record = record
    let width = reader.file.header.count
    let surplus = (width..<max(width, record.count)).first { !record.isEmpty($0) }
    if record.count < width || surplus != nil {
      reader.loader.add(
        reader.file, record.line, 0, cellsText,
        "give every column a cell; put a text that has a comma in quotation marks, and write a "
          + "decimal with a point")
    }
  }

  private var cellsText: String {
    "the row has \(record.count) cells, the header has \(reader.file.header.count)"
  }

  /// The line, the file and the evidence of this row.
  var mark: Mark {
    var evidence = reader.evidence
    if reader.hasEvidence(record), let own = text("evidence") {
      if let known = Evidence(rawValue: own) {
        evidence = known
      } else {
        report("evidence", "unknown evidence '\(own)'", Loader.evidenceRemedy)
      }
    }
    return Mark(file: reader.file.number, line: Int32(record.line), evidence: evidence)
  }

  /// The text of a cell; nil where the column is missing or the cell empty.
  func text(_ column: String) -> String? {
    guard let index = reader.index(of: column), index < record.count, !record.isEmpty(index)
    else { return nil }
    let text = record.string(index)
    if text.utf8.first == 32 || text.utf8.last == 32 {
      report(column, "the cell begins or ends with a space", "take the space away")
    }
    return text
  }

  /// The text of a cell that must not be empty.
  func needed(_ column: String) -> String? {
    if let text = text(column) { return text }
    // Of a row that is too short that much has been said.
    if let index = reader.index(of: column), index < record.count {
      // One too many that is empty is no error: so spreadsheets end their rows.
      let isTooLong = record.count > reader.file.header.count
      report(
        column, "the cell '\(column)' is empty",
        isTooLong ? "fill it in; \(cellsText): write a decimal with a point" : "fill it in")
    }
    return nil
  }

  /// The parts of a cell separated by `;`.
  func list(_ column: String) -> [String] {
    guard let text = text(column) else { return [] }
    let separator = UInt8(ascii: ";")
    // Most lists have one item.
    guard text.utf8.contains(separator) else { return [text] }
    let parts = text.utf8.split(separator: separator, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    if parts.contains(where: \.isEmpty) {
      report(column, "an empty item in the list", "separate the items by one ';'")
    }
    let hasSpace = parts.contains { $0.utf8.first == 32 || $0.utf8.last == 32 }
    if hasSpace {
      report(column, "a space beside a ';'", "take the space away: it would be part of the item")
    }
    return parts.filter { !$0.isEmpty }
  }

  /// An exact number, or nil where the cell is empty or no number.
  func decimal(_ column: String) -> Exact? {
    guard let index = reader.index(of: column) else { return nil }
    return decimal(at: index, column)
  }

  /// The number in the cell at a position; `column` is its name, for messages.
  func decimal(at index: Int, _ column: @autoclosure () -> String) -> Exact? {
    guard index < record.count, !record.isEmpty(index) else { return nil }
    if let value = try? Exact(decimal: record.bytes(index)), value.magnitudeFits { return value }
    let text = record.string(index)
    let column = column()
    if (try? Exact(decimal: text)) != nil {
      report(
        column, "'\(text)' is beyond the limits",
        "amounts and factors have at most 13 digits before the point and 9 after it")
      return nil
    }
    report(column, "'\(text)' is not a number", Loader.numberRemedy)
    return nil
  }

  /// A whole number within a range.
  func whole(_ column: String, in range: ClosedRange<Int>) -> Int? {
    if let value = plainWhole(column), range.contains(value) { return value }
    guard let text = text(column) else { return nil }
    if let value = Int(text), range.contains(value), text.first != "+" { return value }
    report(
      column, "'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)",
      Loader.numberRemedy)
    return nil
  }

  /// A whole number within a range, in a cell that must not be empty.
  func neededWhole(_ column: String, in range: ClosedRange<Int>) -> Int? {
    if let value = plainWhole(column), range.contains(value) { return value }
    return needed(column) == nil ? nil : whole(column, in: range)
  }

  /// A number of a few digits and nothing else, as nearly all are: no text is made of it.
  private func plainWhole(_ column: String) -> Int? {
    guard let index = reader.index(of: column), index < record.count else { return nil }
    let bytes = record.bytes(index)
    guard 1...9 ~= bytes.count else { return nil }
    var value = 0
    for byte in bytes {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// A day.
  func day(_ column: String) -> Day? {
    guard let text = needed(column) else { return nil }
    if let day = Day(text) { return day }
    report(column, "'\(text)' is not a day", "write days as 2026-08-15")
    return nil
  }

  /// One of a closed list of words.
  func word<Word: RawRepresentable & CaseIterable>(_ column: String, _ type: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let text = text(column) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue)
    report(
      column, "unknown \(column) '\(text)'",
      "one of: \(known.joined(separator: ", ")).\(NearNames.hint(for: text, among: known))")
    return nil
  }

  /// `yes` or `no`; an empty cell is no.
  func yes(_ column: String) -> Bool {
    guard let text = text(column) else { return false }
    if text != "yes" && text != "no" {
      report(column, "'\(text)' is neither yes nor no", "write 'yes' or 'no'")
    }
    return text == "yes"
  }

  /// A currency of the currency table.
  func currency(_ column: String) -> Currency? {
    guard let text = text(column) else { return nil }
    if let currency = reader.loader.currencies[text] { return currency }
    report(
      column, "unknown currency '\(text)'",
      "codes are those of codes/currencies."
        + NearNames.hint(for: text, among: reader.loader.currencies.keys))
    return nil
  }

  /// A code of a vocabulary, as its symbol.
  func code(_ column: String, _ vocabulary: Vocabulary) -> Int64? {
    guard let text = text(column) else { return nil }
    return reader.loader.symbol(text, vocabulary) {
      report(column, "unknown \(vocabulary.rawValue) '\(text)'", $0)
    }
  }

  /// Reports cells that hold a negative number where none can be.
  func refuseNegative(_ columns: String...) {
    for column in columns {
      guard let value = try? text(column).map({ try Exact(decimal: $0) }), value < .zero else {
        continue
      }
      report(column, "'\(column)' cannot be negative", "write 0 or more")
    }
  }

  /// A finding on a cell of this row.
  func report(
    _ column: String, _ message: String, _ remedy: String,
    severity: Finding.Severity = .error
  ) {
    var place = (line: record.line, column: 0)
    if let index = reader.index(of: column), index < record.count {
      place = (record.line(index), record.column(index))
    }
    reader.loader.add(reader.file, place.line, place.column, message, remedy, severity)
  }
}

extension Exact {
  /// Within what a cell of a table may hold: up to 13 digits before the point, 9 after it.
  var magnitudeFits: Bool {
    numerator.magnitude / UInt128(denominator.magnitude) < 10_000_000_000_000
      && denominator <= 1_000_000_000
  }
}
