import Foundation
import TariffRules
import Testing

@testable import Unification

/// Consignments whose keys are the same have the same price.
@Suite struct KeyCompilerTests {
  @Test func goodsThatPickTheColumnOfStepsAreToldApart() throws {
    let folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("13-storage"))
    try folder.write(
      "KZ/NR/by-goods/2026-01-01.csv", kind: "grouping", head: ["key,commodity"],
      ["commodity,group", "85*,wagon", "10*,container"])
    try folder.write(
      "KZ/NR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      [
        "name,charge,equipment,rate,grid,column,unit,rated_per",
        "haulage,haulage,*,100,,,flat,flat",
        "storage,storage,covered-wagon,,days,by by-goods,wagon,wagon",
      ])
    let lines = [
      "date,from,to,commodity,equipment,storage_days",
      "2026-01-15,100000,100201,85171300,covered-wagon,10",
      "2026-01-15,100000,100201,10011900,covered-wagon,10",
      "2026-01-15,100000,100201,86090090,covered-wagon,10",
    ]
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    let tables = try folder.load()
    let quoted = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
    let rated = try RatedFile.rated(bytes, tables, workers: 1).bytes
    #expect(String(decoding: rated, as: UTF8.self) == quoted)
  }
}
