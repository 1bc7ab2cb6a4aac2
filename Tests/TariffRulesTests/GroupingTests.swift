import Testing

@testable import TariffRules

@Suite struct GroupingTests {
  /// The groups of the rows, each with its line; the line of the first row is 7.
  private func read(_ field: Field, _ rows: [String]) throws -> (Grouping, Cells) {
    let cells = Cells(["\(field.column),group"] + rows, free: true)
    cells.loader.groupingFields = [field]
    let groups = Set(rows.compactMap { $0.split(separator: ",").last.map(String.init) })
    cells.loader.groups = [
      Dictionary(uniqueKeysWithValues: groups.map { ($0, cells.loader.symbols.intern($0)) })
    ]
    return (try #require(Grouping.read(cells.reader, number: 0)), cells)
  }

  private func groups(_ grouping: Grouping, _ cells: Cells, _ commodity: String) -> [String] {
    let facts = Facts(commodity: commodity)
    return grouping.memberships(value: facts[.commodity], digits: facts.commodityDigits)
      .map { cells.loader.symbols.name(of: $0.group) }
  }

  @Test(arguments: [
    ("27111100", ["gas"]), ("27160000", ["power"]), ("27090000", ["oil"]), ("2711", ["gas"]),
    ("27", ["oil"]), ("28110000", ["other"]), ("02071000", ["other"]),
    ("27111200", ["power", "gas"]),
  ])
  func theLongestPrefixCounts(_ commodity: String, _ expected: [String]) throws {
    let (grouping, cells) = try read(
      .commodity,
      ["*,other", "27*,oil", "2711*,gas", "2716*,power", "271112*,power", "271112*,gas"])
    #expect(groups(grouping, cells, commodity) == expected)
  }

  @Test func withoutADefaultThereIsNoGroup() throws {
    let (grouping, cells) = try read(.commodity, ["27*,oil"])
    #expect(groups(grouping, cells, "28110000") == [])
  }

  @Test func aRangeHasItsEnds() throws {
    let (grouping, cells) = try read(
      .chargeable, ["<=10000,light", ">10000 <=20000,middle", ">30000,heavy"])
    let found = [10_000, 10_001, 20_000, 20_001, 30_001].map { kilograms in
      grouping.memberships(value: kilograms * 1000, digits: 0)
        .map { cells.loader.symbols.name(of: $0.group) }
    }
    #expect(found == [["light"], ["middle"], ["middle"], [], ["heavy"]])
    #expect(grouping.nearest(to: 21_000_000)?.wanted == ">10000 <=20000")
    #expect(grouping.nearest(to: 29_000_000)?.wanted == ">30000")
    #expect(grouping.nearest(to: 29_000_000)?.mark.line == 9)
  }

  @Test func aCodeMayBeInSeveralGroups() throws {
    let (grouping, cells) = try read(
      .from, ["ADAM,first", "ADAM,man", "EVE,first", "*,later"])
    let groups = ["ADAM", "EVE", "CAIN"].map { name in
      grouping.memberships(value: cells.loader.symbols.intern(name), digits: 0)
        .map { cells.loader.symbols.name(of: $0.group) }
    }
    #expect(groups == [["first", "man"], ["first"], ["later"]])
    #expect(cells.found == [])
  }

  /// A code given short may belong elsewhere once its other digits are known.
  @Test func longerPrefixesThatLeadElsewhere() throws {
    let (grouping, _) = try read(
      .commodity, ["27*,oil", "2711*,gas", "2716*,oil", "28*,acid", "271112*,gas"])
    #expect(
      grouping.longerPrefixes(Facts(commodity: "27"))
        == ["2711", "271112"].compactMap { CommodityCode($0) })
    #expect(grouping.longerPrefixes(Facts(commodity: "2711")) == [])
    #expect(grouping.longerPrefixes(Facts(commodity: "27000000")) == [])
  }

  @Test func aGroupingNotInForceHasNoGroups() throws {
    let none = GroupingsInForce(editions: [nil])
    #expect(none.memberships(of: Facts(commodity: "27"), value: 27_000_000, in: 0).isEmpty)
  }
}
