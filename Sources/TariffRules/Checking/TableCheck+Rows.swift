import CSV
import ExactMoney

/// What the rows of a file show by themselves, before any meaning.
extension TableCheck {
  func checkRows() {
    for source in parts.sources {
      checkCopiedPublished(source)
      for file in source.files where !file.isWithdrawal {
        checkIllustrativeRows(file.table)
        if Self.kindsWithNames.contains(source.kind) { checkTwins(file.table, source.kind) }
      }
    }
  }

  private static let kindsWithNames: Set<TableLoader.Kind> = [
    .coefficients, .discounts, .minimumDistances, .minimumWeights,
  ]

  /// Rows that differ in their name alone: one of them is a copy that was forgotten.
  private func checkTwins(_ table: TableFile, _ kind: TableLoader.Kind) {
    let ignored: Set = ["name", "source", "evidence", "note"]
    let columns = table.header.indices.filter { !ignored.contains(table.header[$0].text) }
    var seen: [[String]: CSVRecord] = [:]
    for record in table.records {
      let cells = columns.map { $0 < record.count ? record.string($0) : "" }
      guard let twin = seen[cells] else {
        seen[cells] = record
        continue
      }
      let isFactor = kind == .coefficients || kind == .discounts
      parts.loader.add(
        table, record.line, 0, "the same as line \(twin.line) but for its name",
        isFactor
          ? "both apply, one after the other: take one away if it is a copy" : "take one away",
        .warning)
    }
  }

  /// Single invented figures in a file that is not invented as a whole.
  private func checkIllustrativeRows(_ table: TableFile) {
    let word = Evidence.illustrative.rawValue
    guard parts.loader.evidence(of: table) != .illustrative,
      let column = table.header.firstIndex(where: { $0.text == "evidence" })
    else { return }
    let rows = table.records.filter { column < $0.count && $0.string(column) == word }
    guard let first = rows.first else { return }
    let lines = rows.map { "\($0.line)" }
    let some = lines.prefix(8).joined(separator: ", ")
    let rest = lines.count > 8 ? " and \(lines.count - 8) more" : ""
    parts.loader.add(
      table, first.line, 0,
      lines.count == 1
        ? "an illustrative figure: invented so that something can run"
        : "illustrative figures in lines \(some)\(rest)",
      "replace them when the real table is at hand", .warning)
  }

  /// An edition made from a copy keeps the day of publication of its model, unless someone thinks
  /// of it. Where a file name says the day, someone has.
  private func checkCopiedPublished(_ source: TableLoader.Source) {
    guard !source.kind.isByYear else { return }
    let files = source.files.filter { $0.change != nil && !$0.isWithdrawal }
      .sorted { ($0.change?.effective ?? .earliest) < ($1.change?.effective ?? .earliest) }
    for (before, after) in zip(files, files.dropFirst()) {
      guard before.change?.published == after.change?.published,
        before.change?.effective != after.change?.effective,
        !before.table.path.contains("_published-"), !after.table.path.contains("_published-"),
        let cell = after.table.head["published"]
      else { continue }
      parts.loader.add(
        after.table, cell.line, cell.column,
        "published on the same day as \(before.table.path): was the head copied?",
        "write the day this edition became known; if it is the same, say it in the file's name",
        .warning)
    }
  }
}
