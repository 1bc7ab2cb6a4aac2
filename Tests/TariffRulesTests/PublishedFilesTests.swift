import Foundation
import Testing

@testable import TariffRules

/// What has become of a file is told by the digest of what it was.
@Suite struct PublishedFilesTests {
  private let rates = "exchange-rates/EUR-USD/2026.csv"
  private let edition = "joint-venture/customers/2025-01-01.csv"

  private func state(_ folder: URL, _ path: String, _ digest: String) throws -> String {
    "\(try PublishedFiles(folder.path).state(of: path, digest: digest))"
  }

  @Test func rowsAtTheEndOfRatesAreNoChange() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("published-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = "kind,rates\n\ndate,rate\n2026-01-05,1.1\n"
    let digest = SHA256.hex(of: text)
    for path in [rates, edition] {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      func write(_ text: String) throws { try Data(text.utf8).write(to: file) }
      try write(text)
      #expect(try state(folder, path, digest) == "same")
      try write(text + "2026-01-06,1.2\n2026-01-07,1.3\n")
      #expect(try state(folder, path, digest) == (path == rates ? "continued" : "changed"))
      try write(text.replacing("1.1", with: "1.2") + "2026-01-06,1.2\n")
      #expect(try state(folder, path, digest) == "changed")
      try write(String(text.dropLast(4)))
      #expect(try state(folder, path, digest) == "changed")
      try FileManager.default.removeItem(at: file)
      #expect(try state(folder, path, digest) == "gone")
    }
  }

  @Test func aFolderThatIsNotThere() {
    #expect(throws: TariffTables.NoTables.self) { try PublishedFiles("/nowhere/at-all") }
  }
}
