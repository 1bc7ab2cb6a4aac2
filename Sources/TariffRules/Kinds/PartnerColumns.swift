import ExactMoney

/// How a partner's own file is read: which of its columns says what.
public struct PartnerColumns: Sendable {
  /// How days are written.
  public enum DayLayout: String, CaseIterable, Sendable {
    case yearFirst = "YYYY-MM-DD"
    case dots = "DD.MM.YYYY"
    case slashes = "DD/MM/YYYY"
    case monthFirst = "MM/DD/YYYY"
    case digits = "YYYYMMDD"
  }

  /// What an amount above zero means.
  public enum Sign: String, CaseIterable, Sendable {
    /// The partner is to receive it.
    case dueToPartner = "due-to-partner"
    /// The partner is to pay it, as in the books of one who writes what it receives below zero.
    case dueFromPartner = "due-from-partner"
  }

  /// The day whose official rate makes the partner's currency of an amount.
  public enum Conversion: String, CaseIterable, Sendable {
    /// The last day of the month, as in the statement.
    case monthEnd = "month-end"
    /// The day of the contract of carriage.
    case contract
  }

  /// The party.
  public let partner: Int64
  /// The consignment note number, and the day of the contract.
  public let reference: String, date: String
  /// How days are written.
  public let dateLayout: DayLayout
  /// The share.
  public let amount: String
  /// What an amount above zero means.
  public let sign: Sign
  /// The column with the currency; nil where all amounts are in `inCurrency`.
  public let currency: String?
  /// The currency of all amounts, where no column says it.
  public let inCurrency: Currency?
  /// The day of conversion, where amounts are not in the currency of the documents.
  public let convertOn: Conversion?
  /// Our document; where there is none, rows are found by reference alone.
  public let document: String?
  /// The through-rate per unit they divide.
  public let unitRate: String?
  /// The percentage of the amount divided that they hold to be theirs.
  public let sharePercent: String?
  /// The rate they convert at.
  public let conversionRate: String?
  /// The day whose knowledge of the tables they rate by.
  public let tariffDay: String?
  /// Where it stands.
  public let mark: Mark

  static let needed = ["partner", "reference", "date", "date_layout", "amount", "positive_is"]
  static let optional = [
    "currency", "in_currency", "convert_on", "document", "unit_rate", "share_percent",
    "conversion_rate", "tariff_day",
  ]
  /// The columns of the table whose cells name columns of the partner's file.
  static let naming = [
    "reference", "date", "amount", "currency", "document", "unit_rate", "share_percent",
    "conversion_rate", "tariff_day",
  ]

  static func read(_ reader: TableReader) -> [PartnerColumns] {
    var seen: Set<Int64> = []
    return reader.rows.compactMap { row in
      row.checkNamesOfColumns()
      guard row.needed("partner") != nil, let partner = row.code("partner", .party),
        let reference = row.needed("reference"), let date = row.needed("date"),
        row.needed("date_layout") != nil, let layout = row.word("date_layout", DayLayout.self),
        let amount = row.needed("amount"), row.needed("positive_is") != nil,
        let sign = row.word("positive_is", Sign.self)
      else { return nil }
      if !seen.insert(partner).inserted {
        row.report("partner", "a partner is listed twice", "keep one of the rows")
      }
      let (column, currency) = (row.text("currency"), row.currency("in_currency"))
      if (column != nil) == (row.text("in_currency") != nil) {
        row.report(
          "in_currency", "the currency comes from a column or is one for all, not both nor none",
          "fill in either 'currency' (a column of the file) or 'in_currency' (a code)")
      }
      return PartnerColumns(
        partner: partner, reference: reference, date: date, dateLayout: layout, amount: amount,
        sign: sign, currency: column, inCurrency: currency,
        convertOn: row.word("convert_on", Conversion.self), document: row.text("document"),
        unitRate: row.text("unit_rate"), sharePercent: row.text("share_percent"),
        conversionRate: row.text("conversion_rate"), tariffDay: row.text("tariff_day"),
        mark: row.mark)
    }
  }
}

extension Row {
  /// A column of the file says one thing.
  fileprivate func checkNamesOfColumns() {
    var meanings: [String: String] = [:]
    for column in PartnerColumns.naming {
      guard let name = text(column) else { continue }
      if let other = meanings.updateValue(column, forKey: name) {
        report(
          column, "the column '\(name)' of the file is named for '\(other)' and for '\(column)'",
          "each column of the partner's file has one meaning")
      }
    }
  }
}

extension PartnerColumns.DayLayout {
  /// The day that a text in this layout says; nil for anything else.
  public func day(_ text: String) -> Day? {
    let bytes = Array(text.utf8)
    guard bytes.count == rawValue.utf8.count else { return nil }
    var figures: [Character: String] = [:]
    for (letter, byte) in zip(rawValue, bytes) {
      let character = Character(UnicodeScalar(byte))
      if letter.isLetter {
        figures[letter, default: ""].append(character)
      } else if letter != character {
        return nil
      }
    }
    return Day("\(figures["Y"] ?? "")-\(figures["M"] ?? "")-\(figures["D"] ?? "")")
  }
}
