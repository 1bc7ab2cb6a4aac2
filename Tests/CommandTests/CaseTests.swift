import Foundation
import Testing

/// The command's transcripts, `Cases/<command>/<what-it-shows>.case`; `Transcript` has the format.
///
/// `RECORD_CASES=1 swift test --filter CaseTests` writes what the program does now into the cases
/// that differ, and fails, so that recording can't pass for a check. Read what it wrote: every line
/// is a promise to the people who use the program.
@Suite struct CaseTests {
  static let isRecording = ProcessInfo.processInfo.environment["RECORD_CASES"] != nil
  static let cases = Place.tests.appending(path: "Cases")

  /// The paths of all cases below `Cases`.
  static let paths: [String] =
    (FileManager.default.enumerator(atPath: cases.path)?.compactMap { $0 as? String } ?? [])
    .filter { $0.hasSuffix(".case") }.sorted()

  @Test(arguments: paths) func transcript(_ path: String) throws {
    let file = Self.cases.appending(path: path)
    let text = try String(contentsOf: file, encoding: .utf8)
    let expected = try Transcript(text)
    let actual = try performed(expected)
    for (step, now) in zip(expected.steps, actual.steps) where step != now {
      Issue.record(
        Comment(rawValue: "\(path): $ \(now.command)\n" + Difference.text(step.shown, now.shown)))
    }
    guard Self.isRecording else { return }
    // A recording that reads back otherwise would be no promise: an output has a line of ours.
    #expect(try Transcript(actual.text) == actual, "\(path) cannot be written as a case")
    if actual != expected { try actual.text.write(to: file, atomically: true, encoding: .utf8) }
  }

  @Test func recordingIsNoCheck() {
    #expect(
      !Self.isRecording, "the cases were recorded, not checked: run again without RECORD_CASES")
  }

  @Test func everyCommandHasCases() {
    #expect(Self.paths.count >= 20)
    let folders = Set(Self.paths.map { $0.prefix { $0 != "/" } })
    #expect(folders.isSuperset(of: ["quote", "check", "help"]))
  }

  private func performed(_ transcript: Transcript) throws -> Transcript {
    let folder = try Scratch()
    for name in ["Tables", "Files"] {
      try folder.link(name, to: Place.tests.appending(path: name))
    }
    try folder.link("TariffTables", to: Place.root.appending(path: "TariffTables"))
    var performed = transcript
    performed.steps = try transcript.steps.map { step in
      let outcome = try Shell(folder: folder.url).run(step.command, input: step.input)
      return Transcript.Step(
        command: step.command, input: step.input, output: outcome.output, errors: outcome.errors,
        status: outcome.status)
    }
    return performed
  }
}

extension Transcript.Step {
  fileprivate var shown: String { "\(output)2>\n\(errors)= \(status)\n" }
}
