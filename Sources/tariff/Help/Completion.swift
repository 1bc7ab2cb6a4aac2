/// Shell completion, written from the list of commands so that it cannot fall behind it.
struct Completion {
  static let shells = ["bash", "zsh", "fish"]

  let commands: [Command]
  /// What `help` can be asked for, beside the commands.
  let topics: [String]

  /// The script for a shell.
  func script(for shell: String) -> String {
    switch shell {
    case "zsh": zsh
    case "fish": fish
    default: bash
    }
  }

  private var names: [String] { commands.map(\.name) + ["help"] }
  private var helpWords: [String] { commands.map(\.name) + topics }

  // MARK: - bash

  private var bash: String {
    var lines = [
      "# Completion of tariff for bash: source it, for example in ~/.bashrc",
      "#   source <(tariff help completion bash)",
      "_tariff() {",
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"",
      "  # '--option=value' comes as three words.",
      "  if [ \"$word\" = \"=\" ]; then word=\"\"",
      "  elif [ \"$before\" = \"=\" ]; then before=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi",
      "  local found=\"\"",
      "  COMPREPLY=()",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
      "    COMPREPLY=($(compgen -W \"\(names.joined(separator: " "))\" -- \"$word\"))",
      "    return",
      "  fi",
      "  case \"${COMP_WORDS[1]} $before\" in",
    ]
    for command in commands {
      for option in command.options where option.value != nil {
        lines.append("    '\(command.name) --\(option.name)') \(Self.bashValue(option)) ;;")
      }
    }
    lines += [
      "    'help completion') found=\"\(Self.shells.joined(separator: " "))\" ;;",
      "    *)",
      "      case \"${COMP_WORDS[1]}\" in",
    ]
    for command in commands {
      let options = command.options.map { "--\($0.name)" }.joined(separator: " ")
      lines.append("        \(command.name)) found=\"\(options)\" ;;")
    }
    return
      (lines + [
        "        help) found=\"\(helpWords.joined(separator: " "))\" ;;",
        "      esac",
        "      case \"$word\" in -*) ;; *)",
        "        if [ \"${COMP_WORDS[1]}\" != help ]; then",
        "          COMPREPLY=($(compgen -f -- \"$word\")); return",
        "        fi",
        "      ;; esac ;;",
        "  esac",
        "  COMPREPLY=($(compgen -W \"$found\" -- \"$word\"))",
        "}",
        "complete -o filenames -F _tariff tariff",
        "",
      ]).joined(separator: "\n")
  }

  private static func bashValue(_ option: Option) -> String {
    switch option.kind {
    case .words(let words): "found=\"\(words.joined(separator: " "))\""
    case .folder: "COMPREPLY=($(compgen -d -- \"$word\")); return"
    case .file: "COMPREPLY=($(compgen -f -- \"$word\")); return"
    case .free, .none: "return"
    }
  }

  // MARK: - zsh

  private var zsh: String {
    var lines = [
      "#compdef tariff",
      "# Completion of tariff for zsh: write it to a file '_tariff' in a folder of $fpath.",
      "_tariff() {",
      "  local -a commands=(",
    ]
    for command in commands {
      lines.append("    \(Self.quoted("\(command.name):\(command.summary)"))")
    }
    lines += [
      "    \(Self.quoted("help:this page, or the page of a command"))",
      "  )",
      "  if (( CURRENT == 2 )); then _describe command commands; return; fi",
      "  local command=\"${words[2]}\"",
      "  words=(\"${(@)words[2,-1]}\")",
      "  (( CURRENT-- ))",
      "  case \"$command\" in",
    ]
    for command in commands {
      lines.append("    \(command.name)) _arguments \\")
      for option in command.options { lines.append("      \(Self.zshOption(option)) \\") }
      lines.append("      '*:file:_files' ;;")
    }
    return
      (lines + [
        "    help) _arguments '1:page:(\(helpWords.joined(separator: " ")))' "
          + "'2:shell:(\(Self.shells.joined(separator: " ")))' ;;",
        "  esac",
        "}",
        "_tariff \"$@\"",
        "",
      ]).joined(separator: "\n")
  }

  private static func zshOption(_ option: Option) -> String {
    let help = option.help.replacing("[", with: "(").replacing("]", with: ")")
    switch option.kind {
    case .none: return quoted("--\(option.name)[\(help)]")
    case .words(let words):
      return quoted("--\(option.name)=[\(help)]:\(option.name):(\(words.joined(separator: " ")))")
    case .folder: return quoted("--\(option.name)=[\(help)]:folder:_files -/")
    case .file: return quoted("--\(option.name)=[\(help)]:file:_files")
    case .free(let value): return quoted("--\(option.name)=[\(help)]:\(value): ")
    }
  }

  // MARK: - fish

  private var fish: String {
    var lines = [
      "# Completion of tariff for fish: write it to ~/.config/fish/completions/tariff.fish",
      "complete -c tariff -n __fish_use_subcommand -f",
    ]
    for command in commands {
      lines.append(
        "complete -c tariff -n __fish_use_subcommand -a \(command.name) "
          + "-d \(Self.quoted(command.summary))")
    }
    lines.append(
      "complete -c tariff -n __fish_use_subcommand -a help -d 'this page, or the page of a command'"
    )
    lines.append(
      "complete -c tariff -n '__fish_seen_subcommand_from help' -f "
        + "-a \(Self.quoted((helpWords + Self.shells).joined(separator: " ")))")
    for command in commands {
      for option in command.options {
        lines.append(
          "complete -c tariff -n '__fish_seen_subcommand_from \(command.name)' "
            + "-l \(option.name)\(Self.fishValue(option)) -d \(Self.quoted(option.help))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fishValue(_ option: Option) -> String {
    switch option.kind {
    case .none: ""
    case .words(let words): " -x -a \(quoted(words.joined(separator: " ")))"
    case .folder: " -x -a '(__fish_complete_directories)'"
    case .file: " -r -F"
    case .free: " -x"
    }
  }

  /// A word of a shell.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

extension Option {
  /// What its value can be.
  enum Kind: Equatable {
    /// A switch.
    case none
    case words([String])
    case folder, file
    /// What stands for it in the help.
    case free(String)
  }

  /// Words in small letters are meant as they are; `DAY` stands for something.
  var kind: Kind {
    guard let value else { return .none }
    let words = value.split(separator: "|").map(String.init).filter { $0.lowercased() == $0 }
    if !words.isEmpty { return .words(words) }
    switch value {
    case "DIR": return .folder
    case "FILE": return .file
    default: return .free(value)
    }
  }
}
