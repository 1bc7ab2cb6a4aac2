/// Names say what is inside; the top of the house is fixed.
enum NameRules {
  static let top: Set = [
    "Package.swift", "Sources", "Tests", "TariffTables", "Invoices", "README.md",
  ]
  static let grabBags: Set = [
    "util", "utils", "utility", "utilities", "helper", "helpers", "common", "manager", "managers",
  ]

  /// Entries at the top that are not of the house. Dotfiles belong to tools.
  static func topLevel(_ names: [String]) -> [Complaint] {
    names.filter { !$0.hasPrefix(".") && !top.contains($0) }.map {
      Complaint(
        path: $0, line: 0,
        what: "not of the house; at the top are "
          + top.sorted().joined(separator: ", ") + " and dotfiles")
    }
  }

  /// Files and folders whose name has a word that could hold anything.
  static func grabBag(_ path: String) -> [Complaint] {
    for part in path.split(separator: "/") {
      if let word = words(of: String(part)).first(where: grabBags.contains) {
        return [Complaint(path: path, line: 0, what: "the name '\(word)' says nothing")]
      }
    }
    return []
  }

  /// The words of `TableManager+Text.swift` or `table-helpers`, in small letters.
  private static func words(of name: String) -> [String] {
    var words = [""]
    for character in name {
      if !character.isLetter {
        words.append("")
      } else if character.isUppercase {
        words.append(character.lowercased())
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words
  }
}
