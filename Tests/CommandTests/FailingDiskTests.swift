import Foundation
import Testing

/// Disks that take no more, folders that may not be written to, registers that are no good: what is
/// recorded stays, the message says what to do, and the status is that of the matter.
@Suite struct FailingDiskTests {
  private static let invoicing = [
    "invoice", "D.csv", "--issue-date", "2026-09-01", "--per", "consignment",
  ]

  /// The disk takes files up to a size only: the register stops somewhere, and is completed later.
  @Test(arguments: [1, 60, 110, 120, 130, 140]) func noRoom(kibibytes: Int) throws {
    let (whole, office) = (try Office(), try Office())
    for each in [whole, office] { try each.file("D", 30) }
    #expect(try whole.run(Self.invoicing).status == 0)
    let stopped = try office.run(Self.invoicing, upToKibibytes: kibibytes)
    #expect(stopped.status == 74, "\(stopped.errors)")
    #expect(stopped.errors.contains("tariff: error: the register 'Invoices/register.sqlite' "))
    #expect(stopped.errors.hasSuffix("and run the same command again\n"))
    let numbers = try office.numbers()
    #expect(numbers.count < 30 && numbers == Office.numbers(upTo: numbers.count))
    if !numbers.isEmpty {
      let verified = try office.run("register", "verify")
      #expect(verified.status == 0, "\(verified.errors)")
    }
    #expect(try office.run(Self.invoicing).status == 0)
    #expect(try office.documents() == whole.documents())
    #expect(try office.exports() == whole.exports())
    #expect(try office.names().sorted() == whole.names().sorted())
  }

  /// What cannot be written is recorded all the same, and is written by the next run.
  @Test func aDocumentThatCannotBeWritten() throws {
    let office = try Office()
    try office.file("D", 3)
    let inTheWay = office.invoices.appending(path: "JV-2026-000002.txt")
    try FileManager.default.createDirectory(at: inTheWay, withIntermediateDirectories: true)
    let stopped = try office.run(Self.invoicing)
    #expect(stopped.status == 74)
    #expect(stopped.errors.contains("tariff: error: cannot write 'Invoices/JV-2026-000002.txt': "))
    #expect(try office.numbers() == Office.numbers(upTo: 2))
    try FileManager.default.removeItem(at: inTheWay)
    let again = try office.run(Self.invoicing)
    #expect(again.status == 0)
    #expect(try office.documents().count == 6)
    #expect(try office.numbers() == Office.numbers(upTo: 3))
  }

  /// For the superuser every folder may be written to.
  @Test(.enabled(if: geteuid() != 0)) func aFolderThatMayNotBeWrittenTo() throws {
    let office = try Office()
    try office.file("D", 3)
    #expect(try office.run(Self.invoicing).status == 0)
    let before = try Data(contentsOf: office.register)
    try office.file("D", 5)
    for (file, folder) in [(0o644, 0o555), (0o444, 0o755)] {
      try office.allow(file: file, folder: folder)
      let stopped = try office.run(Self.invoicing)
      #expect(stopped.status == 74)
      #expect(stopped.errors.contains("the register 'Invoices/register.sqlite' cannot be written"))
      #expect(try office.run("register", "verify").status == 0, "it can be looked at")
    }
    try office.allow(file: 0o644, folder: 0o755)
    #expect(try Data(contentsOf: office.register) == before)
    #expect(try office.run(Self.invoicing).status == 0)
  }

  @Test func aFolderThatCannotBeMade() throws {
    let office = try Office()
    try office.file("D", 3)
    try Data().write(to: office.invoices)
    let stopped = try office.run(Self.invoicing)
    #expect(stopped.status == 74)
    #expect(stopped.errors.contains("'Invoices' is a file, not a folder"), "\(stopped.errors)")
  }

  /// A device is written to as it is: a file under its name would take its place. The test reaches
  /// them by links, so that nothing worse than a lost link can happen.
  @Test(arguments: ["null", "full"]) func aDeviceStaysOne(_ name: String) throws {
    let office = try Office()
    try office.file("D", 3)
    try office.folder.link("device", to: URL(filePath: "/dev/\(name)"))
    let rated = try office.run(["rate", "D.csv", "--output", "device"])
    #expect(rated.status == (name == "null" ? 0 : 74), "\(rated.errors)")
    if name == "full" {
      let says =
        "tariff: error: cannot write the result: No space left on device\n"
        + "  what was written is incomplete; make room and run again\n"
      #expect(rated.errors.hasSuffix(says), "\(rated.errors)")
    }
    let link = office.folder.url.appending(path: "device").path
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/\(name)")
  }

