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
      var found = known.names.filter { contains(literal.text, word: $0) }
      if known.commodities.contains(literal.text) { found.insert(literal.text) }
      return found.sorted().map {
        Complaint(path: path, line: literal.line, what: "'\($0)' of the tables")
      }
    }
  }

  /// Whether a word stands in a text with no letter or digit at its sides.
  static func contains(_ text: String, word: String) -> Bool {
    guard text.contains(word) else { return false }
    return text.ranges(of: word).contains { range in
      let before = text[..<range.lowerBound].last ?? " "
      let after = text[range.upperBound...].first ?? " "
      let endsAsWord = isWord(word.last ?? " ")
      return !isWord(before) && !(endsAsWord && isWord(after))
    }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
