import CSV
import ExactMoney
import TariffRules

extension Document {
  /// The columns of a document as CSV; `row` is `line`, `tax` or `total`.
  public static let columns = [
    "document", "row", "line", "customer", "month", "reference", "date", "supplied", "from", "to",
    "lane", "commodity", "equipment", "load", "count", "unit", "unit_rate", "currency", "net",
    "tax_category", "tax_percent", "tax", "total", "seller_currency", "seller_equivalent",
  ]
  /// Further columns of a document that corrects another.
  static let columnsOfCorrections = ["kind", "corrects", "corrected_line", "reason"]
  /// A further column of a document with lines at the price of a saved quote.
  static let columnOfQuotes = "quote"

  /// The document as CSV: a row for each line, each tax and the total. What holds for changes of
  /// the text holds for it.
  public func csv() -> [UInt8] {
    var writer = CSVWriter()
    let more =
      (corrects == nil ? [] : Self.columnsOfCorrections) + (hasQuotes ? [Self.columnOfQuotes] : [])
    writer.record((Self.columns + more).map { .text($0) })
    for (index, line) in lines.enumerated() {
      writer.record(
        cells(line, index + 1) + correction(line.corrects?.position) + quote(line.quoted))
    }
    for tax in taxes { writer.record(cells(tax) + correction(nil) + quote(nil)) }
    writer.record(
      frame("total", nil) + Self.empty(12)
        + [
          .text(currency.code), .number(net.amountText), .text(""), .text(""),
          .number(tax.amountText), .number(total.amountText), .text(""), .text(""),
        ] + correction(nil) + quote(nil))
    return writer.drain()
  }

  private var hasQuotes: Bool { lines.contains { $0.quoted != nil } }

  private func quote(_ quoted: DocumentLine.Quoted?) -> [CSVWriter.Field] {
    hasQuotes ? [.text(quoted?.number.description ?? "")] : []
  }

  private func frame(_ row: String, _ line: Int?) -> [CSVWriter.Field] {
    [
      .text(number?.description ?? "DRAFT"), .text(row), .number(line.map { "\($0)" } ?? ""),
      .text(customer.code), .number(month.description),
    ]
  }

  private func correction(_ line: Int?) -> [CSVWriter.Field] {
    guard let corrects else { return [] }
    return [
      .text(kind.rawValue), .text(corrects.description), .number(line.map { "\($0)" } ?? ""),
      .text(reason),
    ]
  }

  private func cells(_ line: DocumentLine, _ index: Int) -> [CSVWriter.Field] {
    frame("line", index) + [
      .text(line.reference), .number(line.date.description), .number(line.supplied.description),
      .number(line.from.code), .number(line.to.code), .text(line.lane),
      .number(line.commodity), .text(line.equipment), .text(line.load), .number("\(line.count)"),
      .text(line.unit), .number(line.unitRate.amountText), .text(currency.code),
      .number(line.net.amountText), .text(line.tax.category.rawValue),
      .number(line.tax.percent.description), .text(""), .text(""),
      .text(seller.currency.code), .number(line.equivalent.amountText),
    ]
  }

  private func cells(_ tax: DocumentTax) -> [CSVWriter.Field] {
    frame("tax", nil) + Self.empty(12) + [
      .text(currency.code), .number(tax.net.amountText), .text(tax.rule.category.rawValue),
      .number(tax.rule.percent.description), .number(tax.tax.amountText), .text(""),
      .text(seller.currency.code), .number(tax.equivalent.amountText),
    ]
  }

  private static func empty(_ count: Int) -> [CSVWriter.Field] {
    [CSVWriter.Field](repeating: .text(""), count: count)
  }
}

extension [UInt8] {
  /// CSV that was written for programs, as a spreadsheet wants it: the same cells with a byte order
  /// mark, CRLF, and text that would be run guarded.
  /// - Throws: what the reader finds wrong, which it does in nothing that the program wrote.
  public func csvForSpreadsheets() throws -> [UInt8] {
    var reader = CSVReader(bytes: self)
    var writer = CSVWriter(dialect: .excel)
    while let record = try reader.next()?.get() {
      for index in 0..<record.count { writer.field(.verbatim(record.bytes(index))) }
      writer.endRecord()
    }
    return writer.drain()
  }
}
