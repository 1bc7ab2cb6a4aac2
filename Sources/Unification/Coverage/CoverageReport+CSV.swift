import CSV
import ExactMoney
import TariffRules

extension Coverage.Report {
  /// The columns of the CSV.
  public static let columns = [
    "lane", "from", "to", "equipment", "load", "owner", "commodity", "weight_kg", "first_day",
    "last_day", "status", "code", "message", "file", "line",
  ]

  /// A row for each gap and span of days.
  public func csv(_ tables: TariffTables) -> [UInt8] {
    var writer = CSVWriter()
    writer.record(Self.columns.map { .text($0) })
    for gap in gaps {
      let mark = gap.refusal.place
      for span in gap.days {
        writer.record([
          .text(gap.way.code), .text(tables.symbols.name(of: gap.way.from)),
          .text(tables.symbols.name(of: gap.way.to)),
          .text(tables.symbols.name(of: gap.equipment)), .text(gap.load),
          .text(gap.owners.isEmpty ? "*" : gap.owners.joined(separator: ";")),
          .text(gap.commodities), .text(gap.weights), .text(span.first.description),
          .text(span.last.description), .text(gap.refusal.status.rawValue),
          .text(gap.refusal.code), .text(gap.refusal.message),
          .text(mark.map { tables.path($0) } ?? ""),
          mark.map { .number("\($0.line)") } ?? .text(""),
        ])
      }
    }
    for code in absent {
      let isEquipment = tables.equipmentCodes.contains(code)
      writer.record([
        .text(isEquipment ? "*" : code), .text("*"), .text("*"), .text(isEquipment ? code : "*"),
        .text("*"), .text("*"), .text("*"), .text("*"), .text(scope.first.description),
        .text(scope.last.description), .text(Status.noRate.rawValue), .text("not-in-force"),
        .text(absence(of: code, tables)), .text(""), .text(""),
      ])
    }
    return writer.drain()
  }
}

extension Refusal {
  /// The row that a refusal rests on: the closest one, or the one that says so.
  var place: Mark? { nearest?.mark ?? candidates.first }
}
