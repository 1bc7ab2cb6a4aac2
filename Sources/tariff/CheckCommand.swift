import TariffRules
import Unification

/// `tariff check`: every finding in the tables at once; silent when all is well.
enum CheckCommand {
  static let options = [
    Calling.tables, Calling.format("text|json"), Calling.output,
    Option("all", nil, "show warnings too"),
    Option("strict", nil, "warnings count as errors"),
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "json"])
    guard arguments.words.isEmpty else {
      throw Stop(
        .wrongUsage, "'\(arguments.words[0])' is not an option",
        remedy: "give the tables with --tables DIR")
    }
    let folder = Calling.folder(arguments)
    let findings = try Calling.reading { try TariffTables.examine(folder) }
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
}
