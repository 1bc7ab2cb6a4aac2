/// Finds the same row in two editions, and what differs in it.
struct RowMatching {
  let kind: TableLoader.Kind
  /// The columns that name a row; none where each side has one row.
  let key: [String]

  /// The rows that differ: first those of the old edition in its order, then those added.
  func differences(_ before: [PrintedRow], _ after: [PrintedRow]) -> [TableComparison.Row] {
    let partners = partners(before, after)
    let moved = kind.isOrdered ? moved(partners.compactMap(\.self)) : []
    var found: [TableComparison.Row] = []
    for (index, row) in before.enumerated() {
      guard let partner = partners[index] else {
        found.append(only(row, isAdded: false))
        continue
      }
      let other = after[partner]
      var cells = cells(row, other)
      if moved.contains(partner) {
        cells.append(.init(column: "order", before: "\(index + 1)", after: "\(partner + 1)"))
      }
      guard !cells.isEmpty else { continue }
      found.append(
        .init(name: name(row), before: row.place, after: other.place, cells: cells))
    }
    let matched = Set(partners.compactMap(\.self))
    for (index, row) in after.enumerated() where !matched.contains(index) {
      found.append(only(row, isAdded: true))
    }
    return found
  }

  private func name(_ row: PrintedRow) -> String {
    key.isEmpty ? "the row in force" : key.map { row[$0] }.joined(separator: " ")
  }

  private func only(_ row: PrintedRow, isAdded: Bool) -> TableComparison.Row {
    let cells = row.cells.filter { !$0.text.isEmpty && $0.text != "*" }.map { cell in
      TableComparison.Cell(
        column: cell.column, before: isAdded ? nil : cell.text, after: isAdded ? cell.text : nil)
    }
    return .init(
      name: name(row), before: isAdded ? nil : row.place, after: isAdded ? row.place : nil,
      cells: cells)
  }

  // MARK: - The same row

  /// For each old row the place of the new one, or nil. Of several rows with one name those that
  /// have the most cells in common go together, the earlier ones first.
  private func partners(_ before: [PrintedRow], _ after: [PrintedRow]) -> [Int?] {
    var waiting = Dictionary(grouping: after.indices) { name(after[$0]) }
    let old = Dictionary(grouping: before.indices) { name(before[$0]) }
    var partners = [Int?](repeating: nil, count: before.count)
    for (name, olds) in old {
      let news = waiting.removeValue(forKey: name) ?? []
      if olds.count == 1, news.count == 1 {
        partners[olds[0]] = news[0]
        continue
      }
      let ranked = olds.flatMap { one in news.map { (one, $0, cells(before[one], after[$0]).count) }
      }
      .sorted { ($0.2, $0.0, $0.1) < ($1.2, $1.0, $1.1) }
      var taken: Set<Int> = []
      for (one, other, _) in ranked where partners[one] == nil && !taken.contains(other) {
        partners[one] = other
        taken.insert(other)
      }
    }
    return partners
  }

  /// The cells of one row that say something else in the other.
  private func cells(_ before: PrintedRow, _ after: PrintedRow) -> [TableComparison.Cell] {
    var columns = before.cells.map(\.column)
    for cell in after.cells where !columns.contains(cell.column) { columns.append(cell.column) }
    return columns.compactMap { column in
      let (old, new) = (said(column, before), said(column, after))
      return old == new ? nil : .init(column: column, before: old.shown, after: new.shown)
    }
  }

  /// What a cell says: a spreadsheet's `0.50` is `0.5`, and a column left out means what it means.
  private func said(_ column: String, _ row: PrintedRow) -> Said {
    guard let cell = row.cells.first(where: { $0.column == column }), !cell.text.isEmpty else {
      return Said(meaning: kind.unsaid(column), shown: nil)
    }
    return Said(meaning: Self.withoutTrailingZeros(cell.text), shown: cell.text)
  }

  private struct Said: Equatable {
    let meaning: String
    let shown: String?
    static func == (left: Said, right: Said) -> Bool { left.meaning == right.meaning }
  }

  private static func withoutTrailingZeros(_ text: String) -> String {
    let isNumber = text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 || $0 == 45 }
    guard isNumber, text.utf8.count(where: { $0 == 46 }) == 1 else { return text }
    var short = Substring(text)
    while short.last == "0" { short.removeLast() }
    if short.last == "." { short.removeLast() }
    return String(short)
  }

  // MARK: - The order

  /// The new places of rows that changed theirs: all but a longest run of rows that kept their
  /// order among each other.
  private func moved(_ places: [Int]) -> Set<Int> {
    var best: [(length: Int, before: Int?)] = []
    for (index, place) in places.enumerated() {
      let longest = places[..<index].indices.filter { places[$0] < place }
        .max { best[$0].length < best[$1].length }
      best.append((longest.map { best[$0].length + 1 } ?? 1, longest))
    }
    var kept: Set<Int> = []
    var at = best.indices.max { best[$0].length < best[$1].length }
    while let index = at {
      kept.insert(places[index])
      at = best[index].before
    }
    return Set(places).subtracting(kept)
  }
}

extension PrintedRow {
  var place: TableComparison.Place { .init(path: path, line: line) }
}
