import Testing

@testable import ExactMoney

@Suite struct MoneyTests {
  let dollar: Currency
  let tenge: Currency
  let yen: Currency

  init() throws {
    dollar = try #require(Currency(code: "USD", minorDigits: 2))
    tenge = try #require(Currency(code: "KZT", minorDigits: 2))
    yen = try #require(Currency(code: "JPY", minorDigits: 0))
  }

  @Test func refusesAmountsBeyondTheLimit() throws {
    #expect(try Money(minorUnits: Money.limit, dollar).amountText == "100000000000.00")
    #expect(try Money(minorUnits: -Money.limit, dollar).negated.minorUnits == Money.limit)
    let beyond: [(units: Int64, text: String)] = [
      (Money.limit + 1, "100000000000.01"), (-Money.limit - 1, "-100000000000.01"),
      (.max, "92233720368547758.07"), (.min, "-92233720368547758.08"),
    ]
    for (units, text) in beyond {
      let what = "an amount of \(text) USD; the most is 100000000000.00"
      #expect(throws: BeyondLimits(what: what)) { try Money(minorUnits: units, dollar) }
    }
  }

  @Test func takesExactAmountsThatAreWholeMinorUnits() throws {
    #expect(try Money(exactly: Exact(decimal: "2330.10"), dollar).minorUnits == 233_010)
    #expect(try Money(exactly: Exact(decimal: "-0.05"), dollar).minorUnits == -5)
    #expect(try Money(exactly: Exact(150), yen).minorUnits == 150)
    #expect(throws: BeyondLimits(what: "12.345 USD, which is not whole minor units")) {
      try Money(exactly: Exact(decimal: "12.345"), dollar)
    }
    #expect(throws: BeyondLimits(what: "0.5 JPY, which is not whole minor units")) {
      try Money(exactly: Exact(decimal: "0.5"), yen)
    }
    let what = "an amount of 10000000000001 JPY; the most is 10000000000000"
    #expect(throws: BeyondLimits(what: what)) {
      try Money(exactly: Exact(10_000_000_000_001), yen)
    }
    #expect(throws: BeyondLimits(what: "an amount of 1000000000000000000000 USD")) {
      try Money(exactly: Exact(decimal: "1000000000000000000000"), dollar)
    }
    let most = try #require(Exact(.max, over: 1))
    #expect(throws: BeyondLimits.self) { try Money(exactly: most, dollar) }
  }

  @Test func addsSubtractsAndMultiplies() throws {
    let (large, small) = try (Money(minorUnits: 1050, dollar), Money(minorUnits: 75, dollar))
    #expect(try large.plus(small).minorUnits == 1125)
    #expect(try large.minus(small).minorUnits == 975)
    #expect(try small.minus(large).minorUnits == -975)
    #expect(try small.times(3).minorUnits == 225)
    #expect(try small.times(-3).minorUnits == -225)
    #expect(try small.times(0) == .zero(dollar))
    #expect(small.negated.minorUnits == -75)
  }

  @Test func refusesResultsBeyondTheLimit() throws {
    let (most, cent) = try (Money(minorUnits: Money.limit, dollar), Money(minorUnits: 1, dollar))
    #expect(throws: BeyondLimits.self) { try most.plus(cent) }
    #expect(throws: BeyondLimits.self) { try most.negated.minus(cent) }
    #expect(throws: BeyondLimits.self) { try most.times(2) }
    #expect(throws: BeyondLimits(what: "9223372036854775807 times 100000000000.00 USD")) {
      try most.times(.max)
    }
    #expect(throws: BeyondLimits.self) { try most.negated.times(.min) }
    #expect(throws: BeyondLimits.self) { try cent.times(.min) }
  }

  @Test func refusesToMixCurrencies() throws {
    let (here, there) = try (Money(minorUnits: 5, dollar), Money(minorUnits: 5, tenge))
    #expect(throws: BeyondLimits(what: "USD and KZT added")) { try here.plus(there) }
    #expect(throws: BeyondLimits(what: "KZT subtracted from USD")) { try here.minus(there) }
    #expect(here != there)
  }

  @Test(
    arguments: [
      (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (233_010, 2, "2330.10"),
      (-100, 2, "-1.00"), (150, 0, "150"), (-150, 0, "-150"), (1, 1, "0.1"), (1005, 3, "1.005"),
      (12_345, 4, "1.2345"),
    ] as [(Int64, Int, String)])
  func writesAllMinorDigits(units: Int64, digits: Int, text: String) throws {
    let currency = try #require(Currency(code: "XTS", minorDigits: digits))
    let money = try Money(minorUnits: units, currency)
    #expect(money.amountText == text)
    #expect(money.description == "\(text) XTS")
    #expect(try money.exact == Exact(decimal: text))
    #expect(try Money(exactly: money.exact, currency) == money)
  }

  @Test func theNearestAmountGoesAwayFromZeroFromTheMiddle() throws {
    let usd = try #require(Currency(code: "USD", minorDigits: 2))
    for (exact, units) in [("1.005", 101), ("-1.005", -101), ("1.0049", 100)] {
      let amount = try Exact(decimal: exact)
      #expect(try Money(nearest: amount, usd).minorUnits == units)
    }
    let beyond = try Exact(decimal: "100000000000.005")
    #expect(throws: BeyondLimits.self) { try Money(nearest: beyond, usd) }
  }
}
