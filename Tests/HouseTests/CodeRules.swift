/// What may not stand in the program's code.
enum CodeRules {
  /// Binary fractions never come near money; nothing traps on what people give it.
  static let banned = ["Double", "Float", "CGFloat", "try!", "as!", "fatalError("]

  static func words(_ path: String, _ source: SwiftText) -> [Complaint] {
    guard path.hasPrefix("Sources/") else { return [] }
    return source.code.enumerated().flatMap { index, line in
      banned.filter { contains(line, word: $0) }.map {
        Complaint(path: path, line: index + 1, what: "'\($0)'")
      }
    }
  }

  /// The engine knows no railway, place, customer or commodity by name: those are in the tables.
  static func names(_ path: String, _ source: SwiftText, known: TableNames) -> [Complaint] {
    guard path.hasPrefix("Sources/") else { return [] }
    return source.literals.flatMap { literal in
      known.names.filter { contains(literal.text, word: $0) }.map {
        Complaint(path: path, line: literal.line, what: "the tables' '\($0)'")
      } + known.commodities.filter { $0 == literal.text }.map {
        Complaint(path: path, line: literal.line, what: "the commodity '\($0)'")
      }
    }
  }

  /// Whether a word stands in a text with no letter or digit at its sides.
  static func contains(_ text: String, word: String) -> Bool {
    guard text.contains(word) else { return false }
    return text.ranges(of: word).contains { range in
      let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
      let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
      let last = word.last ?? " "
      return !isWord(before) && !(isWord(last) && isWord(after))
    }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
