import ExactMoney
import Testing

@testable import TariffRules

@Suite struct GridTests {
  private func grid(_ rows: [String], head: [String] = []) throws -> Grid {
    let cells = Cells(head: ["currency,USD"] + head, rows, free: true)
    return try #require(Grid.read(cells.reader, steps: rows[0].hasPrefix("from_day")))
  }

  /// The rate and its line, or why there is none.
  private func text(_ cell: Grid.Cell) -> String {
    switch cell {
    case .rate(let rate, let mark): "\(rate) in line \(mark.line)"
    case .empty(let belt): "empty in \(belt.from)-\(belt.to)"
    case .noBelt(let nearest): "near \(nearest.map { "\($0.from)-\($0.to)" } ?? "nothing")"
    }
  }

  /// The head has five lines, so the header is in line 7 and the first belt in line 8.
  @Test func aBeltContainsBothItsEnds() throws {
    let grid = try grid(["from_km,to_km,a,b", "1,100,1.10,2", "101,200,1.2,", "201,201,0.005,3"])
    let found = [0, 1, 100, 101, 200, 201, 202, 90_000].map {
      text(grid.rate(at: $0, column: 0))
    }
    #expect(
      found == [
        "near 1-100", "1.1 in line 8", "1.1 in line 8", "1.2 in line 9", "1.2 in line 9",
        "0.005 in line 10", "near 201-201", "near 201-201",
      ])
    #expect(text(grid.rate(at: 150, column: 1)) == "empty in 101-200")
    #expect(text(grid.rate(at: 201, column: 1)) == "3 in line 10")
    #expect(text(grid.rate(at: -5, column: 0)) == "near 1-100")
  }

  @Test func aGapHasNoBelt() throws {
    let grid = try grid(
      ["from_km,to_km,a", "0,9,1", "20,29,2"], head: ["known_gap,10-19"])
    let found = [9, 10, 14, 15, 19, 20].map { text(grid.rate(at: $0, column: 0)) }
    // From 14 it is 5 km to 9 and 6 to 20; from 15 it is 6 and 5.
    #expect(
      found == [
        "1 in line 9", "near 0-9", "near 0-9", "near 20-29", "near 20-29", "2 in line 10",
      ])
  }

  @Test func aGridOfNothing() throws {
    #expect(text(try grid(["from_km,to_km,a"]).rate(at: 5, column: 0)) == "near nothing")
  }

  /// Four free days, then 3 a day up to the tenth, then 5.50 a day for ever.
  private static let storage = ["from_day,to_day,a,b", "1,4,0,", "5,10,3,1", "11,*,5.50,2"]

  @Test(arguments: [
    (0, "0 in line 8"), (1, "0 in line 8"), (4, "0 in line 8"), (5, "3 in line 9"),
    (10, "18 in line 9"), (11, "23.5 in line 10"), (40, "183 in line 10"),
  ])
  func stepsAreSummed(_ days: Int, _ expected: String) throws {
    // Ten days: 4 × 0 + 6 × 3 = 18; forty: 18 + 30 × 5.50 = 183.
    #expect(text(try grid(Self.storage).sum(days: days, column: 0)) == expected)
  }

  @Test func anEmptyStepHasNoFee() throws {
    #expect(text(try grid(Self.storage).sum(days: 7, column: 1)) == "empty in 1-4")
  }

  @Test func stepsThatEnd() throws {
    let grid = try grid(["from_day,to_day,a", "1,4,1", "5,10,2"])
    #expect(text(try grid.sum(days: 10, column: 0)) == "16 in line 9")
    #expect(text(try grid.sum(days: 11, column: 0)) == "near 5-10")
  }

  @Test func mixedDecimals() throws {
    let grid = try grid(["from_km,to_km,a,b", "1,9,0.000000001,9999999"])
    #expect(text(grid.rate(at: 1, column: 0)) == "0.000000001 in line 8")
    #expect(text(grid.rate(at: 1, column: 1)) == "9999999 in line 8")
  }

  @Test func columnsInTheirOrder() throws {
    let cells = Cells(
      head: ["currency,USD"], ["note,b,from_km,to_km,a", "x,2,1,9,1"], free: true)
    let grid = try #require(Grid.read(cells.reader, steps: false))
    #expect(grid.columns.map { cells.loader.symbols.name(of: $0) } == ["b", "a"])
    #expect(text(grid.rate(at: 3, column: 0)) == "2 in line 8")
    #expect(grid.currency.code == "USD")
    #expect(!grid.isSteps)
  }
}
