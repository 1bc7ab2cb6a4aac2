import ExactMoney
import SeededNumbers
import Testing

@testable import TariffRules

@Suite struct TableComparisonTests {
  /// The folder as it is, and after some of its files were written anew.
  private func compare(
    _ edits: [String: (String) -> String], on day: String? = "2026-06-01", and other: String? = nil
  ) throws -> TableComparison {
    let (old, new) = (try TableFolder(), try TableFolder())
    for (path, edit) in edits {
      try new.write(path, [edit((try? old.text(path)) ?? "")])
    }
    return TableComparison(
      .init(try old.load(), on: day.flatMap { Day($0) }, asOf: nil),
      .init(try new.load(), on: (other ?? day).flatMap { Day($0) }, asOf: nil))
  }

  private func texts(_ comparison: TableComparison) -> [String] {
    comparison.schedules.flatMap { schedule in
      ([schedule.headRow].compactMap(\.self) + schedule.rows).map { row in
        let places = [row.before, row.after].map { $0.map { "\($0.line)" } ?? "" }
        let cells = row.cells.map { "\($0.column) \($0.before ?? "") > \($0.after ?? "")" }
        return "\(schedule.name) \(row.what.rawValue) \(row.name) "
          + places.joined(separator: ">") + ": " + cells.joined(separator: ", ")
      }
    }
  }

  @Test func aFolderIsTheSameAsItself() throws {
    #expect(try compare([:]).isEmpty)
    #expect(try compare([:], on: nil).isEmpty)
  }

