/// Files, functions, folders and lines stay small enough to be read.
enum SizeRules {
  static let mostLines = 400
  static let mostFunctionLines = 70
  static let mostFiles = 25
  static let mostColumns = 100

  /// Files that people read from top to bottom; tables are as long as their source.
  static func isReading(_ path: String) -> Bool {
    [".swift", ".md", ".case", ".ci/run"].contains { path.hasSuffix($0) }
  }

  static func fileLength(_ path: String, _ text: String) -> [Complaint] {
    let count = lines(text).count
    guard isReading(path), count > mostLines else { return [] }
    return [Complaint(path: path, line: 0, what: "\(count) lines, at most \(mostLines)")]
  }

  static func columns(_ path: String, _ text: String) -> [Complaint] {
    guard path.hasSuffix(".swift") else { return [] }
    return lines(text).enumerated().filter { $0.element.count > mostColumns }.map {
      Complaint(
        path: path, line: $0.offset + 1, what: "\($0.element.count) columns, at most \(mostColumns)"
      )
    }
  }

  /// Folders with too many files in them, from the paths of all files.
  static func folders(_ paths: [String]) -> [Complaint] {
    var files: [String: Int] = [:]
    for path in paths {
      let end = path.lastIndex(of: "/") ?? path.startIndex
      files[String(path[..<end]), default: 0] += 1
    }
    return files.filter { $0.value > mostFiles }.sorted { $0.key < $1.key }.map {
      Complaint(path: $0.key, line: 0, what: "\($0.value) files, at most \(mostFiles)")
    }
  }

  /// Functions, initialisers and computed properties that are too long.
  static func functions(_ path: String, _ source: SwiftText) -> [Complaint] {
    let code = source.code
    return code.indices.compactMap { start in
      guard declares(code[start]), let end = endOfBody(code, from: start) else { return nil }
      let count = end - start + 1
      guard count > mostFunctionLines else { return nil }
      return Complaint(
        path: path, line: start + 1,
        what: "a function of \(count) lines, at most "
          + "\(mostFunctionLines)")
    }
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Whether a line begins something with a body of statements. Words before it are modifiers.
  private static func declares(_ line: String) -> Bool {
    let words = line.split { !($0.isLetter || $0 == "_") }.prefix(8).map(String.init)
    let start = line.drop { $0 == " " }
    if words.contains("func") || words.first == "deinit" { return true }
    for name in ["init", "subscript"] {
      guard let at = line.firstRange(of: name) else { continue }
      let before = line[..<at.lowerBound].split(separator: " ")
      if before.allSatisfy({ modifiers.contains(String($0)) })
        && line[at.upperBound...].first.map({ "(?<".contains($0) }) == true
      {
        return true
      }
    }
    return words.contains("var") && start.last == "{"
  }

  private static let modifiers: Set = [
    "public", "private", "fileprivate", "package", "static", "convenience", "required", "override",
    "mutating", "internal",
  ]

  /// The line of the brace that closes the body; nil for a requirement, which has none.
  private static func endOfBody(_ code: [String], from start: Int) -> Int? {
    var brackets = 0
    var braces = 0
    for index in start..<code.count {
      // Without a body the next declaration, or the end of the protocol, comes before any brace.
      if index > start && braces == 0 && brackets == 0 && declares(code[index]) { return nil }
      for character in code[index] {
        switch character {
        case "(", "[": brackets += 1
        case ")", "]": brackets -= 1
        case "{" where brackets == 0 || braces > 0: braces += 1
        case "}" where braces == 0 && brackets == 0: return nil
        case "}" where braces > 0:
          braces -= 1
          if braces == 0 { return index }
        default: break
        }
      }
    }
    return nil
  }
}
