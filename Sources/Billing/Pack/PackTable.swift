import CSV
import ExactMoney
import TariffRules

/// Why a pack does not hold: what is wrong, where, and what to do.
public struct PackFault: Error, Sendable {
  /// The place and the words.
  public let finding: Finding
  /// Whether the pack cannot be read at all; otherwise a figure does not follow.
  public let isUnreadable: Bool
}

/// A CSV file of a pack: its cells by row and column, each with its place.
struct PackTable {
  /// One row.
  struct Row {
    let file: String
    let line: Int
    fileprivate let cells: [String: (text: String, line: Int, column: Int)]

    /// The text of a cell.
    subscript(_ column: String) -> String { cells[column]?.text ?? "" }

    /// A fault in a cell.
    func fault(_ column: String, _ message: String, unreadable: Bool = false) -> PackFault {
      PackFault(
        finding: Finding(
          .error, file: file, line: cells[column]?.line ?? line,
          column: cells[column]?.column ?? 0, message,
          remedy: unreadable
            ? PackTable.remedy
            : "it was changed after it was written, or the joint venture is wrong: ask for the "
              + "pack again and compare"),
        isUnreadable: unreadable)
    }

    /// The number in a cell; nil where it is empty.
    func number(_ column: String) throws(PackFault) -> Exact? {
      let text = self[column]
      if text.isEmpty { return nil }
      if let number = Exact(fraction: text) { return number }
      throw fault(column, "'\(text)' is not a number", unreadable: true)
    }

    /// The day in a cell.
    func day(_ column: String) throws(PackFault) -> Day {
      if let day = Day(self[column]) { return day }
      throw fault(column, "'\(self[column])' is not a day", unreadable: true)
    }
  }

  /// What to do where a file of a pack cannot be read.
  static let remedy = "ask for the pack again: it was changed after it was written"

  let rows: [Row]

  /// Reads a file of a pack that must have exactly these columns.
  init(_ name: String, _ bytes: [UInt8], columns: [String]) throws(PackFault) {
    func unreadable(_ line: Int, _ column: Int, _ message: String) -> PackFault {
      PackFault(
        finding: Finding(
          .error, file: name, line: line, column: column, message, remedy: Self.remedy),
        isUnreadable: true)
    }
    var reader = CSVReader(bytes: bytes)
    var rows: [Row] = []
    var hasHeader = false
    // A reader of bytes in memory throws nothing.
    while let result = try? reader.next() {
      let record: CSVRecord
      switch result {
      case .success(let found): record = found
      case .failure(let error): throw unreadable(error.line, error.column, error.message)
      }
      if !hasHeader {
        guard (0..<record.count).map({ record.string($0) }) == columns else {
          throw unreadable(1, 0, "the header is not '\(columns.joined(separator: ","))'")
        }
        hasHeader = true
        continue
      }
      guard record.count == columns.count else {
        throw unreadable(record.line, 0, "\(record.count) fields, the header has \(columns.count)")
      }
      var cells: [String: (text: String, line: Int, column: Int)] = [:]
      for (index, column) in columns.enumerated() {
        cells[column] = (record.string(index), record.line(index), record.column(index))
      }
      rows.append(Row(file: name, line: record.line, cells: cells))
    }
    guard hasHeader else { throw unreadable(1, 0, "the file is empty") }
    self.rows = rows
  }
}
