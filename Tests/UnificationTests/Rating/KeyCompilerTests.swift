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
    try expectQuotes(
      [
        "date,from,to,commodity,equipment,storage_days",
        "2026-01-15,100000,100201,85171300,covered-wagon,10",
        "2026-01-15,100000,100201,10011900,covered-wagon,10",
        "2026-01-15,100000,100201,86090090,covered-wagon,10",
      ], folder.load())
  }

  /// Two lanes with one leg in common, whose column is that of the lane.
  @Test func lanesThatPickAColumnAreToldApart() throws {
    let folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("outcomes"))
    try folder.write(
      "joint-venture/legs/2026-01-01.csv", kind: "legs",
      [
        "lane,leg,carrier,from,to,mode", "A-EAST,1,NR,100000,101000,rail",
        "A-EAST,2,SR,200900,200400,rail", "B-SOUTH,1,NR,100000,100500,rail",
        "B-SOUTH,2,NR,100500,101000,rail", "B-SOUTH,3,SR,200900,200400,rail",
      ])
    try folder.write(
      "AZ/SR/by-lane/2026-01-01.csv", kind: "grouping", head: ["key,lane"],
      ["lane,group", "A-EAST,low", "B-SOUTH,high"])
    try folder.write(
      "AZ/SR/grid/2026-01-01.csv", kind: "grid", head: ["currency,USD"],
      ["from_km,to_km,low,high", "1,1000,5,7"])
    try folder.write(
      "AZ/SR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      [
        "name,charge,equipment,rate,grid,column,unit,rated_per",
        "by lane,haulage,container-40,,grid,by by-lane,container,container",
      ])
    try expectQuotes(
      [
        "date,from,to,via,commodity,equipment,wagon_owner",
        "2026-01-15,100000,200400,Eastgate,85171300,container-40,private",
        "2026-01-15,100000,200400,Southgate,85171300,container-40,private",
      ], folder.load())
  }

  private func expectQuotes(_ lines: [String], _ tables: TariffTables) throws {
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    let rated = try RatedFile.rated(bytes, tables, workers: 1).bytes
    let quoted = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
    #expect(String(decoding: rated, as: UTF8.self) == quoted)
    #expect(quoted.split(separator: "\n").dropFirst().contains { $0.contains(",priced,") })
  }
}
