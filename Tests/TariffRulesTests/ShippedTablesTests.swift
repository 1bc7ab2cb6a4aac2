import Foundation
import Testing

@testable import TariffRules

/// The tables that come with the program.
@Suite struct ShippedTablesTests {
  private let loaded: TariffTables.Loaded

  init() throws {
    loaded = try TariffTables.load(from: Folders.shipped.resolvingSymlinksInPath().path)
  }

  @Test func theyHaveNoError() throws {
    let errors = loaded.findings.filter { $0.severity == .error }.map { $0.text() }
    #expect(errors == [])
    let tables = try #require(loaded.tables)
    #expect(tables.tariffs.count > 5)
    #expect(tables.files.count > 100)
  }

  /// What is invented says so, and nothing else is said to be.
  @Test func everyIllustrativeFileWarns() throws {
    let tables = try #require(loaded.tables)
    let invented = tables.files.filter { file in
      let url = Folders.shipped.appendingPathComponent(file.path)
      let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      let head = text.components(separatedBy: "\n\n")[0].split(whereSeparator: \.isNewline)
      return head.contains { $0.hasPrefix("evidence,illustrative") }
    }
    let warned = loaded.findings.filter { $0.message.hasPrefix("illustrative") }
    #expect(Set(warned.map(\.file)) == Set(invented.map(\.path)))
    #expect(warned.count == invented.count)
    #expect(warned.count > 10)
    #expect(warned.allSatisfy { $0.severity == .warning })
  }

  @Test func findingsAreInTheOrderOfFilesAndLines() {
    let places = loaded.findings.map { ($0.file, $0.line, $0.column) }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 })
  }
}
