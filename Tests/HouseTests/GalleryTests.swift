import Foundation
import Testing

/// Every message that a person can meet is in the gallery: in a transcript of the command, or
/// beside a broken table. Those that no case can provoke are listed, with the reason.
@Suite struct GalleryTests {
  private static let read = Result {
    let house = try House()
    let messages = try house.sources(under: "Sources/").flatMap {
      Messages.all(in: $0.path, $0.source)
    }
    let gallery = try house.paths.filter(isShown).map { try house.text($0) }
    let list = try house.text("Tests/CommandTests/Cases/not-provoked.txt")
    let unprovoked = list.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    return (
      messages: messages, gallery: Messages.flat(gallery.joined(separator: "\n")),
      unprovoked: Set(unprovoked)
    )
  }

  private static func isShown(_ path: String) -> Bool {
    path.hasPrefix("Tests/")
      && (path.hasSuffix(".case") || path.hasSuffix("/expected.txt")
        || path.hasSuffix("/broken-tables.txt"))
  }

  @Test func everyMessageIsShown() throws {
    let (messages, gallery, unprovoked) = try Self.read.get()
    #expect(messages.count > 500)
    let missing = messages.filter {
      !gallery.contains($0.words) && !unprovoked.contains($0.words)
    }
    #expect(missing.isEmpty, "\(missing.map(\.description).joined(separator: "\n"))")
  }

  /// The list of those that nobody can provoke does not outlive them, nor hide one that is shown.
  @Test func theListIsTrue() throws {
    let (messages, gallery, unprovoked) = try Self.read.get()
    let said = Set(messages.map(\.words))
    #expect(unprovoked.filter { !said.contains($0) } == [], "no source says them")
    #expect(unprovoked.filter { gallery.contains($0) } == [], "they are shown")
  }

  @Test func proseIsFound() {
    let text = """
      let a = "no rate from \\(from) within \\(days) days up to now"
      let b = "SELECT entry FROM documents", c = "two words", d = "a \\"b\\" c"
      """
    #expect(
      Messages.all(in: "Sources/A.swift", SwiftText(text)).map(\.words) == [
        "days up to now", "a \"b\" c",
      ])
    #expect(Messages.all(in: "Sources/tariff/Help/A.swift", SwiftText(text)).isEmpty)
  }
}
