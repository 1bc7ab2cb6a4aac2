import ExactMoney
import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// What cannot be priced: by hand on small tables, and against single quotes on the shipped ones.
@Suite struct CoverageTests {
  private static func day(_ text: String) throws -> Day { try #require(Day(text)) }

  private static func scope(
    _ first: String, _ last: String, ways: Set<String> = [], equipment: Set<String> = []
  ) throws -> Coverage.Scope {
    Coverage.Scope(first: try day(first), last: try day(last), ways: ways, equipment: equipment)
  }

  /// Wagons up to 60 t have a rate, from 1 January to 31 January of coal alone, then of all goods.
  private func small() throws -> TariffTables {
    let folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
    let header = "name,charge,equipment,load,commodity,chargeable_kg,rate,unit,rated_per"
    for (edition, commodity) in [("2026-01-01", "2701*"), ("2026-02-01", "*")] {
      try folder.write(
        "KZ/NR/rates/\(edition).csv", kind: "rates", head: ["currency,USD"],
        [header, "wagons,haulage,covered-wagon,loaded,\(commodity),<=60000,5,TNE,TNE"])
    }
    try folder.write(
      "KZ/NR/minimum-weights/2026-01-01.csv", kind: "minimum-weights",
      ["name,round_up_kg,minimum_kg", "whole tonnes,1000,1000"])
    return try folder.load()
  }

  @Test func gapsByHand() throws {
    var coverage = Coverage(
      try small(), asOf: nil,
      try Self.scope("2026-01-10", "2026-03-31", equipment: ["covered-wagon"]))
    let report = coverage.run()
    let gaps = report.gaps.filter { $0.way.from == report.ways[0].from && $0.load == "loaded" }
    let found = gaps.filter { $0.way.to == report.ways[0].to }.map { gap in
      "\(gap.commodities) \(gap.weights) "
        + gap.days.map { "\($0.first) \($0.last)" }.joined(separator: ", ")
    }
    // The closest row is that of January's edition, then that of February's: two reasons.
    #expect(
      found.sorted() == [
        "!2701* * 2026-01-10 2026-01-31", "* >60000 2026-02-01 2026-03-31",
        "2701* >60000 2026-01-10 2026-01-31",
      ])
    #expect(gaps.allSatisfy { $0.owners.isEmpty })
  }

  @Test func aCalendarOfThreeMonths() throws {
    let strip = CalendarStrip(try Self.day("2026-12-15"), try Self.day("2027-02-28"))
    #expect(strip.heads == ["6 27", "D JF"])
    let gap = CoverageGap.Span(
      first: try Self.day("2026-12-15"), last: try Self.day("2027-01-20"))
    // December only counts from its 15th day on.
    #expect(strip.strip([gap]) == "x -.")
    #expect(strip.daysInWords([gap]) == "2026-12-15 to 2027-01-20")
    let whole = CoverageGap.Span(
      first: try Self.day("2027-01-01"), last: try Self.day("2027-02-28"))
    #expect(strip.strip([whole]) == ". xx")
    #expect(strip.daysInWords([whole]) == nil)
  }

  // MARK: - Against quotes

  /// What coverage says of consignments made at random, a quote says too, and the reverse: other
  /// places of the same class, commodities, weights and days than those that were priced for it.
  @Test(arguments: [
    ["covered-wagon", "passenger-wagon", "container-40"], ["tank-wagon", "road-train"],
    ["refrigerated-wagon", "locomotive", "tank-container-20"],
  ])
  func agreesWithQuotes(_ equipment: [String]) throws {
    let tables = try Shipped.tables()
    let ways = ["ALTYNKOL-POTI-AKTAU", "KARTSAKHI-ALTYNKOL-KURYK", "ADY", "GR", "KTZ", "ASCO"]
    let scope = try Self.scope(
      "2025-12-15", "2027-01-31", ways: Set(ways), equipment: Set(equipment))
    var coverage = Coverage(tables, asOf: nil, scope)
    let report = coverage.run()
    var calculator = Calculator(tables)
    var sample = Sample(report, tables, seed: 20_260_815)
    var priced = 0
    var refused = 0
    for _ in 0..<500 {
      let one = sample.next()
      let quote = calculator.quote(fields: one.fields)
      let refusal = quote.refusal(on: one.way)
      let gap = report.gaps.first { gap in
        gap.way.from == one.way.from && gap.way.to == one.way.to && gap.way.code == one.way.code
          && tables.symbols.name(of: gap.equipment) == one.fields["equipment"]
          && gap.load == one.fields["load"]
          && gap.contains(
            owner: one.fields["owner"] ?? "", commodity: one.commodity, weight: one.weight,
            on: one.day)
      }
      #expect(
        gap?.refusal.status == refusal?.status,
        "\(one.fields): coverage \(gap?.refusal.message ?? "priced"), quote \(quote.status)")
      if refusal == nil { priced += 1 } else { refused += 1 }
    }
    // Both answers are met, or the test would show nothing.
    #expect(priced > 50 && refused > 50, "\(priced) priced, \(refused) refused")
  }
}

/// Consignments at random, of the ways and equipment of a report.
private struct Sample {
  struct One {
    let way: CoverageWay
    let fields: [String: String]
    let commodity: CommodityCode
    let weight: Int64
    let day: Day
  }

  private let report: Coverage.Report
  private var calculator: Calculator
  private var numbers: SplitMix64
  private let stems = [
    "", "", "10", "1001", "27", "2710", "2701", "27071", "290211", "72", "7204", "9921", "9922",
    "9991", "44", "07", "2506", "2207", "2711", "31", "26", "7601",
  ]

  init(_ report: Coverage.Report, _ tables: TariffTables, seed: UInt64) {
    self.report = report
    calculator = Calculator(tables)
    numbers = SplitMix64(seed: seed)
  }

  private mutating func pick<Item>(_ items: [Item]) -> Item {
    items[Int(numbers.next() % UInt64(items.count))]
  }

  mutating func next() -> One {
    let way = pick(report.ways)
    let ends = pick(way.pairs)
    let scope = report.scope
    let length = scope.first.days(until: scope.last) + 1
    let day = scope.first.adding(days: Int(numbers.next() % UInt64(length))) ?? scope.first
    let now = calculator.tables(on: day)
    var ordinary = OrdinaryFields(now, from: ends.from, to: ends.to, via: way.via)
    let digits = pick(stems) + String(String(numbers.next() % 90_000_000 + 10_000_000))
    let commodity = String(digits.prefix(8))
    // Grams, too, and the ends of brackets.
    let weight = Int64(
      numbers.next() % 3 == 0
        ? numbers.next() % 80 * 1_000_000
        : numbers.next() % 80_000_000)
    guard let code = CommodityCode(commodity) else { return next() }
    ordinary.set(.commodity, commodity)
    ordinary.set(.owner, pick(["private", "railway"]))
    ordinary.set(.load, pick(["loaded", "loaded", "empty"]))
    ordinary.set(weightKilograms: FactWords.decimal(thousandths: weight))
    if let item = now.equipment[pick(report.equipment)] { ordinary.set(equipment: item) }
    return One(
      way: way, fields: ordinary.fields,
      commodity: code, weight: weight, day: day)
  }
}
