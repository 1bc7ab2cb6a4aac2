import ExactMoney

/// The files of a tables folder: where each stands and which edition it is, before its content is
/// understood.
struct TableFolder: Sendable {
  struct File: Sendable {
    /// Relative to the tables folder: `AZ/ADY/rates/2026-01-01.csv`.
    let path: String
    /// `AZ/ADY`, `joint-venture`, `codes`, `exchange-rates`.
    let scope: String
    /// The schedule: the folder the file is in.
    let schedule: String
    /// The file name without `.csv`.
    let stem: String
    let bytes: [UInt8]
  }

  /// The tables folder cannot be read at all.
  struct Unreadable: Error {
    let path: String
    let isMissing: Bool
  }

  static let areas = ["codes", "exchange-rates", "joint-venture"]

  private(set) var files: [File] = []

  /// Reads every `.csv` of the folder, in the order of their paths.
  /// - Parameter workers: how many threads may read at once.
  init(_ root: String, findings: FindingList, workers: Int = 1) throws(Unreadable) {
    guard Files.isFolder(root) else {
      throw Unreadable(path: root, isMissing: true)
    }
    guard Files.names(in: root) != nil else { throw Unreadable(path: root, isMissing: false) }
    let paths = Self.paths(root, "", findings)
    let contents = WorkerThreads.map(paths.count, workers: workers) { number in
      Files.contents(of: root + "/" + paths[number])
    }
    for (path, bytes) in zip(paths, contents) { add(root, path, bytes, findings) }
  }

  /// The paths of the tables in a folder and those below it, in their order.
  private static func paths(
    _ root: String, _ path: String, _ findings: FindingList
  ) -> [String] {
    let here = path.isEmpty ? root : root + "/" + path
    guard let names = Files.names(in: here) else {
      findings.add(
        Finding(.error, file: path, "the folder cannot be read", remedy: "check its permissions"))
      return []
    }
    var paths: [String] = []
    for name in names where !name.hasPrefix(".") && name != "README.md" {
      let inner = path.isEmpty ? name : path + "/" + name
      if name.hasSuffix(".csv") {
        if isExpected(inner, findings) { paths.append(inner) }
      } else if Files.isFolder(root + "/" + inner) {
        // No table is deeper; and a link to a folder above would lead round and round.
        if inner.utf8.count(where: { $0 == UInt8(ascii: "/") }) < 3 {
          paths += self.paths(root, inner, findings)
        }
      } else {
        findings.add(unread(inner, name))
      }
    }
    return paths
  }

  /// A file that is not read: an error where its name says that it is meant as a table, because an
  /// edition passed over would leave the old prices in force.
  private static func unread(_ path: String, _ name: String) -> Finding {
    if name.lowercased().hasSuffix(".csv") {
      return Finding(
        .error, file: path, "the file is not read: its name ends in '\(name.suffix(4))'",
        remedy: "rename it to '\(name.dropLast(4)).csv', in small letters")
    }
    let stem = name.prefix { $0 != "." }
    if Day(stem.prefix { $0 != "_" }) != nil || (stem.utf8.count == 4 && Int(stem) != nil) {
      return Finding(
        .error, file: path, "the file is named like a table, but is no CSV file: it is not read",
        remedy: "save it as '\(stem).csv' and take this one away")
    }
    return Finding(
      .warning, file: path, "not a CSV file, so not read",
      remedy: "save it as CSV, or keep it elsewhere")
  }

  /// Whether a table stands where tables are.
  private static func isExpected(_ path: String, _ findings: FindingList) -> Bool {
    let parts = Self.parts(path)
    if isArea(parts) || parts.count == 4 && isCountry(parts[0]) { return true }
    findings.add(
      Finding(
        .error, file: path, "a table in a folder where none is expected",
        remedy: "tables are in COUNTRY/TARIFF/schedule/edition.csv or, one level up, in "
          + areas.joined(separator: ", ")))
    return false
  }

  /// The folders of a path and its file.
  private static func parts(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  private static func isArea(_ parts: [String]) -> Bool {
    parts.count == 3 && areas.contains(parts[0])
  }

  private mutating func add(
    _ root: String, _ path: String, _ bytes: [UInt8]?, _ findings: FindingList
  ) {
    guard let bytes else {
      let isFolder = Files.isFolder(root + "/" + path)
      findings.add(
        Finding(
          .error, file: path,
          isFolder ? "a folder in place of a file" : "the file cannot be read",
          remedy: isFolder
            ? "an edition is a CSV file; take the folder away" : "check its permissions"))
      return
    }
    let parts = Self.parts(path)
    files.append(
      File(
        path: path, scope: Self.isArea(parts) ? parts[0] : parts[0] + "/" + parts[1],
        schedule: parts[parts.count - 2], stem: String(parts[parts.count - 1].dropLast(4)),
        bytes: bytes))
  }

  private static func isCountry(_ name: String) -> Bool {
    name.utf8.count == 2 && name.utf8.allSatisfy { (65...90).contains($0) }
  }

  /// One digest over the paths and contents of all files.
  func digest() -> String {
    var digest = SHA256()
    for file in files {
      digest.update("\(file.path)\n\(file.bytes.count)\n")
      digest.update(file.bytes)
    }
    return digest.hex()
  }

  /// The same folder with one more file in it, or another in its place.
  func adding(_ file: File) -> TableFolder {
    var folder = self
    folder.files.removeAll { $0.path == file.path }
    folder.files.append(file)
    folder.files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return folder
  }

  /// The same folder with one file less.
  func without(_ path: String) -> TableFolder {
    var folder = self
    folder.files.removeAll { $0.path == path }
    return folder
  }

  /// The digest of each file's content, by its path.
  func fileDigests() -> [String: String] {
    var digests: [String: String] = [:]
    for file in files {
      var digest = SHA256()
      digest.update(file.bytes)
      digests[file.path] = digest.hex()
    }
    return digests
  }
}
