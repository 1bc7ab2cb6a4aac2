import SeededNumbers
import Testing

@testable import ExactMoney

@Suite struct DayTests {
  /// Numbers from Python's datetime.
  @Test(
    arguments: [
      ("1900-01-01", -25567), ("1900-02-28", -25509), ("1900-03-01", -25508), ("1969-12-31", -1),
      ("1970-01-01", 0), ("2000-02-29", 11016), ("2024-02-29", 19782), ("2026-08-15", 20680),
      ("2100-02-28", 47540), ("2100-03-01", 47541), ("2199-12-31", 84005),
    ] as [(String, Int32)])
  func hasANumber(text: String, number: Int32) throws {
    let day = try #require(Day(text))
    #expect(day.number == number)
    #expect(Day(number: number) == day)
    #expect(day.description == text)
    #expect(Day(year: day.year, month: day.month, day: day.day) == day)
    #expect(Day(bytes: Array(text.utf8)) == day)
    #expect(Day(bytes: Array("x\(text)".utf8)[1...]) == day)
  }

  @Test(arguments: [
    "", "2026-8-15", "2026-08-15 ", " 2026-08-15", "2026/08/15", "20260815", "2026-08-15T00",
    "2026-00-10", "2026-13-10", "2026-08-00", "2026-08-32", "2026-02-29", "1900-02-29",
    "2100-02-29", "2026-04-31", "1899-12-31", "2200-01-01", "0000-00-00", "9999-99-99",
    "+026-08-15", "-026-08-15", "2026-0a-15", "２026-08-15", "15.08.2026", "2026-08-1é",
  ])
  func refuses(text: String) {
    #expect(Day(text) == nil)
    #expect(Day(bytes: text.utf8) == nil)
  }

  @Test func refusesNumbersOutsideTheCalendar() {
    #expect(Day(number: -25568) == nil)
    #expect(Day(number: 84006) == nil)
    #expect(Day(number: .min) == nil)
    #expect(Day(year: .min, month: .min, day: .min) == nil)
    #expect(Day(year: .max, month: .max, day: .max) == nil)
    #expect(Day(year: 2026, month: 2, day: .max) == nil)
    #expect(Day.earliest.description == "1900-01-01")
    #expect(Day.latest.description == "2199-12-31")
  }

  @Test func countsDays() throws {
    let leap = try #require(Day("2024-02-29"))
    let end = try #require(Day("2026-12-31"))
    #expect(leap.days(until: end) == 1036)
    #expect(end.days(until: leap) == -1036)
    #expect(leap.adding(days: 1036) == end)
    #expect(end.adding(days: -1036) == leap)
    #expect(leap < end)
    #expect(leap.adding(days: .max) == nil)
    #expect(leap.adding(days: .min) == nil)
    #expect(Day.latest.adding(days: 1) == nil)
    #expect(Day.earliest.adding(days: -1) == nil)
  }

  /// Walks the whole calendar by the rule everyone knows, and compares each day both ways.
  @Test func everyDayRoundTrips() {
    var number: Int32 = -25567
    var wrong: [Int32] = []
    for year in 1900...2199 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (month, length) in zip(1..., lengths) {
        for day in 1...length {
          let known = Day(number: number)
          if known != Day(year: year, month: month, day: day) || known?.day != day
            || known?.month != month || known?.year != year
          {
            wrong.append(number)
          }
          number += 1
        }
      }
    }
    #expect(wrong.isEmpty)
    #expect(number == 84006)
  }

  @Test(arguments: [31, 32] as [UInt64])
  func textRoundTrips(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let day = Day(number: .random(in: -25567...84005, using: &random))
      #expect(day.flatMap { Day($0.description) } == day)
    }
  }
}
