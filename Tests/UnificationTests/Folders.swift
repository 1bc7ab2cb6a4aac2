import Foundation
import TariffRules

/// The folders that tests read, and table folders they put together for themselves.
enum Folders {
  static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let cases = here.appendingPathComponent("Cases")
  static let tables = here.appendingPathComponent("Tables")
  /// The tables that are shipped.
  static let shipped = here.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("TariffTables")
}

/// A temporary folder of tables: layers laid over one another, gone when no longer needed.
final class TableFolder {
  let url: URL

  /// The later layers replace the files of the earlier ones.
  init(_ layers: URL...) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("tables-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for layer in layers { try lay(layer.resolvingSymlinksInPath()) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  private func lay(_ layer: URL) throws {
    for path in try FileManager.default.subpathsOfDirectory(atPath: layer.path).sorted()
    where path.hasSuffix(".csv") && path.contains("/") {
      try write(path, try Data(contentsOf: layer.appendingPathComponent(path)))
    }
  }

  private func write(_ path: String, _ data: Data) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// Writes an illustrative table: the lines of its head after the usual ones, then its rows.
  func write(_ path: String, kind: String, head: [String] = [], _ rows: [String]) throws {
    let usual = ["kind,\(kind)", "source,a test", "evidence,illustrative", "published,2026-01-01"]
    let lines = usual + head + [""] + rows
    try write(path, Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Gives a table another place.
  func move(_ path: String, to other: String) throws {
    try write(other, try Data(contentsOf: url.appendingPathComponent(path)))
    try FileManager.default.removeItem(at: url.appendingPathComponent(path))
  }

  /// Adds rows at the end of a table.
  func append(_ path: String, _ rows: [String]) throws {
    let text = try String(contentsOf: url.appendingPathComponent(path), encoding: .utf8)
    try write(path, Data((text + rows.map { $0 + "\n" }.joined()).utf8))
  }

  /// The tables; a folder with errors in it says what they are.
  func load() throws -> TariffTables {
    let loaded = try TariffTables.load(from: url.path)
    if let tables = loaded.tables { return tables }
    throw BadTables(findings: loaded.findings.filter { $0.severity == .error }.map { $0.text() })
  }

  struct BadTables: Error { let findings: [String] }
}

/// The tables that are shipped, read once for all tests.
enum Shipped {
  private static let loaded = Result { try TariffTables.load(from: Folders.shipped.path) }

  static func tables() throws -> TariffTables {
    let loaded = try loaded.get()
    if let tables = loaded.tables { return tables }
    throw TableFolder.BadTables(
      findings: loaded.findings.filter { $0.severity == .error }.map { $0.text() })
  }
}
