/// The messages of the program as the gallery of transcripts is held against them: the prose among
/// the string literals of the sources.
enum Messages {
  /// A message, by its longest piece without an interpolation.
  struct Message: CustomStringConvertible {
    let path: String
    let line: Int
    let words: String

    var description: String { "\(path):\(line): \(words)" }
  }

  /// The longest piece of each literal that is prose: three words or more.
  ///
  /// What is written for SQLite, for a shell or for a manual page is not said to anybody.
  static func all(in path: String, _ source: SwiftText) -> [Message] {
    guard !path.hasPrefix("Sources/tariff/Help/") else { return [] }
    return source.literals.compactMap { line, text in
      let pieces = plain(text).split(separator: SwiftText.hole).map { flat(String($0)) }
      guard let longest = pieces.max(by: { $0.count < $1.count }), isProse(longest) else {
        return nil
      }
      return Message(path: path, line: line, words: longest)
    }
  }

  /// A text with every run of white space as one space.
  static func flat(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// What the escapes of a literal stand for.
  private static func plain(_ literal: String) -> String {
    literal.replacing("\\n", with: "\n").replacing("\\t", with: "\t")
      .replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
  }

  private static let statements = [
    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "PRAGMA ", "BEGIN", "WHERE ",
    "FROM ", "ORDER BY ",
  ]

  private static func isProse(_ text: String) -> Bool {
    let words = text.split(separator: " ").filter { $0.contains(where: \.isLetter) }
    return words.count >= 3 && !statements.contains(where: text.hasPrefix)
  }
}
