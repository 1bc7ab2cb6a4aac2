import ExactMoney
import TariffRules
import Testing
import Unification

/// The closest row, the field and by how much, worked out by hand for tables made here over
/// `Tables/base`: heads of five lines, so that the first row of a table is in line 8.
@Suite struct NearestMissTests {
  private let folder: TableFolder
  private let rates = "KZ/NR/rates/2026-01-01.csv"

  private static let header =
    "name,charge,equipment,load,commodity,weight_kg,condition,rate,unit,"
    + "rated_per"

  init() throws {
    folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
  }

  private func write(_ rows: [String], edition: String = "2026-01-01") throws {
    try folder.write(
      "KZ/NR/rates/\(edition).csv", kind: "rates", head: ["currency,USD"],
      [Self.header] + rows)
  }

  private func refusal(_ fields: [String: String], asOf: Day? = nil) throws -> (Refusal, String) {
    let tables = try folder.load()
    var calculator = Calculator(tables, asOf: asOf)
    let usual = [
      "date": "2026-01-15", "from": "100000", "to": "100200", "equipment": "covered-wagon",
      "commodity": "85171300", "owner": "railway", "weight_kg": "20000",
    ]
    let quote = calculator.quote(fields: usual.merging(fields) { $1 })
    let refusal = try #require(quote.refusal)
    #expect(refusal.status == .noRate)
    let nearest = try #require(refusal.nearest)
    return (refusal, "\(tables.path(nearest.mark)):\(nearest.mark.line)")
  }

  @Test func byHowManyKilograms() throws {
    try write([
      "light,haulage,*,*,*,<=19000,*,5,TNE,TNE", "heavy,haulage,*,*,*,>=34000,*,5,TNE,TNE",
    ])
    let (light, line) = try refusal([:])
    #expect(line == "\(rates):8")
    #expect(light.nearest?.by == "1000 kg above")
    let (heavy, other) = try refusal(["weight_kg": "33999.5"])
    #expect(other == "\(rates):9")
    #expect(heavy.nearest?.wanted == ">=34000")
    #expect(heavy.nearest?.by == "0.5 kg below")
  }

  /// A row for other equipment is no help, however little else it asks.
  @Test func theSameEquipmentAndLoadGoFirst() throws {
    try write([
      "other,haulage,tank-wagon,*,*,*,*,5,TNE,TNE",
      "own,haulage,covered-wagon,loaded,10*,<=10000,*,5,TNE,TNE",
    ])
    let (refusal, line) = try refusal([:])
    #expect(line == "\(rates):9")
    let nearest = try #require(refusal.nearest)
    #expect(nearest.field == "commodity")
    #expect(nearest.by == nil)
    #expect(nearest.others.map(\.field) == ["weight_kg"])
    #expect(nearest.others.map(\.by) == ["10000 kg above"])
  }

  /// A mark that the consignment does not bear makes a row a stranger one than a weight does.
  @Test func marksComeAfterQuantities() throws {
    try write([
      "on its own axles,haulage,*,*,*,*,own-axles,5,TNE,TNE",
      "light,haulage,*,*,*,<=100,*,5,TNE,TNE",
    ])
    #expect(try refusal([:]).1 == "\(rates):9")
  }

  @Test func commoditiesByTheDigitsThatAgree() throws {
    try write(["ore,haulage,*,*,2601*,*,*,5,TNE,TNE", "phones,haulage,*,*,85171100,*,*,5,TNE,TNE"])
    let (refusal, line) = try refusal([:])
    #expect(line == "\(rates):9")
    #expect(refusal.nearest?.by == "the first 5 digits agree")
  }

  @Test func theRowOfALaterEdition() throws {
    try write(["tank,haulage,tank-wagon,*,*,*,*,5,TNE,TNE"])
    try write(["any,haulage,*,*,*,*,*,5,TNE,TNE"], edition: "2026-01-18")
    let (refusal, line) = try refusal([:])
    #expect(line == "KZ/NR/rates/2026-01-18.csv:8")
    #expect(refusal.nearest?.field == "date")
    #expect(refusal.nearest?.wanted == "from 2026-01-18")
    #expect(refusal.nearest?.by == "3 days too early")
  }

