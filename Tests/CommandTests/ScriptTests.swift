import Foundation
import Testing

/// What scripts and shells build on: completion and the manual page name every command and option.
@Suite struct ScriptTests {
  private func run(_ words: String...) throws -> Program.Outcome {
    let folder = try Scratch()
    return try Program().run(words, in: folder.url, input: Data())
  }

  /// The commands and their options, as the help shows them.
  private func options() throws -> [String: [String]] {
    let overview = try run("help").output
    var options: [String: [String]] = [:]
    for line in overview.split(separator: "\n") where line.hasPrefix("  ") {
      let words = line.split(separator: " ")
      guard let name = words.first.map(String.init), name != "help" else { continue }
      options[name] = try run("help", name).output.split(separator: "\n")
        .filter { $0.hasPrefix("  --") }
        .compactMap { $0.split(separator: " ").first.map { String($0.dropFirst(2)) } }
    }
    return options
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionKnowsEveryOption(shell: String) throws {
    let script = try run("help", "completion", shell).output
    let options = try options()
    #expect(options.count >= 7 && (options["quote"] ?? []).count > 25)
    for (command, names) in options {
      #expect(script.contains(command))
      for name in names {
        let mark = shell == "fish" ? "from \(command)' -l \(name)" : "--\(name)"
        #expect(script.contains(mark), "\(shell): \(command) --\(name)")
      }
    }
  }

  @Test func theManualKnowsEveryOption() throws {
    let page = try run("help", "man").output
    for (command, names) in try options() {
      #expect(page.contains("\n.SS \(command)\n"))
      for name in names {
        let escaped = "--\(name)".replacing("-", with: "\\-")
        #expect(page.contains("\\fB\(escaped)\\fR"), "\(command) --\(name)")
      }
    }
    #expect(page.utf8.allSatisfy { $0 < 128 }, "roff reads ASCII alone")
    for status in [0, 1, 2, 64, 65, 66, 70, 74] { #expect(page.contains("\\fB\(status)\\fR")) }
  }

  @Test func everyFieldOfAConsignmentHasItsUnitOrWords() throws {
    let page = try run("help", "quote").output
    #expect(!page.contains(" VALUE ") && !page.contains("the consignment's"))
    #expect(page.contains("--weight-kg KG") && page.contains("--owner private|railway"))
  }

  /// What bash offers for a line, asked of bash itself.
  @Test(arguments: [
    ("tariff ch", "check"), ("tariff quote --owner ", "private railway"),
    ("tariff quote --wagon-owner = r", "railway"),
    ("tariff diff --aga", "--against --against-as-of"),
    ("tariff help completion f", "fish"), ("tariff help ma", "man"), ("tariff quote --date ", ""),
  ])
  func bashCompletes(line: String, expected: String) throws {
    guard FileManager.default.isExecutableFile(atPath: "/bin/bash") else { return }
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
    let folder = try Scratch()
    let script =
      try run("help", "completion", "bash").output + """

        COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1)
        _tariff; echo "${COMPREPLY[*]}"
        """
    let file = folder.url.appending(path: "script")
    try Data(script.utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["--norc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    process.waitUntilExit()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(output == expected + "\n")
  }
}
