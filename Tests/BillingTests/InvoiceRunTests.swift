import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

struct InvoiceRunTests {
  static let tables: TariffTables? = {
    let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try? TariffTables.load(from: project.appending(path: "TariffTables").path).tables
  }()

  private static let header =
    "reference,date,supplied,from,to,via,commodity,equipment,owner,wagon_owner,load,weight_kg,"
    + "gross_kg,axles,length_m,count,customer\n"
  /// A container at the published unified rate of 3650 USD, by hand: no charge decides its price.
  private static func container(
    _ reference: String, supplied: String = "2026-08-20", count: Int = 1,
    customer: String = "SILKROAD"
  ) -> String {
    "\(reference),2026-08-03,\(supplied),Altynkol,Batumi,Aktau,61091000,container-40,private,"
      + "railway,loaded,14500,18300,,,\(count),\(customer)\n"
  }

  private func run(
    _ rows: String, by grouping: InvoiceRun.Grouping = .month
  ) throws -> (run: InvoiceRun, drafts: [Document]) {
    let tables = try #require(Self.tables)
    let bytes = Array((Self.header + rows).utf8)
    var file = try ConsignmentFile("test.csv", CSVReader(bytes: bytes))
    var run = InvoiceRun(Calculator(tables), by: grouping)
    while let row = try file.next() { try run.add(row, of: file) }
    run.rejectWhatCannotBeMade(issued: nil)
    return (run, try run.drafts().map { try $0.document(issued: nil) })
  }

