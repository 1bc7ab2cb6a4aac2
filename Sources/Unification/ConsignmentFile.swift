import CSV
import TariffRules

/// A CSV file of consignments: columns in any order, others carried through.
public struct ConsignmentFile {
  /// The header does not serve: nothing of the file is read.
  public struct BadHeader: Error, Sendable {
    /// Where, and what is wrong; never empty.
    public let findings: [Finding]
  }

  /// One consignment as it stands in the file.
  public struct Row {
    /// The record; nil if it cannot be read.
    public let record: CSVRecord?
    /// Its line.
    public let line: Int
    /// The fields of a consignment that it has.
    public let fields: [String: String]
    /// Why it cannot be read.
    public let refusal: Refusal?
  }

  /// The file's name, for messages.
  public let name: String
  /// The column names, as they came.
  public let header: [String]
  /// Columns that look like a misspelt field; they are carried through, not used.
  public let doubts: [Finding]
  private var reader: CSVReader
  private let columns: [(index: Int, field: String)]

  private static let mostColumns = 1000

  /// Reads the header.
  /// - Parameter reserved: column names the output needs for itself.
  /// - Parameter others: columns the reader knows beside the fields of a consignment. Given, a
  ///   column that looks like a misspelt one is an error where the right one is absent: what is to
  ///   be billed must not go unread.
  /// - Throws: `BadHeader`, or what the source throws.
  public init(
    _ name: String, _ reader: CSVReader, reserved: [String] = [], needs: [String] = [],
    strictBeside others: [String]? = nil
  ) throws {
    self.name = name
    self.reader = reader
    func bad(_ line: Int, _ column: Int, _ message: String, _ remedy: String) -> BadHeader {
      Self.bad(name, line, column, message, remedy)
    }
    guard let first = try self.reader.next() else {
      let columns = ["date", "from", "to", "commodity", "equipment"] + needs
      throw bad(
        1, 0, "the file is empty",
        "begin with a header: \(columns.joined(separator: ",")), and what else is given")
    }
    let record: CSVRecord
    switch first {
    case .failure(let error): throw bad(error.line, error.column, error.message, error.remedy)
    case .success(let found): record = found
    }
    guard record.count <= Self.mostColumns else {
      throw bad(
        record.line, 0, "\(record.count) columns", "at most \(Self.mostColumns) are read")
    }
    header = (0..<record.count).map { record.string($0) }
    if let fault = Self.otherThanHeader(header) {
      throw bad(
        record.line(fault.index), record.column(fault.index) + fault.offset, fault.message,
        fault.remedy)
    }
    var columns: [(index: Int, field: String)] = []
    var doubts: [Finding] = []
    var slips: [Finding] = []
    let known = Consignment.fields + (others ?? [])
    for (index, title) in header.enumerated() {
      let place = (record.line(index), record.column(index))
      if header[..<index].contains(title) {
        throw bad(place.0, place.1, "the column '\(title)' comes twice", "rename one of the two")
      }
      if reserved.contains(title) {
        throw bad(
          place.0, place.1, "the column '\(title)' is one that the result adds", "rename it")
      }
      if Consignment.fields.contains(title) {
        columns.append((index, title))
      } else if !known.contains(title), let near = NearNames.nearest(to: title, among: known) {
        if others != nil && !header.contains(near) {
          slips.append(
            Finding(
              .error, file: name, line: place.0, column: place.1,
              "the column '\(title)' would not be read, and there is no column '\(near)'",
              remedy: "rename it to '\(near)', or give it a name less like that"))
        }
        doubts.append(
          Finding(
            .warning, file: name, line: place.0, column: place.1,
            "the column '\(title)' is carried through, not used",
            remedy: "did you mean '\(near)'?"))
      }
    }
    guard slips.isEmpty else { throw BadHeader(findings: slips) }
    self.columns = columns
    self.doubts = doubts
    try checkNeeded(needs, record)
  }

  private static func bad(
    _ name: String, _ line: Int, _ column: Int, _ message: String, _ remedy: String
  ) -> BadHeader {
    BadHeader(
      findings: [
        Finding(.error, file: name, line: line, column: column, message, remedy: remedy)
      ])
  }

