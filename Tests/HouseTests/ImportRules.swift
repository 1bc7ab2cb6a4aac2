/// Imports point down, and nothing comes from elsewhere.
enum ImportRules {
  /// What each target may import of ours. A new target needs a line here.
  static let below: [String: Set<String>] = [
    "ExactMoney": [],
    "CSV": [],
    "CSQLite": [],
    "CProcessor": [],
    "TariffRules": ["ExactMoney", "CSV"],
    "Unification": ["ExactMoney", "CSV", "TariffRules", "CProcessor"],
    "Billing": ["ExactMoney", "CSV", "TariffRules", "Unification", "CSQLite"],
    "tariff": ["ExactMoney", "CSV", "TariffRules", "Unification", "Billing"],
  ]
  /// What the systems bring along.
  static let system: Set = [
    "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
  ]

  static func direction(_ path: String, _ source: SwiftText) -> [Complaint] {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count > 2, parts[0] == "Sources" else { return [] }
    guard let allowed = below[parts[1]] else {
      return [Complaint(path: path, line: 0, what: "the target \(parts[1]) is not of the house")]
    }
    return imports(source).filter { !allowed.contains($0.module) && !system.contains($0.module) }
      .map {
        Complaint(path: path, line: $0.line, what: "\(parts[1]) may not import \($0.module)")
      }
  }

  /// The whole of Foundation only where its small part is not to be had: on Apple's systems.
  static func foundation(_ path: String, _ source: SwiftText) -> [Complaint] {
    guard path.hasPrefix("Sources/") else { return [] }
    var branches: [(condition: String, isElse: Bool)] = []
    var complaints: [Complaint] = []
    for (index, line) in source.code.enumerated() {
      let text = line.filter { $0 != " " }
      if text.hasPrefix("#if") {
        branches.append((text, false))
      } else if text.hasPrefix("#else"), !branches.isEmpty {
        branches[branches.count - 1].isElse = true
      } else if text.hasPrefix("#endif") {
        _ = branches.popLast()
      } else if module(in: line)?.hasPrefix("Foundation") == true {
        let whole = module(in: line) != "FoundationEssentials"
        let spared = branches.contains {
          $0.condition == "#ifcanImport(FoundationEssentials)" && $0.isElse
        }
        if whole && !spared {
          complaints.append(
            Complaint(path: path, line: index + 1, what: "the whole of Foundation"))
        }
      }
    }
    return complaints
  }

  /// The package stands alone.
  static func packages(_ manifest: SwiftText) -> [Complaint] {
    manifest.code.enumerated().filter { $0.element.contains(".package(") }.map {
      Complaint(path: "Package.swift", line: $0.offset + 1, what: "a package from elsewhere")
    }
  }

  private static func imports(_ source: SwiftText) -> [(line: Int, module: String)] {
    source.code.enumerated().compactMap { index, line in
      module(in: line).map { (index + 1, $0) }
    }
  }

  /// The module of an import line, whatever stands before the name.
  private static func module(in line: String) -> String? {
    let words = line.split(separator: " ").map(String.init)
    guard let at = words.firstIndex(of: "import"),
      words[..<at].allSatisfy({ $0.hasPrefix("@") || access.contains($0) })
    else { return nil }
    let name = words[(at + 1)...].first { !kinds.contains($0) }
    return name?.split(separator: ".").first.map(String.init)
  }

  private static let access: Set = ["public", "package", "internal", "fileprivate", "private"]
  private static let kinds: Set = [
    "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
  ]
}
