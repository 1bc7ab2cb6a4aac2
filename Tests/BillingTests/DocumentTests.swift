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
      consignment, reference: "R", at: LinePrice(price, borneBy: nil, tables), tax: .init(rule),
      equivalent: price.total, collectedBy: "MCM", tables: tables)
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
}
