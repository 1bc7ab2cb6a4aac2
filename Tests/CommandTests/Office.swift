import Foundation
import Testing

/// A folder in which the real program keeps the books of forty made-up customers.
final class Office {
  let folder: Scratch
  let program: Program

  /// A folder in memory where the system has one: what is killed is a process, not the power.
  private static let memory = URL(filePath: "/dev/shm")

  /// An office with the small tables, a tax and customers.
  /// - Parameter customers: rows of the table of customers; forty plain ones unless given.
  init(customers: String? = nil) throws {
    let hasMemory = FileManager.default.isWritableFile(atPath: Self.memory.path)
    folder = try hasMemory ? Scratch(in: Self.memory) : Scratch()
    program = try Program()
    try FileManager.default.copyItem(
      at: Place.tests.appending(path: "Tables/small"),
      to: folder.url.appending(path: "TariffTables"))
    try add(
      "customers", "customer,name,country,currency,payment_days",
      customers
        ?? (0..<40).map { "C\($0),Customer \($0),AA,\($0 % 3 == 0 ? "EUR" : "USD"),30\n" }.joined())
    try add(
      "taxes", "name,seller_country,service,traffic,category,percent,legal_basis",
      "Carriage,AA,carriage,*,standard,10,\n")
  }

  private func add(_ schedule: String, _ columns: String, _ rows: String) throws {
    let folder = folder.url.appending(path: "TariffTables/joint-venture/\(schedule)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let head = "kind,\(schedule)\nsource,invented\nevidence,published\npublished,2020-01-02\n\n"
    try Data("\(head)\(columns)\n\(rows)".utf8).write(
      to: folder.appending(path: "2020-01-02.csv"))
  }

  /// Writes a file of consignments: of two currencies, and of forty customers in turn.
  func file(_ name: String, _ count: Int, customers: Range<Int> = 0..<40) throws {
    let rows = (0..<count).map { index in
      let customer = customers.lowerBound + index % customers.count
      return
        "\(name)-\(index),2026-08-15,Alder,Cedar,8517,container-40,\(1 + index % 5),C\(customer)\n"
    }
    try write(rows.joined(), as: name + ".csv")
  }

  /// Writes rows of consignments as a file.
  func write(_ rows: String, as name: String) throws {
    let header = "reference,date,from,to,commodity,equipment,count,customer\n"
    try Data((header + rows).utf8).write(to: folder.url.appending(path: name))
  }

  /// Runs the program to its end.
  @discardableResult
  func run(_ words: String...) throws -> Program.Outcome {
    try program.run(words, in: folder.url, input: Data())
  }

  /// Starts the program, or another that starts it.
  func start(_ words: [String], of other: URL? = nil) throws -> Program.Running {
    try program.start(words, of: other, in: folder.url)
  }

  /// The documents that are on the disk, by name.
  func documents() throws -> [String: Data] {
    try names().filter { $0.hasPrefix("JV-") }.reduce(into: [:]) { documents, name in
      documents[name] = try Data(contentsOf: invoices.appending(path: name))
    }
  }

  /// The names in the folder of invoices; none where there is no such folder.
  func names() throws -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: invoices.path)) ?? []
  }

  /// The folder of invoices.
  var invoices: URL { folder.url.appending(path: "Invoices") }

  /// The numbers recorded, in the order of their entries.
  func numbers() throws -> [String] {
    try run("register", "list", "--format", "csv").output.split(separator: "\n").dropFirst()
      .map { String($0.prefix { $0 != "," }) }
  }

  /// Numbers from 1 without a gap.
  static func numbers(upTo last: Int) -> [String] {
    (0..<last).map { "JV-2026-" + String(1_000_001 + $0).dropFirst() }
  }

  /// Everything recorded, as scripts see it.
  func exports() throws -> [String] {
    try ["lines", "charges", "shares"].map { try run("register", "export", "--of", $0).output }
  }
}
