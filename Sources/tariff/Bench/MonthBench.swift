import Billing
import ExactMoney
import TariffRules
import Unification

/// `tariff bench month`: months of made-up consignments are invoiced, settled, reconciled with a
/// partner's file and closed, one after another into one register, by the commands themselves.
struct MonthBench {
  let rows: Int, customers: Int, months: Int
  let seed: Int, flows: Int, units: Int
  /// The month in which everything is supplied, and the first to be settled and closed.
  let first: Month
  let office: SampleOffice

  /// What one command took, month by month.
  private struct Step {
    let name: String
    var microseconds: [Int] = []
    var processorMicroseconds: [Int] = []
    var peakMemory = 0
  }

  /// Measures, and prints the figures that repeat themselves, then those that do not.
  func run(_ arguments: Arguments) throws {
    let partner = try sample(arguments)
    var consignments = try SampleMonths(office.path + "/sample.csv", supplied: "\(first)")
    var steps = ["invoice", "settle", "reconcile", "close"].map { Step(name: $0) }
    var sizes: [Int] = []
    var month = first
    let issued = first.next?.first ?? first.last
    for _ in 0..<months {
      let file = office.path + "/month.csv"
      try consignments.write(rows, to: file)
      try measure(&steps[0], [file, "--issue-date", "\(issued)"])
      try measure(&steps[1], ["\(month)"])
      let theirs = office.path + "/theirs.csv"
      try PartnersFile.write(
        from: "\(office.invoices)/STATEMENT-\(partner)-\(month).csv", to: theirs)
      try measure(&steps[2], ["\(month)", "--partner", partner, theirs])
      try measure(&steps[3], ["\(month)"])
      sizes.append(try Input(office.register).size ?? 0)
      guard let next = month.next else { break }
      month = next
    }
    var verify = Step(name: "register")
    try measure(&verify, ["verify"], knowsTables: false)
    let output = try Output(nil)
    // The end of the chain is the digest of everything that was recorded.
    let verified = Files.contents(of: office.path + "/output") ?? []
    let digest = verified.split(separator: UInt8(ascii: "\n")).last ?? []
    try output.write(String(decoding: digest, as: UTF8.self) + "\n" + result())
    if arguments.has("digest-only") { return }
    try output.write(report(steps, verify, sizes))
  }

  /// Makes the consignments up. Their contracts are of three days within ninety: those before the
  /// month, unless told otherwise.
  /// - Returns: the partner whose file is reconciled: the first of the joint venture's.
  private func sample(_ arguments: Arguments) throws -> String {
    guard let day = arguments["date"].map({ Day($0) }) ?? first.first.adding(days: -91) else {
      throw Stop(.wrongUsage, "--date is not a day", remedy: "write --date 2026-08-02")
    }
    let folder = Calling.folder(arguments)
    let now = TablesInForce(try Calling.load(folder: folder), on: day, asOf: nil)
    let partners = (now.partners?.content ?? []).map { now.tables.symbols.name(of: $0.partner) }
    guard let partner = partners.first else {
      throw Stop(.badData, "no partner on \(day)", remedy: "check joint-venture/partners")
    }
    try office.show(folder, now, customers: customers, partners: partners)
    let errors = office.path + "/errors"
    let made = try OwnRun(
      [
        "bench", "rate", "--emit", "--rows", "\(rows * months)", "--seed", "\(seed)",
        "--flows", "\(flows)", "--units", "\(units)", "--date", "\(day)", "--tables", office.tables,
      ], output: office.path + "/sample.csv", errors: errors)
    guard made.status == 0 else { throw failure("bench rate --emit", made) }
    return partner
  }

  private func measure(
    _ step: inout Step, _ words: [String], knowsTables: Bool = true
  ) throws {
    let places =
      ["--invoices", office.invoices] + (knowsTables ? ["--tables", office.tables] : [])
    let run = try OwnRun(
      [step.name] + words + places, output: office.path + "/output", errors: office.path + "/errors"
    )
    // Consignments without a price, accounts without an official rate and differences are findings.
    guard run.status == 0 || run.status == 1 else { throw failure(step.name, run) }
    step.microseconds.append(run.microseconds)
    step.processorMicroseconds.append(run.processorMicroseconds)
    step.peakMemory = max(step.peakMemory, run.peakMemory)
  }

  private func failure(_ command: String, _ run: OwnRun) -> Stop {
    let said = Files.contents(of: office.path + "/errors") ?? []
    let last = String(decoding: said, as: UTF8.self).split(separator: "\n").suffix(2)
    return Stop(
      run.status == ExitStatus.badData.rawValue ? .badData : .internalFault,
      "'\(command)' ended with \(run.status)",
      remedy: last.joined(separator: "\n  "))
  }

  // MARK: - What is printed

  /// What the same sizes, seed and tables give again.
  private func result() throws -> String {
    try Calling.books {
      let register = try Register(office.register, for: .reading)
      let documents = try register.list(booked: first)
      var charges = -1
      var export = RegisterExport(what: .charges)
      try register.export(&export, booked: first) { piece in
        charges += piece.count { $0 == UInt8(ascii: "\n") }
      }
      let lines = documents.reduce(0) { $0 + $1.lines }
      return """
        first month: \(rows) consignments, \(lines) of them on \(documents.count) invoices, \
        \(charges) charge lines

        """
    }
  }

  private func report(_ steps: [Step], _ verify: Step, _ sizes: [Int]) -> String {
    var table = Layout([.left] + [Layout.Side](repeating: .right, count: steps.count + 3))
    table.row(
      cells: ["Month"] + steps.map { "\($0.name) ms" } + [
        "µs each", "of them processor", "register KiB",
      ])
    var month: Month? = first
    for (index, size) in sizes.enumerated() {
      let times = steps.map { $0.microseconds[index] }
      table.row(
        cells: [month?.description ?? ""] + times.map { "\($0 / 1000)" }
          + [
            "\(times.reduce(0, +) / rows)",
            "\(steps.reduce(0) { $0 + $1.processorMicroseconds[index] } / rows)", "\(size >> 10)",
          ])
      month = month?.next
    }
    let all = steps + [verify]
    let memory = all.map { step in
      "\(step.name == verify.name ? "verify" : step.name) \(step.peakMemory >> 10)"
    }
    return table.lines.joined(separator: "\n") + "\n"
      + "register verify of all months \(verify.microseconds.reduce(0, +) / 1000) ms\n"
      + "peak memory in MiB: \(memory.joined(separator: ", "))\n"
      + "register \((sizes.last ?? 0) / max(1, rows * months)) bytes a consignment\n"
  }
}
