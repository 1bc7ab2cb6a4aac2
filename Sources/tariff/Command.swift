import ExactMoney
import TariffRules
import Unification

/// One command of the program.
struct Command {
  let name: String
  let summary: String
  let usage: String
  let options: [Option]
  /// What its page says after the options: examples, and what is to be known before it is called.
  var notes = ""
  /// What to do where a sum is beyond what is computed exactly.
  var beyondLimits =
    "an amount has 10000000000000 minor units at most, a sum 10000 times as many: look for a "
    + "wrong count or weight, or a wrong rate in the tables"
  let run: (Arguments) throws -> ExitStatus

  /// Finds the command and runs it; whatever goes wrong is worded here.
  static func dispatch(_ words: [String], among commands: [Command]) -> ExitStatus {
    do {
      guard let first = words.first else {
        Output.say(overview(commands))
        return .wrongUsage
      }
      if ["help", "--help", "-h"].contains(first) {
        try Output(nil).write(help(Array(words.dropFirst()), among: commands))
        return .done
      }
      if first == "--version" || first == "-V" {
        throw Stop(
          .wrongUsage, "there is no version number",
          remedy: "what a price rests on is told by the digest of the tables, 'tables_digest' in "
            + "'tariff quote --format json'; 'tariff help' lists the commands")
      }
      let command = try find(first, among: commands)
      let rest = words.dropFirst()
      if rest.contains("--help") || rest.contains("-h") {
        try Output(nil).write(command.help + "\n")
        return .done
      }
      return try command.perform(rest)
    } catch let stop as Stop {
      say(stop, asJSON: Stop.wantsJSON(words))
      return stop.status
    } catch {
      say(
        Stop(.internalFault, "internal fault: \(error)"), asJSON: Stop.wantsJSON(words))
      return .internalFault
    }
  }

  private func perform(_ words: ArraySlice<String>) throws -> ExitStatus {
    do {
      let arguments = try Arguments(words, knowing: options, for: name)
      try Calling.keepWhatIsRead(arguments)
      return try run(arguments)
    } catch let error as BeyondLimits {
      throw Stop(.badData, "beyond the limits: \(error.what)", remedy: beyondLimits)
    }
  }

  private static func say(_ stop: Stop, asJSON: Bool) {
    if asJSON { return Output.say(stop.json.written(indented: false)) }
    for finding in stop.findings { Output.say(finding.text(in: stop.folder)) }
    Output.say("tariff: error: \(Calling.harmless(stop.message))")
    if !stop.remedy.isEmpty { Output.say("  \(stop.remedy)") }
  }

  private static func find(_ name: String, among commands: [Command]) throws -> Command {
    if let command = commands.first(where: { $0.name == name }) { return command }
    throw Stop(
      .wrongUsage,
      "unknown command '\(name)'.\(NearNames.hint(for: name, among: commands.map(\.name)))",
      remedy: "commands: \(commands.map(\.name).joined(separator: ", ")); 'tariff help' says more")
  }

  private static func help(_ words: [String], among commands: [Command]) throws -> String {
    guard let name = words.first else { return overview(commands) + "\n" }
    switch name {
    case "help": return overview(commands) + "\n"
    case "man": return ManualPage(commands: commands).text
    case "completion":
      let shells = Completion.shells
      let shell = words.dropFirst().first ?? ""
      guard shells.contains(shell) else {
        throw Stop(
          .wrongUsage,
          shell.isEmpty
            ? "completion for which shell?"
            : "no completion for '\(shell)'.\(NearNames.hint(for: shell, among: shells))",
          remedy: "one of: \(shells.joined(separator: ", "))")
      }
      return Completion(commands: commands, topics: ["completion", "man"]).script(for: shell)
    default: return try find(name, among: commands).help + "\n"
    }
  }

  private static func overview(_ commands: [Command]) -> String {
    var list = Layout([.left, .left], indent: 2)
    for command in commands { list.row(command.name, command.summary) }
    list.row("help", "this page, or the page of a command")
    let shells = Completion.shells.joined(separator: ", ")
    return """
      tariff: through-rates, their division and their invoices

      usage: tariff COMMAND [options]

      \(list.lines.joined(separator: "\n"))

      'tariff help COMMAND' names every option of a command; 'tariff help man' writes the manual
      page, 'tariff help completion SHELL' completion for \(shells).
      """
  }

  private var help: String {
    var list = Layout([.left, .left], indent: 2)
    for option in options {
      list.row("--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.help)
    }
    return "\(summary)\n\nusage: \(usage)\n\n" + list.lines.joined(separator: "\n")
      + (notes.isEmpty ? "" : "\n\n\(notes)")
  }
}
