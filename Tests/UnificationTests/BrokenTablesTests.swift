import Foundation
import TariffRules
import Testing
import Unification

/// The shipped tables, broken in one place at a time: each fault gives the findings expected of it
/// and no other.
@Suite struct BrokenTablesTests {
  struct Break: CustomTestStringConvertible, Sendable {
    let name: String
    let file: String
    var edits: [(old: String, new: String?)] = []
    var added: [String] = []
    var copy: String?
    var expected: [String] = []
    var testDescription: String { name }
  }

  static let breaks = read()
  private static let whole = Result {
    Set(try TariffTables.examine(Folders.shipped.path).map { $0.text() })
  }

  @Test func thereAreThirtyAndMore() {
    #expect(Self.breaks.count >= 30)
    #expect(Set(Self.breaks.map(\.name)).count == Self.breaks.count)
    #expect(Self.breaks.allSatisfy { !$0.expected.isEmpty })
  }

  @Test(arguments: breaks) func findings(_ fault: Break) throws {
    let folder = try LinkedTables(Folders.shipped)
    if let copy = fault.copy {
      try folder.write(copy, try folder.text(fault.file))
    } else {
      try folder.write(fault.file, try broken(try folder.text(fault.file), fault))
    }
    let before = try Self.whole.get()
    let found = try TariffTables.examine(folder.url.path).map { $0.text() }
    #expect(found.filter { !before.contains($0) } == fault.expected)
  }

  private func broken(_ text: String, _ fault: Break) throws -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for edit in fault.edits {
      let index = try #require(lines.firstIndex { $0.contains(edit.old) }, "no line \(edit.old)")
      if let new = edit.new {
        lines[index] = lines[index].replacingOccurrences(of: edit.old, with: new)
      } else {
        lines.remove(at: index)
      }
    }
    lines.insert(contentsOf: fault.added, at: lines.count - 1)
    return lines.joined(separator: "\n")
  }

  private static func read() -> [Break] {
    let url = Folders.cases.appendingPathComponent("broken-tables.txt")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    var breaks: [Break] = []
    var name = ""
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let rest = String(line.dropFirst(2))
      let last = breaks.count - 1
      switch line.prefix(2) {
      case "= ": name = rest
      case "@ ": breaks.append(Break(name: name, file: rest))
      case "* ": breaks[last].copy = rest
      case "- ": breaks[last].edits.append((rest, nil))
      case "+ ":
        // A '+' belongs to the '-' before it; without one it is a new line.
        if let edit = breaks[last].edits.last, edit.new == nil {
          breaks[last].edits[breaks[last].edits.count - 1].new = rest
        } else {
          breaks[last].added.append(rest)
        }
      case "> " where rest.hasPrefix("  "):
        breaks[last].expected[breaks[last].expected.count - 1] += "\n" + rest
      case "> ": breaks[last].expected.append(rest)
      default: break
      }
    }
    return breaks
  }
}

/// A temporary folder of links to the tables of another, of which single files are replaced.
final class LinkedTables {
  let url: URL
  private let source: URL

  init(_ source: URL) throws {
    self.source = source
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("tables-\(UUID().uuidString)")
    try link("")
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Makes a folder of links to everything in the folder of that path.
  private func link(_ path: String) throws {
    let here = path.isEmpty ? url : url.appendingPathComponent(path)
    try? FileManager.default.removeItem(at: here)
    try FileManager.default.createDirectory(at: here, withIntermediateDirectories: true)
    let original = path.isEmpty ? source : source.appendingPathComponent(path)
    for name in try FileManager.default.contentsOfDirectory(atPath: original.path) {
      try FileManager.default.createSymbolicLink(
        at: here.appendingPathComponent(name),
        withDestinationURL: original.appendingPathComponent(name))
    }
  }

  /// What is in a file.
  func text(_ path: String) throws -> String {
    try String(contentsOf: source.appendingPathComponent(path), encoding: .utf8)
  }

  /// Puts a file in the place of its link.
  func write(_ path: String, _ text: String) throws {
    let parts = path.split(separator: "/").map(String.init)
    for depth in 1..<parts.count {
      let folder = parts.prefix(depth).joined(separator: "/")
      let isLink =
        (try? FileManager.default.destinationOfSymbolicLink(
          atPath: url.appendingPathComponent(folder).path)) != nil
      if isLink { try link(folder) }
    }
    let file = url.appendingPathComponent(path)
    try? FileManager.default.removeItem(at: file)
    try text.write(to: file, atomically: false, encoding: .utf8)
  }
}
