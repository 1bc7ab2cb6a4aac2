/// A Swift source taken apart: its code without comments and literals, and its literals.
///
/// A scanner of characters, not a parser; it knows comments that nest, raw and multi-line literals,
/// and the code inside `\( )`. Regex literals are not known: the house writes none.
struct SwiftText {
  /// The code, line by line; what was a comment or a literal is left out.
  private(set) var code: [String] = [""]
  /// What stands for an interpolation in a literal.
  static let hole: Character = "\u{FFFC}"
  /// Every string literal with a hole for each interpolation, with the line it begins on.
  private(set) var literals: [(line: Int, text: String)] = []
  private var rest: Substring

  init(_ text: String) {
    rest = text[...]
    scanCode(untilParenthesis: false)
  }

  private mutating func scanCode(untilParenthesis: Bool) {
    var depth = 0
    while let next = rest.first {
      if rest.hasPrefix("//") {
        rest = rest.drop { !$0.isNewline }
      } else if rest.hasPrefix("/*") {
        skipComment()
      } else if next == "\"" {
        scanLiteral(hashes: 0)
      } else if next == "#", let hashes = rawHashes {
        scanLiteral(hashes: hashes)
      } else {
        rest.removeFirst()
        if next == "(" { depth += 1 }
        if next == ")" { depth -= 1 }
        if untilParenthesis && depth < 0 { return }
        keep(next)
      }
    }
  }

  private mutating func keep(_ character: Character) {
    if character.isNewline { code.append("") } else { code[code.count - 1].append(character) }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if rest.hasPrefix("/*") {
        depth += 1
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("*/") {
        depth -= 1
        rest = rest.dropFirst(2)
      } else if let next = rest.popFirst(), next.isNewline {
        keep(next)
      }
    } while depth > 0 && !rest.isEmpty
  }

  /// How many `#` open a raw literal here; nil where none begins.
  private var rawHashes: Int? {
    let hashes = rest.prefix { $0 == "#" }.count
    return rest.dropFirst(hashes).first == "\"" ? hashes : nil
  }

  private mutating func scanLiteral(hashes: Int) {
    let line = code.count
    let hash = String(repeating: "#", count: hashes)
    rest = rest.dropFirst(hashes)
    let quotes = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
    rest = rest.dropFirst(quotes.count)
    var text = ""
    while let next = rest.first {
      if rest.hasPrefix(quotes + hash) {
        rest = rest.dropFirst(quotes.count + hashes)
        break
      }
      if rest.hasPrefix("\\" + hash + "(") {
        rest = rest.dropFirst(2 + hashes)
        text.append(Self.hole)
        keep(" ")
        scanCode(untilParenthesis: true)
        keep(" ")
      } else if rest.hasPrefix("\\" + hash) {
        text += String(rest.prefix(2 + hashes))
        rest = rest.dropFirst(2 + hashes)
      } else {
        text.append(next)
        if next.isNewline { keep(next) }
        rest.removeFirst()
      }
    }
    literals.append((line, text))
  }
}
