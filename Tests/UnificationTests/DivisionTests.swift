import TariffRules
import Testing
import Unification

/// The division of a through-rate, worked out by hand.
@Suite struct DivisionTests {
  private let bench: DivisionBench

  init() throws { bench = try DivisionBench() }

  private let passThrough = "1,pass-through,*,,,,,,,,"
  private let ownCharges = "4,prorate,*,,,,,own-charges,,,"
  private let order = "9,odd-cents,NR;SR;ER,,,,,,,,"

  private func percent(_ shares: [(String, String)]) -> [String] {
    shares.map { "4,prorate,\($0.0),,,\($0.1),,percent,,," }
  }

  /// 1000.00 for one: the port 50.00, off the top 15.00 to NR, 3 % of the 935.00 left = 28.05.
  /// The 906.95 left go 3 : 2 : 1: 453.475, 302.3167 and 151.1583, of which 453.47, 302.31 and
  /// 151.15 are whole cents; two are left, to the largest fractions: ER (0.83) and SR (0.67).
  @Test func everyStepInItsOrder() throws {
    let quote = try bench.quote(
      price: 100_000,
      agreement: [
        passThrough, "2,arbitrary,NR,15,USD,,,,,,", "3,margin,MC,,,3,remainder,,,,half-away",
        ownCharges, order,
      ])
    #expect(quote.cents("PORT", .passThrough) == 5000)
    #expect(quote.cents("NR", .arbitrary) == 1500)
    #expect(quote.cents("MC", .margin) == 2805)
    #expect(quote.cents("NR", .prorate) == 45347)
    #expect(quote.cents("SR", .prorate) == 30232)
    #expect(quote.cents("ER", .prorate) == 15116)
    #expect(quote.cents?.values.reduce(0, +) == 100_000)
  }

  /// Three at 333.33 = 999.99: the port 150.00, NR 45.00, 3 % of 804.99 = 24.1497; 780.84 left:
  /// 390.42, 260.28, 130.14. The total is divided once, not each container.
  @Test func theTotalIsDividedOnce() throws {
    let quote = try bench.quote(
      price: 33333, count: 3,
      agreement: [
        passThrough, "2,arbitrary,NR,15,USD,,,,,,", "3,margin,MC,,,3,remainder,,,,half-away",
        ownCharges, order,
      ])
    #expect(quote.cents == ["PORT": 15000, "NR": 43542, "MC": 2415, "SR": 26028, "ER": 13014])
  }

  /// The same percentage of the whole 1000.00 is 30.00; of its rounding the row decides: 2.5 % of
  /// 1.01 is 0.02525 up or down.
  @Test func aMarginOfTheThroughRate() throws {
    let whole = try bench.quote(
      price: 100_000,
      agreement: [passThrough, "3,margin,MC,,,3,through-rate,,,,half-away", ownCharges, order])
    #expect(whole.cents("MC", .margin) == 3000)
    for (mode, cents) in [("up", 3), ("down", 2)] {
      let small = try bench.quote(
        price: 101, charges: ["NR": 100],
        agreement: [passThrough, "3,margin,MC,,,2.5,through-rate,,,,\(mode)", ownCharges, order])
      #expect(small.cents("MC", .margin) == cents)
      #expect(small.cents("NR", .prorate) == 101 - cents)
    }
  }

  /// 950.00 by 50, 30 and 20 %; by kilometres 500, 400 x 2 and 100 x 1.5, together 1450; by thirds.
  @Test func eachBasis() throws {
    let shares = try bench.quote(
      price: 100_000,
      agreement: [passThrough, order] + percent([("NR", "50"), ("SR", "30"), ("ER", "20")]))
    #expect(shares.cents == ["PORT": 5000, "NR": 47500, "SR": 28500, "ER": 19000])
    let distance = try bench.quote(
      price: 100_000,
      agreement: [
        passThrough, order, "4,prorate,NR,,,,,distance,1,,", "4,prorate,SR,,,,,distance,2,,",
        "4,prorate,*,,,,,distance,1.5,,",
      ])
    // 327.586, 524.138 and 98.276: one cent is left, to NR's 0.62.
    #expect(distance.cents == ["PORT": 5000, "NR": 32759, "SR": 52414, "ER": 9827])
    let equity = try bench.quote(
      price: 100_000, agreement: [passThrough, order, "4,prorate,*,,,,,equity,,,"])
    // 316.67 each would be a cent too many: 316.666 thrice, two cents in the order NR, SR, ER.
    #expect(equity.cents == ["PORT": 5000, "NR": 31667, "SR": 31667, "ER": 31666])
  }

  /// 100.00 in thirds: 33.33 each and a cent over, which goes to the first in the stated order.
  @Test(arguments: ["NR", "SR", "ER"]) func aTieGoesInTheStatedOrder(first: String) throws {
    let quote = try bench.quote(
      price: 10000, charges: ["NR": 100, "SR": 100, "ER": 100],
      agreement: [passThrough, "9,odd-cents,\(first),,,,,,,,", "4,prorate,*,,,,,equity,,,"])
    for party in ["NR", "SR", "ER"] {
      #expect(quote.cents?[party] == (party == first ? 3334 : 3333))
    }
    let told = quote.price?.division.filter { $0.text.contains("an odd minor unit falls here") }
    #expect(told?.count == 1)
    #expect(told?.first?.text.hasPrefix(first) == true)
  }

  @Test func aShareOfZeroNeverReceives() throws {
    // 0.01 by 60, 40 and 0 %: the cent goes to NR, the largest fraction; ER has none.
    let quote = try bench.quote(
      price: 1, charges: ["NR": 1],
      agreement: [passThrough, "9,odd-cents,ER;SR;NR,,,,,,,,"]
        + percent([("NR", "60"), ("SR", "40"), ("ER", "0")]))
    #expect(quote.cents == ["PORT": 0, "NR": 1, "SR": 0, "ER": 0])
  }

