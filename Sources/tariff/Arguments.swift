import TariffRules

/// An option a command knows.
struct Option {
  let name: String
  /// What stands for its value in the help; nil for a switch.
  let value: String?
  let help: String

  init(_ name: String, _ value: String? = nil, _ help: String) {
    self.name = name
    self.value = value
    self.help = help
  }
}

/// The words after a command: options and the rest.
struct Arguments {
  private var values: [String: String] = [:]
  private(set) var words: [String] = []

  /// Takes the words apart; an unknown, repeated or incomplete option is wrong usage.
  init(_ arguments: some Sequence<String>, knowing options: [Option], for command: String) throws {
    var rest = Array(arguments)[...]
    var onlyWords = false
    while let word = rest.popFirst() {
      guard !onlyWords, word.hasPrefix("--") else {
        if !onlyWords, word.hasPrefix("-"), word != "-" {
          throw Stop(
            .wrongUsage, "unknown option '\(word)'",
            remedy: "options begin with two dashes; 'tariff help \(command)' lists them")
        }
        words.append(word)
        continue
      }
      if word == "--" {
        onlyWords = true
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false
      ).map(String.init)
      let name = parts[0]
      guard let option = options.first(where: { $0.name == name }) else {
        let hint = NearNames.hint(for: name, among: options.map(\.name))
        throw Stop(
          .wrongUsage, "unknown option '--\(name)'.\(hint)",
          remedy: "'tariff help \(command)' lists the options")
      }
      guard values[name] == nil else {
        throw Stop(.wrongUsage, "the option '--\(name)' comes twice", remedy: "give it once")
      }
      if let value = option.value {
        guard let text = parts.count == 2 ? parts[1] : rest.popFirst() else {
          throw Stop(
            .wrongUsage, "the option '--\(name)' needs a value",
            remedy: "write '--\(name) \(value)'")
        }
        values[name] = text
      } else if parts.count == 2 {
        throw Stop(
          .wrongUsage, "the option '--\(name)' takes no value", remedy: "write '--\(name)'")
      } else {
        values[name] = ""
      }
    }
  }

  /// The value of an option.
  subscript(_ name: String) -> String? { values[name] }

  /// The names of the options given, sorted.
  var given: [String] { values.keys.sorted() }

  /// Whether a switch is set.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option that only takes certain words; the first is what counts without it.
  func choice(_ name: String, _ known: [String]) throws -> String {
    guard let value = values[name] else { return known[0] }
    guard known.contains(value) else {
      let others = known.dropLast().joined(separator: ", ")
      let hint = NearNames.hint(for: value, among: known)
      throw Stop(
        .wrongUsage,
        "--\(name) takes \(others) or \(known.last ?? ""), not '\(value)'"
          + (hint.isEmpty ? "" : "." + hint),
        remedy: "where it is left out, '\(known[0])' counts")
    }
    return value
  }
}
