import Foundation
import Testing

/// The real program is killed while it writes: nothing is lost, and the same command completes it.
///
/// A run that names its documents to a pipe that is full waits. With long names the pipe holds
/// those of two invoices: so a run is never further ahead, however busy the machine is.
@Suite struct CrashTests {
  static let count = 200
  private static let command = [
    "invoice", "N.csv", "--issue-date", "2026-09-01", "--per", "consignment",
    "--register", "Invoices/register.sqlite",
    "--invoices", String(repeating: "./", count: 460) + "Invoices",
  ]

  /// What a run is in the middle of when it is killed, if that can be seen before it waits.
  enum Moment: CaseIterable {
    /// Whatever follows the naming of a document.
    case atOnce
    /// Pages of the register are being written: SQLite's journal is there.
    case recording
    /// A document is being written under its temporary name.
    case writing
  }

  /// A run of 200 invoices, killed again and again, each time some invoices further on.
  @Test func killedAgainAndAgain() throws {
    let (whole, office) = (try Office(), try Office())
    for each in [whole, office] {
      try each.file("N", Self.count)
      try FileManager.default.createDirectory(
        at: each.invoices, withIntermediateDirectories: false)
    }
    #expect(try whole.start(Self.command).outcome().status == 0)
    let complete = try whole.documents()
    #expect(complete.count == 2 * Self.count)

    var killed = 0
    var last = 0
    while killed < 24 {
      let moment = Moment.allCases[killed % Moment.allCases.count]
      let said = try Self.kill(in: office, at: moment, after: last)
      killed += 1
      let recorded = try Self.examine(office, said, beside: complete)
      #expect(recorded > last && recorded < Self.count, "it was killed on the way")
      last = recorded
    }

    let again = try office.start(Self.command).outcome()
    #expect(again.status == 0)
    #expect(again.errors.contains("200 consignments: "))
    #expect(try office.documents() == complete)
    #expect(try office.exports() == whole.exports())
    #expect(try office.run("register", "verify") == whole.run("register", "verify"))
    #expect(try Set(office.names()) == Set(whole.names()), "nothing is left over")
  }

  /// Starts a run, reads the names of some documents and kills it.
  /// - Returns: all that it has said.
  private static func kill(in office: Office, at moment: Moment, after last: Int) throws -> Data {
    let pipe = Pipe()
    #if os(Linux)
      // F_SETPIPE_SZ: a page is the least there is.
      _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, 1031, 4096)
    #endif
    let run = try office.program.start(
      command, in: office.folder.url, output: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    let reading = pipe.fileHandleForReading.fileDescriptor
    var said = Data()
    var page = [UInt8](repeating: 0, count: 4096)
    // The names of five or six documents; all that the pipe holds, so that the run goes on at once.
    while said.count < 5000 {
      let count = read(reading, &page, page.count)
      if count <= 0 { break }
      said += page.prefix(count)
    }
    look(for: moment, run, office, after: last)
    run.kill()
    while let more = try pipe.fileHandleForReading.read(upToCount: 4096) { said += more }
    #expect(try run.outcome().status == -1, "it was done before")
    return said
  }

  /// Looks on until the run is at a moment, for a while.
  private static func look(
    for moment: Moment, _ run: Program.Running, _ office: Office, after last: Int
  ) {
    let folder = office.invoices.path
    let ending = ".\(run.process.processIdentifier).part"
    let halves = Office.numbers(upTo: min(count, last + 8)).dropFirst(last + 2).flatMap {
      ["\(folder)/.\($0).txt\(ending)", "\(folder)/.\($0).csv\(ending)"]
    }
    let paths =
      switch moment {
      case .atOnce: [String]()
      case .recording: ["\(folder)/register.sqlite-journal"]
      case .writing: halves
      }
    for _ in 0..<(2000 / max(1, paths.count)) where !paths.isEmpty {
      if paths.contains(where: { access($0, F_OK) == 0 }) { return }
    }
  }

  /// What must hold right after a kill.
  /// - Returns: how many invoices are recorded.
  private static func examine(
    _ office: Office, _ said: Data, beside complete: [String: Data]
  ) throws -> Int {
    let verified = try office.run("register", "verify")
    #expect(verified.status == 0, "\(verified.errors)")
    let numbers = try office.numbers()
    #expect(numbers == Office.numbers(upTo: numbers.count), "without a gap or a double")
    // What it said is there, and every document that is there is whole.
    for path in String(decoding: said, as: UTF8.self).split(separator: "\n") {
      let name = path.split(separator: "/").last ?? ""
      #expect(numbers.contains { name.hasPrefix($0) }, "\(name) was said")
    }
    for (name, bytes) in try office.documents() {
      #expect(complete[name] == bytes, "\(name) is not whole")
    }
    return numbers.count
  }
}
