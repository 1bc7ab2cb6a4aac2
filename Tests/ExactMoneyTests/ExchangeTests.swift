import Testing

@testable import ExactMoney

@Suite struct ExchangeTests {
  @Test func multipliesByARate() throws {
    let exchange = Exchange.multiply(by: try Exact(decimal: "0.0021"))
    #expect(try exchange.convert(Exact(decimal: "250000")) == Exact(525))
    #expect(try exchange.convert(Exact(decimal: "-250000")) == Exact(-525))
  }

  @Test func dividesByADivisor() throws {
    let exchange = Exchange.divide(by: try Exact(decimal: "0.79"))
    #expect(try exchange.convert(Exact(decimal: "79")) == Exact(100))
    // CHF 100 ÷ 0.79 = USD 10000/79, kept exact
    #expect(try exchange.convert(Exact(100)).description == "10000/79")
  }

  @Test func refusesZeroDivisorsAndOverflow() throws {
    #expect(throws: BeyondLimits.self) { try Exchange.divide(by: .zero).convert(.one) }
    let most = try #require(Exact(.max, over: 1))
    #expect(throws: BeyondLimits.self) { try Exchange.multiply(by: most).convert(Exact(2)) }
  }
}
