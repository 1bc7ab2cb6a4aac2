import TariffRules

extension TableComparison {
  /// The differences for people: by schedule its two editions, then each row with its places and
  /// cells. `+` is a row added, `-` one that is gone, `~` one that has changed.
  public func text() -> String {
    guard !isEmpty else { return "The tables say the same on both sides.\n" }
    var lines: [String] = []
    for schedule in schedules { lines += schedule.lines + [""] }
    lines.append(
      "\(Self.number(schedules.count, "schedule")): \(Self.number(count(.added), "row")) added, "
        + "\(count(.gone)) gone, \(count(.changed)) changed")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func number(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

extension TableComparison.Schedule {
  fileprivate var lines: [String] {
    var editions = Layout([.left, .left], indent: 2)
    editions.row("before", before.words)
    editions.row("after", after.words)
    var lines = ["\(name) (\(kind))"] + editions.lines
    if !head.isEmpty { lines += ["  ~ head"] + TableComparison.cellLines(head) }
    for row in rows { lines += row.lines }
    return lines
  }
}

extension TableComparison.Edition? {
  fileprivate var words: String {
    guard let self else { return "nothing in force" }
    let published = self.published.map { ", published \($0)" } ?? ""
    return self.path + published + (self.isWithdrawal ? ", a withdrawal" : "")
  }
}

extension TableComparison.Row {
  fileprivate var lines: [String] {
    let sign = [Change.added: "+", .gone: "-", .changed: "~"][what] ?? "~"
    let places = [before, after].compactMap { $0.map { "\($0.path):\($0.line)" } }
    return ["  \(sign) \(name)  [\(places.joined(separator: " -> "))]"]
      + (what == .changed
        ? TableComparison.cellLines(cells)
        : [
          "      "
            + cells.map { "\($0.column) \($0.before ?? $0.after ?? "")" }
            .joined(separator: ", ")
        ])
  }
}

extension TableComparison {
  fileprivate static func cellLines(_ cells: [Cell]) -> [String] {
    cells.map { cell in
      "      \(cell.column): \(cell.before ?? "(nothing)") -> \(cell.after ?? "(nothing)")"
    }
  }
}
