import Testing

@testable import TariffRules

@Suite struct IntervalTests {
  /// The ends in thousandths, both included; nil where there is none.
  @Test(
    arguments: [
      (">24000", 24_000_001, nil), (">=10000 <25000", 10_000_000, 24_999_999),
      ("<=20000", nil, 20_000_000), ("12.5", 12_500, 12_500), ("<0.5", nil, 499),
      (">=5 <=5", 5_000, 5_000), (">1 >3 <9", 3_001, 8_999), ("-3", -3_000, -3_000),
    ] as [(String, Int64?, Int64?)])
  func ranges(_ text: String, _ lower: Int64?, _ upper: Int64?) throws {
    let interval = try #require(Interval(text))
    #expect(interval.lower == lower ?? Interval().lower)
    #expect(interval.upper == upper ?? Interval().upper)
  }

  @Test(arguments: [
    "", " ", "50-60", "=>5", "==5", "5=", "> 5", ">5  <9", ">5,<9", ">5 <5", ">5 <3", "5 6",
    "1.2345",
    "5000kg", "1e3", ">", "1000000000000",
  ])
  func noRanges(_ text: String) {
    #expect(Interval(text) == nil)
  }

  @Test func bothEndsAreIncluded() throws {
    let interval = try #require(Interval(">=10 <=20"))
    #expect([9_999, 10_000, 20_000, 20_001].map(interval.contains) == [false, true, true, false])
    #expect([7_000, 10_000, 15_000, 26_000].map(interval.gap) == [3_000, 0, 0, 6_000])
  }

  @Test func onePointInCommonIsAnOverlap() throws {
    let low = try #require(Interval("<=20"))
    #expect(low.overlaps(try #require(Interval(">=20"))))
    #expect(!low.overlaps(try #require(Interval(">20"))))
  }

  /// The farthest numbers there are must not overflow.
  @Test func theFarthestGap() {
    #expect(Interval(lower: .min + 1, upper: .min + 1).gap(to: .max) == UInt64.max - 1)
  }
}

@Suite struct ConditionTests {
  @Test(arguments: [
    (">24000", 24_000, Match.no), (">24000", 24_001, .yes), ("<10;>20", 15, .no),
    ("<10;>20", 9, .yes), ("<10;>20", 21, .yes), ("!>24000", 24_000, .yes),
    ("!>24000", 24_001, .no),
    (">10;!15", 15, .no), (">10;!15", 16, .yes), ("*", 1, .yes),
  ])
  func ranges(_ cell: String, _ kilograms: Int64, _ expected: Match) {
    #expect(Cells.match(.weight, cell, kilograms * 1000) == expected)
  }

  @Test(arguments: [
    ("72*;!7204*", "72091500", Match.yes), ("72*;!7204*", "72042110", .no),
    ("72*;!7204*", "73011000", .no), ("!72*", "73011000", .yes), ("!72*", "72091500", .no),
    ("0201*", "0201", .yes), ("0201*", "02", .no), ("0201", "02011000", .no),
    ("0201", "0201", .yes), ("02011000", "02011000", .yes), ("99*;0201", "0201", .yes),
    ("00*", "00990000", .yes), ("00*", "01990000", .no),
  ])
  func commodities(_ cell: String, _ commodity: String, _ expected: Match) {
    #expect(Cells.match(cell, commodity: commodity) == expected)
  }

  /// A prefix that no code can have excludes nothing and fits nothing: it is not "any".
  @Test func aCommodityOfNineDigitsFitsNothing() {
    #expect(Cells.match("270779980*", commodity: "27077998") == .no)
    #expect(Cells.match("270779980*;28*", commodity: "28011000") == .yes)
    #expect(Cells.match("!270779980*", commodity: "27077998") == .yes)
  }

  @Test(arguments: [
    ("import;export", "import", Match.yes), ("import;export", "transit", .no),
    ("!transit", "transit", .no), ("!transit", "domestic", .yes),
  ])
  func words(_ cell: String, _ traffic: String, _ expected: Match) {
    #expect(Cells.match(.traffic, cell, code: traffic) == expected)
  }

  /// A mark that is not there is `none`; it is never one of the marks listed.
  @Test(arguments: [
    ("none", Match.yes), ("upper-3", .no), ("!upper-3", .yes), ("!none", .no),
    ("none;upper-3", .yes),
  ])
  func anAbsentMark(_ cell: String, _ expected: Match) {
    #expect(Cells.match(.oversize, cell, Facts.absent) == expected)
  }

  @Test func aMarkThatIsThere() {
    #expect(Cells.match(.oversize, "none", code: "upper-3") == .no)
    #expect(Cells.match(.oversize, "!none", code: "upper-3") == .yes)
  }

  @Test func aFieldThatMustBeGiven() {
    #expect(Cells.match(.axles, ">4", Facts.absent) == .needs(.axles))
    #expect(Cells.match(.axles, "!4", Facts.absent) == .needs(.axles))
    #expect(Cells.match(.unClass, "none", Facts.unknown) == .needs(.unClass))
  }

  /// A row that does not fit anyway asks for nothing.
  @Test func aFailureOutweighsAMissingField() {
    let cells = Cells(
      ["axles,traffic,note", ">4,import,"], conditions: [.axles, .traffic])
    let conditions = cells.reader.rows[0].conditions()
    var facts = Facts()
    facts[.traffic] = cells.loader.symbols.intern("transit")
    #expect(conditions.match(facts, GroupingsInForce(editions: [])) == .no)
    facts[.traffic] = cells.loader.symbols.intern("import")
    #expect(conditions.match(facts, GroupingsInForce(editions: [])) == .needs(.axles))
  }

  @Test(arguments: [
    ("no", "ADAM", "EVE", Match.yes), ("no", "EVE", "ADAM", .no), ("yes", "EVE", "ADAM", .yes),
    ("yes", "EVE", "CAIN", .no), ("yes", "ADAM", "ADAM", .no),
  ])
  func bothWays(_ word: String, _ from: String, _ to: String, _ expected: Match) {
    let cells = Cells(["from,to,both_ways", "ADAM,EVE,\(word)"], conditions: [.from, .to])
    var facts = Facts()
    facts[.from] = cells.loader.symbols.intern(from)
    facts[.to] = cells.loader.symbols.intern(to)
    let conditions = cells.reader.rows[0].conditions()
    #expect(conditions.match(facts, GroupingsInForce(editions: [])) == expected)
    #expect(
      conditions.failures(facts, GroupingsInForce(editions: [])).isEmpty == (expected == .yes))
  }

  @Test func failuresNameTheCell() {
    var facts = Facts(commodity: "10")
    facts[.weight] = 1
    let cells = Cells(["commodity,weight_kg", "27*,>5"], conditions: [.commodity, .weight])
    let failures = cells.reader.rows[0].conditions()
      .failures(facts, GroupingsInForce(editions: []))
    #expect(failures.map(\.field) == [.commodity, .weight])
    #expect(failures.map(\.wanted) == ["27*", ">5"])
  }
}
