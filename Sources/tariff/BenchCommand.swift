import ExactMoney
import TariffRules
import Unification

/// `tariff bench`: how fast this machine rates consignments made up from the tables, or keeps the
/// books of a month.
enum BenchCommand {
  static let options = [
    Calling.tables,
    Option("rows", "NUMBER", "how many consignments (else 1000000; in a month 25000)"),
    Option("flows", "NUMBER", "of how many flows of goods they are (else 2000)"),
    Option("units", "NUMBER", "of how many units one is at most (else 60; in a month 3)"),
    Option("seed", "NUMBER", "which ones (else 1)"),
    Option(
      "date", "DAY", "the first of their days (else 2026-05-20; in a month 91 days before it)"),
    Option("distinct", nil, "the worst case: no two share anything"),
    Option("workers", "NUMBER", "how many rate side by side (else 2, or 1 on one core)"),
    Option("emit", nil, "write the consignments instead of rating them"),
    Option("month", "MONTH", "month: the one invoiced, settled and closed (else 2026-11)"),
    Option("months", "NUMBER", "month: how many, one after another (else 1)"),
    Option("customers", "NUMBER", "of how many customers they are (else 500)"),
    Option("digest-only", nil, "no figures that differ from run to run"),
  ]

  static func run(_ arguments: Arguments) throws -> ExitStatus {
    if arguments.words == ["month"] { return try month(arguments) }
    guard arguments.words == ["rate"] else {
      throw Stop(
        .wrongUsage, "what shall be measured?",
        remedy: "write 'tariff bench rate' or 'tariff bench month'")
    }
    let rows = try number("rows", 1_000_000, arguments)
    let seed = try number("seed", 1, arguments)
    let workers = try Calling.workers(arguments)
    guard let day = Day(arguments["date"] ?? "2026-05-20") else {
      throw Stop(.wrongUsage, "--date is not a day", remedy: "write --date 2026-05-20")
    }
    guard !arguments.has("emit") || arguments["customers"] == nil else {
      throw Stop(
        .wrongUsage,
        "--customers does not go with --emit: a written file has the customers of the tables",
        remedy: "leave one of them out")
    }
    var tables = try Calling.load(arguments)
    // What is written goes with the tables as they are; what is measured has customers made up.
    let office = arguments.has("emit") ? nil : try SampleOffice()
    defer { office?.remove() }
    if let office {
      let now = TablesInForce(tables, on: day, asOf: nil)
      try office.show(
        Calling.folder(arguments), now, customers: try number("customers", 500, arguments),
        partners: [])
      tables = try Calling.load(folder: office.tables)
    }
    var sample = SampleFile(
      tables, seed: UInt64(seed), kind: arguments.has("distinct") ? .distinct : .flows, from: day,
      flows: try number("flows", 2000, arguments),
      units: arguments["units"] == nil ? nil : try number("units", 60, arguments))
    guard !sample.isEmpty else {
      throw Stop(
        .badData, "none of the consignments made up has a price on \(day)",
        remedy: "give --date a day on which the tables have prices")
    }
    if arguments.has("emit") {
      let output = try Output(nil)
      try output.write(SampleFile.header)
      for start in stride(from: 0, to: rows, by: 10_000) {
        try output.write(sample.lines(min(10_000, rows - start)))
      }
      return .done
    }
    try measure(&sample, rows, workers, tables, arguments.has("digest-only"))
    return .done
  }

  private static func month(_ arguments: Arguments) throws -> ExitStatus {
    guard let month = Month(arguments["month"] ?? "2026-11") else {
      throw Stop(.wrongUsage, "--month is not a month", remedy: "write --month 2026-11")
    }
    let office = try SampleOffice()
    defer { office.remove() }
    try MonthBench(
      rows: try number("rows", 25_000, arguments),
      customers: try number("customers", 500, arguments),
      months: try number("months", 1, arguments), seed: try number("seed", 1, arguments),
      flows: try number("flows", 2000, arguments), units: try number("units", 3, arguments),
      first: month, office: office
    ).run(arguments)
    return .done
  }

  /// The consignments are made beforehand, and the digest is worked out in a second run, so that
  /// only rating is measured; what memory it takes is told apart from theirs.
  private static func measure(
    _ sample: inout SampleFile, _ rows: Int, _ workers: Int, _ tables: TariffTables,
    _ digestOnly: Bool
  ) throws {
    var bytes = Array(SampleFile.header.utf8)
    bytes.reserveCapacity(rows * 128)
    for start in stride(from: 0, to: rows, by: 10_000) {
      bytes += sample.lines(min(10_000, rows - start))
    }
    let rating = Rating(tables, workers: workers)
    let before = Clock.peakMemory()
    let began = Clock.microseconds()
    if !digestOnly { _ = try run(rating, bytes) { _ in } }
    let took = max(1, Clock.microseconds() - began)
    let peak = Clock.peakMemory()
    var digest = SHA256()
    let totals = try run(rating, bytes) { digest.update(Array($0)) }
    Output.say("\(totals.rowsIn.counted("consignment")), \(totals.rows(.priced)) of them priced")
    let output = try Output(nil)
    try output.write("digest \(digest.hex())\n")
    if digestOnly { return }
    try output.write(
      """
      workers \(workers)
      time \(took / 1000) ms
      throughput \(totals.rowsIn * 1_000_000 / took) consignments a second
      peak memory \(peak >> 10) MiB, \((peak - before) >> 10) for rating

      """)
  }

  /// Rates consignments that stand in memory.
  private static func run(
    _ rating: Rating, _ bytes: [UInt8], _ take: @escaping (UnsafeRawBufferPointer) -> Void
  ) throws -> RatingTotals {
    var at = 0
    let file = try rating.file("sample") { buffer in
      let count = min(buffer.count, bytes.count - at)
      bytes.withUnsafeBytes { all in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[at..<at + count]))
      }
      at += count
      return count
    }
    return try rating.run(file) { written, _ in take(written) }
  }

  private static func number(_ name: String, _ usual: Int, _ arguments: Arguments) throws -> Int {
    guard let text = arguments[name] else { return usual }
    guard let number = Int(text), (1...100_000_000).contains(number) else {
      throw Stop(
        .wrongUsage, "'\(text)' is no number of \(name)", remedy: "write --\(name) 1000")
    }
    return number
  }
}
