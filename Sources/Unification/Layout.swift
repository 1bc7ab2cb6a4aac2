/// Plain text in columns, aligned by what a terminal shows.
///
/// Widths count characters as people see them (an accent belongs to its letter), which is right for
/// Latin, Cyrillic, Georgian and Azerbaijani. Letter case is never changed and no boxes are drawn.
public struct Layout {
  /// How a column is aligned.
  public enum Side: Sendable { case left, right }

  private let sides: [Side]
  private let indent: String
  private var rows: [[String]] = []

  /// A table with the given columns, each line indented.
  public init(_ sides: [Side], indent: Int = 0) {
    self.sides = sides
    self.indent = String(repeating: " ", count: indent)
  }

  /// Adds a row; missing cells are empty.
  public mutating func row(_ cells: String...) { rows.append(cells) }

  /// Adds a row of any number of cells.
  public mutating func row(cells: [String]) { rows.append(cells) }

  /// The lines, without trailing spaces.
  public var lines: [String] {
    let widths = sides.indices.map { column in
      rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = indent
      for (column, side) in sides.enumerated() {
        let cell = column < row.count ? row[column] : ""
        let pad = String(repeating: " ", count: max(0, widths[column] - cell.count))
        line += (column > 0 ? "  " : "") + (side == .left ? cell + pad : pad + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
