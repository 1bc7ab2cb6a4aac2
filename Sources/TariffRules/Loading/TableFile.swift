import CSV
import ExactMoney

/// One table file as read: its head, its header and its rows, before any meaning.
struct TableFile {
  struct Cell {
    let text: String
    let line: Int
    let column: Int
  }

  let path: String
  /// `TariffTables.files` index.
  let number: Int32
  private(set) var head: [String: Cell] = [:]
  private(set) var header: [Cell] = []
  private(set) var records: [CSVRecord] = []
  /// Whether the line with the header cannot be read, so that no row of the table means anything.
  private(set) var hasLostHeader = false

  /// Reads the bytes of a file; what is wrong with them goes to `findings`.
  init(path: String, number: Int32, bytes: [UInt8], findings: FindingList) {
    self.path = path
    self.number = number
    var reader = CSVReader(bytes: bytes)
    var inHead = true
    var hasFailed = false
    while let result = (try? reader.next()) ?? nil {
      switch result {
      case .failure(let error):
        findings.add(
          Finding(
            .error, file: path, line: error.line, column: error.column, error.message,
            remedy: error.remedy))
        // So would every other line say.
        if inHead && [.semicolon, .controlCharacter(0x09)].contains(error.problem) { return }
        hasFailed = true
        if !inHead && header.isEmpty { hasLostHeader = true }
      case .success(let record) where !hasLostHeader:
        if Self.isBlank(record) {
          if !head.isEmpty { inHead = false }
        } else if inHead, record.count == 1, record.string(0).contains(";") {
          let error = CSVError(line: record.line, column: 1, problem: .semicolon)
          findings.add(
            Finding(
              .error, file: path, line: error.line, column: error.column, error.message,
              remedy: error.remedy))
          return
        } else if inHead && !beginsTable(record) {
          addHead(record, findings)
        } else if inHead {
          inHead = false
          addHeader(record)
          reportMissingGap(record, findings)
        } else if header.isEmpty {
          addHeader(record)
        } else {
          records.append(record)
        }
      case .success: continue
      }
    }
    // What could not be read may have been the head.
    if head.isEmpty && !hasFailed {
      findings.add(
        Finding(
          .error, file: path, line: 1, "the file is empty or has no head",
          remedy: "begin with lines such as 'kind,rates', then an empty line, then the table"))
    }
  }

  private static func isBlank(_ record: CSVRecord) -> Bool {
    (0..<record.count).allSatisfy { record.isEmpty($0) }
  }

  /// Whether a line before any empty line is no head line: it has many cells and no known key.
  private func beginsTable(_ record: CSVRecord) -> Bool {
    (0..<record.count).count { !record.isEmpty($0) } > 2
      && !Self.headKeys.contains(record.string(0))
  }

  private func reportMissingGap(_ record: CSVRecord, _ findings: FindingList) {
    guard !head.isEmpty else { return }
    findings.add(
      Finding(
        .error, file: path, line: record.line,
        "the table begins without an empty line before it",
        remedy: "leave one line empty between the head and the table"))
  }

  private mutating func addHead(_ record: CSVRecord, _ findings: FindingList) {
    let key = record.string(0)
    let extra = (2..<max(2, record.count)).first { !record.isEmpty($0) }
    guard Self.headKeys.contains(key), record.count >= 2, extra == nil else {
      let known = Self.headKeys.contains(key)
      findings.add(
        Finding(
          .error, file: path, line: record.line, column: record.column(extra ?? 0),
          known
            ? "the head line '\(key)' must have exactly one value" : "unknown head key '\(key)'",
          remedy: known
            ? "write 'key,value'; put a value that has a comma in quotation marks"
            : "known keys: \(Self.headKeys.joined(separator: ", ")); an empty line ends the head."
              + NearNames.hint(for: key, among: Self.headKeys)))
      return
    }
    if head[key] != nil && key != "note" {
      findings.add(
        Finding(
          .error, file: path, line: record.line, column: 1, "the head key '\(key)' comes twice",
          remedy: "keep one of the two lines"))
    }
    head[key] = Cell(text: record.string(1), line: record.line, column: record.column(1))
  }

  private mutating func addHeader(_ record: CSVRecord) {
    for index in 0..<record.count {
      header.append(
        Cell(text: record.string(index), line: record.line, column: record.column(index)))
    }
    while header.last?.text.isEmpty == true { header.removeLast() }
  }

  static let headKeys = [
    "kind", "source", "evidence", "published", "currency", "withdrawn", "known_gap", "note",
    "key", "from_currency", "to_currency",
  ]
}
