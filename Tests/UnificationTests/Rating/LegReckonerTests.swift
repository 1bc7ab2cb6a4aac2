import Foundation
import TariffRules
import Testing

@testable import Unification

/// What was found out of one consignment's leg is said of others only where it is true of them.
@Suite struct LegReckonerTests {
  private static let rates = "KZ/NR/rates/2026-01-01.csv"
  private static let header = "date,from,to,commodity,equipment,weight_kg,axles"

  private func folder(_ rates: [String]) throws -> TableFolder {
    let folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
    try folder.write(Self.rates, kind: "rates", head: ["currency,USD"], rates)
    return folder
  }

  /// Each row behind each: what is remembered is what comes first. A kind of equipment that no
  /// table names would be left to the quote.
  private func expectQuotes(_ rows: [String], _ tables: TariffTables) throws {
    for first in rows {
      for second in rows {
        let lines = [Self.header, first, second].map { $0 + "\n" }
        let bytes = Array(lines.joined().utf8)
        let rated = String(
          decoding: try RatedFile.rated(bytes, tables, workers: 1).bytes, as: UTF8.self)
        #expect(try rated == String(decoding: RatedFile.quoted(bytes, tables), as: UTF8.self))
      }
    }
  }

  private func row(_ weight: String, axles: String = "") -> String {
    "2026-01-15,100000,100500,10011900,covered-wagon,\(weight),\(axles)"
  }

  @Test func theLackOfAWeightIsOfNoneThatHasOne() throws {
    let folder = try folder([
      "name,charge,equipment,chargeable_kg,rate,unit,rated_per",
      "light,haulage,covered-wagon,<=25000,100,wagon,wagon",
      "heavy,haulage,covered-wagon,>25000,4,TNE,TNE",
    ])
    try expectQuotes([row(""), row("20000"), row("30000")], folder.load())
  }

  @Test func whatTheMinimumWeightLacksIsOfNoneWithoutAWeight() throws {
    let folder = try folder([
      "name,charge,equipment,rate,unit,rated_per", "any,haulage,covered-wagon,100,wagon,wagon",
    ])
    try folder.write(
      "KZ/NR/minimum-weights/2026-01-01.csv", kind: "minimum-weights",
      ["name,round_up_kg,minimum_kg,axles", "short,1000,10000,<=4", "long,1000,60000,>4"])
    try expectQuotes([row("20000"), row(""), row("30000", axles: "4")], folder.load())
  }

  /// What multiplies a rate is the consignment's own, even where nothing else tells two apart.
  @Test func whatMultipliesIsItsOwn() throws {
    let folder = try folder([
      "name,charge,equipment,rate,unit,rated_per,per_started_km",
      "by the axle,haulage,locomotive,20.333,axle,wagon,",
      "by the axle and km,haulage,covered-wagon,0.0101,axle-km,axle,",
      "by the metre,haulage,platform-wagon,12.505,MTR,wagon,",
      "by the person,haulage,escort-person,12,person,person,100",
      "by the tonne and km,haulage,gondola-wagon,0.01235,TKM,TNE,",
      "much,haulage,thermos-wagon,1500000.25,TNE,TNE,",
    ])
    let header = "date,from,to,commodity,equipment,owner,weight_kg,axles,length_m,persons\n"
    let kinds = [
      "locomotive,private", "covered-wagon,railway", "platform-wagon,railway", "escort-person,",
      "gondola-wagon,railway", "thermos-wagon,railway",
    ]
    let quantities = [
      "20000,4,14,1", "20000,6,14,1", "20000,4,13.92,1", "20000,4,14,3", "20000.001,4,14,1",
      "0,4,14,1", ",4,14,1", "20000,,14,1", "20000,4,,1", "20000,4,14,", "999.999,4,14,1",
    ]
    let places = [("100000", "100500"), ("100100", "100300")]
    var lines: [String] = []
    for (from, to) in places {
      for kind in kinds {
        lines += quantities.map { "2026-01-15,\(from),\(to),10011900,\(kind),\($0)\n" }
      }
    }
    for lines in [lines, lines.reversed(), lines + lines] {
      let bytes = Array((header + lines.joined()).utf8)
      let tables = try folder.load()
      let rated = String(
        decoding: try RatedFile.rated(bytes, tables, workers: 1).bytes, as: UTF8.self)
      #expect(try rated == String(decoding: RatedFile.quoted(bytes, tables), as: UTF8.self))
      #expect(rated.split(separator: "\n").count { $0.contains(",priced,") } > lines.count / 2)
    }
  }

  /// Numbers that are beyond all limits on the way to a factor that is not: the exact calculation
  /// says so, and nothing else is a price.
  @Test(arguments: [
    ("1.234", "MTR,wagon", ["1.123456789", "1.123456787", "1.123456783", "1.123456781"], "0"),
    (
      "1.234567891", "TKM,TNE",
      Array(repeating: "0.000000001", count: 4) + Array(repeating: "1000000000", count: 4), "1"
    ),
  ])
  func beyondTheLimitsOnTheWay(
    _ rate: String, _ unit: String, _ coefficients: [String], _ markUp: String
  ) throws {
    let folder = try folder([
      "name,charge,equipment,rate,unit,rated_per", "any,haulage,covered-wagon,\(rate),\(unit)",
    ])
    let rows = coefficients.enumerated().map { "c\($0),coefficient,\($1)" }
    try folder.write(
      "KZ/NR/coefficients/2026-01-01.csv", kind: "coefficients",
      ["name,step,value"] + rows + ["m,mark-up,\(markUp)"])
    let tables = try folder.load()
    let header = "date,from,to,commodity,equipment,weight_kg,axles,length_m\n"
    let lines = ["33333.333", "10000", "12345.678", "33333.333"].map {
      "2026-01-15,100000,100500,10011900,covered-wagon,\($0),4,13\n"
    }
    let bytes = Array((header + lines.joined()).utf8)
    let rated = String(
      decoding: try RatedFile.rated(bytes, tables, workers: 1).bytes, as: UTF8.self)
    #expect(try rated == String(decoding: RatedFile.quoted(bytes, tables), as: UTF8.self))
    #expect(rated.contains("38 digits"))
  }

  /// 200,000.00 for a wagon is beyond the limits for 500,001 of them, whatever comes behind it; the
  /// loading, for which there is no rate, is the reason for fewer.
  @Test func whatManyUnitsCostIsRefusedFirst() throws {
    let folder = try folder([
      "name,charge,equipment,rate,unit,rated_per", "any,haulage,covered-wagon,200000,wagon,wagon",
    ])
    try folder.write(
      "KZ/NR/charges/2026-01-01.csv", kind: "charges",
      [
        "charge,name,convert,unit_rate_step,charge_step,rounding",
        "haulage,Rail haulage,official,0.01,0.01,half-away",
        "loading,Loading,official,0.01,0.01,half-away",
      ])
    let header = "date,from,to,commodity,equipment,count\n"
    let row = "2026-01-15,100000,100500,10011900,covered-wagon,"
    let counts = [1, 1000, 1001, 500_000, 500_001, 1_000_000]
    for first in counts {
      for second in counts {
        let bytes = Array((header + "\(row)\(first)\n\(row)\(second)\n").utf8)
        let rated = String(
          decoding: try RatedFile.rated(bytes, folder.load(), workers: 1).bytes, as: UTF8.self)
        #expect(
          try rated == String(decoding: RatedFile.quoted(bytes, folder.load()), as: UTF8.self))
        #expect(rated.contains("beyond the limits") == (max(first, second) > 500_000))
      }
    }
  }
}