  /// Every field a consignment cannot do without has its column.
  private func checkNeeded(_ needs: [String], _ record: CSVRecord) throws {
    for field in ["date", "from", "to", "commodity", "equipment"] + needs
    where !columns.contains(where: { $0.field == field }) {
      let why =
        "every consignment needs date, from, to, commodity and equipment"
        + (needs.isEmpty ? "" : ", here also \(needs.joined(separator: " and "))")
      let missing = "the column '\(field)' is missing"
      guard let near = Self.neighbour(of: field, among: header) else {
        throw Self.bad(name, record.line, 0, missing, why)
      }
      throw Self.bad(
        name, record.line(near), record.column(near), "\(missing); there is '\(header[near])'",
        "name it '\(field)': \(why)")
    }
  }

  /// The next consignment; nil at the end.
  public mutating func next() throws -> Row? {
    while let result = try reader.next() {
      if let row = row(result) { return row }
    }
    return nil
  }

  /// The fields by their columns, for those who read rows themselves.
  var fieldColumns: [(index: Int, field: String)] { columns }

  /// A record as a row; nil for an empty line.
  func row(_ result: Result<CSVRecord, CSVError>) -> Row? {
    switch result {
    case .failure(let error):
      let refusal = Refusal(
        .rejected, "unreadable",
        "line \(error.line), column \(error.column): \(error.message)", remedy: error.remedy)
      return Row(record: nil, line: error.line, fields: [:], refusal: refusal)
    case .success(let record):
      if record.count == 1 && record.isEmpty(0) { return nil }
      guard record.count == header.count else {
        let refusal = Refusal(
          .rejected, "unreadable",
          "line \(record.line): \(record.count.counted("field")), the header has \(header.count)",
          remedy: "give every column a field; quote a text that has a comma")
        return Row(record: nil, line: record.line, fields: [:], refusal: refusal)
      }
      var fields: [String: String] = [:]
      for (index, field) in columns where !record.isEmpty(index) {
        fields[field] = record.string(index)
      }
      return Row(record: record, line: record.line, fields: fields, refusal: nil)
    }
  }

  /// The quote of a row, its refusal with line and column.
  public func quote(_ row: Row, _ calculator: inout Calculator) -> Quote {
    if let refusal = row.refusal { return Quote(rejected: row.fields, refusal) }
    let quote = calculator.quote(fields: row.fields)
    guard let refusal = quote.refusal, refusal.status == .rejected else { return quote }
    return Quote(quote, placed(refusal, row))
  }

  /// The consignment of a row.
  /// - Throws: what is wrong with it, with line and column.
  public func consignment(_ row: Row, _ tables: TariffTables) throws(Refusal) -> Consignment {
    if let refusal = row.refusal { throw refusal }
    do throws(BadConsignment) {
      return try Consignment(row.fields, tables)
    } catch { throw placed(error.refusal, row) }
  }

  /// A refusal with the place in the file of the field that is meant.
  public func placed(_ refusal: Refusal, _ row: Row) -> Refusal {
    guard !refusal.problems.isEmpty else {
      return refusal.at(row.place(of: refusal.field, columns))
    }
    let problems = refusal.problems.map { problem in
      var placed = problem
      placed.place = row.place(of: problem.field, columns)
      return placed
    }
    return BadConsignment(problems: problems).refusal
  }

  /// What a row has in a column that is no field of a consignment; nil where that is empty.
  public func text(_ column: String, of row: Row) -> String? {
    guard let index = header.firstIndex(of: column), let record = row.record,
      !record.isEmpty(index)
    else { return nil }
    return record.string(index)
  }
}

extension ConsignmentFile.Row {
  fileprivate func place(of field: String?, _ columns: [(index: Int, field: String)]) -> String {
    guard let record, let column = columns.first(where: { $0.field == field }) else {
      return "line \(line)"
    }
    return "line \(record.line(column.index)), column \(record.column(column.index))"
  }
}

extension Refusal {
  /// The same refusal with its place in a file in front.
  func at(_ place: String) -> Refusal {
    Refusal(
      status, code, "\(place): \(message)", remedy: remedy, field: field, nearest: nearest,
      candidates: candidates)
  }
}
