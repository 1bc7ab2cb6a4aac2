import CSV
import ExactMoney
import TariffRules

/// A partner's own file of a month, read by the columns that its row of the tables names.
public struct PartnerFile {
  /// One row: what the partner holds to be its share of a consignment.
  public struct Row: Sendable, Equatable {
    /// The line in the file.
    public let line: Int
    /// The consignment note number.
    public let reference: String
    /// The day of the contract of carriage.
    public let date: Day
    /// The share; above zero is due to the partner, whatever the file's own sign.
    public let amount: Money
    /// The document it names.
    public let document: DocumentNumber?
    /// The through-rate per unit it divides.
    public let unitRate: Exact?
    /// The percentage it holds to be its own.
    public let sharePercent: Exact?
    /// The rate it converts at.
    public let conversionRate: Exact?
    /// The day whose tables it rates by.
    public let tariffDay: Day?
  }

  /// The file's name, for messages.
  public let name: String
  /// The rows that can be read.
  public private(set) var rows: [Row] = []
  /// What is wrong with the others, or with the header; nothing is reconciled while there is any.
  public private(set) var findings: [Finding] = []
  /// How many findings there are besides.
  public private(set) var moreFindings = 0

  private let columns: PartnerColumns
  private let currencies: [String: Currency]
  private var indices: [String: Int] = [:]
  private var width = 0

  private static let mostColumns = 1000
  private static let mostFindings = 100
  private static let longestText = 200

  /// Reads the whole file.
  /// - Throws: what the source throws.
  public init(
    _ name: String, _ reader: CSVReader, by columns: PartnerColumns,
    _ currencies: [String: Currency]
  ) throws {
    self.name = name
    self.columns = columns
    self.currencies = currencies
    var reader = reader
    guard let header = try reader.next() else {
      report(1, 0, "the file is empty", "begin with a header")
      return
    }
    switch header {
    case .failure(let error): report(error.line, error.column, error.message, error.remedy)
    case .success(let record): readHeader(record)
    }
    guard findings.isEmpty else { return }
    while let result = try reader.next() { read(result) }
  }

  private mutating func report(_ line: Int, _ column: Int, _ message: String, _ remedy: String) {
    guard findings.count < Self.mostFindings else {
      moreFindings += 1
      return
    }
    findings.append(
      Finding(.error, file: name, line: line, column: column, message, remedy: remedy))
  }

  // MARK: - The header

  private mutating func readHeader(_ record: CSVRecord) {
    width = record.count
    guard width <= Self.mostColumns else {
      return report(record.line, 0, "\(width) columns", "at most \(Self.mostColumns) are read")
    }
    let titles = (0..<width).map { record.string($0) }
    if width == 1, titles[0].contains(";") || titles[0].contains("\t") {
      return report(
        record.line, 1, "the header is one column that has ';' in it",
        "save the file with commas between the columns")
    }
    for title in columns.titles {
      let places = titles.indices.filter { titles[$0] == title }
      if let second = places.dropFirst().first {
        report(
          record.line(second), record.column(second), "the column '\(title)' comes twice",
          "rename one of the two")
      } else if let place = places.first {
        indices[title] = place
      } else {
        let near = NearNames.nearest(to: title, among: titles)
        let place = near.flatMap { titles.firstIndex(of: $0) }
        report(
          record.line, place.map { record.column($0) } ?? 0,
          "the column '\(title)' is missing" + (near.map { "; there is '\($0)'" } ?? ""),
          "add it, or name the file's own title in joint-venture/partner-columns")
      }
    }
  }

  // MARK: - The rows

  private mutating func read(_ result: Result<CSVRecord, CSVError>) {
    switch result {
    case .failure(let error): report(error.line, error.column, error.message, error.remedy)
    case .success(let record):
      if record.count == 1 && record.isEmpty(0) { return }
      guard record.count == width else {
        return report(
          record.line, 0, "\(record.count) fields, the header has \(width)",
          "give every column a field; quote a text that has a comma")
      }
      let before = findings.count + moreFindings
      let row = row(record)
      if let row, findings.count + moreFindings == before { rows.append(row) }
    }
  }

