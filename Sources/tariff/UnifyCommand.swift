import ExactMoney
import TariffRules
import Unification

/// `tariff unify`: one proposed through-rate for each lane and equipment, and who gains and loses.
enum UnifyCommand {
  static let options = [
    Option("consignments", "FILE", "past consignments, CSV; - is standard input"),
    Option("on", "DAY", "price all as if concluded on that day (else each on its own date)"),
    Option("per-kilometre", nil, "a rate per unit and kilometre: a row for each pair of places"),
    Option(
      "floor-percent", "PERCENT",
      "never under this percentage of the sum of the charges (else the pricing table's floors)"),
    Option("proposal", "FILE", "write the proposal there, as an edition of the pricing table"),
    Calling.tables, Calling.asOf, Calling.format("text|csv"), Calling.output,
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["text", "csv"])
    guard let path = arguments["consignments"], arguments.words.isEmpty else {
      throw Stop(
        .wrongUsage, "which consignments?",
        remedy: "tariff unify --consignments consignments.csv [--proposal pricing.csv]")
    }
    let question = try question(arguments)
    let tables = try Calling.load(arguments)
    var file = try Calling.consignments(path)
    var study = UnificationStudy(tables, question)
    while let row = try file.next() { study.add(row) }
    do {
      try study.conclude(source: "unification study of \(study.count) consignments")
    } catch let error as UnificationStudy.Impossible {
      throw Stop(
        .badData, error.message, remedy: error.remedy, findings: error.findings)
    } catch let error as BeyondLimits {
      throw Stop(
        .badData, "beyond the limits: \(error.what)",
        remedy: "look for a wrong count, or study fewer lanes at a time")
    }
    let output = try Output(arguments["output"])
    if format == "csv" {
      try output.write(study.csv())
    } else {
      try output.write(study.text())
    }
    try output.finish()
    try write(study, to: arguments["proposal"])
    guard study.isConfirmed || study.groups.isEmpty else {
      Output.say("tariff: warning: rated with the proposed edition the file has other totals")
      Output.say("  a discount, or a row that is cheaper on another lane, still changes its prices")
      return .withFindings
    }
    let isKept = study.rests.values.allSatisfy { $0.left == 0 && $0.raised == 0 }
    return isKept && study.unpriced == 0 && !study.groups.isEmpty ? .done : .withFindings
  }

  private static func question(_ arguments: Arguments) throws -> UnificationStudy.Question {
    var question = UnificationStudy.Question()
    question.asOf = try Calling.asOf(arguments)
    question.perKilometre = arguments.has("per-kilometre")
    if let text = arguments["on"] {
      guard let day = Day(text) else {
        throw Stop(.wrongUsage, "'\(text)' is not a day", remedy: "write --on 2026-09-01")
      }
      question.day = day
    }
    if let text = arguments["floor-percent"] {
      guard let percent = try? Exact(decimal: text), percent >= .zero, percent <= Exact(1000)
      else {
        throw Stop(
          .wrongUsage, "'\(text)' is not a percentage from 0 to 1000",
          remedy: "write --floor-percent 92.5")
      }
      question.floorPercent = percent
    }
    return question
  }

  private static func write(_ study: UnificationStudy, to path: String?) throws {
    guard let path else { return }
    guard let proposal = study.proposal else {
      Output.say("no consignment has a through-rate: there is nothing to propose")
      return
    }
    let output = try Output(path)
    try output.write(proposal.bytes)
    try output.finish()
    Output.say("the proposal belongs in the tables folder as \(proposal.path)")
  }
}
