import ExactMoney
import SeededNumbers
import Testing
import Unification

/// Two prices side by side, over prices made up from a seed.
@Suite struct PriceDifferenceTests {
  private let usd: Currency

  init() throws { usd = try #require(Currency(code: "USD", minorDigits: 2)) }

  private func money(_ cents: Int64) throws -> Money { try Money(minorUnits: cents, usd) }

  private func step(
    _ what: String, _ name: String, _ value: String, _ file: String, _ line: Int = 7
  ) -> PriceRecord.Step {
    .init(what: what, name: name, value: value, place: .init(path: file, line: line))
  }

  private func record(
    _ charges: [PriceRecord.Charge], shares: [(String, Int64)], lane: String = "L"
  ) throws -> PriceRecord {
    let total = charges.reduce(Int64(0)) { $0 + $1.amount.minorUnits }
    return PriceRecord(
      lane: lane, total: try money(total), charges: charges,
      shares: try shares.map { .init(party: $0.0, amount: try money($0.1)) })
  }

  private func charge(
    _ carrier: String, _ code: String, _ cents: Int64, _ steps: [PriceRecord.Step] = []
  ) throws -> PriceRecord.Charge {
    .init(carrier: carrier, code: code, amount: try money(cents), steps: steps)
  }

  @Test func equalPricesDoNotDiffer() throws {
    let one = try record(
      [charge("A", "haulage", 100, [step("rate", "r", "1", "rates/1.csv")])], shares: [("A", 100)])
    let reissued = try record(
      [charge("A", "haulage", 100, [step("rate", "r", "1", "rates/2.csv", 9)])],
      shares: [("A", 100)])
    #expect(try PriceDifference(one, reissued).isEmpty)
  }

  @Test func onlyWhatSaysSomethingElseIsACause() throws {
    let old = [
      step("rate", "r", "14.90", "rates/1.csv"), step("coefficient", "x", "0.85", "chain/1.csv"),
      step("coefficient", "y", "1.2", "chain/1.csv", 8),
    ]
    let new = [
      step("rate", "r", "14.90", "rates/2.csv"), step("coefficient", "x", "0.8", "chain/2.csv", 9),
      step("coefficient", "z", "1.1", "chain/2.csv", 10),
    ]
    let difference = try PriceDifference(
      record([charge("A", "haulage", 1000, old)], shares: [("A", 1000)]),
      record([charge("A", "haulage", 900, new)], shares: [("A", 900)]))
    #expect(
      difference.charges.first?.causes.map(\.words) == [
        "coefficient 'x': 0.85 [chain/1.csv:7] -> 0.8 [chain/2.csv:9]",
        "coefficient 'z': (nothing) -> 1.1 [chain/2.csv:10]",
        "coefficient 'y': 1.2 [chain/1.csv:8] -> (nothing)",
      ])
  }

  /// What pricing did is worded by its row, which need not tell its figures: then the new edition
  /// is the cause.
  @Test func aNewEditionIsTheCauseWhereNothingElseIs() throws {
    let old = [step("pricing", "raised to the floor of 'f'", "", "pricing/1.csv")]
    let new = [step("pricing", "raised to the floor of 'f'", "", "pricing/2.csv")]
    let difference = try PriceDifference(
      record([charge("", "pricing", 5, old)], shares: [("A", 5)]),
      record([charge("", "pricing", 9, new)], shares: [("A", 9)]))
    #expect(
      difference.charges.first?.causes.map(\.words) == [
        "pricing: raised to the floor of 'f' [pricing/1.csv:7] -> "
          + "raised to the floor of 'f' [pricing/2.csv:7]"
      ])
  }

  @Test func twoCurrenciesAreRefused() throws {
    let eur = try #require(Currency(code: "EUR", minorDigits: 2))
    let other = PriceRecord(
      lane: "L", total: try Money(minorUnits: 1, eur), charges: [], shares: [])
    let one = try record([charge("A", "haulage", 1)], shares: [])
    #expect(throws: BeyondLimits.self) { try PriceDifference(one, other) }
  }

  @Test(arguments: 0..<60) func everythingAddsUp(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var comparison = ConsignmentComparison()
    var sum: Int64 = 0
    var counts = (compared: 0, unpriced: 0, exceptions: 0)
    for line in 1...Int.random(in: 1...30, using: &random) {
      func made() throws -> ConsignmentComparison.Answer {
        guard Int.random(in: 0..<8, using: &random) > 0 else { return .none(.noRate, "none") }
        let charges = try (0..<Int.random(in: 1...5, using: &random)).map { _ in
          try charge(
            ["A", "B", ""].randomElement(using: &random) ?? "", "haulage",
            Int64.random(in: -50...50, using: &random),
            [step("rate", "r", "\(Int.random(in: 0...1, using: &random))", "f")])
        }
        let total = charges.reduce(Int64(0)) { $0 + $1.amount.minorUnits }
        let part = Int64.random(in: -20...20, using: &random)
        return .price(
          try record(
            charges, shares: [("A", part), ("B", total - part)],
            lane: ["L", "M"].randomElement(using: &random) ?? ""))
      }
      let (before, after) = (try made(), try made())
      switch (before, after) {
      case (.price(let old), .price(let new)):
        sum += new.total.minorUnits - old.total.minorUnits
        counts.compared += 1
      case (.none, .none): counts.unpriced += 1
      default: counts.exceptions += 1
      }
      try comparison.add(
        .init(reference: "", line: line, customer: ""),
        before: before, after: after)
    }
    #expect(comparison.addsUp)
    #expect(comparison.totals.sum(usd).difference == Exact(sum))
    #expect(comparison.compared == counts.compared && comparison.unpriced == counts.unpriced)
    #expect(comparison.exceptions.count == counts.exceptions)
    for entry in comparison.entries {
      let difference = entry.difference
      #expect(
        difference.charges.reduce(0) { $0 + $1.difference.minorUnits }
          == difference.difference.minorUnits)
      #expect(
        difference.parties.reduce(0) { $0 + $1.difference.minorUnits }
          == difference.difference.minorUnits)
    }
  }
}
