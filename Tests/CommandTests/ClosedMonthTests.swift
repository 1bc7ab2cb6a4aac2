import Foundation
import Testing

/// A closed month stays as it is, whatever command comes after: what is late goes to the next open
/// month and says so.
@Suite struct ClosedMonthTests {
  /// What the month is: its list, its settlement and statements, its lines and shares.
  private func month(_ office: Office) throws -> [String] {
    var texts = [try office.run("register", "list", "--month", "2026-08").output]
    #expect([0, 1].contains(try office.run("settle", "2026-08").status))
    for name in try office.names().sorted() where name.hasSuffix("2026-08.csv") {
      texts.append(
        try String(contentsOf: office.invoices.appending(path: name), encoding: .utf8))
    }
    let settlement = office.invoices.appending(path: "SETTLEMENT-2026-08.txt")
    texts.append(try String(contentsOf: settlement, encoding: .utf8))
    for what in ["lines", "shares", "charges"] {
      texts.append(
        try office.run("register", "export", "--of", what, "--month", "2026-08").output)
    }
    return texts
  }

  /// A closed August of four invoices, one of them partly credited.
  private func office() throws -> Office {
    let office = try Office()
    try office.file("A", 8, customers: 0..<4)
    for words in [
      ["invoice", "A.csv", "--issue-date", "2026-09-01"],
      [
        "credit", "JV-2026-000002", "--line", "1", "--reason", "damaged", "--issue-date",
        "2026-09-02",
      ], ["close", "2026-08"],
    ] {
      let outcome = try office.start(words).outcome()
      #expect([0, 1].contains(outcome.status), "\(outcome.errors)")
    }
    return office
  }

  @Test func nothingChangesAClosedMonth() throws {
    let office = try office()
    let before = try month(office)
    #expect(before[0].split(separator: "\n").count == 1 + 5)
    try office.file("L", 2, customers: 0..<1)
    // A circular that reaches back: containers cost 400 in place of 415.
    let grids = office.folder.url.appending(path: "TariffTables/AA/NORTH/by-distance")
    let text = try String(contentsOf: grids.appending(path: "2020-01-01.csv"), encoding: .utf8)
    try text.replacing("published,2020-01-01", with: "published,2026-09-10")
      .replacing("415", with: "400").write(
        to: grids.appending(path: "2026-08-01_published-2026-09-10.csv"), atomically: true,
        encoding: .utf8)
    // Containers cost 741 euros (1 + 5 of them) or 815 dollars (2 in the second line), 10 % tax.
    for (command, status, says) in [
      (
        "invoice L.csv --issue-date 2026-09-03", 0,
        "JV-2026-000006: 2026-08 is closed, so it is settled in 2026-09\n"
      ),
      (
        "credit JV-2026-000001 --reason x --issue-date 2026-09-03", 0,
        "JV-2026-000001: -4890.60 EUR settled in 2026-09, as 2026-08 is closed"
      ),
      (
        "credit JV-2026-000003 --line 2 --reason x --issue-date 2026-09-03", 0,
        "JV-2026-000003: -1793.00 USD settled in 2026-09, as 2026-08 is closed"
      ),
      (
        "rerate 2026-08 --issue --reason circular --issue-date 2026-09-12", 1,
        " settled in 2026-09, as 2026-08 is closed"
      ),
      (
        "register remark JV-2026-000001 --what portal --value 7", 0,
        "JV-2026-000001: portal recorded"
      ),
      ("close 2026-08", 65, "2026-08 is closed"),
      ("close 2026-07", 65, "2026-08 is closed, and with it every month before it"),
      ("close 2026-10", 65, "2026-09 is still open: close it before 2026-10"),
    ] as [(String, Int32, String)] {
      let outcome = try office.start(command.split(separator: " ").map(String.init)).outcome()
      #expect(outcome.status == status, "\(command): \(outcome.errors)")
      #expect(outcome.errors.contains(says), "\(command): \(outcome.errors)")
      #expect(try month(office) == before, "\(command)")
    }
    #expect([0, 1].contains(try office.run("close", "2026-09").status))
    #expect(try month(office) == before)
    let far = try office.run("close", "2062-09")
    #expect(far.status == 65)
    #expect(
      far.errors.contains(
        "nothing is booked in 2062-09: the last month with documents is 2026-09"))
    let verified = try office.run("register", "verify")
    #expect(verified.status == 0, "\(verified.errors)")
    #expect(verified.output.contains("2 closed months"))
  }
}
