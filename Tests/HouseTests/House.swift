import Foundation

/// The repository as it lies on disk.
struct House {
  let root: URL
  /// Every file but those of tools, relative to the root, in order.
  let paths: [String]

  init() throws {
    root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    paths = try Self.files(in: root, under: "").sorted()
  }

  /// The names at the top.
  func top() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.path)
  }

  func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Swift files with their sources.
  func sources(under folder: String) throws -> [(path: String, source: SwiftText)] {
    try paths.filter { $0.hasPrefix(folder) && $0.hasSuffix(".swift") }
      .map { ($0, SwiftText(try text($0))) }
  }

  private static func files(in root: URL, under folder: String) throws -> [String] {
    let here = folder.isEmpty ? root : root.appending(path: folder)
    return try FileManager.default.contentsOfDirectory(atPath: here.path).flatMap { name in
      // Hidden folders are those of git, of the compiler and of editors; only .ci is ours.
      guard !name.hasPrefix(".") || name == ".ci" else { return [String]() }
      let path = folder.isEmpty ? name : folder + "/" + name
      var isFolder: ObjCBool = false
      let full = root.appending(path: path).path
      _ = FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
      return isFolder.boolValue ? try files(in: root, under: path) : [path]
    }
  }
}
