import Billing
import TariffRules
import Unification

/// `tariff check`: every finding in the tables at once; silent when all is well.
enum CheckCommand {
  static let options = [
    Calling.tables, Calling.format("text|json"), Calling.output,
    Option("all", nil, "show warnings too"),
    Option("strict", nil, "warnings count as errors"),
    Option(
      "invoices", "DIR", "where a register may be that says what was invoiced (else Invoices)"),
    Calling.register,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "json"])
    guard arguments.words.isEmpty else {
      throw Stop(
        .wrongUsage, "'\(arguments.words[0])' is not an option",
        remedy: "give the tables with --tables DIR")
    }
    let folder = Calling.folder(arguments)
    var findings = try Calling.reading { try TariffTables.examine(folder) }
    findings = (findings + (try changedEditions(folder, arguments))).sorted()
    let strict = arguments.has("strict")
    let errors = findings.filter { $0.severity == .error || strict }
    let shown = arguments.has("all") || strict ? findings : errors
    let output = try Output(arguments["output"])
    if format == "json" {
      let list = JSONText.list(shown.map(\.json))
      try output.write(list.written(indented: true) + "\n")
    } else {
      for finding in shown { try output.write(finding.text(in: folder) + "\n") }
    }
    try output.finish()
    return errors.isEmpty ? .done : .withFindings
  }

  /// Editions that were changed after something was invoiced on what they said. Where there is no
  /// register, nothing was.
  private static func changedEditions(
    _ folder: String, _ arguments: Arguments
  ) throws -> [Finding] {
    let files = try Calling.reading { try PublishedFiles(folder) }
    return try Calling.books {
      do {
        return try Register(Calling.registerPath(arguments), for: .reading)
          .changedEditions(in: files)
      } catch let error as DatabaseError where error.isMissing { return [] }
    }
  }
}
