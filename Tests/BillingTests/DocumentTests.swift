import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

struct DocumentTests {
  /// A standard-rated line, to see the tax rounded once for the document and not for each line.
  @Test func taxIsRoundedOncePerCategory() throws {
    let tables = try #require(InvoiceRunTests.tables)
    let day = try #require(Day("2026-08-20"))
    let supply = TablesInForce(tables, on: day, asOf: nil)
    let rule = try #require(
      supply.taxes?.content.first { $0.category == .standard && $0.percent == Exact(16) })
    var calculator = Calculator(tables)
    let quote = calculator.quote(fields: [
      "reference": "R", "date": "2026-08-15", "from": "Yalama (export)", "to": "Absheron",
      "commodity": "44071100", "equipment": "covered-wagon", "owner": "private",
      "weight_kg": "35000", "customer": "ANATOLIA",
    ])
    let price = try #require(quote.price)
    let consignment = try #require(quote.consignment)
    // RULES of the tariff, worked case: 17.26 a tonne × 45 t = 776.70
    #expect(price.total.amountText == "776.70")
    let line = DocumentLine(
      consignment, reference: "R", at: price, tax: .init(rule), equivalent: price.total,
      collectedBy: "MCM", borneBy: nil, tables: tables)
    let month = Month(day)
    let head = DocumentHead(
      month: month, booked: month, seller: .init(try #require(supply.jointVentureParty)),
      customer: .init(
        try #require(supply.customers.values.first { $0.codeText == "ANATOLIA" })),
      currency: price.total.currency)
    let invoice = try Document(head, [line, line, line])
    // 3 × 776.70 = 2330.10; 16 % = 372.816, once rounded 372.82 (each line alone: 124.27 × 3 =
    // 372.81)
    #expect(invoice.net.amountText == "2330.10")
    #expect(invoice.tax.amountText == "372.82")
    #expect(invoice.total.amountText == "2702.92")
  }

  @Test func documentsAreWrittenWholeAndFollowNoLinks() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "documents-\(UUID().uuidString)")
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
    for name in ["../A", "", ".hidden", "a/b", "ü"] {
      #expect(throws: DocumentFolder.CannotWrite.self) { try documents.write([], as: name) }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.filter { $0.hasSuffix(".part") }.isEmpty)
  }
}
