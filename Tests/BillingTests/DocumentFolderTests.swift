import Foundation
import Testing

@testable import Billing

/// How documents get into their folder.
struct DocumentFolderTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "documents-\(UUID().uuidString)")

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func documentsAreWrittenWholeAndFollowNoLinks() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let documents = try DocumentFolder(folder.path)
    try documents.write(Array("one".utf8), as: "A-1.txt")
    try documents.write(Array("two".utf8), as: "A-1.txt")
    let written = folder.appending(path: "A-1.txt")
    #expect(try String(contentsOf: written, encoding: .utf8) == "two")
    let victim = folder.appending(path: "victim")
    try "kept".write(to: victim, atomically: true, encoding: .utf8)
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "A-2.txt"), withDestinationURL: victim)
    try documents.write(Array("three".utf8), as: "A-2.txt")
    #expect(try String(contentsOf: victim, encoding: .utf8) == "kept")
    #expect(try names() == ["A-1.txt", "A-2.txt", "victim"])
  }

  /// No text from outside becomes a path: a name is made of letters, digits, `-`, `_` and `.`.
  @Test(arguments: [
    "../A", "", ".", "..", ".hidden", "a/b", "ü", "a b", "a\u{0}b", "a\nb", "\u{202E}txt.exe",
    "=A1", "a\u{1B}[1m", "~", "-\u{7F}",
  ])
  func otherNamesAreRefused(name: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let documents = try DocumentFolder(folder.path)
    #expect(throws: DocumentFolder.CannotWrite.self) { try documents.write([1], as: name) }
    #expect(try names() == [])
  }

  @Test func whatKilledProcessesLeftIsTakenAwayAndNothingElse() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try DocumentFolder(folder.path)
    let left = [".JV-2026-000001.txt.4711.part", ".JV-2026-000002.csv.1.part"]
    let others = [
      ".notes.part", ".x.y.part", "JV-2026-000001.txt", "JV.txt.4711.part", ".4711.part",
    ]
    for name in left + others { try Data("x".utf8).write(to: folder.appending(path: name)) }
    _ = try DocumentFolder(folder.path)
    #expect(try names() == others.sorted())
  }

  @Test func whatAProcessIsWritingStays() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try DocumentFolder(folder.path)
    let name = ".JV-2026-000001.txt.4711.part"
    let file = DocumentFolder.openLocked(folder.appending(path: name).path)
    #expect(file >= 0)
    _ = try DocumentFolder(folder.path)
    #expect(try names() == [name])
    close(file)
    _ = try DocumentFolder(folder.path)
    #expect(try names() == [])
  }
}