  @Test func oneInvoiceForCustomerAndMonth() throws {
    let (_, drafts) = try run(
      Self.container("A", count: 2) + Self.container("B", supplied: "2026-09-01")
        + Self.container("C", customer: "ANATOLIA") + Self.container("D"))
    #expect(
      drafts.map { $0.draftName(nil) } == [
        "DRAFT-ANATOLIA-USD-2026-08", "DRAFT-SILKROAD-USD-2026-08", "DRAFT-SILKROAD-USD-2026-09",
      ])
    // 2 × 3650 + 1 × 3650
    #expect(drafts[1].total.amountText == "10950.00")
    #expect(drafts[1].lines.map(\.reference) == ["A", "D"])
  }

  @Test func oneInvoiceForEachConsignment() throws {
    let (_, drafts) = try run(Self.container("A") + Self.container("B"), by: .consignment)
    #expect(drafts.map(\.lines.count) == [1, 1])
    #expect(drafts[1].draftName(2) == "DRAFT-SILKROAD-USD-2026-08-002")
  }

  @Test func aReferenceComesOnceForACustomer() throws {
    let (run, drafts) = try run(
      Self.container("A") + Self.container("A") + Self.container("A", customer: "ANATOLIA"))
    #expect(run.rejected.map(\.line) == [3])
    #expect(run.rejected.first?.message == "the reference 'A' of SILKROAD comes twice")
    #expect(drafts.count == 2)
  }

  @Test func whatCannotBeInvoicedIsListedAndTheRestGoesOn() throws {
    let (run, drafts) = try run(
      Self.container("") + Self.container("B", customer: "") + Self.container("C", count: 0)
        + Self.container("D"))
    #expect(run.count == 4)
    #expect(run.rejected.map(\.line) == [2, 3, 4])
    #expect(
      run.rejected.map(\.message) == [
        "an invoice needs 'reference'", "an invoice needs 'customer'",
        "line 4, column 106: count: '0' is not a whole number from 1 to 1000000",
      ])
    #expect(drafts.map(\.lines.count) == [1])
  }

  /// 28 × 1 000 000 × 3650.00 is 1.022 × 10^13 minor units; each of them alone is within limits.
  @Test func anInvoiceBeyondTheLimitsIsRejectedWholeAndTheRestGoesOn() throws {
    let big = (1...28).map { Self.container("B\($0)", count: 1_000_000) }.joined()
    let rows = Self.container("A", customer: "ANATOLIA") + big + Self.container("Z", count: 0)
    let (run, drafts) = try run(rows)
    #expect(drafts.map(\.customer.code) == ["ANATOLIA"])
    #expect(run.rejected.map(\.line) == [31] + Array(3...30))
    #expect(run.rejected.last?.message.hasPrefix("the invoice of SILKROAD for 2026-08") == true)
    let (single, each) = try self.run(rows, by: .consignment)
    #expect(each.count == 29)
    #expect(single.rejected.map(\.reference) == ["Z"])
  }

  @Test func whatIsSuppliedAfterTheDayOfIssueIsNamed() throws {
    let (run, _) = try run(
      Self.container("A", supplied: "2026-09-02") + Self.container("B", customer: "ANATOLIA")
        + Self.container("C", supplied: "2026-09-03", customer: "ANATOLIA"))
    func early(_ day: String) throws -> [String?] {
      let issued = try #require(Day(day))
      return run.suppliedOddly(issued).map(\.reference)
    }
    #expect(try early("2026-09-01") == ["A", "C"])
    #expect(try early("2026-09-02") == ["C"])
    #expect(try early("2026-09-03") == [])
  }

  /// The contract is of 3 August.
  @Test func whatIsSuppliedBeforeItsContractIsNamed() throws {
    let (run, _) = try run(
      Self.container("A", supplied: "2026-08-02") + Self.container("B", supplied: "2026-08-03"))
    #expect(run.suppliedOddly(nil).map(\.reference) == ["A"])
  }

  /// Once a line was credited whole, the way on is a reference of its own, and one that is free.
  @Test func aCreditedReferenceIsNotUsedAgain() throws {
    let books = try Books()
    defer { books.remove() }
    let rows = Books.container("A") + Books.container("A/2") + Books.container("B")
    let number = try #require(try books.issue(rows).first?.number)
    let day = try #require(Day("2026-09-10"))
    let note = try books.register.credit(number, lines: [1], reason: "weight", on: day)
    let by = try #require(note.document.number)
    #expect(try books.register.credited(of: number) == [1: by])
    let tables = try #require(Self.tables)
    let corrected = Books.container("A", count: 2) + Books.container("B", count: 2)
    var file = try ConsignmentFile("f", CSVReader(bytes: Array((Books.header + corrected).utf8)))
    var run = InvoiceRun(Calculator(tables), into: books.register)
    while let row = try file.next() { try run.add(row, of: file) }
    #expect(
      run.rejected.map(\.remedy) == [
        "it was credited by \(by): give the corrected consignment a reference of its own, for "
          + "example A/3, or take the row back",
        "an invoice is never edited: credit it ('tariff credit') and give the new consignment a "
          + "reference of its own, or take the row back",
      ])
  }

  @Test func aCustomerInTengeGetsTheEquivalentOfTheDayOfSupply() throws {
    let (_, drafts) = try run(
      "K1,2026-08-12,2026-08-30,Altynkol,Poti,Aktau,10019900,container-20,private,railway,loaded,"
        + "20000,22300,,,1,KAZGRAIN\n")
    let invoice = try #require(drafts.first)
    #expect(invoice.currency.code == "KZT")
    let line = try #require(invoice.lines.first)
    // The newest rate not after 30 August 2026, from the shipped table: USD = KZT ÷ rate.
    let tables = try #require(Self.tables)
    let supply = TablesInForce(tables, on: line.supplied, asOf: nil)
    let rate = try #require(
      supply.officialRate(from: invoice.currency, to: invoice.seller.currency))
    #expect(rate.rate.date.days(until: line.supplied) <= 10)
    let exact = try line.net.exact.divided(by: rate.rate.rate)
    let cents = try #require(Rounding(step: line.equivalent.currency.step, mode: .halfAway))
    #expect(line.equivalent.exact == (try exact.rounded(cents)))
  }
}
