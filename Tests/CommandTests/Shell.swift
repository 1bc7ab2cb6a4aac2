import Foundation

/// Runs the lines that transcripts and the README show.
struct Shell {
  let folder: URL

  enum Fault: Error { case unknown(String), cannotChange(String) }

  /// Runs `tariff …`, `swift run … tariff …`, `cat FILE` or `change FILE 'old' 'new'`.
  func run(_ line: String, input: String = "") throws -> Program.Outcome {
    let line = CommandLineWords(HiddenText.meant(line))
    guard let arguments = Self.arguments(line.words) else {
      if line.words.first == "cat", line.words.count == 2 { return try show(line.words[1]) }
      if line.words.first == "change", line.words.count == 4 {
        return try change(line.words[1], line.words[2], to: line.words[3])
      }
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

  /// Changes one place in a file that a command wrote, or in a copy of what all cases share. A text
  /// that is not there, or stands there twice, would show something else than what is meant.
  private func change(_ path: String, _ old: String, to new: String) throws -> Program.Outcome {
    let shared = folder.appending(path: path.prefix { $0 != "/" })
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: shared.path) {
      try FileManager.default.removeItem(at: shared)
      try FileManager.default.copyItem(atPath: target, toPath: shared.path)
    }
    let file = folder.appending(path: path)
    // Bytes, as a register is changed like any other file.
    var bytes = try Data(contentsOf: file)
    let wanted = Data(old.utf8)
    guard let place = bytes.range(of: wanted),
      bytes.range(of: wanted, in: place.upperBound..<bytes.endIndex) == nil
    else { throw Fault.cannotChange("'\(old)' does not stand once in '\(path)'") }
    bytes.replaceSubrange(place, with: Data(new.utf8))
    try bytes.write(to: file)
    return .init(output: "", errors: "", status: 0)
  }
}
