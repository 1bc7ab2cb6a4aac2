import ExactMoney
import TariffRules
import Testing

@testable import Unification

/// Carriers are compiled anew only where one of their editions is another.
@Suite struct CompiledCarriersTests {
  private let folder: TableFolder

  /// Two carriers: one rates by a grouping that changes in February and another of its own that
  /// changes in March, the other has new rates in April.
  init() throws {
    folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("outcomes"))
    for (month, low, high) in [("01", "85*", "10*"), ("02", "10*", "85*")] {
      try folder.write(
        "AZ/SR/by-goods/2026-\(month)-01.csv", kind: "grouping", head: ["key,commodity"],
        ["commodity,group", "\(low),low", "\(high),high"])
    }
    for (month, high) in [("01", "7"), ("03", "8")] {
      try folder.write(
        "AZ/SR/grid/2026-\(month)-01.csv", kind: "grid", head: ["currency,USD"],
        ["from_km,to_km,low,high", "1,1000,5,\(high)"])
    }
    try folder.write(
      "AZ/SR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      [
        "name,charge,equipment,rate,grid,column,unit,rated_per",
        "by goods,haulage,*,,grid,by by-goods,container,container",
      ])
    for (month, rate) in [("01", "300"), ("04", "310")] {
      try folder.write(
        "KZ/NR/rates/2026-\(month)-01.csv", kind: "rates", head: ["currency,USD"],
        [
          "name,charge,equipment,rate,unit,rated_per",
          "20 ft,haulage,container-20,\(rate),container,container",
          "40 ft,haulage,container-40,500,container,container",
        ])
    }
  }

  /// The carriers of days, by their code; every one compiled by one of so many threads.
  private func carriers(
    _ tables: TariffTables, _ days: [String], workers: Int
  ) throws -> [[String: CompiledCarrier]] {
    let regimes = try #require(Regimes(tables, nil, workers: workers))
    return try days.compactMap { Day($0) }.map { day in
      let regime = try #require(regimes.plan(day))
      #expect(regime.compiled.map(\.plan.number) == Array(0..<regime.compiled.count))
      for (place, carrier) in regime.compiled.enumerated() {
        #expect(regime.positions[carrier.code] == place)
        let rules = try #require(regime.now.carriers[carrier.code])
        #expect(regime.charges[place].map(\.mark) == rules.charges?.content.map(\.mark) ?? [])
        #expect(regime.chains[place].map(\.mark) == rules.coefficients?.content.map(\.mark) ?? [])
      }
      return Dictionary(
        uniqueKeysWithValues: regime.compiled.map { (tables.symbols.name(of: $0.code), $0) })
    }
  }

  @Test(arguments: [1, 2, 5])
  func whatDidNotChangeIsShared(workers: Int) throws {
    let days = ["2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15", "2026-01-20"]
    let found = try carriers(folder.load(), days, workers: workers)
    func isSame(_ one: Int, _ other: Int, _ carrier: String) -> Bool {
      found[one][carrier] === found[other][carrier]
    }
    #expect(found.allSatisfy { $0.count == 2 })
    // A grouping can be anyone's: all are compiled anew.
    #expect(!isSame(0, 1, "SR") && !isSame(0, 1, "NR"))
    #expect(!isSame(1, 2, "SR") && isSame(1, 2, "NR"))
    #expect(isSame(2, 3, "SR") && !isSame(2, 3, "NR"))
    #expect(isSame(0, 4, "SR") && isSame(0, 4, "NR"))
  }

  @Test(arguments: [1, 2])
  func pricesFollowEveryChange(workers: Int) throws {
    let tables = try folder.load()
    var lines = ["date,from,to,via,commodity,equipment,wagon_owner"]
    for (via, goods) in [("Eastgate", "85171300"), ("Southgate", "10011900")] {
      for month in 1...4 {
        for box in ["container-20", "container-40"] {
          lines.append("2026-0\(month)-15,100000,200400,\(via),\(goods),\(box),private")
        }
      }
    }
    // Forth and back, so that what is shared is asked for after what came later.
    lines += lines.dropFirst().reversed()
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    let rated = try RatedFile.rated(bytes, tables, workers: workers).bytes
    let quoted = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
    #expect(String(decoding: rated, as: UTF8.self) == quoted)
    let answers = quoted.split(separator: "\n").dropFirst()
    #expect(answers.allSatisfy { $0.contains(",priced,") })
    let prices = Set(answers.map { $0.drop { $0 != "v" } })
    #expect(prices.count >= 8)
  }
}