  @Test(arguments: ["19", "21", "20.01"]) func percentagesMustSumToAHundred(last: String) throws {
    let quote = try bench.quote(
      price: 100_000,
      agreement: [passThrough, order] + percent([("NR", "50"), ("SR", "30"), ("ER", last)]))
    #expect(quote.status == .rejected)
    #expect(quote.refusal?.code == "percentages")
    #expect(quote.refusal?.candidates.count == 3)
  }

  @Test func whatIsLeftUndividedIsAnError() throws {
    let quote = try bench.quote(price: 100_000, agreement: [passThrough])
    #expect(quote.status == .rejected)
    #expect(quote.refusal?.message.contains("950.00 USD") == true)
  }

  // MARK: - Guarantees

  /// After the port 950.00; the margin 5.00; 945.00 in 3 : 2 : 1: 472.50, 315.00, 157.50. To 300.00
  /// ER misses 142.50: the margin's 5.00 first, then 137.50 by NR and SR, which are 3 : 2.
  @Test func theMarginPaysAGuaranteeFirst() throws {
    let quote = try bench.quote(
      price: 100_000,
      agreement: [
        passThrough, "3,margin,MC,5,USD,,,,,,", ownCharges, "5,guarantee,ER,300,USD,,,,,margin,",
        order,
      ])
    #expect(quote.cents == ["PORT": 5000, "MC": 0, "NR": 39000, "SR": 26000, "ER": 30000])
    #expect(quote.cents("MC", .margin) == 500)
    #expect(quote.cents("MC", .guarantee) == -500)
    #expect(quote.cents("ER", .guarantee) == 14250)
  }

  /// The same of the others alone: 142.50 as 3 : 2 is 85.50 and 57.00; the margin keeps its 5.00.
  @Test func theOthersPayAGuarantee() throws {
    let quote = try bench.quote(
      price: 100_000,
      agreement: [
        passThrough, "3,margin,MC,5,USD,,,,,,", ownCharges, "5,guarantee,ER,300,USD,,,,,others,",
        order,
      ])
    #expect(quote.cents == ["PORT": 5000, "MC": 500, "NR": 38700, "SR": 25800, "ER": 30000])
  }

  /// What the party gets by other steps counts towards its guarantee: 157.50 + 150.00 off the top.
  @Test func aGuaranteeThatIsMetChangesNothing() throws {
    let quote = try bench.quote(
      price: 115_000,
      agreement: [
        passThrough, "2,arbitrary,ER,150,USD,,,,,,", "3,margin,MC,5,USD,,,,,,", ownCharges,
        "5,guarantee,ER,300,USD,,,,,margin,", order,
      ])
    #expect(quote.cents == ["PORT": 5000, "MC": 500, "NR": 47250, "SR": 31500, "ER": 30750])
    #expect(quote.cents("ER", .guarantee) == nil)
  }

  /// Nobody has the 2000.00 that ER is guaranteed: the money does not reach, and without a rule for
  /// that it is an error that says by how much. ER has 158.33 and the others 791.67 of 950.00.
  @Test func aGuaranteeBeyondTheMoneyIsADeficit() throws {
    let quote = try bench.quote(
      price: 100_000,
      agreement: [passThrough, ownCharges, "5,guarantee,ER,2000,USD,,,,,others,", order])
    #expect(quote.status == .rejected)
    #expect(quote.refusal?.message.contains("1050.00") == true)
  }

  // MARK: - Deficits

  /// 40.00 is 10.00 less than the port alone asks.
  @Test func withoutARuleADeficitIsAnErrorThatSaysByHowMuch() throws {
    let quote = try bench.quote(price: 4000, agreement: [passThrough, ownCharges, order])
    #expect(quote.status == .rejected)
    #expect(quote.refusal?.code == "deficit")
    #expect(quote.refusal?.message.contains("10.00 USD is missing") == true)
  }

  @Test func theMarginBearsADeficit() throws {
    let quote = try bench.quote(
      price: 4000,
      agreement: [
        passThrough, "3,margin,MC,5,USD,,,,,,", ownCharges, order, "7,deficit,,,,,,,,margin,",
      ])
    // The margin takes 5.00 and gives 15.00.
    #expect(quote.cents == ["PORT": 5000, "MC": -1000, "NR": 0, "SR": 0, "ER": 0])
  }

  /// -10.00 in 3 : 2 : 1 is the mirror of 10.00: 5.00, 3.33 and 1.66, the cent over to ER's 0.67.
  @Test func aDeficitIsDividedAsALoss() throws {
    let quote = try bench.quote(
      price: 4000, agreement: [passThrough, ownCharges, order, "7,deficit,,,,,,,,prorate,"])
    #expect(quote.cents == ["PORT": 5000, "NR": -500, "SR": -333, "ER": -167])
  }

  // MARK: - Rows that fit together

  @Test func twoRowsOfOneStepForOnePartyAreAConflict() throws {
    let quote = try bench.quote(
      price: 100_000, agreement: [passThrough, ownCharges, ownCharges, order])
    #expect(quote.status == .conflict)
    #expect(quote.refusal?.candidates.count == 2)
  }

  /// Two margins in one step, for two parties: both are kept, or it is a conflict; but neither row
  /// is passed over in silence.
  @Test func noRowOfAStepIsPassedOver() throws {
    let quote = try bench.quote(
      price: 100_000,
      agreement: [
        passThrough, "3,margin,MC,5,USD,,,,,,", "3,margin,ER,7,USD,,,,,,", ownCharges, order,
      ])
    #expect(quote.status == .conflict || quote.cents("ER", .margin) == 700)
  }
}
