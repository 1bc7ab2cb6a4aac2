import Foundation
import Testing

/// The benchmark of a month at toy size: the same seed gives the same books.
@Suite struct MonthBenchTests {
  private func run(_ office: Office, _ words: String...) throws -> Program.Outcome {
    let usual = [
      "bench", "month", "--month", "2026-08", "--date", "2026-08-15", "--rows", "40",
      "--customers", "12", "--flows", "20",
    ]
    return try office.program.start(
      usual + words, in: office.folder.url, environment: ["TMPDIR": office.folder.url.path]
    ).outcome()
  }

  @Test func theSameSeedGivesTheSameBooks() throws {
    let office = try Office()
    let before = try office.folder.names()
    let digests = try [["1", "2"], ["1", "2"], ["1", "1"], ["2", "2"]].map { seed in
      let outcome = try run(
        office, "--seed", seed[0], "--months", seed[1], "--digest-only")
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").map(String.init)
    }
    #expect(digests.allSatisfy { $0.count == 2 && $0[0].hasPrefix("last digest ") })
    #expect(digests[0] == digests[1])
    #expect(Set(digests.map { $0[0] }).count == 3)
    #expect(digests[0][1] == digests[2][1], "the first month is the same")
    #expect(digests[0][1].hasPrefix("first month: 40 consignments, "))
    #expect(try office.folder.names() == before, "nothing is left behind")
  }

  /// The size that is aimed at: twelve charges for each consignment.
  @Test func consignmentsHaveAsManyChargesAsInBusiness() throws {
    let office = try Office()
    let outcome = try office.program.start(
      [
        "bench", "month", "--tables", Place.root.appending(path: "TariffTables").path, "--rows",
        "30", "--customers", "12", "--digest-only",
      ], in: office.folder.url, environment: ["TMPDIR": office.folder.url.path]
    ).outcome()
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let numbers =
      outcome.output.split(separator: "\n").last?.split { !$0.isNumber }
      .compactMap { Int($0) } ?? []
    #expect(numbers.count == 4 && numbers.first == 30, "\(outcome.output)")
    #expect(numbers[3] >= 12 * 30, "\(numbers[3]) charges")
  }

  @Test func figuresOfEachMonth() throws {
    let outcome = try run(try Office(), "--months", "3")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[3...5].map { $0.prefix(7) } == ["2026-08", "2026-09", "2026-10"])
    #expect(lines[6].hasPrefix("register verify of all months "))
    #expect(lines[7].hasPrefix("peak memory in MiB: invoice "))
    #expect(lines[8].hasSuffix(" bytes a consignment"))
  }
}

extension Scratch {
  fileprivate func names() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: url.path))
  }
}
