/// The files of a tables folder by what is in them, to be held against what they were.
public struct PublishedFiles: Sendable {
  /// What has become of a file that had a certain content.
  public enum State: Sendable {
    case same
    /// Rates of exchange of later days were added at its end.
    case continued
    case changed
    case gone
  }

  private let files: [String: TableFolder.File]

  /// Reads the files of a folder, whether or not they serve.
  public init(_ folder: String) throws(TariffTables.NoTables) {
    do {
      let read = try TableFolder(folder, findings: FindingList())
      files = Dictionary(read.files.map { ($0.path, $0) }) { first, _ in first }
    } catch {
      throw TariffTables.NoTables(path: error.path, isMissing: error.isMissing)
    }
  }

  /// What has become of a file.
  /// - Parameter digest: SHA-256 of what it was.
  public func state(of path: String, digest: String) -> State {
    guard let file = files[path] else { return .gone }
    if SHA256.hex(of: file.bytes) == digest { return .same }
    // Rates of exchange are rows of a year, not editions.
    guard file.scope == "exchange-rates" else { return .changed }
    var beginning = SHA256()
    for line in file.bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
      beginning.update(Array(line) + [10])
      if beginning.hex() == digest { return .continued }
    }
    return .changed
  }
}
