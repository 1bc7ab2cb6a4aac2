import CSV
import TariffRules

extension TableComparison {
  /// The columns of the differences as CSV: one record for each cell that differs.
  public static let columns = [
    "schedule", "kind", "what", "row", "column", "before", "after", "before_file", "before_line",
    "after_file", "after_line",
  ]

  /// The differences as CSV.
  public func csv(dialect: CSVWriter.Dialect = .plain) -> [UInt8] {
    var writer = CSVWriter(dialect: dialect)
    writer.record(Self.columns.map { .text($0) })
    for schedule in schedules {
      for row in [schedule.headRow].compactMap(\.self) + schedule.rows {
        for cell in row.cells {
          writer.record([
            .text(schedule.name), .text(schedule.kind), .text(row.what.rawValue), .text(row.name),
            .text(cell.column), .text(cell.before ?? ""), .text(cell.after ?? ""),
            .text(row.before?.path ?? ""), .number(row.before.map { "\($0.line)" } ?? ""),
            .text(row.after?.path ?? ""), .number(row.after.map { "\($0.line)" } ?? ""),
          ])
        }
      }
    }
    return writer.drain()
  }

  /// The differences as JSON: a list of schedules.
  public var json: JSONText {
    .list(
      schedules.map { schedule in
        .object([
          ("schedule", .text(schedule.name)), ("kind", .text(schedule.kind)),
          ("before", schedule.before.json), ("after", schedule.after.json),
          ("head", .list(schedule.head.map(\.json))),
          ("rows", .list(schedule.rows.map(\.json))),
        ])
      })
  }
}

extension TableComparison.Edition? {
  fileprivate var json: JSONText {
    guard let self else { return .null }
    return .object([
      ("file", .text(self.path)), ("published", .optional(self.published?.description)),
      ("withdrawn", .text(self.isWithdrawal ? "yes" : "no")),
    ])
  }
}

extension TableComparison.Row {
  fileprivate var json: JSONText {
    .object([
      ("what", .text(what.rawValue)), ("row", .text(name)), ("before", before.json),
      ("after", after.json), ("cells", .list(cells.map(\.json))),
    ])
  }
}

extension TableComparison.Place? {
  var json: JSONText {
    guard let self else { return .null }
    return .object([("file", .text(self.path)), ("line", .number("\(self.line)"))])
  }
}

extension TableComparison.Cell {
  fileprivate var json: JSONText {
    .object([
      ("column", .text(column)), ("before", .optional(before)), ("after", .optional(after)),
    ])
  }
}
