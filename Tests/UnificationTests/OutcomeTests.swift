import ExactMoney
import TariffRules
import Testing
import Unification

/// What is said when there is no price: which answer, and the facts that help. `Tables/outcomes`
/// over `Tables/base`; the head of its rates has five lines, so its first row is line 8.
@Suite struct OutcomeTests {
  private let tables: TariffTables
  private let rates = "KZ/NR/rates/2026-01-01.csv"

  init() throws {
    let base = Folders.tables.appendingPathComponent("base")
    let layer = Folders.tables.appendingPathComponent("outcomes")
    tables = try TableFolder(base, layer).load()
  }

  private func quote(
    to: String = "100201", _ equipment: String, _ more: [String: String] = [:], asOf: Day? = nil
  ) -> Quote {
    var calculator = Calculator(tables, asOf: asOf)
    let fields = [
      "date": "2026-01-15", "from": "100000", "to": to, "equipment": equipment,
      "commodity": "85171300", "owner": "railway",
    ]
    return calculator.quote(fields: fields.merging(more) { $1 })
  }

  private func places(_ marks: [Mark]) -> [String] {
    marks.map { "\(tables.path($0)):\($0.line)" }
  }

  // MARK: - No rate

  @Test func theNearestMissIsNamed() throws {
    let quote = quote("covered-wagon", ["load": "empty", "weight_kg": "20000"])
    #expect(quote.status == .noRate)
    let nearest = try #require(quote.refusal?.nearest)
    // Only its load fails; every other row fails by its equipment too.
    #expect(places([nearest.mark]) == ["\(rates):8"])
    #expect(nearest.field == "load")
    #expect(nearest.wanted == "loaded")
    #expect(nearest.has == "empty")
  }

  @Test func aWeightAboveTheLastBracketHasNoRate() throws {
    #expect(quote("covered-wagon", ["weight_kg": "60000"]).status == .priced)
    let quote = quote("covered-wagon", ["weight_kg": "60000.5"])
    #expect(quote.status == .noRate)
    let nearest = try #require(quote.refusal?.nearest)
    #expect(places([nearest.mark]) == ["KZ/NR/brackets/2026-01-01.csv:9"])
    #expect(nearest.field == "chargeable_kg")
    #expect(nearest.wanted == ">23000 <=60000")
    #expect(nearest.has == "60000.5")
  }

  @Test(arguments: ["100101", "100200"]) func aGapBetweenBeltsHasNoRate(to: String) throws {
    let quote = quote(to: to, "covered-wagon", ["weight_kg": "20000"])
    #expect(quote.status == .noRate)
    let nearest = try #require(quote.refusal?.nearest)
    #expect(nearest.field == "distance_km")
    // To 101 km the belt before the gap is the nearest, to 200 km the one behind it.
    let isBefore = to == "100101"
    #expect(places([nearest.mark]) == ["KZ/NR/table/2026-01-01.csv:\(isBefore ? 9 : 10)"])
    #expect(nearest.wanted == (isBefore ? "1-100" : "201-1000"))
    #expect(nearest.has == (isBefore ? "101" : "200"))
  }

  @Test func beforeTheFirstEditionThereIsNoRate() throws {
    let quote = quote("container-20", ["date": "2025-12-31"])
    #expect(quote.status == .noRate)
    #expect(try #require(quote.refusal?.message).contains("2025-12-31"))
    #expect(quote.price == nil)
  }

  @Test func whatWasNotYetPublishedIsNotSeen() throws {
    let known = try #require(Day("2026-01-01"))
    #expect(quote("container-20", asOf: known).status == .priced)
    let quote = quote("container-20", asOf: Day("2025-12-31"))
    #expect(quote.status == .noRate)
    #expect(try #require(quote.refusal?.message).contains("as known on 2025-12-31"))
  }

