/// What `tariff check` looks for beyond what every use of the tables needs: it takes time that a
/// single quote must not spend.
struct TableCheck {
  let parts: TableLoader
  let tables: TariffTables
  let findings: FindingList
  /// The tables of every day on which something changes.
  let days: [TablesInForce]

  init(_ parts: TableLoader, _ tables: TariffTables, _ findings: FindingList) {
    self.parts = parts
    self.tables = tables
    self.findings = findings
    days = tables.changeDays.map { TablesInForce(tables, on: $0, asOf: nil) }
  }

  /// Adds everything found; gives the rows of rules that accept the same facts, which only the
  /// calculator can tell to be conflicts.
  func run() -> [RuleOverlap] {
    checkRows()
    checkLanes()
    checkExchange()
    checkWeights()
    checkPercentages()
    checkTaxes()
    var rules = RuleCheck(parts, tables, report: report)
    rules.run(days)
    return rules.overlaps
  }

  func report(_ severity: Finding.Severity, _ mark: Mark, _ message: String, _ remedy: String) {
    findings.add(
      Finding(
        severity, file: tables.path(mark), line: Int(mark.line), message, remedy: remedy))
  }

  /// Where a row stands, for messages about another: the line alone in the same file.
  func position(_ mark: Mark, seenFrom other: Mark) -> String {
    mark.file == other.file ? "line \(mark.line)" : "\(tables.path(mark)):\(mark.line)"
  }
}