  /// As in `tariff rate | head`.
  @Test func whoReadsTheResultMayEnd() throws {
    let office = try Office()
    try office.file("D", 3)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let stopped = try office.program.start(
      ["rate", "D.csv"], in: office.folder.url, output: pipe.fileHandleForWriting
    ).outcome()
    #expect(stopped.status == 74)
    let says =
      "tariff: error: the program that reads the result ended before it was whole\n"
      + "  what was read is incomplete\n"
    #expect(stopped.errors.hasSuffix(says), "\(stopped.errors)")
  }

  /// A link to a file stays one, too: the result is in the file.
  @Test func aLinkStaysOne() throws {
    let office = try Office()
    try office.file("D", 3)
    try Data("old".utf8).write(to: office.folder.url.appending(path: "file"))
    try office.folder.link("link", to: office.folder.url.appending(path: "file"))
    #expect(try office.run(["rate", "D.csv", "--output", "link"]).status == 0)
    let (file, expected) = (
      try String(contentsOf: office.folder.url.appending(path: "file"), encoding: .utf8),
      try office.run(["rate", "D.csv"]).output
    )
    #expect(file == expected)
  }

  /// Bytes of the register changed behind the program's back, as a slip or a fraud would.
  @Test func aTamperedRow() throws {
    let office = try Office()
    try office.file("D", 9)
    #expect(try office.run(Self.invoicing).status == 0)
    // Of the customers' names this one stands in the sixth invoice alone, as C5 does.
    try office.replace("Customer 5", with: "Customer 7")
    let verified = try office.run("register", "verify")
    #expect(verified.status == 1)
    #expect(
      verified.errors.hasPrefix("Invoices/register.sqlite: error: entry 6 (JV-2026-000006): "),
      "\(verified.errors)")
  }

  @Test func aRegisterOfANewerVersion() throws {
    let office = try Office()
    try office.file("D", 2)
    #expect(try office.run(Self.invoicing).status == 0)
    try office.replace("2 months and remarks", with: "9 months and remarks")
    let before = try Data(contentsOf: office.register)
    for words in [
      Self.invoicing, ["register", "list"], ["close", "2026-08"], ["settle", "2026-08"],
    ] {
      let refused = try office.run(words)
      #expect(refused.status == 65)
      #expect(
        refused.errors.hasSuffix(
          "tariff: error: the register 'Invoices/register.sqlite' was made by a newer version "
            + "of this program (it has '9 months and remarks')\n"
            + "  use that version; nothing was changed\n"))
    }
    #expect(try Data(contentsOf: office.register) == before)
  }

  /// A register that is no register any more.
  @Test(arguments: ["head", "half", "text"]) func aDamagedRegister(how: String) throws {
    let office = try Office()
    try office.file("D", 5)
    #expect(try office.run(Self.invoicing).status == 0)
    var bytes = try Data(contentsOf: office.register)
    switch how {
    case "head": bytes.replaceSubrange(0..<100, with: Data(count: 100))
    case "half": bytes = bytes.prefix(bytes.count / 2)
    default: bytes = Data("reference,date\n".utf8)
    }
    try bytes.write(to: office.register)
    for words in [["register", "verify"], Self.invoicing] {
      let refused = try office.run(words)
      #expect(refused.status == 65, "\(words): \(refused.errors)")
      #expect(refused.errors.contains("Invoices/register.sqlite' is "), "\(refused.errors)")
    }
    #expect(try Data(contentsOf: office.register) == bytes, "it is left as it is")
  }
}

extension Office {
  fileprivate var register: URL { invoices.appending(path: "register.sqlite") }

  fileprivate func run(_ words: [String]) throws -> Program.Outcome { try start(words).outcome() }

  fileprivate func allow(file: Int, folder: Int) throws {
    for (path, rights) in [(register.path, file), (invoices.path, folder)] {
      try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: path)
    }
  }

  /// Replaces the first place in the register where a text stands by another as long.
  fileprivate func replace(_ text: String, with other: String) throws {
    var bytes = try Data(contentsOf: register)
    let place = try #require(bytes.range(of: Data(text.utf8)))
    bytes.replaceSubrange(place, with: Data(other.utf8))
    try bytes.write(to: register)
  }

  /// Runs the program where no file may be larger.
  fileprivate func run(_ words: [String], upToKibibytes limit: Int) throws -> Program.Outcome {
    // The shell counts in blocks of 512 bytes.
    let script = "ulimit -f \(limit * 2); exec \"$0\" \"$@\""
    return try start(["-c", script, program.url.path] + words, of: URL(filePath: "/bin/sh"))
      .outcome()
  }
}
