/// Two texts side by side, as far as they differ.
enum Difference {
  /// The lines that are only in one of the texts: `-` expected, `+` found.
  static func text(_ expected: String, _ found: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = found.split(separator: "\n", omittingEmptySubsequences: false)
    let changes = new.difference(from: old)
    var lines: [(line: Int, text: String)] = []
    for change in changes {
      switch change {
      case .remove(let line, let text, _): lines.append((line, "- \(line + 1): \(text)"))
      case .insert(let line, let text, _): lines.append((line, "+ \(line + 1): \(text)"))
      }
    }
    return lines.sorted { $0.line < $1.line }.map(\.text).joined(separator: "\n")
  }
}
