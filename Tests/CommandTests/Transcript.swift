/// A case: commands with exactly what they print and how they end.
///
///     # Why this case is here; lines before the first command are remarks.
///     $ tariff quote --tables Tables/small -
///     <<<
///     what the command reads from standard input
///     >>>
///     what it prints
///     2>
///     what it says on standard error
///     = 1
///
/// The blocks `<<<` … `>>>` and `2>` are left out where there is nothing; `= N`, the exit status,
/// ends every command. A case's commands run one after the other in one folder, where `Tables`,
/// `Files` and `TariffTables` are found; what they write there is gone afterwards. Besides `tariff`
/// there is `cat FILE`, to show a file, and `change FILE 'old' 'new'`, to change one as a slip, a
/// fraud or a new table would: the old text stands in it exactly once, else the case fails. A last
/// line without a line end is followed by `\ no line end`; what an editor would hide is written
/// `\u{D}`, in commands and input, too.
struct Transcript: Equatable {
  struct Step: Equatable {
    var command: String
    var input = ""
    var output = ""
    var errors = ""
    var status: Int32 = 0
  }

  struct Unreadable: Error, Equatable {
    let line: Int
    let what: String
  }

  var remarks = ""
  var steps: [Step] = []

  static let noLineEnd = "\\ no line end\n"

  /// Reads a case.
  init(_ text: String) throws(Unreadable) {
    var block = Block.remarks
    var open: Step?
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      switch (block, line) {
      case (.remarks, _) where line.hasPrefix("$ "), (.between, _) where line.hasPrefix("$ "):
        open = Step(command: String(line.dropFirst(2)))
        block = .command
      case (.command, "<<<"): block = .input
      case (.input, ">>>"): block = .output
      case (.command, "2>"), (.output, "2>"): block = .errors
      case (.command, _) where Self.status(line) != nil,
        (.output, _) where Self.status(line) != nil, (.errors, _) where Self.status(line) != nil:
        guard var step = open, let status = Self.status(line) else { break }
        step.status = status
        step.output = Self.unmarked(step.output)
        step.errors = Self.unmarked(step.errors)
        steps.append(step)
        open = nil
        block = .between
      case (.remarks, _): remarks += line + "\n"
      case (.input, _): open?.input += line + "\n"
      case (.command, _), (.output, _):
        block = .output
        open?.output += line + "\n"
      case (.errors, _): open?.errors += line + "\n"
      case (.between, ""): break
      case (.between, _):
        throw Unreadable(line: index + 1, what: "neither a command nor an empty line")
      }
    }
    if open != nil { throw Unreadable(line: lines.count, what: "no '= N' ends the command") }
    if steps.isEmpty { throw Unreadable(line: 1, what: "no command") }
  }

  private enum Block { case remarks, between, command, input, output, errors }

  private static func status(_ line: String) -> Int32? {
    line.hasPrefix("= ") ? Int32(line.dropFirst(2)) : nil
  }

  private static func unmarked(_ text: String) -> String {
    text.hasSuffix(noLineEnd) ? String(text.dropLast(noLineEnd.count + 1)) : text
  }

  private static func marked(_ text: String) -> String {
    text.isEmpty || text.hasSuffix("\n") ? text : text + "\n" + noLineEnd
  }

  /// The case as it is written to a file.
  var text: String {
    remarks
      + steps.map { step in
        var text = "$ \(step.command)\n"
        if !step.input.isEmpty { text += "<<<\n\(step.input)>>>\n" }
        text += Self.marked(step.output)
        if !step.errors.isEmpty { text += "2>\n\(Self.marked(step.errors))" }
        return text + "= \(step.status)\n"
      }.joined(separator: "\n")
  }
}
