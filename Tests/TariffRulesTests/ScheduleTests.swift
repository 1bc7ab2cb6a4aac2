import ExactMoney
import SeededNumbers
import Testing

@testable import TariffRules

@Suite struct ScheduleTests {
  typealias Entry = Schedule<Int>.Entry

  private func day(_ number: Int) throws -> Day { try #require(Day(number: Int32(number))) }

  private func entry(_ effective: String, _ published: String, _ content: Int?) throws -> Entry {
    let change = Change(
      effective: try #require(Day(effective)), published: try #require(Day(published)))
    return Entry(change: change, edition: content.map { Edition(file: 0, content: $0) })
  }

  private func content(_ schedule: Schedule<Int>, _ day: String, asOf: String? = nil) -> Int? {
    Day(day).flatMap { day in schedule.inForce(on: day, asOf: asOf.flatMap { Day($0) })?.content }
  }

  @Test func theNewestEditionNotAfterTheDay() throws {
    let schedule = Schedule(
      name: "x",
      entries: [
        try entry("2026-01-01", "2025-12-01", 2), try entry("2025-01-01", "2024-12-01", 1),
      ])
    #expect(content(schedule, "2024-12-31") == nil)
    #expect(content(schedule, "2025-01-01") == 1)
    #expect(content(schedule, "2025-12-31") == 1)
    #expect(content(schedule, "2026-01-01") == 2)
    #expect(content(schedule, "2099-01-01") == 2)
  }

  @Test func onlyWhatWasKnown() throws {
    let schedule = Schedule(
      name: "x",
      entries: [
        try entry("2025-01-01", "2024-12-01", 1), try entry("2026-01-01", "2025-12-01", 2),
      ])
    #expect(content(schedule, "2026-05-01", asOf: "2025-11-30") == 1)
    #expect(content(schedule, "2026-05-01", asOf: "2025-12-01") == 2)
    #expect(content(schedule, "2026-05-01", asOf: "2024-11-30") == nil)
  }

  @Test func aCorrectionReachesBack() throws {
    let schedule = Schedule(
      name: "x",
      entries: [
        try entry("2026-02-01", "2026-04-16", 2), try entry("2026-02-01", "2026-01-15", 1),
      ])
    #expect(content(schedule, "2026-02-01") == 2)
    #expect(content(schedule, "2026-03-01", asOf: "2026-04-15") == 1)
    #expect(content(schedule, "2026-03-01", asOf: "2026-04-16") == 2)
  }

  @Test func aWithdrawalEndsTheSchedule() throws {
    let schedule = Schedule(
      name: "x",
      entries: [
        try entry("2025-01-01", "2025-01-01", 1), try entry("2026-01-01", "2025-10-01", nil),
        try entry("2027-01-01", "2026-10-01", 3),
      ])
    #expect(content(schedule, "2025-12-31") == 1)
    #expect(content(schedule, "2026-01-01") == nil)
    #expect(content(schedule, "2026-01-01", asOf: "2025-09-30") == 1)
    #expect(content(schedule, "2027-01-01") == 3)
    #expect(schedule.editions.map(\.content) == [1, 3])
  }

  /// Searching the sorted entries finds what looking at every one in the order written does.
  @Test func aSearchEqualsAScan() throws {
    var random = SplitMix64(seed: 20_260_301)
    for _ in 0..<500 {
      var changes: Set<Change> = []
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        changes.insert(
          Change(
            effective: try day(.random(in: 0...9, using: &random)),
            published: try day(.random(in: 0...9, using: &random))))
      }
      let entries = changes.sorted().shuffled(using: &random).enumerated().map { index, change in
        let isWithdrawal = Int.random(in: 0...4, using: &random) == 0
        return Entry(
          change: change, edition: isWithdrawal ? nil : Edition(file: 0, content: index))
      }
      let schedule = Schedule(name: "x", entries: entries)
      let on = try day(.random(in: 0...10, using: &random))
      let asOf = Bool.random(using: &random) ? nil : try day(.random(in: 0...10, using: &random))
      var best: Entry?
      for entry in entries {
        guard entry.change.effective.number <= on.number else { continue }
        if let asOf, entry.change.published.number > asOf.number { continue }
        if let now = best?.change {
          if entry.change.effective.number < now.effective.number { continue }
          if entry.change.effective == now.effective
            && entry.change.published.number < now.published.number
          {
            continue
          }
        }
        best = entry
      }
      #expect(schedule.inForce(on: on, asOf: asOf)?.content == best?.edition?.content)
    }
  }
}
