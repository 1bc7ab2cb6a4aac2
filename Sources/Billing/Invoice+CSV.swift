import CSV
import ExactMoney
import TariffRules
import Unification

extension Invoice {
  /// The columns of an invoice as CSV; `row` is `line`, `tax` or `total`.
  public static let columns = [
    "document", "row", "line", "customer", "month", "reference", "date", "supplied", "from", "to",
    "lane", "commodity", "equipment", "load", "count", "unit", "unit_rate", "currency", "net",
    "tax_category", "tax_percent", "tax", "total", "seller_currency", "seller_equivalent",
  ]

  /// The invoice as CSV: a row for each line, each tax and the total.
  public func csv(_ tables: TariffTables, dialect: CSVWriter.Dialect) -> [UInt8] {
    var writer = CSVWriter(dialect: dialect)
    writer.record(Self.columns.map { .text($0) })
    for (index, line) in lines.enumerated() { writer.record(cells(line, index + 1, tables)) }
    for tax in taxes { writer.record(cells(tax)) }
    writer.record(
      frame("total", nil) + Self.empty(12)
        + [
          .text(currency.code), .number(net.amountText), .text(""), .text(""),
          .number(tax.amountText), .number(total.amountText), .text(""), .text(""),
        ])
    return writer.drain()
  }

  private func frame(_ row: String, _ line: Int?) -> [CSVWriter.Field] {
    [
      .text(number ?? "DRAFT"), .text(row), .number(line.map { "\($0)" } ?? ""),
      .text(customer.codeText), .number(month.description),
    ]
  }

  private func cells(
    _ line: InvoiceLine, _ index: Int, _ tables: TariffTables
  ) -> [CSVWriter.Field] {
    let consignment = line.consignment
    let symbols = tables.symbols
    return frame("line", index) + [
      .text(line.reference), .number(consignment.date.description),
      .number(consignment.supplied.description), .number(symbols.name(of: consignment.from)),
      .number(symbols.name(of: consignment.to)), .text(line.price.lane),
      .number(consignment.given["commodity"] ?? ""),
      .text(symbols.name(of: consignment.equipment)),
      .text(consignment.given["load"] ?? "loaded"), .number("\(consignment.count)"),
      .text(line.price.unit.rawValue), .number(line.price.unitRate.amountText),
      .text(currency.code), .number(line.net.amountText), .text(line.tax.category.rawValue),
      .number(line.tax.percent.description), .text(""), .text(""),
      .text(seller.currency.code), .number(line.equivalent.amountText),
    ]
  }

  private func cells(_ tax: InvoiceTax) -> [CSVWriter.Field] {
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
