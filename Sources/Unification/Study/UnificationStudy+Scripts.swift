import CSV
import ExactMoney
import TariffRules

extension UnificationStudy {
  /// The columns of the study as CSV.
  public static let columns = [
    "item", "name", "equipment", "load", "from", "to", "currency", "consignments", "units",
    "rate", "rate_per_km", "km", "floor_percent", "now", "proposed", "difference",
  ]

  /// The study as CSV: a record `rate` for each proposed rate, then `group`, `lane`, `party`,
  /// `customer`, `total` with what they have now and would have.
  public func csv(dialect: CSVWriter.Dialect = .plain) -> [UInt8] {
    var writer = CSVWriter(dialect: dialect)
    writer.record(Self.columns.map { .text($0) })
    for group in groups {
      for cell in group.cells { write(group, cell, to: &writer) }
    }
    for group in groups { write(group, to: &writer) }
    for (item, tallies) in [
      ("lane", lanes), ("party", parties), ("customer", customers), ("total", totals),
    ] {
      for currency in totals.currencies {
        for (name, tally) in tallies.list(currency) {
          write(item, name, tally, currency, to: &writer)
        }
      }
    }
    return writer.drain()
  }

  private func write(
    _ group: StudiedGroup, _ cell: StudiedGroup.Cell, to writer: inout CSVWriter
  ) {
    let key = group.key
    writer.record([
      .text("rate"), .text(key.lanes.joined(separator: ";")), .text(key.equipment),
      .text(key.load), .text(cell.from ?? ""), .text(cell.to ?? ""), .text(key.currency.code),
      .text(""), .number("\(cell.units)"),
      .number(Exact(cell.rate).amountText(key.currency)),
      .number(question.perKilometre ? group.exactText : ""),
      .number(question.perKilometre ? "\(cell.base)" : ""),
      .number(group.floorPercent.map { "\($0)" } ?? ""), .text(""), .text(""), .text(""),
    ])
  }

  private func write(_ group: StudiedGroup, to writer: inout CSVWriter) {
    let key = group.key
    writer.record([
      .text("group"), .text(key.lanes.joined(separator: ";")), .text(key.equipment),
      .text(key.load), .text(""), .text(""), .text(key.currency.code),
      .number("\(group.consignments)"), .number("\(group.units)"), .text(""), .text(""),
      .text(""), .text(""), .number(amount(group.today, key.currency)),
      .number(amount(group.proposed, key.currency)),
      .number(amount(group.proposed - group.today, key.currency)),
    ])
  }

  private func write(
    _ item: String, _ name: String, _ tally: Tally, _ currency: Currency,
    to writer: inout CSVWriter
  ) {
    let before: [CSVWriter.Field] = [
      .text(item), .text(name), .text(""), .text(""), .text(""), .text(""), .text(currency.code),
    ]
    let empty = [CSVWriter.Field](repeating: .text(""), count: 6)
    writer.record(
      before + empty + [
        .number(tally.before.amountText(currency)), .number(tally.after.amountText(currency)),
        .number(tally.difference.amountText(currency)),
      ])
  }
}

extension StudiedGroup {
  /// The exact rate in units of the currency; a fraction that no finite decimal can write is `n/d`.
  var exactText: String { "\((try? exact.times(key.currency.step)) ?? .zero)" }
}
