import Foundation
import Testing

@testable import TariffRules

/// Every fault that the format of the tables names is found, where it is, with what to do about it.
@Suite struct BadTableTests {
  static let names = Folders.names(in: "bad")

  @Test func allAreHere() {
    #expect(Self.names.count >= 30)
  }

  /// A folder's files are laid over the minimal tables; `expected.txt` has all that is then found.
  @Test(arguments: names) func findings(_ name: String) throws {
    let bad = Folders.tables.appendingPathComponent("bad/" + name)
    let expected = try String(
      contentsOf: bad.appendingPathComponent("expected.txt"), encoding: .utf8)
    // Line by line, so that a failure shows which differ.
    let found = try TableFolder(over: bad).findings().split(separator: "\n")
    #expect(found == expected.split(separator: "\n"))
  }

  @Test func minimalTablesHaveNoFault() throws {
    #expect(try TableFolder().findings() == "")
  }

  @Test(arguments: Folders.names(in: "good")) func goodTablesHaveNoError(_ name: String) throws {
    let good = Folders.tables.appendingPathComponent("good/" + name)
    #expect(try TableFolder(over: good).findings() == "")
  }

  /// Made here, as nobody wants to keep such a file.
  @Test func aCellOfTwoMebibytes() throws {
    let folder = try TableFolder()
    let path = "joint-venture/customers/2025-01-01.csv"
    let row = "BIG," + String(repeating: "x", count: 2 << 20) + ",AA,USD,30\n"
    try folder.write(path, Data((try folder.text(path) + row).utf8))
    #expect(
      try folder.findings() == """
        \(path):8:1: error: a record of more than 1048576 bytes
          look for a quotation mark that is not closed, or split the record

        """)
  }

  /// As a spreadsheet saves "Unicode text": one error says it all.
  @Test func aFileInUTF16() throws {
    let folder = try TableFolder()
    let path = "joint-venture/customers/2025-01-01.csv"
    let text = Array(try folder.text(path).utf8)
    let bytes: [UInt8] = [0xFF, 0xFE] + text.flatMap { [$0, 0] }
    try folder.write(path, Data(bytes))
    #expect(
      try folder.findings() == """
        \(path):1:1: error: the file is UTF-16
          save it as CSV UTF-8, with commas, not as Unicode text

        """)
  }

  @Test func aFolderThatIsNotThere() {
    #expect(throws: TariffTables.NoTables.self) {
      try TariffTables.load(from: Folders.tables.appendingPathComponent("nowhere").path)
    }
  }
}