  @Test func aGridIsComparedByItsBelts() throws {
    let path = "AA/RAIL/belts/2025-01-01.csv"
    let comparison = try compare([
      path: { $0.replacing("101,200,1.20,1.10\n", with: "101,150,1.20,1.10\n151,200,1.20,1.10\n") }
    ])
    #expect(
      texts(comparison) == [
        "AA/RAIL/belts gone 101 200 9>: from_km 101 > , to_km 200 > , small 1.20 > , large 1.10 > ",
        "AA/RAIL/belts added 101 150 >9: "
          + "from_km  > 101, to_km  > 150, small  > 1.20, large  > 1.10",
        "AA/RAIL/belts added 151 200 >10: "
          + "from_km  > 151, to_km  > 200, small  > 1.20, large  > 1.10",
      ])
  }

  @Test func aChangedCellHasItsPlaceOnBothSides() throws {
    let comparison = try compare([
      "AA/RAIL/belts/2025-01-01.csv": {
        $0.replacing("currency,EUR", with: "note,typed anew\ncurrency,USD")
          .replacing("1.30,1.20", with: "1.30,1.25")
      }
    ])
    #expect(
      texts(comparison) == [
        "AA/RAIL/belts changed head 1>1: currency EUR > USD",
        "AA/RAIL/belts changed 201 300 10>11: large 1.20 > 1.25",
      ])
    #expect(comparison.count(.changed) == 1 && comparison.count(.added) == 0)
  }

  /// A spreadsheet drops the zeros after the point and may move columns; a column of `*` says
  /// nothing. A code that lost its first zero is another code.
  @Test func whatASpreadsheetDoesIsNoDifference() throws {
    let comparison = try compare([
      "AA/RAIL/belts/2025-01-01.csv": {
        $0.replacing("small,large", with: "large,small").replacing("1.10,1.00", with: "1,1.1")
          .replacing("1.20,1.10", with: "1.1,1.2").replacing("1.30,1.20", with: "1.2,1.3")
      },
      "AA/RAIL/coefficients/2025-01-01.csv": {
        $0.replacing("traffic,rate", with: "traffic,load,both_ways,from,rate")
          .replacing("transit,*", with: "transit,*,no,*,*")
          .replacing("*,oil in", with: "*,*,no,*,oil in")
      },
    ])
    #expect(texts(comparison) == [])
    let codes = try compare([
      "codes/dangerous-goods/2025-01-01.csv": { $0.replacing("1230,", with: "0230,") }
    ])
    #expect(codes.count(.added) == 1 && codes.count(.gone) == 1)
  }

  @Test func distancesAreComparedByThePair() throws {
    let comparison = try compare([
      "AA/RAIL/distances/2025-01-01.csv": { text in
        text.replacing("110002\n110001,Alpha,250", with: "110001\n110002,Beta,260")
      }
    ])
    #expect(
      texts(comparison) == ["AA/RAIL/distances changed 110001 - 110002 7>7: km 250 > 260"])
  }

  @Test func theOrderOfAChainCounts() throws {
    let oil = "oil,coefficient,0.8,*,oil in wagons,transit"
    let transit = "transit,coefficient,0.9,transit,*,"
    let comparison = try compare([
      "AA/RAIL/coefficients/2025-01-01.csv": {
        $0.replacing("\(transit)\n\(oil)", with: "\(oil)\n\(transit)")
      }
    ])
    #expect(comparison.count(.changed) == 1)
    #expect(comparison.schedules.first?.rows.first?.cells.map(\.column) == ["order"])
    // The order of rates means nothing.
    let rates = try compare([
      "AA/RAIL/rates/2025-01-01.csv": { text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let end = lines.count - (lines.last == "" ? 1 : 0)
        return (lines[..<(end - 2)] + [lines[end - 1], lines[end - 2]]).joined(separator: "\n")
      }
    ])
    #expect(texts(rates) == [])
  }

  @Test func editionsOfADay() throws {
    let edition = "AA/RAIL/coefficients/2026-03-01.csv"
    let text = """
      kind,coefficients
      source,made for the tests
      evidence,published
      published,2026-02-15

      name,step,value
      transit,coefficient,0.95
      """
    let before = try compare([edition: { _ in text }], on: "2026-02-28")
    #expect(before.isEmpty)
    for day in ["2026-03-01", nil] {
      let comparison = try compare([edition: { _ in text }], on: day)
      #expect(
        texts(comparison) == [
          "AA/RAIL/coefficients changed transit 7>7: "
            + "value 0.9 > 0.95, traffic transit > ",
          "AA/RAIL/coefficients gone oil 8>: name oil > , step coefficient > , value 0.8 > , "
            + "rate oil in wagons > , in_place_of transit > ",
        ])
      #expect(comparison.schedules.first?.after?.path == edition)
      #expect(comparison.schedules.first?.before?.path == "AA/RAIL/coefficients/2025-01-01.csv")
    }
  }

  /// In one folder: what became known between two days.
  @Test func twoStatesOfKnowledge() throws {
    let folder = try TableFolder(
      over: Folders.tables.appendingPathComponent("good/correction-that-reaches-back"))
    let tables = try folder.load()
    func compare(_ early: String?, _ late: String?, on day: String?) -> TableComparison {
      TableComparison(
        .init(tables, on: day.flatMap { Day($0) }, asOf: early.flatMap { Day($0) }),
        .init(tables, on: day.flatMap { Day($0) }, asOf: late.flatMap { Day($0) }))
    }
    for day in ["2025-02-01", nil] {
      let changed = compare("2025-02-28", "2025-03-01", on: day)
      #expect(
        changed.schedules.map(\.after?.path) == [
          "joint-venture/customers/2025-01-01_published-2025-03-01.csv"
        ])
      #expect(compare("2025-03-01", nil, on: "2025-02-01").isEmpty)
    }
    #expect(compare("2025-02-27", "2025-02-28", on: nil).isEmpty)
  }

  @Test func officialRatesAreThoseOfTheDay() throws {
    let tables = try TableFolder().load()
    let comparison = TableComparison(
      .init(tables, on: Day("2026-01-15"), asOf: nil),
      .init(tables, on: Day("2026-08-15"), asOf: nil))
    #expect(
      comparison.schedules.allSatisfy { $0.name.hasPrefix("exchange-rates/") }
        && !comparison.isEmpty)
    #expect(comparison.schedules.flatMap(\.rows).allSatisfy { $0.name == "the row in force" })
  }

  @Test func aWithdrawalTakesEveryRow() throws {
    let comparison = try compare([
      "joint-venture/discounts/2026-02-01.csv": { _ in
        "kind,discounts\nsource,a\nevidence,published\npublished,2026-02-01\nwithdrawn,yes"
      }
    ])
    #expect(comparison.schedules.map(\.name) == ["joint-venture/discounts"])
    #expect(comparison.schedules.first?.after?.isWithdrawal == true)
    #expect(comparison.count(.gone) == comparison.schedules.first?.rows.count)
  }

  /// Rows of a random table after random edits: exactly the edited ones are found.
  @Test(arguments: 0..<40) func editsAreFound(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func row(_ name: Int, _ value: Int, _ line: Int) -> PrintedRow {
      PrintedRow(
        path: "a", line: line,
        cells: [.init(column: "name", text: "n\(name)"), .init(column: "value", text: "\(value)")])
    }
    let count = Int.random(in: 0...30, using: &random)
    let before = (0..<count).map { row($0, Int.random(in: 0..<5, using: &random), $0 + 7) }
    var after: [PrintedRow] = []
    var expected: Set<String> = []
    for (index, old) in before.enumerated() {
      switch Int.random(in: 0..<6, using: &random) {
      case 0: expected.insert("gone n\(index)")
      case 1:
        after.append(row(index, 9, 0))
        expected.insert("changed n\(index)")
      default: after.append(old)
      }
    }
    for name in 100..<(100 + Int.random(in: 0...4, using: &random)) {
      after.insert(row(name, 1, 0), at: Int.random(in: 0...after.count, using: &random))
      expected.insert("added n\(name)")
    }
    let matching = RowMatching(kind: .coefficients, key: ["name"])
    let found = matching.differences(before, after)
    #expect(Set(found.map { "\($0.what.rawValue) \($0.name)" }) == expected)
    #expect(found.count == expected.count)
    // Shuffled, no row of a table without order differs.
    let shuffled = RowMatching(kind: .rates, key: ["name"])
    #expect(shuffled.differences(before, before.shuffled(using: &random)).isEmpty)
  }

  /// Rows with one name: those alike are the same row, and what is left goes together.
  @Test func rowsOfOneName() {
    func row(_ values: [String], _ line: Int) -> PrintedRow {
      PrintedRow(
        path: "a", line: line,
        cells: zip(["step", "lane", "percent"], values).map { .init(column: $0, text: $1) })
    }
    let before = [row(["4", "A", "3"], 1), row(["4", "B", "5"], 2), row(["4", "C", "7"], 3)]
    let after = [row(["4", "C", "8"], 1), row(["4", "A", "3"], 2)]
    let found = RowMatching(kind: .agreement, key: ["step"]).differences(before, after)
    #expect(found.map(\.what) == [.gone, .changed])
    #expect(found.first?.before?.line == 2)
    #expect(found.last?.cells.map(\.column) == ["percent"])
  }
}
