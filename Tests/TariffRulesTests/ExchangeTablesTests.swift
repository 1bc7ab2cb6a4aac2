import ExactMoney
import Testing

@testable import TariffRules

@Suite struct ExchangeTablesTests {
  private func day(_ text: String) throws -> Day { try #require(Day(text)) }

  private func daily() throws -> DailyRates {
    let usd = try #require(Currency(code: "USD", minorDigits: 2))
    let eur = try #require(Currency(code: "EUR", minorDigits: 2))
    let cells = Cells(
      [
        "date,published,per,rate", "2026-01-05,2026-01-05,100,105", "2026-01-12,2026-01-13,1,1.06",
        "2026-01-05,2026-01-09,100,104",
      ], free: true)
    return DailyRates.read(cells.reader, base: eur, other: usd)
  }

  /// On the tenth day after it a rate still counts, on the eleventh no more.
  @Test(
    arguments: [
      ("2026-01-04", nil, nil), ("2026-01-05", nil, "1.04"), ("2026-01-11", nil, "1.04"),
      ("2026-01-12", nil, "1.06"), ("2026-01-22", nil, "1.06"), ("2026-01-23", nil, nil),
      // a day before its correction, or the newer rate, was known
      ("2026-01-07", "2026-01-08", "1.05"), ("2026-01-12", "2026-01-12", "1.04"),
      ("2026-01-15", "2026-01-12", "1.04"), ("2026-01-16", "2026-01-12", nil),
      ("2026-01-05", "2026-01-04", nil),
    ] as [(String, String?, String?)])
  func theNewestRateOfTenDays(_ on: String, _ asOf: String?, _ expected: String?) throws {
    let row = try daily().rate(on: day(on), asOf: asOf.map(day))
    #expect(row.map { "\($0.rate)" } == expected)
  }

  /// Two periods; a correction of the second, published in April.
  @Test(
    arguments: [
      ("2025-12-31", nil, nil), ("2026-01-01", nil, "0.95"), ("2026-03-31", nil, "0.95"),
      ("2026-04-01", nil, "0.97"), ("2026-06-30", nil, "0.96"), ("2026-07-01", nil, nil),
      ("2026-04-01", "2026-04-15", "0.96"), ("2026-04-01", "2026-04-16", "0.97"),
      ("2026-02-01", "2025-12-19", nil),
    ] as [(String, String?, String?)])
  func theDivisorOfThePeriod(_ on: String, _ asOf: String?, _ expected: String?) throws {
    let cells = Cells(
      head: ["from_currency,USD", "to_currency,USD"],
      [
        "from,to,published,divisor", "2026-01-01,2026-03-31,2025-12-20,0.95",
        "2026-04-01,2026-06-30,2026-03-20,0.96", "2026-04-01,2026-04-30,2026-04-16,0.97",
      ], free: true)
    let divisors = try #require(Divisors.read(cells.reader, name: "x"))
    let period = try divisors.period(on: day(on), asOf: asOf.map(day))
    #expect(period.map { "\($0.divisor)" } == expected)
  }

  /// A rate serves both ways: one euro is 1.05 dollars, and a dollar is a euro ÷ 1.05.
  @Test func bothWays() throws {
    let tables = try TableFolder().load()
    let now = TablesInForce(tables, on: try day("2026-01-06"), asOf: nil)
    let usd = try #require(tables.currencies["USD"])
    let eur = try #require(tables.currencies["EUR"])
    let rate = try Exact(decimal: "1.05")
    #expect(now.officialRate(from: eur, to: usd)?.exchange == .multiply(by: rate))
    #expect(now.officialRate(from: usd, to: eur)?.exchange == .divide(by: rate))
    #expect(now.officialRate(from: usd, to: usd) == nil)
  }
}
