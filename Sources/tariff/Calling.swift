import CSV
import ExactMoney
import TariffRules
import Unification

/// What every command can be told.
enum Calling {
  static let tables = Option(
    "tables", "DIR", "the tariff tables (else $TARIFF_TABLES, else TariffTables)")
  static let invoices = Option("invoices", "DIR", "where documents are written (else Invoices)")
  static let asOf = Option("as-of", "DAY", "see only what was published by that day")
  static let output = Option("output", "FILE", "write the result there; - is standard output")

  static func format(_ names: String) -> Option {
    Option("format", names, "how the result is written")
  }

  /// The tables folder of a call.
  static func folder(_ arguments: Arguments) -> String {
    arguments["tables"] ?? environment("TARIFF_TABLES") ?? "TariffTables"
  }

  /// The day of `--as-of`.
  static func asOf(_ arguments: Arguments) throws -> Day? {
    guard let text = arguments["as-of"] else { return nil }
    guard let day = Day(text) else {
      throw Stop(.wrongUsage, "'\(text)' is not a day", remedy: "write --as-of 2026-08-15")
    }
    return day
  }

  /// Reads the tables; stops with every error if there is one.
  static func load(_ arguments: Arguments) throws -> TariffTables {
    try load(folder: folder(arguments), workers: workers(arguments))
  }

  /// Reads the tables of a folder; stops with every error if there is one.
  static func load(folder: String, workers: Int = 1) throws -> TariffTables {
    let loaded = try findings(in: folder, workers: workers)
    if let tables = loaded.tables { return tables }
    let errors = loaded.findings.filter { $0.severity == .error }
    let number = errors.count == 1 ? "an error" : "\(errors.count) errors"
    throw Stop(
      .badData, "the tariff tables have \(number): nothing is priced",
      remedy: "mend them; 'tariff check' lists them again", findings: errors, in: folder)
  }

  /// Reads the tables with everything that stands in the way of using them.
  static func findings(in folder: String, workers: Int = 1) throws -> TariffTables.Loaded {
    try reading { try TariffTables.load(from: folder, workers: workers) }
  }

  /// Does something that reads the tables folder, and words it if there is none.
  static func reading<Result>(_ read: () throws -> Result) throws -> Result {
    do {
      return try read()
    } catch let error as TariffTables.NoTables {
      throw Stop(
        .noInput,
        error.isMissing
          ? "there is no folder '\(error.path)' with tariff tables"
          : "the folder '\(error.path)' cannot be read",
        remedy: "give --tables DIR, or set TARIFF_TABLES")
    }
  }

  /// A text from outside without the characters that could forge a line or an escape.
  static func harmless(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !RefusedCharacters.contains($0) }))
  }

  /// Opens a CSV file of consignments.
  static func consignments(
    _ path: String, reserved: [String] = [], needs: [String] = [],
    strictBeside others: [String]? = nil
  ) throws -> ConsignmentFile {
    let input = try Input(path)
    let reader = CSVReader { try input.read(into: $0) }
    do {
      let file = try ConsignmentFile(
        input.name, reader, reserved: reserved, needs: needs, strictBeside: others)
      for doubt in file.doubts { Output.say(doubt.text()) }
      return file
    } catch let error as ConsignmentFile.BadHeader {
      throw unusable(error, input.name)
    }
  }

  /// Says that a file has a header alone: hardly what was meant, so it is a finding.
  static func withoutConsignments(_ name: String) -> ExitStatus {
    Output.say("no consignments in \(name): there is only a header")
    return .withFindings
  }

  /// What is wrong with a header is why to stop.
  static func unusable(_ error: ConsignmentFile.BadHeader, _ name: String) -> Stop {
    Stop(
      .badData, "the header of \(name) does not serve", remedy: "nothing was priced",
      findings: error.findings)
  }

  /// How many workers: as asked for, else two where there are two cores.
  static func workers(_ arguments: Arguments) throws -> Int {
    guard let text = arguments["workers"] else { return min(2, Clock.cores()) }
    guard let number = Int(text), (1...64).contains(number) else {
      throw Stop(
        .wrongUsage, "'\(text)' is not a number of workers", remedy: "write --workers 2, at most 64"
      )
    }
    return number
  }
}
