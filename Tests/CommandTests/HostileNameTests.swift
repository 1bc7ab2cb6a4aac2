import Foundation
import Testing

/// Names and references that a spreadsheet would run, that look like paths or commands, or that
/// would steer a terminal: they do no harm, or are refused.
@Suite struct HostileNameTests {
  /// What may be given as a reference, though it looks dangerous.
  static let references = [
    "=1+2", "@SUM(1)", "+1", "-1+1|cmd", "=HYPERLINK(\"http://x/\")", "'quoted", "../../x",
    "/etc/x",
    "a;b,c", "$(id)", "`id`", "--help", "%s%n", "<b>", "CON", "x.txt",
  ]
  /// What may not be given: control characters and changes of direction.
  static let refused = [
    "\u{1B}[31mred", "a\u{202E}txt", "\u{2066}x", "a\tb", "a\nb", "\u{0}z", "\u{7F}", "\u{85}n",
    "\u{200F}", "\u{61C}", "a\rb",
  ]
  static let customers = """
    C0,"=HYPERLINK(""http://x/"",""pay"")",AA,USD,30
    C1,../../etc/passwd,AA,EUR,30
    C2,@SUM(1+1)*cmd|' /C calc'!A0,AA,USD,30

    """

  private static func rows(_ references: [String]) -> String {
    references.enumerated().map { index, reference in
      let quoted = "\"" + reference.replacing("\"", with: "\"\"") + "\""
      return "\(quoted),2026-08-15,Alder,Cedar,8517,container-40,1,C\(index % 3)\n"
    }.joined()
  }

  /// Everything that is in the folder afterwards, but the tables and the register.
  private func files(_ office: Office) throws -> [String] {
    let all = try #require(FileManager.default.enumerator(atPath: office.folder.url.path))
    return all.compactMap { $0 as? String }.filter {
      !$0.hasPrefix("TariffTables") && $0 != "Invoices" && !$0.hasSuffix(".sqlite")
    }
  }

  @Test func theyDoNoHarm() throws {
    let office = try Office(customers: Self.customers)
    try office.write(Self.rows(Self.references), as: "H.csv")
    for words in [
      ["invoice", "H.csv", "--issue-date", "2026-09-01", "--excel", "--annex"],
      ["credit", "JV-2026-000001", "--reason", "=1+1", "--issue-date", "2026-09-02", "--excel"],
      ["register", "remark", "JV-2026-000002", "--what", "@SUM(1)", "--value", "=1+1"],
      ["settle", "2026-08", "--excel"], ["close", "2026-08", "--excel"],
      ["register", "export", "--of", "shares", "--excel", "--output", "shares-excel.csv"],
      ["register", "export", "--of", "lines", "--output", "lines.csv"],
      ["register", "verify"], ["register", "show", "JV-2026-000002"],
    ] {
      let outcome = try office.start(words).outcome()
      #expect([0, 1].contains(outcome.status), "\(words): \(outcome.errors)")
    }
    let names = try files(office)
    #expect(names.count { $0.hasSuffix("-excel.csv") } >= 4 + 1 + 4 + 1)
    for name in names {
      let isPlain = name.wholeMatch(of: /(Invoices\/)?[A-Za-z0-9][A-Za-z0-9._-]*/) != nil
      #expect(isPlain, "\(name) is no name of ours")
      let bytes = try Data(contentsOf: office.folder.url.appending(path: name))
      let isForSpreadsheets = name.hasSuffix("-excel.csv")
      var text = String(decoding: bytes, as: UTF8.self)
      if isForSpreadsheets {
        text = text.replacing("\r\n", with: "\n").replacing("\u{FEFF}", with: "")
      }
      #expect(HiddenText.shown(Data(text.utf8)) == text, "\(name) has hidden characters")
      if isForSpreadsheets { for cell in Self.cells(text) { check(cell, in: name) } }
    }
    let lines = try String(
      contentsOf: office.folder.url.appending(path: "lines.csv"), encoding: .utf8)
    for reference in Self.references where !reference.contains("\"") && !reference.contains(",") {
      #expect(lines.contains(",\(reference),"), "\(reference) is what was given")
    }
  }

  /// A cell that a spreadsheet would run has an apostrophe before it; numbers are numbers.
  private func check(_ cell: String, in name: String) {
    guard let first = cell.first, "=+-@\t\r\n".contains(first) else { return }
    #expect(cell.wholeMatch(of: /[+-]?\d+(\.\d+)?/) != nil, "\(name): '\(cell)' would be run")
  }

  /// The cells of CSV without line breaks inside cells.
  private static func cells(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      var cells = [""]
      var isQuoted = false
      for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: cells.append("")
        default: cells[cells.count - 1].append(character)
        }
      }
      return cells
    }
  }

  @Test func charactersThatSteerAreRefused() throws {
    let office = try Office(customers: Self.customers)
    // The name of the file has them, too: what is said of it shall not.
    let name = "H\u{1B}[31m\u{202E}.csv"
    try office.write(Self.rows(Self.refused), as: name)
    let outcome = try office.run("invoice", name, "--issue-date", "2026-09-01")
    #expect(outcome.status == 1)
    #expect(!outcome.errors.contains("\\u{"), "\(outcome.errors)")
    #expect(outcome.errors.contains("\nH[31m.csv:2: error: not invoiced"))
    #expect(
      outcome.errors.contains("0 on 0 invoices, 0 already issued, \(Self.refused.count) rejected"))
    #expect(try office.documents().isEmpty)
    let missing = try office.run("invoice", "\u{1B}[2J", "--issue-date", "2026-09-01")
    #expect(missing.status == 66)
    #expect(!missing.errors.contains("\\u{"))
  }

  @Test(arguments: ["=1\n", "\u{1B}[31m", "a\u{202E}"]) func reasonsAndRemarks(text: String) throws
  {
    let office = try Office(customers: Self.customers)
    try office.write(Self.rows(["R"]), as: "H.csv")
    try office.run("invoice", "H.csv", "--issue-date", "2026-09-01")
    for words in [
      ["credit", "JV-2026-000001", "--reason", text, "--issue-date", "2026-09-02"],
      ["register", "remark", "JV-2026-000001", "--what", "x", "--value", text],
      ["register", "remark", "JV-2026-000001", "--what", text, "--value", "x"],
    ] {
      let outcome = try office.start(words).outcome()
      #expect(outcome.status == 64)
      #expect(!outcome.errors.contains("\\u{"))
    }
    #expect(try office.numbers() == ["JV-2026-000001"])
  }
}
