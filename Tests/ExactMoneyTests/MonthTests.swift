import Testing

@testable import ExactMoney

@Suite struct MonthTests {
  @Test(arguments: [
    ["2026-11", "2026-11-01", "2026-11-30", "2026-10", "2026-12"],
    ["2026-12", "2026-12-01", "2026-12-31", "2026-11", "2027-01"],
    ["2026-01", "2026-01-01", "2026-01-31", "2025-12", "2026-02"],
    ["2024-02", "2024-02-01", "2024-02-29", "2024-01", "2024-03"],
    ["2100-02", "2100-02-01", "2100-02-28", "2100-01", "2100-03"],
  ])
  func knowsItsDaysAndNeighbours(row: [String]) throws {
    let month = try #require(Month(row[0]))
    #expect(month.description == row[0])
    #expect(month.first.description == row[1])
    #expect(month.last.description == row[2])
    #expect(month.previous?.description == row[3])
    #expect(month.next?.description == row[4])
    #expect(Month(month.first) == month)
    #expect(Month(month.last) == month)
    #expect(month.contains(month.first))
    #expect(month.contains(month.last))
    #expect(month.first.adding(days: -1).map(month.contains) == false)
    #expect(month.last.adding(days: 1).map(month.contains) == false)
  }

  @Test(arguments: [
    "", "2026", "2026-1", "2026-00", "2026-13", "2026-011", "2026/01", " 2026-01", "1899-12",
    "2200-01", "+026-01", "2026-0x", "2026-01-01",
  ])
  func refuses(text: String) {
    #expect(Month(text) == nil)
  }

  @Test func endsWithTheCalendar() {
    #expect(Month("2199-12")?.previous == Month("2199-11"))
    #expect(Month("2199-12")?.next == nil)
    #expect(Month("1900-01")?.previous == nil)
    #expect(Month(year: .max, month: .min) == nil)
  }

  @Test func isOrdered() throws {
    let months = try ["2025-12", "2026-01", "2026-11"].map { try #require(Month($0)) }
    #expect(months.reversed().sorted() == months)
  }
}
