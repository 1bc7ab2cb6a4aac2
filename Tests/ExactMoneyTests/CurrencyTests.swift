import Testing

@testable import ExactMoney

@Suite struct CurrencyTests {
  @Test(arguments: [(0, 1), (1, 10), (2, 100), (3, 1000), (4, 10_000)] as [(Int, Int64)])
  func hasAStep(digits: Int, units: Int64) throws {
    let currency = try #require(Currency(code: "XTS", minorDigits: digits))
    #expect(currency.step == Exact(1, over: Int128(units)))
    #expect(currency.minorUnitsPerUnit == units)
    #expect(currency.description == "XTS")
  }

  @Test(arguments: ["", "US", "USDT", "usd", "U$D", "US1", "ÜSD", "USÉ", " USD", "U\0D"])
  func refusesTheCode(code: String) {
    #expect(Currency(code: code, minorDigits: 2) == nil)
  }

  @Test(arguments: [-1, 5, Int.min, Int.max])
  func refusesTheDigits(digits: Int) {
    #expect(Currency(code: "USD", minorDigits: digits) == nil)
  }
}
