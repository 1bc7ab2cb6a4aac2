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
///
/// It is made of links to what is in only one of the two, as copies would take most of the time of
/// the tests.
final class TableFolder {
  let url: URL
  private let layers: [URL]
  /// What the layer's `removed.txt` takes away from below it.
  private let removed: [String]

  init(over layer: URL? = nil) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("tables-\(UUID().uuidString)")
    layers = [layer, Folders.minimal].compactMap(\.self)
    let list = layer.flatMap {
      try? String(contentsOf: $0.appendingPathComponent("removed.txt"), encoding: .utf8)
    }
    removed = (list ?? "").split(separator: "\n").map(String.init)
    try lay("")
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  private func lay(_ path: String) throws {
    let sources = layers.map { $0.appendingPathComponent(path) }.filter {
      FileManager.default.fileExists(atPath: $0.path)
    }
    guard let first = sources.first, !removed.contains(path) else { return }
    let isMixed = path.isEmpty || sources.count > 1 || removed.contains { $0.hasPrefix(path) }
    guard isMixed, sources.allSatisfy(Self.isFolder) else {
      return try FileManager.default.createSymbolicLink(
        at: url.appendingPathComponent(path), withDestinationURL: first)
    }
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent(path), withIntermediateDirectories: false)
    let names = try Set(
      sources.flatMap { try FileManager.default.contentsOfDirectory(atPath: $0.path) })
    for name in names.sorted() where !["expected.txt", "removed.txt"].contains(name) {
      try lay(path.isEmpty ? name : path + "/" + name)
    }
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// Makes a folder that is a link into one of links, so that nothing is written through it.
  private func open(_ folder: URL) throws {
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder.path)
    if target != nil { try FileManager.default.removeItem(at: folder) }
    if Self.isFolder(folder) { return }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    guard let target else { return }
    for name in try FileManager.default.contentsOfDirectory(atPath: target) {
      try FileManager.default.createSymbolicLink(
        atPath: folder.appendingPathComponent(name).path, withDestinationPath: target + "/" + name)
    }
  }

  func write(_ path: String, _ data: Data) throws {
    var folder = url
    for name in path.split(separator: "/").dropLast() {
      folder = folder.appendingPathComponent(String(name))
      try open(folder)
    }
    let file = url.appendingPathComponent(path)
    try? FileManager.default.removeItem(at: file)
    try data.write(to: file)
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
