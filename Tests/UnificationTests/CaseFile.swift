import CSV
import Foundation
import Testing
import Unification

/// A CSV file of worked cases: inputs, what is expected, and why.
struct CaseFile {
  /// One case.
  struct Case: CustomTestStringConvertible {
    let file: String
    let line: Int
    /// The cells that are not empty, by column.
    let cells: [String: String]

    subscript(column: String) -> String? { cells[column] }

    /// The cells that are fields of a consignment.
    var fields: [String: String] { cells.filter { Consignment.fields.contains($0.key) } }

    var testDescription: String { "\(file):\(line) \(cells["why"] ?? cells["id"] ?? "")" }
  }

  let header: [String]
  let cases: [Case]

  init(_ url: URL) throws {
    var reader = CSVReader(bytes: [UInt8](try Data(contentsOf: url)))
    var header: [String] = []
    var cases: [Case] = []
    while let record = try reader.next()?.get() {
      let cells = (0..<record.count).map(record.string)
      if header.isEmpty {
        header = cells
        continue
      }
      guard cells.count == header.count else { throw Ragged(line: record.line) }
      let filled = zip(header, cells).filter { !$0.1.isEmpty }
      cases.append(
        Case(
          file: url.lastPathComponent, line: record.line,
          cells: Dictionary(uniqueKeysWithValues: filled.map { ($0.0, $0.1) })))
    }
    self.header = header
    self.cases = cases
  }

  struct Ragged: Error { let line: Int }
}