  private mutating func row(_ record: CSVRecord) -> Row? {
    let reference = needed(columns.reference, record)
    let date = day(columns.date, record)
    let amount = share(record)
    let document = document(columns.document, record)
    let unitRate = number(columns.unitRate, record)
    let percent = number(columns.sharePercent, record)
    let rate = number(columns.conversionRate, record)
    var tariffDay: Day?
    if let title = columns.tariffDay, text(title, record) != nil {
      tariffDay = day(title, record)
    }
    guard let reference, let date, let amount else { return nil }
    return Row(
      line: record.line, reference: reference, date: date, amount: amount, document: document,
      unitRate: unitRate, sharePercent: percent, conversionRate: rate, tariffDay: tariffDay)
  }

  private mutating func report(
    _ title: String, _ record: CSVRecord, _ message: String, _ remedy: String
  ) {
    let index = indices[title] ?? 0
    report(record.line(index), record.column(index), message, remedy)
  }

  /// The text of a cell; nil where it is empty.
  private func text(_ title: String, _ record: CSVRecord) -> String? {
    guard let index = indices[title], !record.isEmpty(index) else { return nil }
    return record.string(index)
  }

  private mutating func needed(_ title: String, _ record: CSVRecord) -> String? {
    guard let text = text(title, record) else {
      report(title, record, "'\(title)' is empty", "fill it in")
      return nil
    }
    guard text.count <= Self.longestText else {
      report(
        title, record, "'\(title)' has \(text.count) characters",
        "at most \(Self.longestText) are read")
      return nil
    }
    return text
  }

  private mutating func day(_ title: String, _ record: CSVRecord) -> Day? {
    guard let text = needed(title, record) else { return nil }
    if let day = columns.dateLayout.day(text) { return day }
    report(
      title, record, "'\(text)' is not a day",
      "days of this file are written \(columns.dateLayout.rawValue), as "
        + "joint-venture/partner-columns says")
    return nil
  }

  private mutating func number(_ title: String?, _ record: CSVRecord) -> Exact? {
    guard let title, let text = text(title, record) else { return nil }
    if let number = try? Exact(decimal: text) { return number }
    report(
      title, record, "'\(text)' is not a number",
      "write 1234.5: a point, no thousands separators, no spaces, no currency")
    return nil
  }

  private mutating func document(_ title: String?, _ record: CSVRecord) -> DocumentNumber? {
    guard let title, let text = text(title, record) else { return nil }
    if let number = DocumentNumber(text) { return number }
    report(
      title, record, "'\(text)' is not the number of a document",
      "numbers look like SERIES-2026-000001; leave the cell empty if none is known")
    return nil
  }

  private mutating func share(_ record: CSVRecord) -> Money? {
    guard needed(columns.amount, record) != nil, let number = number(columns.amount, record),
      let currency = currency(record)
    else { return nil }
    do throws(BeyondLimits) {
      let money = try Money(exactly: number, currency)
      return columns.sign == .dueToPartner ? money : money.negated
    } catch {
      report(
        columns.amount, record, "'\(number)' is no amount of \(currency)",
        "\(currency) has \(currency.minorDigits) decimals; at most 10000000000000 minor units")
      return nil
    }
  }

  private mutating func currency(_ record: CSVRecord) -> Currency? {
    guard let title = columns.currency else { return columns.inCurrency }
    guard let code = needed(title, record) else { return nil }
    if let currency = currencies[code] { return currency }
    report(
      title, record, "unknown currency '\(code)'",
      "codes are those of codes/currencies." + NearNames.hint(for: code, among: currencies.keys))
    return nil
  }
}

extension PartnerColumns {
  /// The columns of the file that are read.
  fileprivate var titles: [String] {
    [
      reference, date, amount, currency, document, unitRate, sharePercent, conversionRate,
      tariffDay,
    ].compactMap(\.self)
  }
}
