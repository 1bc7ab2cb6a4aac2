import ExactMoney
import TariffRules
import Unification

/// `tariff coverage`: what cannot be priced, and on which days.
enum CoverageCommand {
  static let options = [
    Option("from", "DAY", "the first day"),
    Option("to", "DAY", "the last day, at most ten years later"),
    Option("lane", "CODE", "only this lane, or the routes of this carrier; several with ';'"),
    Option("equipment", "CODE", "only this equipment; several with ';'"),
    Calling.tables, Calling.asOf, Calling.format("text|csv"), Calling.output,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "csv"])
    guard arguments.words.isEmpty else {
      throw Stop(
        .wrongUsage, "'\(arguments.words[0])' is not an option",
        remedy: "narrow with --lane CODE or --equipment CODE")
    }
    let first = try day("from", arguments)
    let last = try day("to", arguments)
    guard first <= last, first.days(until: last) < 3660 else {
      throw Stop(
        .wrongUsage,
        first <= last
          ? "more than ten years" : "the last day, \(last), is before the first, \(first)",
        remedy: "write --from 2026-01-01 --to 2027-12-31")
    }
    let asOf = try Calling.asOf(arguments)
    let tables = try Calling.load(arguments)
    let scope = Coverage.Scope(
      first: first, last: last,
      ways: try codes("lane", arguments, known: tables.wayCodes),
      equipment: try codes("equipment", arguments, known: tables.equipmentCodes))
    let output = try Output(arguments["output"])
    var coverage = Coverage(tables, asOf: asOf, scope)
    let report = coverage.run(progress: Output.saysOnATerminal ? progress() : { _, _ in })
    switch format {
    case "csv": try output.write(report.csv(tables))
    default: try output.write(report.text(tables))
    }
    try output.finish()
    let absent = report.absent.isEmpty ? "" : ", \(report.absent.count) not in force"
    Output.say(
      "\(report.ways.count.counted("way")), "
        + "\(report.equipment.count.counted("kind")) of equipment: "
        + "\(report.priced.counted("consignment")) priced, "
        + report.gaps.count.counted("gap") + absent)
    return report.gaps.isEmpty && report.absent.isEmpty ? .done : .withFindings
  }

  /// Says how much is done, after a second of work and then five times a second.
  private static func progress() -> (Int, Int) -> Void {
    let began = Clock.milliseconds()
    var last = began + 800
    return { done, all in
      let now = Clock.milliseconds()
      if now - last >= 200 && done < all {
        last = now
        Output.draw("\rlooking: \(done * 100 / max(1, all)) % ")
      } else if done == all && last > began + 800 {
        Output.draw("\r" + String(repeating: " ", count: 20) + "\r")
      }
    }
  }

  private static func day(_ name: String, _ arguments: Arguments) throws -> Day {
    guard let text = arguments[name] else {
      throw Stop(
        .wrongUsage, "which days? --\(name) is missing",
        remedy: "tariff coverage --from 2026-01-01 --to 2027-12-31")
    }
    guard let day = Day(text) else {
      throw Stop(.wrongUsage, "'\(text)' is not a day", remedy: "write --\(name) 2026-08-15")
    }
    return day
  }

  private static func codes(
    _ name: String, _ arguments: Arguments, known: [String]
  ) throws -> Set<String> {
    let codes = (arguments[name] ?? "").split(separator: ";").map(String.init)
    for code in codes where !known.contains(code) {
      throw Stop(
        .wrongUsage, "unknown \(name) '\(code)'.\(NearNames.hint(for: code, among: known))",
        remedy: "known: \(known.joined(separator: ", "))")
    }
    return Set(codes)
  }
}