  /// A tariff with no edition of its rates in force says that, not that a row is missing.
  @Test func aTariffWithoutRatesInForceSaysSo() throws {
    let folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("06-chain"))
    try folder.move(rates, to: "KZ/NR/rates/2026-02-01.csv")
    var calculator = Calculator(try folder.load())
    let quote = calculator.quote(fields: [
      "date": "2026-01-15", "from": "100000", "to": "100201", "commodity": "85171300",
      "equipment": "covered-wagon", "owner": "railway",
    ])
    #expect(quote.status == .noRate)
    #expect(quote.refusal?.code == "no-edition")
    #expect(try #require(quote.refusal?.message).contains("2026-01-15"))
  }

  // MARK: - Conflict, on request, wanting a field

  @Test func aConflictNamesBothRows() throws {
    let quote = quote("gondola-wagon", ["commodity": "10011900"])
    #expect(quote.status == .conflict)
    let refusal = try #require(quote.refusal)
    #expect(places(refusal.candidates) == ["\(rates):9", "\(rates):10"])
    #expect(refusal.message.contains("'grain' and 'wheat'"))
    #expect(self.quote("gondola-wagon", ["commodity": "10059000"]).status == .priced)
  }

  @Test func aPriceOnRequestIsAnAnswerOfItsOwn() throws {
    let quote = quote("tank-wagon", ["count": "3"])
    #expect(quote.status == .onRequest)
    #expect(quote.price == nil)
    #expect(places(try #require(quote.refusal).candidates) == ["\(rates):11"])
  }

  @Test func aFieldThatARuleNeedsIsNamedWithTheRule() throws {
    for (equipment, rule) in [
      ("platform-wagon", "rate 'platform by length'"),
      ("container-20", "coefficient 'private wagon'"),
    ] {
      let isLength = equipment == "platform-wagon"
      let quote = quote(equipment, isLength ? [:] : ["owner": ""])
      #expect(quote.status == .rejected)
      let refusal = try #require(quote.refusal)
      #expect(refusal.field == (isLength ? "length_m" : "wagon_owner"))
      #expect(refusal.message.contains("\(rule) needs \(refusal.field ?? "")"))
      #expect(refusal.candidates.count == 1)
      #expect(refusal.remedy.contains(places(refusal.candidates)[0]))
    }
  }

  /// The number that was given is the one the message names.
  @Test func aUNNumberInNoListIsNamed() throws {
    let folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("09-dangerous-goods"))
    var calculator = Calculator(try folder.load())
    let quote = calculator.quote(fields: [
      "date": "2026-01-15", "from": "100000", "to": "100201", "commodity": "28141000",
      "equipment": "covered-wagon", "un_number": "9999",
    ])
    #expect(quote.status == .rejected)
    #expect(quote.refusal?.field == "un_number")
    #expect(try #require(quote.refusal?.message).contains("UN 9999"))
  }

  // MARK: - Several lanes

  @Test func theCheapestLaneIsTheAnswerAndTheOthersAreListed() throws {
    // By Eastgate 300 + 0.50 x 300 = 450, by Southgate 300 + 0.50 x 400 = 500.
    let quote = quote(to: "200400", "container-20")
    let price = try #require(quote.price)
    #expect(price.lane == "A-EAST")
    #expect(price.unitRate.amountText == "450.00")
    #expect(quote.alternatives.map(\.lane) == ["B-SOUTH"])
    #expect(quote.alternatives.first?.total?.amountText == "500.00")
  }

  @Test func aTieGoesToFewerTransitDays() {
    // 100 + 100 by either; 9 days by Southgate, 11 by Eastgate.
    #expect(quote(to: "200400", "swap-body").price?.lane == "B-SOUTH")
  }

  @Test func viaPicksALane() {
    let south = quote(to: "200400", "container-20", ["via": "Southgate (south side)"])
    #expect(south.price?.lane == "B-SOUTH")
    #expect(south.alternatives.isEmpty)
  }

  @Test func aStationOnNoLaneIsNoWay() throws {
    let quote = quote(to: "200400", "container-20", ["via": "100095"])
    #expect(quote.status == .noRate)
    let refusal = try #require(quote.refusal)
    #expect(refusal.field == "via")
    #expect(refusal.message.contains("Kilometre 95"))
    #expect(refusal.remedy.contains("A-EAST") && refusal.remedy.contains("B-SOUTH"))
  }

  @Test func aLaneInConflictMakesTheAnswerAConflict() throws {
    let quote = quote(to: "200400", "container-40")
    #expect(quote.status == .conflict)
    let refusal = try #require(quote.refusal)
    #expect(refusal.message.contains("A-EAST"))
    let south = "AZ/SR/rates/2026-01-01.csv"
    #expect(places(refusal.candidates) == ["\(south):10", "\(south):11"])
    // By Southgate alone nothing is in doubt: 500 + 200.
    let other = self.quote(to: "200400", "container-40", ["via": "100500"])
    #expect(other.price?.unitRate.amountText == "700.00")
  }

  @Test func aLaneOnRequestIsListedWithItsReason() throws {
    let quote = quote(to: "200400", "container-45")
    #expect(quote.price?.unitRate.amountText == "600.00")
    let other = try #require(quote.alternatives.first)
    #expect(other.status == .onRequest)
    #expect(other.total == nil)
    #expect(try #require(other.reason).contains("45 ft from Eastgate"))
  }

  // MARK: - Findings on a price

  /// A code given short counts as written; where the longer prefix of a row could change the price,
  /// a finding names it: whether the row is a rate, a coefficient or a minimum weight.
  @Test(
    arguments: [
      ("26", "2601*", "rates", 18, "40.00"), ("44", "4403*", "coefficients", 8, "40.00"),
      ("27", "2701*", "minimum-weights", 7, "40.00"), ("85", nil, "", 0, "40.00"),
    ] as [(String, String?, String, Int, String)])
  func aCommodityGivenShortIsTold(
    given: String, listed: String?, table: String, line: Int, price: String
  ) throws {
    let quote = quote("hopper-wagon", ["commodity": given, "weight_kg": "20000"])
    #expect(quote.price?.unitRate.amountText == price)
    let findings = quote.findings.filter { $0.message.contains("given short") }
    guard let listed else {
      #expect(findings.isEmpty)
      return
    }
    let finding = try #require(findings.first)
    #expect(finding.severity == .warning)
    #expect(finding.message.contains(listed))
    #expect(finding.file == "KZ/NR/\(table)/2026-01-01.csv")
    #expect(finding.line == line)
  }

  @Test func theOwnerStandsForTheWagonUnderAContainerAndTheQuoteSaysSo() {
    let alone = quote("container-20", ["owner": "private"])
    // 300 x 0.85
    #expect(alone.price?.unitRate.amountText == "255.00")
    #expect(alone.findings.contains { $0.message.contains("wagon_owner is not given") })
    let stated = quote("container-20", ["owner": "private", "wagon_owner": "railway"])
    #expect(stated.price?.unitRate.amountText == "300.00")
    #expect(stated.findings.isEmpty)
    // A wagon is its own wagon: nothing stands for anything. 9.00 x 0.85 = 7.65 x 20 t
    let wagon = quote("covered-wagon", ["owner": "private", "weight_kg": "20000"])
    #expect(wagon.price?.unitRate.amountText == "153.00")
    #expect(wagon.findings.isEmpty)
  }
}
