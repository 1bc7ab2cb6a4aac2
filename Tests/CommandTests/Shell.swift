import Foundation

/// Runs the lines that transcripts and the README show.
struct Shell {
  let folder: URL

  enum Fault: Error { case unknown(String) }

  /// Runs `tariff …`, `swift run … tariff …` or `cat FILE`.
  func run(_ line: String, input: String = "") throws -> Program.Outcome {
    let line = CommandLineWords(HiddenText.meant(line))
    guard let arguments = Self.arguments(line.words) else {
      if line.words.first == "cat", line.words.count == 2 { return try show(line.words[1]) }
      throw Fault.unknown(line.words.joined(separator: " "))
    }
    let feed = try line.input.map { try Data(contentsOf: folder.appending(path: $0)) }
    return try Program().run(
      arguments, in: folder, input: feed ?? Data(HiddenText.meant(input).utf8),
      environment: line.environment)
  }

  /// What follows the program's name; nil where another program is meant.
  static func arguments(_ words: [String]) -> [String]? {
    if words.first == "tariff" { return Array(words.dropFirst()) }
    guard words.starts(with: ["swift", "run"]), let at = words.firstIndex(of: "tariff") else {
      return nil
    }
    return Array(words[(at + 1)...])
  }

  private func show(_ path: String) throws -> Program.Outcome {
    guard let bytes = FileManager.default.contents(atPath: folder.appending(path: path).path) else {
      return .init(output: "", errors: "cat: no file '\(path)'\n", status: 1)
    }
    return .init(output: HiddenText.shown(bytes), errors: "", status: 0)
  }
}
