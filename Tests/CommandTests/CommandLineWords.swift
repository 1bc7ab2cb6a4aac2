/// A line of a shell, taken apart: `NAME=value tariff quote --from "Old Town" < file.csv`.
///
/// Quotes, backslashes, settings in front and one `<` are understood. Nothing else of a shell is,
/// so that a transcript means the same everywhere.
struct CommandLineWords: Equatable {
  private(set) var environment: [String: String] = [:]
  private(set) var words: [String] = []
  /// The file after `<`.
  private(set) var input: String?

  init(_ line: String) {
    var wantsInput = false
    for (word, isQuoted) in Self.split(line) {
      let setting = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if word == "<" && !isQuoted {
        wantsInput = true
      } else if wantsInput {
        input = word
        wantsInput = false
      } else if words.isEmpty, setting.count == 2 {
        environment[String(setting[0])] = String(setting[1])
      } else {
        words.append(word)
      }
    }
  }

  private static func split(_ line: String) -> [(word: String, isQuoted: Bool)] {
    var words: [(word: String, isQuoted: Bool)] = []
    var word: String?
    var quote: Character?
    var quoted = false
    var rest = line[...]
    while let next = rest.popFirst() {
      if let open = quote, next == open {
        quote = nil
      } else if next == "\\", quote != "'", let escaped = rest.popFirst() {
        word = (word ?? "") + String(escaped)
      } else if quote == nil, next == "\"" || next == "'" {
        quote = next
        quoted = true
        word = word ?? ""
      } else if quote == nil, next == " " {
        if let done = word { words.append((done, quoted)) }
        word = nil
        quoted = false
      } else {
        word = (word ?? "") + String(next)
      }
    }
    if let done = word { words.append((done, quoted)) }
    return words
  }
}
