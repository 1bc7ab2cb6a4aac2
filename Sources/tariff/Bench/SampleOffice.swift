import CSV
import ExactMoney
import TariffRules
import Unification

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A temporary folder with the tables, made-up customers and what is done with them; it is gone
/// afterwards.
struct SampleOffice {
  let path: String

  var tables: String { path + "/Tables" }
  var invoices: String { path + "/Invoices" }
  var register: String { invoices + "/register.sqlite" }

  /// Makes the folder, where the environment wants temporary files.
  init() throws {
    let parent = environment("TMPDIR") ?? "/tmp"
    var template = Array((parent + "/tariff-bench-XXXXXX").utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let made else { throw Self.failure(parent) }
    path = made
  }

  /// Takes the folder away, with all that is in it.
  func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    // A link is taken away, never what it leads to.
    if unlink(path) == 0 { return }
    for name in Files.names(in: path) ?? [] { remove(path + "/" + name) }
    rmdir(path)
  }

  /// Shows the folder of tables in this one, with more customers among those in force on a day,
  /// with a further service of each partner, and with how the first one's own file is read.
  func show(
    _ folder: String, _ now: TablesInForce, customers count: Int, partners: [String]
  ) throws {
    guard let resolved = realpath(folder, nil) else { throw Self.failure(folder) }
    defer { free(resolved) }
    let root = String(cString: resolved)
    let joint = "joint-venture"
    let partner = partners.first
    let made = [
      ("customers", now.customers.isEmpty ? nil : Self.customers(now, count)),
      ("partner-columns", partner.map { Array(PartnersFile.layout(of: $0).utf8) }),
    ].compactMap { schedule, bytes in bytes.map { (schedule, $0) } }
    try Self.show(root, in: tables) { area in
      guard area == joint else {
        return try showArea("\(root)/\(area)", in: "\(tables)/\(area)", partners)
      }
      try Self.show("\(root)/\(area)", in: "\(tables)/\(area)") { name in
        made.contains { $0.0 == name }
      }
      return true
    }
    for (schedule, bytes) in made {
      try Self.write(bytes, "2000-01-01.csv", in: "\(tables)/\(joint)/\(schedule)")
    }
  }

  /// Shows an area with a further service of each partner there.
  /// - Returns: whether there is one.
  private func showArea(_ area: String, in folder: String, _ partners: [String]) throws -> Bool {
    let own = (Files.names(in: area) ?? []).filter(partners.contains)
    if own.isEmpty { return false }
    try Self.show(area, in: folder) { carrier in
      guard own.contains(carrier) else { return false }
      try Self.show("\(area)/\(carrier)", in: "\(folder)/\(carrier)") { schedule in
        guard SampleServices.schedules.contains(schedule) else { return false }
        let editions = "\(area)/\(carrier)/\(schedule)"
        for name in Files.names(in: editions) ?? [] {
          let edition = Files.contents(of: "\(editions)/\(name)") ?? []
          try Self.write(
            SampleServices.adding(to: edition, of: schedule), name,
            in: "\(folder)/\(carrier)/\(schedule)")
        }
        return true
      }
      return true
    }
    return true
  }

  /// Makes a folder that shows what is in another by links, but for what is made otherwise.
  private static func show(
    _ folder: String, in other: String, but isMade: (_ name: String) throws -> Bool
  ) throws {
    guard mkdir(other, 0o700) == 0 else { throw failure(other) }
    for name in Files.names(in: folder) ?? [] where try !isMade(name) {
      let link = "\(other)/\(name)"
      guard symlink("\(folder)/\(name)", link) == 0 else { throw failure(link) }
    }
  }

  private static func write(_ bytes: [UInt8], _ name: String, in folder: String) throws {
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure(folder) }
    let file = try Output("\(folder)/\(name)")
    try file.write(bytes)
    try file.finish()
  }

  /// The customers in force, then as many made up as are wanting, billed in the same currencies.
  private static func customers(_ now: TablesInForce, _ count: Int) -> [UInt8] {
    let known = now.customers.values.sorted { $0.codeText < $1.codeText }.prefix(count)
    var writer = CSVWriter()
    for (key, value) in [
      ("kind", "customers"), ("source", "made up for a measurement"), ("evidence", "illustrative"),
      ("published", "2000-01-01"),
    ] {
      writer.record([.text(key), .text(value)])
    }
    writer.record([.text("")])
    writer.record(
      ["customer", "name", "country", "currency", "payment_days"].map { .text($0) })
    for index in 0..<count {
      guard let model = known.isEmpty ? nil : known[index % known.count] else { break }
      let isKnown = index < known.count
      writer.record([
        .text(isKnown ? model.codeText : "SAMPLE-\(index + 1)"),
        .text(isKnown ? model.name : "Sample customer \(index + 1)"), .text(model.country),
        .text(model.currency?.code ?? ""), .number("\(model.paymentDays)"),
      ])
    }
    return writer.drain()
  }

  static func failure(_ path: String) -> Stop {
    Stop(
      .inputOutput, "cannot use '\(path)': \(Output.reason())",
      remedy: "set TMPDIR to a folder that may be written to")
  }
}
