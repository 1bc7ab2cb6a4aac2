import ExactMoney
import TariffRules
import Unification

/// `tariff diff`: two states of the tables side by side, and the money they make of past
/// consignments.
enum DiffCommand {
  static let options = [
    Option("consignments", "FILE", "past consignments: the difference in money, too"),
    Calling.tables,
    Option("against", "DIR", "the tables of the second side (else those of the first)"),
    Option("as-of", "DAY", "see only what was published by that day, on both sides"),
    Option(
      "against-as-of", "DAY|all",
      "the same for the second side alone; 'all' is all that its folder has"),
    Calling.format("text|csv|json"), Calling.output,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "csv", "json"])
    let days = try days(arguments)
    let asOf = try Calling.asOf(arguments)
    let later = try laterAsOf(arguments, asOf)
    guard
      arguments.has("against") || arguments.has("against-as-of") || days.before != days.after
    else {
      throw Stop(
        .wrongUsage, "both sides are the same",
        remedy: "give two days, or '--against DIR' for other tables, or '--against-as-of all' for "
          + "what became known since '--as-of'")
    }
    let tables = try Calling.load(arguments)
    let others = try arguments["against"].map { try Calling.load(folder: $0) } ?? tables
    let before = TableComparison.Side(tables, on: days.before, asOf: asOf)
    let after = TableComparison.Side(others, on: days.after, asOf: later)
    var money: ConsignmentComparison?
    if let path = arguments["consignments"] { money = try compare(path, before, after) }
    let comparison = TableComparison(before, after)
    let output = try Output(arguments["output"])
    switch format {
    case "csv": try output.write(money?.csv() ?? comparison.csv())
    case "json":
      let value = JSONText.object([
        ("tables", comparison.json), ("consignments", money?.json ?? .null),
      ])
      try output.write(value.written(indented: true) + "\n")
    default:
      try output.write(comparison.text())
      if let money { try output.write("\n" + money.text()) }
    }
    try output.finish()
    if let money, !money.addsUp {
      throw Stop(
        .internalFault, "the parts of the difference do not add up to it",
        remedy: "do not use these figures; this is a fault of the program")
    }
    return comparison.isEmpty && money?.isEmpty != false ? .done : .withFindings
  }

  /// No day: every edition, each consignment on its own date. One day for both sides, or two.
  private static func days(_ arguments: Arguments) throws -> (before: Day?, after: Day?) {
    let days = try arguments.words.map { word in
      guard let day = Day(word) else {
        throw Stop(
          .wrongUsage, "'\(word)' is not a day", remedy: "tariff diff 2026-02-01 2026-03-01")
      }
      return day
    }
    guard days.count <= 2 else {
      throw Stop(
        .wrongUsage, "two days at most, not \(days.count)",
        remedy: "tariff diff 2026-02-01 2026-03-01")
    }
    return (days.first, days.last)
  }

  private static func laterAsOf(_ arguments: Arguments, _ asOf: Day?) throws -> Day? {
    guard let text = arguments["against-as-of"] else { return asOf }
    if text == "all" { return nil }
    guard let day = Day(text) else {
      throw Stop(
        .wrongUsage, "'\(text)' is neither a day nor 'all'",
        remedy: "write --against-as-of 2026-05-01, or 'all' for all that the folder has")
    }
    return day
  }

  private static func compare(
    _ path: String, _ before: TableComparison.Side, _ after: TableComparison.Side
  ) throws -> ConsignmentComparison {
    var file = try Calling.consignments(path)
    var study = TwoCalculators(before, after)
    var comparison = ConsignmentComparison()
    while let row = try file.next() {
      let (old, new) = study.answers(row)
      try comparison.add(row.subject, before: old, after: new)
    }
    return comparison
  }
}
