import ExactMoney
import TariffRules
import Testing
import Unification

/// The same consignment on different days, and as known on different days, over the tables that
/// are shipped.
@Suite struct EditionTests {
  private let tables: TariffTables
  /// 35 t of timber in a private covered wagon, Yalama to Absheron: import, 204 km, billed 45 t.
  private let timber = [
    "from": "547508", "to": "548004", "commodity": "4407", "equipment": "covered-wagon",
    "owner": "private", "weight_kg": "35000",
  ]

  init() throws { tables = try Shipped.tables() }

  private func quote(
    _ fields: [String: String], on date: String, asOf: String? = nil
  ) -> Quote {
    var calculator = Calculator(tables, asOf: asOf.flatMap { Day($0) })
    return calculator.quote(fields: fields.merging(["date": date]) { $1 })
  }

  private func figures(_ what: Step.What, _ quote: Quote) -> [String] {
    (quote.price?.legs.flatMap(\.charges).flatMap(\.steps) ?? []).filter { $0.what == what }
      .map { $0.value.map { "\($0)" } ?? "" }
  }

  private func files(_ quote: Quote) -> Set<String> {
    Set(
      (quote.price?.legs.flatMap(\.charges).flatMap(\.steps) ?? [])
        .compactMap { $0.mark.map(tables.path) })
  }

  /// Table 3 in the 45-t column for 201-210 km: 14.90 francs per tonne.
  ///
  /// - February: 14.90 x 0.85 x 1.04 = 13.1716; / 0.80 x 1.02 = 16.79379
  /// - from March: 14.90 x 1.015 x 0.85 x 1.04 = 13.369174
  /// - May and August: / 0.79 x 1.02 = 17.2614...
  @Test(arguments: [
    ("2026-02-10", "16.79", "755.55", ["0.85", "1.04"], "0.8", "2026-01-01"),
    ("2026-05-20", "17.26", "776.70", ["1.015", "0.85", "1.04"], "0.79", "2026-03-01"),
    ("2026-08-15", "17.26", "776.70", ["1.015", "0.85", "1.04"], "0.79", "2026-03-01"),
  ])
  func theDayPicksTheEditions(
    date: String, unitRate: String, price: String, factors: [String], divisor: String,
    edition: String
  ) throws {
    let quote = quote(timber, on: date)
    let answer = Answer(quote)
    #expect(answer.text("unit_rate") == unitRate)
    #expect(answer.text("price") == price)
    #expect(figures(.coefficient, quote) == factors)
    #expect(figures(.conversion, quote) == [divisor])
    let used = files(quote)
    #expect(used.contains("AZ/ADY/coefficients/\(edition).csv"))
    #expect(used.filter { $0.hasPrefix("AZ/ADY/coefficients/") }.count == 1)
    // Each quarter has a row of its own: they are the 9th and following lines of the year's file.
    let month = Int(date.dropFirst(5).prefix(2)) ?? 0
    let line = try #require(
      quote.price?.legs[0].charges[0].steps.first { $0.what == .conversion }?.mark?.line)
    #expect(Int(line) == 9 + (month - 1) / 3)
  }

  @Test func theFirstOfMarchIsTheFirstDayOfTheNewEdition() {
    // 13.1716 and 13.369174 francs, both / 0.80 x 1.02: 16.79379 and 17.0456...
    #expect(Answer(quote(timber, on: "2026-02-28")).text("unit_rate") == "16.79")
    #expect(Answer(quote(timber, on: "2026-03-01")).text("unit_rate") == "17.05")
  }

  @Test func asOfHidesWhatWasNotYetPublished() throws {
    // The coefficients of 1 March were published on that day.
    let before = quote(timber, on: "2026-03-10", asOf: "2026-02-28")
    #expect(Answer(before).text("unit_rate") == "16.79")
    #expect(files(before).contains("AZ/ADY/coefficients/2026-01-01.csv"))
    let after = quote(timber, on: "2026-03-10", asOf: "2026-03-01")
    #expect(Answer(after).text("unit_rate") == "17.05")
    // The divisor of the second quarter became known on 1 April: before, there is none.
    let early = quote(timber, on: "2026-05-20", asOf: "2026-03-31")
    #expect(early.status == .noRate)
    #expect(try #require(early.refusal?.message).contains("as known on 2026-03-31"))
    let late = quote(timber, on: "2026-05-20", asOf: "2026-04-01")
    #expect(Answer(late).text("unit_rate") == "17.26")
    // And at the end of 2025 nothing of the policy for 2026 was known.
    #expect(quote(timber, on: "2026-02-10", asOf: "2025-12-31").status == .noRate)
  }

  /// A telegram of 16 April 2025 set a coefficient back to 1 February.
  ///
  /// Almaty to Aktau, 3050 km, a loaded 40-ft container: 0.27 x 3050 = 823.50. Storage of 12 days:
  /// 3 free, 7 at 7, 2 at 14 = 77; with the coefficient 0.20 of it, 15.40.
  @Test func aTelegramReachesBack() {
    let box = [
      "from": "709991", "to": "663404", "commodity": "85171300", "equipment": "container-40",
      "owner": "private", "wagon_owner": "private", "storage_days": "12",
    ]
    #expect(Answer(quote(box, on: "2025-03-10")).text("price") == "838.90")
    #expect(Answer(quote(box, on: "2025-03-10", asOf: "2025-04-15")).text("price") == "900.50")
    #expect(Answer(quote(box, on: "2025-03-10", asOf: "2025-04-16")).text("price") == "838.90")
    #expect(Answer(quote(box, on: "2025-01-31")).text("price") == "900.50")
    // It ended with the year.
    #expect(Answer(quote(box, on: "2026-01-01")).text("price") == "900.50")
  }

  /// A quote holds for thirty days at most, and not beyond the day before the next edition it uses.
  @Test func aQuoteHoldsUntilTheNextKnownEdition() {
    #expect(quote(timber, on: "2026-02-10").price?.validUntil == Day("2026-02-28"))
    // As known in February the edition of March is not there, nor the divisor of April.
    let known = quote(timber, on: "2026-02-10", asOf: "2026-02-10")
    #expect(known.price?.validUntil == Day("2026-03-12"))
    #expect(quote(timber, on: "2026-08-15").price?.validUntil == Day("2026-09-14"))
    #expect(quote(timber, on: "2026-09-20").price?.validUntil == Day("2026-09-30"))
  }
}
