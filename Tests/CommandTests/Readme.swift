/// The commands a README shows in its `console` blocks, with the output that follows each.
struct Readme {
  struct Shown: Equatable {
    /// Where the command stands.
    let line: Int
    var command: String
    /// The lines that follow it; a line `…` stands for lines left out.
    var output: [String]
    /// The file that `cat` shows: what follows is made of it.
    var file: String? { command.hasPrefix("cat ") ? String(command.dropFirst(4)) : nil }
  }

  private(set) var shown: [Shown] = []

  init(_ text: String) {
    var isConsole = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("```") {
        isConsole = line == "```console"
      } else if isConsole, line.hasPrefix("$ ") {
        shown.append(Shown(line: index + 1, command: String(line.dropFirst(2)), output: []))
      } else if isConsole, !shown.isEmpty {
        add(String(line))
      }
    }
    for index in shown.indices {
      while shown[index].output.last?.isEmpty == true { shown[index].output.removeLast() }
    }
  }

  /// A line of output, or what follows a `\` at the end of the command.
  private mutating func add(_ line: String) {
    let last = shown.count - 1
    if shown[last].output.isEmpty, shown[last].command.hasSuffix("\\") {
      shown[last].command.removeLast()
      shown[last].command += line.drop { $0 == " " || $0 == ">" }
    } else {
      shown[last].output.append(line)
    }
  }

  /// Whether a text is what is shown, with any lines in place of each `…`.
  static func fits(_ shown: [String], _ text: String) -> Bool {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    while lines.last?.isEmpty == true { lines.removeLast() }
    var pieces: [[String]] = [[]]
    for line in shown {
      if line == "…" { pieces.append([]) } else { pieces[pieces.count - 1].append(line) }
    }
    guard lines.starts(with: pieces[0]) else { return false }
    lines = lines.dropFirst(pieces[0].count)
    guard pieces.count > 1 else { return lines.isEmpty }
    // The earliest fit of each piece leaves the most room for the next; the last ends the text.
    for piece in pieces[1..<(pieces.count - 1)] {
      while !lines.starts(with: piece) {
        guard lines.popFirst() != nil else { return false }
      }
      lines = lines.dropFirst(piece.count)
    }
    let last = pieces[pieces.count - 1]
    return lines.count >= last.count && lines.suffix(last.count).elementsEqual(last)
  }
}
