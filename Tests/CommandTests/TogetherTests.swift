import Foundation
import Testing

/// Eight processes issue into one register at once: nobody fails, nothing is lost, nothing comes
/// twice.
@Suite struct TogetherTests {
  private static let processes = 8
  private static let each = 15

  /// Starts one process for each file at once, before there is a register.
  private func issue(_ files: [String], in office: Office) throws -> [Program.Outcome] {
    let runs = try files.map { file in
      try office.start([
        "invoice", file + ".csv", "--issue-date", "2026-09-01", "--per", "consignment",
      ])
    }
    return try runs.map { try $0.outcome() }
  }

  /// The numbers of the documents that runs said they have issued.
  private func issued(_ outcomes: [Program.Outcome]) -> [String] {
    outcomes.flatMap { $0.output.split(separator: "\n") }.filter { $0.hasSuffix(".txt") }
      .map { $0.dropFirst("Invoices/".count).dropLast(".txt".count) }.map(String.init)
  }

  @Test func filesOfTheirOwn() throws {
    let office = try Office()
    let files = (0..<Self.processes).map { "F\($0)" }
    for (index, file) in files.enumerated() {
      // Each has customers of its own, so that currencies are mixed.
      try office.file(file, Self.each, customers: index * 5..<(index + 1) * 5)
    }
    let outcomes = try issue(files, in: office)
    for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
    let all = Self.processes * Self.each
    #expect(issued(outcomes).sorted() == Office.numbers(upTo: all), "each number once")
    #expect(try office.numbers() == Office.numbers(upTo: all))
    let references = try office.exports()[0].split(separator: "\n").dropFirst().map {
      String($0.split(separator: ",", omittingEmptySubsequences: false)[4])
    }
    let given = files.flatMap { file in (0..<Self.each).map { "\(file)-\($0)" } }
    #expect(references.sorted() == given.sorted(), "each consignment once")
    let verified = try office.run("register", "verify")
    #expect(verified.status == 0, "\(verified.errors)")
    #expect(verified.output.hasPrefix("\(all) entries in order"))
    #expect(try office.documents().count == 2 * all)
    #expect(try office.names().count == 2 * all + 1, "nothing is left over")
  }

  @Test func theSameFile() throws {
    let office = try Office()
    try office.file("S", Self.each)
    let outcomes = try issue(Array(repeating: "S", count: Self.processes), in: office)
    for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
    #expect(try office.numbers() == Office.numbers(upTo: Self.each))
    let references = try office.exports()[0].split(separator: "\n").dropFirst().map {
      String($0.split(separator: ",", omittingEmptySubsequences: false)[4])
    }
    #expect(references.sorted() == (0..<Self.each).map { "S-\($0)" }.sorted())
    // Each run accounts for every row: what it issued itself and what it found issued.
    for outcome in outcomes {
      #expect(outcome.errors.contains("\(Self.each) consignments: "))
    }
    #expect(try office.run("register", "verify").status == 0)
    #expect(try office.documents().count == 2 * Self.each)
  }

  /// Who looks while others issue sees the books of one moment: in is out, and the chain is whole.
  @Test func lookingMeanwhile() throws {
    let office = try Office()
    for index in 0..<3 { try office.file("L\(index)", 40, customers: index * 5..<index * 5 + 5) }
    try office.file("L", 1)
    #expect(try office.run("invoice", "L.csv", "--issue-date", "2026-09-01").status == 0)
    let runs = try (0..<3).map { index in
      try office.start([
        "invoice", "L\(index).csv", "--issue-date", "2026-09-01", "--per", "consignment",
      ])
    }
    // The first look begins when none of them can have ended.
    repeat {
      let settled = try office.run("settle", "2026-08")
      #expect([0, 1].contains(settled.status), "\(settled.errors)")
      let verified = try office.run("register", "verify")
      #expect(verified.status == 0, "\(verified.errors)")
    } while runs.contains { $0.process.isRunning }
    for run in runs {
      let outcome = try run.outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try office.numbers() == Office.numbers(upTo: 121))
  }
}