  @Test func theRowOfAnEarlierEdition() throws {
    try write(["any,haulage,*,*,*,*,*,5,TNE,TNE"])
    try write(["tank,haulage,tank-wagon,*,*,*,*,5,TNE,TNE"], edition: "2026-01-15")
    let (refusal, line) = try refusal([:])
    #expect(line == "\(rates):8")
    #expect(refusal.nearest?.wanted == "2026-01-01 to 2026-01-14")
    #expect(refusal.nearest?.by == "1 day too late")
  }

  @Test func anEditionThatIsNotYetInForce() throws {
    try write(["any,haulage,*,*,*,*,*,5,TNE,TNE"], edition: "2026-01-20")
    let (refusal, line) = try refusal([:])
    #expect(line == "KZ/NR/rates/2026-01-20.csv:1")
    #expect(refusal.code == "no-edition")
    #expect(refusal.nearest?.by == "5 days too early")
  }

  /// The editions made here are published on 2026-01-01.
  @Test func anEditionThatIsNotYetKnown() throws {
    try write(["any,haulage,*,*,*,*,*,5,TNE,TNE"])
    let (refusal, _) = try refusal([:], asOf: Day("2025-12-30"))
    #expect(refusal.code == "no-lane" || refusal.code == "no-distance")
    #expect(refusal.nearest?.field == "as-of")
    #expect(refusal.nearest?.by == "2 days too early")
  }

  @Test func placesThatTheDistancesDoNotConnect() throws {
    try write(["any,haulage,*,*,*,*,*,5,TNE,TNE"])
    let (refusal, line) = try refusal(["from": "100095", "to": "100100"])
    #expect(refusal.code == "no-distance")
    #expect(line == "KZ/NR/distances/2026-01-01.csv:7")
    #expect(refusal.nearest?.field == "to")
    #expect(refusal.nearest?.wanted == "Northgate (100000) or Southgate (100500)")
    #expect(refusal.nearest?.has == "Kilometre 100 (100100)")
  }

  @Test func theNearestOfficialRate() throws {
    try folder.write(
      "exchange-rates/EUR-USD/2026.csv", kind: "daily-rates",
      ["date,published,per,rate", "2026-01-02,2026-01-02,1,1.1", "2026-01-20,2026-01-20,1,1.1"])
    try folder.write(
      rates, kind: "rates", head: ["currency,EUR"],
      [Self.header, "any,haulage,*,*,*,*,*,5,TNE,TNE"])
    let (refusal, line) = try refusal([:])
    #expect(refusal.code == "no-exchange-rate")
    // The first serves until the 12th, three days before; the second begins five days after.
    #expect(line == "exchange-rates/EUR-USD/2026.csv:7")
    #expect(refusal.nearest?.wanted == "2026-01-02 to 2026-01-12")
    #expect(refusal.nearest?.by == "3 days too late")
  }

  @Test func theNearestPeriodOfADivisor() throws {
    try folder.write(
      "exchange-rates/euros/2026.csv", kind: "divisors",
      head: ["from_currency,EUR", "to_currency,USD"],
      ["from,to,published,divisor", "2026-01-16,2026-01-31,2026-01-01,0.9"])
    try folder.write(
      "KZ/NR/charges/2026-01-01.csv", kind: "charges",
      [
        "charge,name,convert,unit_rate_step,charge_step,rounding",
        "haulage,Rail haulage,euros,0.01,0.01,half-away",
      ])
    try folder.write(
      rates, kind: "rates", head: ["currency,EUR"],
      [Self.header, "any,haulage,*,*,*,*,*,5,TNE,TNE"])
    let (refusal, line) = try refusal([:])
    #expect(refusal.code == "no-divisor")
    #expect(line == "exchange-rates/euros/2026.csv:9")
    #expect(refusal.nearest?.by == "1 day too early")
  }

  /// A cell without a rate: the nearest row whose cell has one, in the same column.
  @Test func theNearestRowOfAGrid() throws {
    try folder.write(
      "KZ/NR/table/2026-01-01.csv", kind: "grid", head: ["currency,USD"],
      ["from_km,to_km,small", "1,100,1", "101,190,2", "191,500,"])
    try folder.write(
      rates, kind: "rates", head: ["currency,USD"],
      ["name,charge,grid,column,unit,rated_per", "any,haulage,table,small,TNE,TNE"])
    let (refusal, line) = try refusal([:])
    #expect(refusal.code == "empty-cell")
    #expect(line == "KZ/NR/table/2026-01-01.csv:9")
    #expect(refusal.nearest?.wanted == "101-190")
    #expect(refusal.nearest?.by == "10 km above")
  }
}
