import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

/// Causes that only rating again can tell. The railway's circular of `ReratingTests`, published on
/// 16 April with effect from 1 February: two wagons of timber cost 16.79 × 45 × 2 = 1511.10 without
/// it and 17.63 × 45 × 2 = 1586.70 with it.
struct DifferenceCausesTests {
  private static let timber =
    "T,2026-02-10,2026-02-14,547508,548004,,44071100,covered-wagon,private,,,35000,,2,ANATOLIA\n"
  private static let circular = "AZ/ADY/coefficients/2026-02-01_published-2026-04-16.csv:"

  /// A month invoiced by what was known on a day, and the partner's row held against it.
  private func items(
    invoicedAsOf day: String, _ rows: String, credited: Bool = false
  ) throws -> [Reconciliation.Item] {
    let books = try Books()
    defer { books.remove() }
    let tables = try ReratingTests().tables(in: books.folder)
    let known = try #require(Day(day))
    var file = try ConsignmentFile("f", CSVReader(bytes: Array((Books.header + Self.timber).utf8)))
    var run = InvoiceRun(Calculator(tables, asOf: known), into: books.register)
    while let row = try file.next() { try run.add(row, of: file) }
    #expect(run.rejected.map(\.message) == [])
    let draft = try #require(run.drafts().first)
    let issued = try #require(Day("2026-05-02"))
    let number = try #require(
      try books.register.issue(draft, on: issued, series: "JV").issued?.document.number)
    if credited {
      _ = try books.register.credit(number, lines: nil, reason: "weight", on: issued)
    }
    let month = try #require(Month("2026-02"))
    let now = TablesInForce(tables, on: month.last, asOf: nil)
    let party = try #require(now.parties.first { $0.codeText == "ADY" })
    let columns = try #require(now.partnerColumns.first { $0.partner == party.code })
    let text = ReconciliationTests.header + rows
    let theirs = try PartnerFile(
      "f", CSVReader(bytes: Array(text.utf8)), by: columns, tables.currencies)
    #expect(theirs.findings == [])
    return try books.register.reconcile(theirs, of: party, by: columns, month, tables).items
  }

  @Test func theyKnowACircularThatCameAfterTheInvoice() throws {
    let item = try #require(
      try items(invoicedAsOf: "2026-04-01", "T,2026-02-10,1586.70,USD,,,\n").first)
    #expect(item.cause == .edition)
    #expect(item.difference.amountText == "75.60")
    #expect(item.why.hasPrefix("rated by all that is known now"), "\(item.why)")
    #expect(item.why.contains(Self.circular), "\(item.why)")
  }

  @Test func theyDoNotKnowACircularThatTheInvoiceKnew() throws {
    for day in ["", "2026-03-31"] {
      let item = try #require(
        try items(invoicedAsOf: "2026-05-01", "T,2026-02-10,1511.10,USD,,,\(day)\n").first)
      #expect(item.cause == .edition)
      #expect(item.difference.amountText == "-75.60")
      #expect(item.why.contains(day.isEmpty ? "edition before" : "known on 2026-03-31"))
      #expect(item.why.contains(Self.circular), "\(item.why)")
    }
  }

  @Test func aNoteThatTakesBackWhatWasBilledOtherwise() throws {
    let items = try items(
      invoicedAsOf: "2026-04-01", "T,2026-02-10,1586.70,USD,,,\nT,2026-02-10,-1586.70,USD,,,\n",
      credited: true)
    #expect(items.map(\.cause) == [.edition, .edition])
    #expect(items.map(\.difference.amountText) == ["75.60", "-75.60"])
  }

  /// A customer billed in tenge. A tonne is 14.90 × 1.015 × 0.85 × 1.04 ÷ 0.79 × 1.02 dollars at
  /// 506.96 on the day of contract: 8750.87, and at 507.21 on the day of delivery: 8755.19. Three
  /// wagons of 45 t are 1181367.45 and 1181950.65.
  @Test func theyConvertThePriceOnTheDayOfDelivery() throws {
    let month = try ReconciledMonth(
      ReconciliationTests.timber.replacing("ANATOLIA", with: "KAZGRAIN"))
    defer { month.remove() }
    let found = try month.reconcile(
      ReconciliationTests.header + "T,2026-08-05,1181950.65,KZT,,,\n", of: "ADY")
    let item = try #require(found.items.first)
    #expect(item.ours?.amountText == "1181367.45")
    #expect(item.cause == .conversionDay, "\(item.why)")
    #expect(item.why.contains("507.21"), "\(item.why)")
  }
}
