import ExactMoney
import TariffRules
import Testing

@testable import Unification

/// Conflicts between rules that `check` reports: each witness is one the calculator refuses.
@Suite struct ConflictTests {
  private let folder: TableFolder
  private static let header =
    "rank,name,charge,equipment,commodity,chargeable_kg,rate,unit,rated_per"

  init() throws {
    folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
  }

  private func write(_ rows: [String]) throws {
    try folder.write(
      "KZ/NR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"], [Self.header] + rows)
  }

  private func conflicts() throws -> [String] {
    try TariffTables.examine(folder.url.path)
      .filter { $0.message.contains("fit") }.map { "\($0.severity.rawValue) \($0.line)" }
  }

  private func witness() throws -> [String: String]? {
    let loaded = try TariffTables.check(folder.url.path)
    let tables = try #require(loaded.tables)
    var calculator = Calculator(tables)
    let overlap = try #require(loaded.overlaps.first)
    let fields = Witness(tables, overlap).find(&calculator)
    if let fields { #expect(calculator.quote(fields: fields).status == .conflict) }
    return fields
  }

  /// 27* without 2710* against 271*: what is left is 271* without 2710*.
  @Test func prefixesWithExclusions() throws {
    try write(["1,fuels,haulage,*,27*;!2710*,*,5,TNE,TNE", "1,oils,haulage,*,271*,*,5,TNE,TNE"])
    #expect(try conflicts() == ["error 9"])
    let commodity = try #require(try witness()?["commodity"])
    #expect(commodity.hasPrefix("271") && !commodity.hasPrefix("2710"))
    try write(["1,fuels,haulage,*,27*;!271*,*,5,TNE,TNE", "1,oils,haulage,*,271*,*,5,TNE,TNE"])
    #expect(try conflicts() == [])
  }

  /// 20 t is in both ranges, and nothing else is.
  @Test func rangesThatShareOneWeight() throws {
    try write([
      "1,light,haulage,*,*,<=20000,5,TNE,TNE", "1,heavy,haulage,*,*,>=20000,5,TNE,TNE",
    ])
    #expect(try conflicts() == ["error 9"])
    #expect(try witness()?["weight_kg"] == "20000")
    try write(["1,light,haulage,*,*,<20000,5,TNE,TNE", "1,heavy,haulage,*,*,>=20000,5,TNE,TNE"])
    #expect(try conflicts() == [])
  }

  /// A gross weight below the ordinary net weight takes that with it: no net weight is above gross.
  @Test func grossWeightsBelowTheOrdinaryNetWeight() throws {
    try folder.write(
      "KZ/NR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      [
        "name,charge,gross_kg,rate,unit,rated_per", "light,haulage,<=12000,5,TNE,TNE",
        "lighter,haulage,<=8000,5,TNE,TNE", "heavy,haulage,>12000,5,TNE,TNE",
      ])
    #expect(try conflicts() == ["error 9"])
    let found = try #require(try witness())
    #expect(found["gross_kg"] == found["weight_kg"])
  }

  /// A row of a lower rank takes all that two others share, or only a part of it.
  @Test func rowsOfALowerRankGoFirst() throws {
    let both = [
      "2,wagons,haulage,covered-wagon;tank-wagon,*,*,5,TNE,TNE",
      "2,tanks,haulage,tank-wagon,*,*,5,TNE,TNE",
    ]
    try write(["1,all tanks,haulage,tank-wagon,*,*,5,TNE,TNE"] + both)
    #expect(try conflicts() == [])
    try write(["1,oil tanks,haulage,tank-wagon,27*,*,5,TNE,TNE"] + both)
    #expect(try conflicts() == ["error 10"])
    #expect(try witness()?["commodity"]?.hasPrefix("27") == false)
  }

  /// Above 60 t nothing is left by a minimum of 60 t but the 60 t themselves and more: under it no
  /// chargeable weight is reached, so that the rows meet in the tables alone.
  @Test func whatNoConsignmentReachesIsADoubt() throws {
    try folder.write(
      "KZ/NR/minimum-weights/2026-01-01.csv", kind: "minimum-weights",
      ["name,round_up_kg,minimum_kg", "all,1000,60000"])
    try write(["1,light,haulage,*,*,<=50000,5,TNE,TNE", "1,lighter,haulage,*,*,<=40000,5,TNE,TNE"])
    #expect(try conflicts() == ["warning 9"])
    #expect(try witness() == nil)
  }
}
