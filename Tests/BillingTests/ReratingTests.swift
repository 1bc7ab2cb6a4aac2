import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

/// A coefficient published on 16 April 2026 with effect from 1 February, over a copy of the shipped
/// tables; a month invoiced before it became known.
struct ReratingTests {
  private static let consignments =
    "reference,date,supplied,from,to,via,commodity,equipment,owner,weight_kg,axles,length_m,count,"
    + "customer\n"
    + "T,2026-02-10,2026-02-14,547508,548004,,44071100,covered-wagon,private,35000,,,2,ANATOLIA\n"
    + "S,2026-02-10,2026-02-26,Altynkol,Poti,Kuryk,72083900,gondola-wagon,private,60000,4,14.41,3,"
    + "ANATOLIA\n"
    + "J,2026-01-31,2026-02-03,547508,548004,,44071100,covered-wagon,private,35000,,,2,ANATOLIA\n"

  /// The tables, and with what else became known on 16 April.
  func tables(in folder: URL, inEuro customer: String? = nil) throws -> TariffTables {
    let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "TariffTables")
    let copy = folder.appending(path: "Tables")
    try FileManager.default.copyItem(at: shipped, to: copy)
    let chain = copy.appending(path: "AZ/ADY/coefficients")
    let text = try String(
      contentsOf: chain.appending(path: "2026-01-01.csv"), encoding: .utf8
    ).replacing("published,2026-01-01", with: "published,2026-04-16").replacing(
      "\nprivate wagon,",
      with: "\ncircular of 16 April,coefficient,1.05,haulage,*,*,*,no,*,loaded"
        + ",*,*,*,*,*,*,*,*,,,,\nprivate wagon,")
    try Data(text.utf8).write(
      to: chain.appending(path: "2026-02-01_published-2026-04-16.csv"))
    if let customer {
      let customers = copy.appending(path: "joint-venture/customers")
      let then = try String(
        contentsOf: customers.appending(path: "2025-01-01.csv"), encoding: .utf8)
      let now = then.replacing("published,2025-01-01", with: "published,2026-04-16").split(
        separator: "\n", omittingEmptySubsequences: false
      ).map { $0.hasPrefix(customer) ? $0.replacing(",USD,", with: ",EUR,") : $0 }
      try Data(now.joined(separator: "\n").utf8).write(
        to: customers.appending(path: "2026-02-01_published-2026-04-16.csv"))
    }
    return try #require(try TariffTables.load(from: copy.path).tables)
  }

  private func invoiceFebruary(_ books: Books, _ tables: TariffTables, asOf april: Day) throws {
    var file = try ConsignmentFile("f", CSVReader(bytes: Array(Self.consignments.utf8)))
    var run = InvoiceRun(Calculator(tables, asOf: april), into: books.register)
    while let row = try file.next() { try run.add(row, of: file) }
    let draft = try #require(run.drafts().first)
    let march = try #require(Day("2026-03-02"))
    _ = try books.register.issue(draft, on: march, series: "JV")
  }

  /// The customer is billed in euro since February, as became known in April: timber within one
  /// railway's tariff costs euro now, and no note in dollars can say the difference. The pricing
  /// row of the steel's lane names dollars for everybody; a contract of January stays as it was.
  @Test func whatCostsAnotherCurrencyNowIsNamed() throws {
    let books = try Books()
    defer { books.remove() }
    let tables = try tables(in: books.folder, inEuro: "ANATOLIA")
    try invoiceFebruary(books, tables, asOf: try #require(Day("2026-04-01")))
    let february = try #require(Month("2026-02"))
    let now = try books.register.rerate(february, by: Calculator(tables))
    #expect(now.inAnotherCurrency.map(\.line.reference) == ["T"])
    #expect(now.inAnotherCurrency.map(\.now.currency.code) == ["EUR"])
    #expect(now.changes.flatMap(\.lines.keys).sorted() == [2, 3])
    #expect(now.comparison.exceptions.count == 1)
  }

  /// By hand, from the tariff's text:
  /// - timber, 45 t billed, two wagons: 14.90 × 0.85 × 1.04 ÷ 0.80 × 1.02 = 16.79 a tonne, with
  ///   1.05 in the chain 17.63: (17.63 − 16.79) × 45 × 2 = 75.60, all of it the railway's;
  /// - steel, 60 t, three wagons: 27.93 a tonne, then 29.33: (29.33 − 27.93) × 60 × 3 = 252.00, of
  ///   which 3 % margin are 7.56 and 244.44 the railway's, the only one whose own charges changed.
  @Test func exactlyTheDifferenceIsBilledOnce() throws {
    let books = try Books()
    defer { books.remove() }
    let tables = try tables(in: books.folder)
    let april = try #require(Day("2026-04-01"))
    try invoiceFebruary(books, tables, asOf: april)

    let february = try #require(Month("2026-02"))
    let then = try books.register.rerate(february, by: Calculator(tables, asOf: april))
    #expect(then.comparison.isEmpty, "as known then, nothing has changed")

    let now = try books.register.rerate(february, by: Calculator(tables))
    #expect(now.comparison.addsUp)
    let differences = now.comparison.entries.map(\.difference)
    #expect(differences.map(\.difference.amountText) == ["75.60", "252.00"])
    let rows = differences.flatMap(\.charges).flatMap(\.causes).compactMap(\.after?.place?.path)
    #expect(Set(rows) == ["AZ/ADY/coefficients/2026-02-01_published-2026-04-16.csv"])

    let may = try #require(Day("2026-05-04"))
    let change = try #require(now.changes.first)
    let note = try #require(
      try books.register.adjust(change, reason: "circular", on: may)?.document)
    #expect(note.kind == .adjustmentNote)
    #expect(note.net.amountText == "327.60")
    // (Others' exact entitlements move within their odd cents: they get nothing more or less.)
    let shares = note.lines.flatMap(\.shares).filter { $0.amount.minorUnits != 0 }
    #expect(
      shares.map { "\($0.party) \($0.amount.amountText)" } == [
        "ADY 75.60", "MCM 7.56", "ADY 244.44",
      ])

    let again = try books.register.rerate(february, by: Calculator(tables))
    #expect(again.comparison.isEmpty)
    for change in again.changes {
      #expect(try books.register.adjust(change, reason: "x", on: may) == nil)
    }
    #expect(try books.register.verify().firstBad == nil)
  }
}
