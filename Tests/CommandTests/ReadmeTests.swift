import Foundation
import Testing

/// The README's commands run and print what it shows.
@Suite struct ReadmeTests {
  @Test func itsCommandsPrintWhatItShows() throws {
    let text = try String(contentsOf: Place.root.appending(path: "README.md"), encoding: .utf8)
    let folder = try copyOfTheTop()
    let commands = Readme(text).shown.filter {
      $0.file != nil || Shell.arguments(CommandLineWords($0.command).words) != nil
    }
    #expect(!commands.isEmpty, "a README without an example")
    for shown in commands {
      if let file = shown.file {
        let path = folder.url.appending(path: file)
        try (shown.output.joined(separator: "\n") + "\n").write(
          to: path, atomically: true, encoding: .utf8)
        continue
      }
      let outcome = try Shell(folder: folder.url).run(shown.command)
      let printed = outcome.output + outcome.errors
      #expect(
        Readme.fits(shown.output, printed),
        "README.md:\(shown.line): $ \(shown.command)\nprints\n\(printed)")
    }
  }

  /// The commands write documents: into a copy of Invoices, not into the repository.
  private func copyOfTheTop() throws -> Scratch {
    let folder = try Scratch()
    for name in try FileManager.default.contentsOfDirectory(atPath: Place.root.path)
    where !name.hasPrefix(".") {
      let source = Place.root.appending(path: name)
      if name == "Invoices" {
        try FileManager.default.copyItem(at: source, to: folder.url.appending(path: name))
      } else {
        try folder.link(name, to: source)
      }
    }
    return folder
  }

  @Test func commandsAreFound() {
    let text = """
      # Title
      ```console
      $ tariff check
      $ swift run -c release tariff quote --from A \\
          --to "B C"
      one
      …

      ```
      $ tariff not shown as a command
      ```
      $ nor this
      ```
      """
    let shown = Readme(text).shown
    #expect(
      shown == [
        .init(line: 3, command: "tariff check", output: []),
        .init(
          line: 4, command: "swift run -c release tariff quote --from A --to \"B C\"",
          output: ["one", "…"]),
      ])
    #expect(
      shown.map { Shell.arguments(CommandLineWords($0.command).words) } == [
        ["check"], ["quote", "--from", "A", "--to", "B C"],
      ])
    #expect(Shell.arguments(["swift", "test"]) == nil)
  }

  @Test(
    arguments: [
      (["a", "b"], "a\nb\n", true), (["a"], "a\nb\n", false), (["a", "b"], "a\n", false),
      (["a", "…"], "a\nb\nc\n", true), (["…", "c"], "a\nb\nc\n", true),
      (["…", "b"], "a\nb\nc\n", false),
      (["a", "…", "b", "…", "e"], "a\nx\nb\ne\n", true), (["a", "…", "a"], "a\n", false),
      (["…", "b", "…"], "a\nc\n", false), ([], "", true), ([], "a\n", false), (["…"], "", true),
    ] as [([String], String, Bool)])
  func linesMayBeLeftOut(_ shown: [String], _ text: String, _ fits: Bool) {
    #expect(Readme.fits(shown, text) == fits)
  }
}
