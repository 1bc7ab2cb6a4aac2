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

  /// Shows the folder of tables in this one, with more customers among those in force on a day, and
  /// with how a partner's own file is read.
  func show(
    _ folder: String, _ now: TablesInForce, customers count: Int, partner: String
  ) throws {
    guard let resolved = realpath(folder, nil) else { throw Self.failure(folder) }
    defer { free(resolved) }
    let root = String(cString: resolved)
    let joint = "joint-venture"
    let own = ["customers", "partner-columns"]
    let folders = ["", "/\(joint)"] + own.map { "/\(joint)/\($0)" }
    for folder in folders.map({ self.tables + $0 }) {
      guard mkdir(folder, 0o700) == 0 else { throw Self.failure(folder) }
    }
    let areas = (Files.names(in: root) ?? []).filter { $0 != joint }
    let schedules = (Files.names(in: "\(root)/\(joint)") ?? []).filter { !own.contains($0) }
    for name in areas + schedules.map({ "\(joint)/\($0)" }) {
      let link = "\(self.tables)/\(name)"
      guard symlink("\(root)/\(name)", link) == 0 else { throw Self.failure(link) }
    }
    let contents = [Self.customers(now, count), Array(PartnersFile.layout(of: partner).utf8)]
    for (schedule, bytes) in zip(own, contents) {
      let file = try Output("\(self.tables)/\(joint)/\(schedule)/2000-01-01.csv")
      try file.write(bytes)
      try file.finish()
    }
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
