import CSV
import ExactMoney
import TariffRules
import Unification

/// `tariff rate`: a file of consignments in, the same file with prices and shares out.
enum RateCommand {
  static let options = [
    Calling.tables, Calling.asOf, Calling.format("csv|json"), Calling.output,
    Option("workers", "NUMBER", "how many rate side by side (else 2, or 1 on one core)"),
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    let format = try arguments.choice("format", ["csv", "json"])
    let workers = try Calling.workers(arguments)
    guard arguments.words.count <= 1 else {
      throw Stop(
        .wrongUsage, "one file at a time, not \(arguments.words.count)",
        remedy: "join the files, or run the command for each")
    }
    let asOf = try Calling.asOf(arguments)
    let input = try Input(arguments.words.first ?? "-")
    let tables = try Calling.load(arguments)
    let rating = Rating(
      tables, asOf: asOf, format: format == "json" ? .json : .csv, workers: workers)
    let file: RatingFile
    do { file = try rating.file(input.name) { try input.read(into: $0) } } catch let error
      as ConsignmentFile.BadHeader
    {
      throw Calling.unusable(error, input.name)
    }
    for doubt in file.file.doubts { Output.say(doubt.text()) }
    let output = try Output(arguments["output"])
    let progress = Progress(size: input.size)
    let totals = try rating.run(file) { bytes, _ in
      try output.write(bytes)
      progress.show(read: input.count)
    }
    progress.end()
    try output.finish()
    if totals.rowsIn == 0 { return Calling.withoutConsignments(input.name) }
    for line in totals.table { Output.say(line) }
    guard totals.agrees else {
      throw Stop(
        .internalFault, "what came out is not what went in",
        remedy: "do not use the result; report this with the file")
    }
    return totals.notPriced == 0 ? .done : .withFindings
  }
}
