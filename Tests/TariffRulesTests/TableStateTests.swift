import ExactMoney
import Testing

@testable import TariffRules

/// The states of the shipped tables that someone may have taken for that of a day.
@Suite struct TableStateTests {
  private let tables: TariffTables

  init() throws {
    let folder = Folders.shipped.resolvingSymlinksInPath().path
    tables = try #require(try TariffTables.load(from: folder).tables)
  }

  private func states(_ day: String, in folders: [String]) throws -> [TableState] {
    tables.states(near: try #require(Day(day)), first: [], within: 93, in: folders)
  }

  /// The coefficients of the Azerbaijani railway changed on 1 March 2026, nothing else of it within
  /// three months of 15 March.
  @Test func aRailwayWithOneNewEdition() throws {
    let day = try #require(Day("2026-03-15"))
    let found = try states("2026-03-15", in: ["AZ/ADY"])
    #expect(found.first == TableState(on: day))
    #expect(found.contains(TableState(on: day, without: "AZ/ADY/coefficients/2026-03-01.csv")))
    #expect(found.contains { $0.asOf.map { $0 < day } ?? false })
    #expect(found.count < 8, "\(found)")
  }

  @Test func ratesOfOneFolderAreThoseOfDaysNearby() throws {
    let found = try states("2026-08-05", in: ["exchange-rates/USD-KZT"])
    // A row a week from 5 July to 5 September, that of 3 August being the day's own.
    #expect(
      Set(found.dropFirst().map(\.day.description)) == [
        "2026-07-06", "2026-07-13", "2026-07-20", "2026-07-27", "2026-08-10", "2026-08-17",
        "2026-08-24", "2026-08-31",
      ])
    #expect(try states("2026-08-05", in: ["exchange-rates/USD-GEL"]).count == found.count)
    #expect(try states("2026-08-05", in: []) == [TableState(on: try #require(Day("2026-08-05")))])
  }

  @Test func whatIsPassedOverIsNotInForce() throws {
    let day = try #require(Day("2026-03-15"))
    let path = "AZ/ADY/coefficients/2026-03-01.csv"
    let older = try #require(tables.passingOver(path))
    #expect(older.files.count == tables.files.count - 1)
    #expect(!older.files.map(\.path).contains(path))
    let before = older.editionsInForce(on: day, asOf: nil)
    #expect(before == tables.editionsInForce(on: try #require(Day("2026-02-28")), asOf: nil))
    #expect(tables.passingOver("joint-venture/policy/2023-10-26.csv") == nil, "needed")
  }
}
