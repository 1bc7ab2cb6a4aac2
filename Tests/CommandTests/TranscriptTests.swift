import Foundation
import Testing

/// The harness of the transcripts itself.
@Suite struct TranscriptTests {
  static let text = """
    # why
    $ tariff quote - --from "A B"
    <<<
    in
    2>
    >>>
    out
    2>
    err
    = 1

    $ tariff check
    = 0

    $ cat a
    abc
    \\ no line end
    = 0

    """

  @Test func aCaseReadsAndWritesTheSame() throws {
    let read = try Transcript(Self.text)
    #expect(read.remarks == "# why\n")
    #expect(
      read.steps == [
        .init(
          command: "tariff quote - --from \"A B\"", input: "in\n2>\n", output: "out\n",
          errors: "err\n", status: 1),
        .init(command: "tariff check"), .init(command: "cat a", output: "abc"),
      ])
    #expect(read.text == Self.text)
  }

  @Test(arguments: ["", "# only a remark\n", "$ tariff check\nout\n", "$ tariff\n= 0\nout\n"])
  func aBrokenCaseIsRefused(_ text: String) {
    #expect(throws: Transcript.Unreadable.self) { try Transcript(text) }
  }

  @Test func outputThatLooksLikeACaseIsNoticed() throws {
    var transcript = try Transcript(Self.text)
    transcript.steps[1].output = "= 3\n"
    #expect((try? Transcript(transcript.text)) != transcript)
  }

  @Test func wordsOfALine() {
    let line = CommandLineWords(#"A=1 B='x y' tariff "a \"b\" c" d\ e '' '<' --f=g < in.csv"#)
    #expect(line.environment == ["A": "1", "B": "x y"])
    #expect(line.words == ["tariff", "a \"b\" c", "d e", "", "<", "--f=g"])
    #expect(line.input == "in.csv")
  }

  @Test func aDifferenceShowsBothSides() {
    #expect(Difference.text("a\nb\nc", "a\nx\nc") == "- 2: b\n+ 2: x")
    #expect(Difference.text("a", "a") == "")
  }

  @Test func aFileIsChangedBetweenCommands() throws {
    let folder = try Scratch()
    let file = folder.url.appending(path: "a.csv")
    try Data("b,1\r\nb,22\n".utf8).write(to: file)
    let shell = Shell(folder: folder.url)
    let outcome = try shell.run(#"change a.csv ',1\u{D}\u{A}b' ',3\u{A}c'"#)
    #expect(outcome == .init(output: "", errors: "", status: 0))
    #expect(try String(contentsOf: file, encoding: .utf8) == "b,3\nc,22\n")
  }

  @Test(arguments: ["change a.csv x y", "change a.csv 2 3"])
  func whatCannotBeChangedFailsTheCase(_ line: String) throws {
    let folder = try Scratch()
    let file = folder.url.appending(path: "a.csv")
    try Data("b,1,22\n".utf8).write(to: file)
    #expect(throws: Shell.Fault.self) { try Shell(folder: folder.url).run(line) }
    #expect(try String(contentsOf: file, encoding: .utf8) == "b,1,22\n")
  }

  /// A change in what is linked, as all cases share it, is made in a copy.
  @Test func whatAllCasesShareIsChangedInACopy() throws {
    let (folder, shared) = (try Scratch(), try Scratch())
    try folder.link("Tables", to: shared.url)
    for (name, text) in [("a.csv", "a"), ("b.csv", "b")] {
      try Data(text.utf8).write(to: shared.url.appending(path: name))
    }
    let shell = Shell(folder: folder.url)
    _ = try shell.run("change Tables/a.csv a c")
    #expect(try shell.run("cat Tables/a.csv").output == "c")
    #expect(try shell.run("cat Tables/b.csv").output == "b")
    #expect(try String(contentsOf: shared.url.appending(path: "a.csv"), encoding: .utf8) == "a")
  }

  @Test func hiddenCharactersAreShown() throws {
    let bytes = Data([0xEF, 0xBB, 0xBF] + "é\r\n\u{1B}[1m".utf8 + [0xFF])
    let shown = HiddenText.shown(bytes)
    #expect(shown == "\\u{FEFF}é\\u{D}\n\\u{1B}[1m\\u{FFFD}")
    #expect(Data(HiddenText.meant(shown).utf8) == bytes.dropLast() + "\u{FFFD}".utf8)
    #expect(HiddenText.meant("\\u{X} \\u a\\") == "\\u{X} \\u a\\")
  }
}
