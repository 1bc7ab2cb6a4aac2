import ExactMoney
import TariffRules

extension Register {
  /// One document as a list shows it.
  public struct Listed: Sendable {
    /// Its number.
    public let number: DocumentNumber
    /// What it is.
    public let kind: Document.Kind
    /// The day of issue.
    public let issued: Day
    /// The month of supply and the month it is settled in.
    public let month: Month, booked: Month
    /// The customer's code.
    public let customer: String
    /// What is to be paid.
    public let total: Money
    /// How many lines it has.
    public let lines: Int
    /// The document it corrects.
    public let corrects: DocumentNumber?
  }

  /// The documents in the order of their entries, of one month of settlement or of all.
  public func list(booked: Month? = nil) throws -> [Listed] {
    let filter = booked == nil ? "" : "WHERE booked = ?"
    return try database.all(
      """
      SELECT entry, kind, series, year, number, issued, month, booked, customer, total, currency,
        digits, (SELECT count(*) FROM lines l WHERE l.entry = d.entry), corrects
      FROM documents d \(filter) ORDER BY entry
      """, booked.map { [.text($0.description)] } ?? []
    ) { row in
      guard let kind = Document.Kind(rawValue: row.text(1)), let issued = Day(row.text(5)),
        let month = Month(row.text(6)), let booked = Month(row.text(7)),
        let currency = Currency(code: row.text(10), minorDigits: Int(row.integer(11)))
      else { throw DamagedEntry(entry: row.integer(0), what: "the head cannot be read") }
      return Listed(
        number: DocumentNumber(
          series: row.text(2), year: Int(row.integer(3)), number: Int(row.integer(4))),
        kind: kind, issued: issued, month: month, booked: booked, customer: row.text(8),
        total: try Money(minorUnits: row.integer(9), currency), lines: Int(row.integer(12)),
        corrects: row.isNull(13) ? nil : try number(ofEntry: row.integer(13)))
    }
  }

  /// The documents that correct one, in the order they were issued.
  public func corrections(of number: DocumentNumber) throws -> [DocumentNumber] {
    guard let entry = try entry(of: number) else { return [] }
    return try database.all(
      "SELECT series, year, number FROM documents WHERE corrects = ? ORDER BY entry",
      [.integer(entry)]
    ) {
      DocumentNumber(series: $0.text(0), year: Int($0.integer(1)), number: Int($0.integer(2)))
    }
  }

  /// The documents settled in a month, whole, one after another.
  func eachDocument(booked month: Month, _ look: (Document) throws -> Void) throws {
    let entries = try database.all(
      "SELECT entry FROM documents WHERE booked = ? ORDER BY entry", [.text(month.description)]
    ) { $0.integer(0) }
    for entry in entries {
      if let (document, _) = try document(entry: entry) { try look(document) }
    }
  }
}

extension Register {
  /// That a document is not there, with the one that is likely meant, or what there is.
  public func noDocument(_ number: DocumentNumber) throws -> BookingRefusal {
    let message = "there is no document \(number)"
    let list = "'tariff register list' shows them"
    let series = try database.all(
      "SELECT series, year, max(number) FROM documents GROUP BY series, year ORDER BY series, year"
    ) { row in
      DocumentNumber(
        series: row.text(0), year: Int(row.integer(1)), number: Int(row.integer(2)))
    }
    if series.isEmpty { return BookingRefusal(message, remedy: "nothing is issued yet") }
    if let last = series.first(where: { $0.series == number.series && $0.year == number.year }) {
      return BookingRefusal(message, remedy: "the last of this series is \(last); \(list)")
    }
    func name(_ number: DocumentNumber) -> String { "\(number.series)-\(number.year)" }
    let capitals = name(number).uppercased()
    let near =
      series.first { name($0) == capitals }
      ?? NearNames.nearest(to: name(number), among: series.map(name)).flatMap { nearest in
        series.first { name($0) == nearest }
      }
    if let near, (1...near.number).contains(number.number) {
      let meant = DocumentNumber(series: near.series, year: near.year, number: number.number)
      return BookingRefusal("\(message). Did you mean '\(meant)'?", remedy: list)
    }
    let lasts = series.map(\.description).joined(separator: ", ")
    return BookingRefusal(message, remedy: "the last of each series: \(lasts); \(list)")
  }
}
