import ExactMoney

/// The number of a document: `MCM-2026-000001`, gapless within its series and year.
public struct DocumentNumber: Hashable, Sendable, CustomStringConvertible {
  /// The series, from the joint venture's policy.
  public let series: String
  /// The year of the day of issue.
  public let year: Int
  /// 1, 2, 3 …
  public let number: Int

  /// A number from its parts.
  public init(series: String, year: Int, number: Int) {
    self.series = series
    self.year = year
    self.number = number
  }

  /// Reads `SERIES-YEAR-000001`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let year = Self.digits(parts[parts.count - 2], 4...4),
      let number = Self.digits(parts[parts.count - 1], 6...12)
    else { return nil }
    series = parts.dropLast(2).joined(separator: "-")
    guard !series.isEmpty else { return nil }
    self.year = year
    self.number = number
  }

  /// `MCM-2026-000001`: also the name of the document's files, so made of codes and digits alone.
  public var description: String { "\(series)-\(year)-\(Self.padded(number, 6))" }

  /// The number that a text in lower case or without the zeros is meant for; nil where it is one.
  static func meant(by text: String) -> DocumentNumber? {
    var parts = text.uppercased().split(separator: "-", omittingEmptySubsequences: false)
      .map(String.init)
    guard let last = parts.popLast(), !last.isEmpty else { return nil }
    parts.append(String(repeating: "0", count: max(0, 6 - last.count)) + last)
    let meant = parts.joined(separator: "-")
    return meant == text ? nil : DocumentNumber(meant)
  }

  /// ". Did you mean 'MCM-2026-000001'?" for `mcm-2026-1`, what writes a statement for the name of
  /// one, or nothing.
  public static func hint(for text: String) -> String {
    let isStatement = ["SETTLEMENT-", PartnerStatement.namePrefix].contains { text.hasPrefix($0) }
    if isStatement, let month = Month(String(text.suffix(7))) {
      return ". A statement is no document: 'tariff settle \(month)' writes it"
    }
    return meant(by: text).map { ". Did you mean '\($0)'?" } ?? ""
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func digits(_ text: Substring, _ width: ClosedRange<Int>) -> Int? {
    guard width.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
  }
}

extension Document {
  /// The name of a draft's files without their endings: from codes and numbers alone, so that no
  /// text from outside becomes part of a path.
  public func draftName(_ index: Int?) -> String {
    let base = "DRAFT-\(customer.code)-\(currency.code)-\(month)"
    return index.map { base + "-" + DocumentNumber.padded($0, 3) } ?? base
  }
}
