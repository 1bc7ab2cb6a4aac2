import Foundation
import TariffRules

/// The folders that tests read, and table folders they put together for themselves.
enum Folders {
  static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let tables = here.appendingPathComponent("Tables")
  /// Small, whole and without a fault; every other folder of tables is laid over it.
  static let minimal = tables.appendingPathComponent("good/minimal")
  /// The tables that are shipped.
  static let shipped = here.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("TariffTables")

  /// The names of the folders in a folder, in order.
  static func names(in folder: String) -> [String] {
    let url = tables.appendingPathComponent(folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }
}

/// A temporary folder of tables: a layer laid over the minimal tables, gone when no longer needed.
final class TableFolder {
  let url: URL

  init(over layer: URL? = nil) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("tables-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try lay(Folders.minimal)
    if let layer { try lay(layer) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Takes away what `removed.txt` names, then links every file: copies would take most of the time
  /// of the tests.
  private func lay(_ layer: URL) throws {
    for path in Self.lines(of: layer.appendingPathComponent("removed.txt")) { try remove(path) }
    let paths = try FileManager.default.subpathsOfDirectory(atPath: layer.path).sorted()
    for path in paths where !["expected.txt", "removed.txt"].contains(path) {
      let file = layer.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue {
        try FileManager.default.createSymbolicLink(
          at: try place(for: path), withDestinationURL: file)
      }
    }
  }

  private static func lines(of file: URL) -> [String] {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: url.appendingPathComponent(path))
  }

  /// Where a new file can be made, in place of any link of that name.
  private func place(for path: String) throws -> URL {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? FileManager.default.removeItem(at: file)
    return file
  }

  func write(_ path: String, _ data: Data) throws {
    try data.write(to: try place(for: path))
  }

  func write(_ path: String, _ lines: [String]) throws {
    try write(path, Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// What is in a file of the folder.
  func text(_ path: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(path), encoding: .utf8)
  }

  /// Every finding, as `tariff check` prints it.
  func findings() throws -> String {
    try TariffTables.load(from: url.path).findings.map { $0.text() + "\n" }.joined()
  }

  /// The tables; a folder with errors in it says what they are.
  func load() throws -> TariffTables {
    let loaded = try TariffTables.load(from: url.path)
    if let tables = loaded.tables { return tables }
    throw BadTables(findings: loaded.findings.map { $0.text() })
  }

  struct BadTables: Error { let findings: [String] }
}
