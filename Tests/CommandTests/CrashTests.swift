import Foundation
import Testing

/// The real program is killed while it writes: nothing is lost, and the same command completes it.
@Suite struct CrashTests {
  static let command = [
    "invoice", "N.csv", "--issue-date", "2026-09-01", "--per", "consignment",
  ]
  static let count = 200

  /// What a run is in the middle of when it is killed.
  enum Moment: CaseIterable {
    /// Pages of the register are being written: SQLite's journal is there.
    case recording
    /// A document is being written under its temporary name.
    case writing
    /// The next document has appeared.
    case appeared
    /// The next document has been named on standard output.
    case named
  }

  /// Runs of 200 invoices, killed again and again, each time some invoices further on.
  @Test func killedAgainAndAgain() throws {
    let whole = try Office()
    try whole.file("N", Self.count)
    #expect(try whole.start(Self.command).outcome().status == 0)
    let complete = try whole.documents()
    #expect(complete.count == 2 * Self.count)

    var killed = 0
    for _ in 1...5 where killed < 20 {
      let office = try Office()
      try office.file("N", Self.count)
      killed += try Self.killUntilDone(office, beside: complete, first: killed)

      let again = try office.start(Self.command).outcome()
      #expect(again.status == 0)
      #expect(again.errors.contains("200 consignments: "))
      #expect(try office.documents() == complete)
      #expect(try office.exports() == whole.exports())
      #expect(try office.run("register", "verify") == whole.run("register", "verify"))
      #expect(try Set(office.names()) == Set(whole.names()), "nothing is left over")
    }
    #expect(killed >= 20)
  }

  /// Kills one run after another until one is done first.
  /// - Returns: how many were killed.
  private static func killUntilDone(
    _ office: Office, beside complete: [String: Data], first: Int
  ) throws -> Int {
    var killed = 0
    var last = 0
    while last < count && first + killed < 24 {
      let moment = Moment.allCases[(first + killed) % Moment.allCases.count]
      let run = try office.start(command)
      let isKilled = kill(run, in: office, at: moment, from: last + 1)
      let outcome = try run.outcome()
      guard isKilled, outcome.status == -1 else { break }
      killed += 1
      let recorded = try examine(office, outcome, beside: complete)
      #expect(recorded >= last, "what was recorded before is still there")
      last = recorded
    }
    return killed
  }

  /// Looks on without waiting until the run has come to an invoice and is at a moment, and kills
  /// it there.
  /// - Returns: false where the run was done before.
  private static func kill(
    _ run: Program.Running, in office: Office, at moment: Moment, from first: Int
  ) -> Bool {
    let folder = office.invoices.path + "/"
    func isThere(_ name: String) -> Bool { access(folder + name, F_OK) == 0 }
    var rest = Office.numbers(upTo: count)[(first - 1)...]
    while run.process.isRunning, let invoice = rest.first {
      let half = ".\(invoice).csv.\(run.process.processIdentifier).part"
      let isNow =
        switch moment {
        case .recording: isThere("\(invoice).txt") && isThere("register.sqlite-journal")
        case .writing: isThere(half)
        case .appeared: isThere("\(invoice).csv")
        case .named: run.outputSize > 0
        }
      if isNow {
        run.kill()
        return true
      }
      if isThere("\(invoice).csv") { rest.removeFirst() }
    }
    return false
  }

  /// What must hold right after a kill.
  /// - Returns: how many invoices are recorded.
  private static func examine(
    _ office: Office, _ killed: Program.Outcome, beside complete: [String: Data]
  ) throws -> Int {
    let verified = try office.run("register", "verify")
    #expect(verified.status == 0, "\(verified.errors)")
    let numbers = try office.numbers()
    #expect(numbers == Office.numbers(upTo: numbers.count), "without a gap or a double")
    // What it said is there, and every document that is there is whole.
    for path in killed.output.split(separator: "\n") {
      #expect(numbers.contains { path.hasPrefix("Invoices/\($0).") }, "\(path) was said")
    }
    for (name, bytes) in try office.documents() {
      #expect(complete[name] == bytes, "\(name) is not whole")
    }
    return numbers.count
  }
}
