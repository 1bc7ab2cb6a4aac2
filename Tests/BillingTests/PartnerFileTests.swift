import CSV
import ExactMoney
import TariffRules
import Testing

@testable import Billing

/// A partner's file as it comes, from a spreadsheet or from someone who means harm.
struct PartnerFileTests {
  private static let header =
    "consignment_note,contract_date,share,currency,rate_per_unit,"
    + "share_percent,tariff_known_on"

  private func file(_ text: String) throws -> PartnerFile {
    let tables = try #require(InvoiceRunTests.tables)
    let now = TablesInForce(tables, on: try #require(Day("2026-08-31")), asOf: nil)
    let columns = try #require(now.partnerColumns.first { $0.currency == "currency" })
    return try PartnerFile(
      "f", CSVReader(bytes: Array(text.utf8)), by: columns, tables.currencies)
  }

  @Test func aSpreadsheetsMarkLineEndsAndColumnsInAnyOrder() throws {
    let read = try file(
      "\u{FEFF}tariff_known_on,share,note,currency,consignment_note,contract_date,rate_per_unit,"
        + "share_percent\r\n2026-08-01,-1.50,\"a, b\",JPY,x,2026-08-03,10,33.3\r\n\r\n")
    // A yen has no smaller unit.
    #expect(read.findings.map(\.message) == ["'-1.5' is no amount of JPY"])
    let right = try file(
      Self.header + "\r\nA,2026-08-03,-150,JPY,10.25,33.3,2026-08-01\r\n")
    #expect(right.findings == [])
    let row = try #require(right.rows.first)
    #expect(row.line == 2)
    #expect(row.amount.description == "-150 JPY")
    #expect(row.unitRate == (try Exact(decimal: "10.25")))
    #expect(row.sharePercent == (try Exact(decimal: "33.3")))
    #expect(row.tariffDay == Day("2026-08-01"))
    #expect(row.document == nil)
  }

  @Test(
    arguments: [
      ("A\tB", 2, 2), ("A\u{1B}[2J", 2, 2), ("\u{202E}A", 2, 1), ("A\u{2066}", 2, 2),
      ("\u{0}", 2, 1),
    ] as [(String, Int, Int)])
  func charactersThatSteer(_ reference: String, _ line: Int, _ column: Int) throws {
    let read = try file(Self.header + "\n\(reference),2026-08-03,1.00,USD,,,\n")
    #expect(read.rows.isEmpty)
    #expect(read.findings.map(\.line) == [line])
    #expect(read.findings.map(\.column) == [column])
  }

  /// What a spreadsheet would run is only a reference here.
  @Test func formulasAreText() throws {
    let read = try file(Self.header + "\n\"=HYPERLINK(\"\"x\"\")\",2026-08-03,1.00,USD,,,\n")
    #expect(read.rows.map(\.reference) == ["=HYPERLINK(\"x\")"])
  }

  @Test func aLongTextAndManyFaults() throws {
    let long = String(repeating: "x", count: 201)
    #expect(try file(Self.header + "\n\(long),2026-08-03,1.00,USD,,,\n").findings.count == 1)
    let bad = String(repeating: "A,2026-08-03,1;00,USD,,,\n", count: 250)
    let read = try file(Self.header + "\n" + bad)
    #expect(read.findings.count == 100)
    #expect(read.moreFindings == 150)
    #expect(read.findings.last?.line == 101)
  }
}
