import TariffRules
import Unification

extension Stop {
  /// The error as one line, for a script that asked for JSON.
  var json: JSONText {
    .object([
      (
        "error",
        .object([
          ("code", .text(status.code)), ("status", .number("\(status.rawValue)")),
          ("message", .text(message)), ("remedy", .text(remedy)),
          ("findings", .list(findings.map(\.json))),
        ])
      )
    ])
  }

  /// Whether the words of a call ask for JSON, even if the command has no such format or the call
  /// is wrong in another way.
  static func wantsJSON(_ words: [String]) -> Bool {
    words.contains("--format=json")
      || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "json" }
  }
}

extension Finding {
  /// The finding for scripts.
  var json: JSONText {
    .object([
      ("severity", .text(severity.rawValue)), ("message", .text(message)),
      ("remedy", .text(remedy)), ("file", .text(file)),
      ("line", .optional(line > 0 ? line : nil)), ("column", .optional(column > 0 ? column : nil)),
    ])
  }
}
