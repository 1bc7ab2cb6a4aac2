/// The manual page in roff, written from the list of commands so that it cannot fall behind it.
struct ManualPage {
  let commands: [Command]

  /// The page.
  var text: String {
    var lines = [
      ".TH TARIFF 1", ".SH NAME",
      Self.plain("tariff - through-rates, their division and their invoices"),
      ".SH SYNOPSIS", ".B tariff", ".I COMMAND", "[options]", ".SH DESCRIPTION",
      Self.plain(
        "One price for a consignment over several carriers, from their published tables; its "
          + "division among the partners to the last cent; the documents that follow from it."),
      Self.plain(
        "Results go to standard output and everything else to standard error. Nothing is asked."),
      ".SH COMMANDS",
    ]
    for command in commands {
      lines += [".SS " + Self.plain(command.name), Self.plain(command.summary) + ".", ".PP", ".nf"]
      lines += command.usage.split(separator: "\n").map {
        Self.plain($0.drop { $0 == " " })
      }
      lines.append(".fi")
      for option in command.options {
        let value = option.value.map { " \\fI\(Self.plain($0))\\fR" } ?? ""
        lines += [".TP", "\\fB\(Self.plain("--\(option.name)"))\\fR\(value)"]
        lines.append(Self.plain(option.help))
      }
      if !command.notes.isEmpty {
        lines += [".PP", ".nf"]
        lines += command.notes.split(separator: "\n").map { Self.plain($0) }
        lines.append(".fi")
      }
    }
    lines += [
      ".SS help", "The overview, or the page of a command.", ".PP", ".nf",
      "tariff help [COMMAND]", "tariff help completion " + Completion.shells.joined(separator: "|"),
      "tariff help man", ".fi", ".SH EXIT STATUS",
    ]
    for status in ExitStatus.allCases {
      lines += [".TP", "\\fB\(status.rawValue)\\fR", Self.plain(status.meaning)]
    }
    lines += [".SH ENVIRONMENT"]
    for (name, help) in [
      ("TARIFF_TABLES", "the tariff tables, where --tables is not given"),
      ("NO_COLOR", "nothing is coloured"),
    ] {
      lines += [".TP", "\\fB\(name)\\fR", Self.plain(help)]
    }
    lines += [
      ".SH ERRORS",
      Self.plain(
        "What is wrong is said on standard error with its file, line and column, then a line with "
          + "the remedy. With --format json an error that stops the command is one line of JSON "
          + "there: {\"error\": {\"code\", \"status\", \"message\", \"remedy\", \"findings\"}}."),
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text that roff takes for nothing else: no escape, no request, hyphens that stay hyphens, and
  /// every letter in ASCII.
  private static func plain(_ text: some StringProtocol) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case _ where scalar.isASCII: escaped.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
      }
    }
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
