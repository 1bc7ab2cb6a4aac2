import ExactMoney
import TariffRules

/// The books: every document, share and closed month, in the order they were entered.
///
/// Entries are only ever added. Each carries the digest of the one before, so that nothing can be
/// changed, taken out or put in between without `verify` seeing it. What it said is recorded
/// survives a crash: every write is on the disk before the transaction ends.
public final class Register {
  /// What a register is opened for.
  public enum Purpose: Sendable {
    /// Only to look.
    case reading
    /// To add entries; it is made where there is none.
    case writing
    /// To add entries to one that must be there.
    case existing
  }

  let database: Database
  /// Whether it was made when it was opened.
  public private(set) var isNew = false
  /// Texts and files that are kept once, by their number; filled as they are met.
  var sources: [String: Int64] = [:]
  var files: [TableFile: Int64] = [:]

  /// The file.
  public var path: String { database.path }

  /// The digest "before" the first entry.
  static let noDigest = String(repeating: "0", count: 64)
  /// Several offices' processes issue into one register: each waits its turn this long.
  private static let busyMilliseconds: Int32 = 120_000

  /// Opens a register.
  public init(_ path: String, for purpose: Purpose) throws {
    switch purpose {
    case .reading:
      guard FilePresence.exists(path) else {
        throw DatabaseError(kind: .missing, path: path, detail: "")
      }
      database = try Database(path, .read, busyMilliseconds: Self.busyMilliseconds)
      let steps = try knownSteps()
      guard steps == Migrations.all.count else {
        throw DatabaseError(kind: steps == 0 ? .empty : .older, path: path, detail: "")
      }
    case .writing, .existing:
      if purpose == .existing && !FilePresence.exists(path) {
        throw DatabaseError(kind: .missing, path: path, detail: "")
      }
      database = try Database(
        path, .create, busyMilliseconds: Self.busyMilliseconds)
      try database.script(
        """
        PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        """)
      if try knownSteps() < Migrations.all.count { try migrate() }
    }
  }

  /// How many steps of the schema the file has.
  /// - Throws: `newer` where it has one that this program does not know; `notADatabase` where it is
  ///   the database of another program.
  private func knownSteps() throws -> Int {
    let names = try database.all("SELECT name FROM sqlite_schema WHERE type = 'table'") {
      $0.text(0)
    }
    guard names.contains("migrations") else {
      if names.isEmpty { return 0 }
      throw DatabaseError(kind: .notADatabase, path: path, detail: "")
    }
    let steps = try database.all("SELECT name FROM migrations ORDER BY step") { $0.text(0) }
    let known = Migrations.all.map(\.name)
    if let unknown = steps.first(where: { !known.contains($0) }) {
      throw DatabaseError(kind: .newer, path: path, detail: unknown)
    }
    return steps.count
  }

  private func migrate() throws {
    try database.transaction {
      try database.script(
        """
        CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
        """)
      // Another process may have done it while this one waited for its turn.
      let known = try knownSteps()
      isNew = known == 0
      for (index, step) in Migrations.all.enumerated().dropFirst(known) {
        try database.script(step.sql)
        try database.run(
          "INSERT INTO migrations VALUES (?, ?)", [.integer(Int64(index + 1)), .text(step.name)])
      }
    }
  }

  /// Everything the body reads is of one moment, whatever others add meanwhile: their additions
  /// wait until it is done.
  public func atOneMoment<Result>(_ body: () throws -> Result) throws -> Result {
    try database.script("BEGIN")
    defer { try? database.script("COMMIT") }
    return try body()
  }

  /// The last month that was closed.
  public func lastClosed() throws -> Month? {
    try database.first("SELECT max(month) FROM closings") { row in
      row.isNull(0) ? nil : Month(row.text(0))
    }.flatMap(\.self)
  }

  /// The month in which something of a month is settled: that month, or the first open one.
  func booked(_ month: Month) throws -> Month {
    guard let closed = try lastClosed(), closed >= month else { return month }
    guard let next = closed.next else {
      throw BookingRefusal(
        "\(closed) is closed, and no month comes after it: nothing more can be booked",
        remedy: "restore the newest copy of the register in which it is open")
    }
    return next
  }

  /// Adds an entry to the chain, inside a transaction.
  /// - Parameter record: what the entry's digest is over, beside the digest of the one before.
  func append(_ kind: String, _ record: [UInt8]) throws -> Int64 {
    let last = try database.first(
      "SELECT entry, digest FROM entries ORDER BY entry DESC LIMIT 1"
    ) { ($0.integer(0), $0.text(1)) }
    let entry = (last?.0 ?? 0) + 1
    let previous = last?.1 ?? Self.noDigest
    try database.run(
      "INSERT INTO entries VALUES (?, ?, ?, ?)",
      [
        .integer(entry), .text(kind), .text(previous),
        .text(Self.digest(entry, kind, previous, record)),
      ])
    return entry
  }

  /// The digest of an entry.
  static func digest(
    _ entry: Int64, _ kind: String, _ previous: String, _ record: [UInt8]
  ) -> String {
    var digest = SHA256()
    digest.update("\(entry)\n\(kind)\n\(previous)\n")
    digest.update(record)
    return digest.hex()
  }

  /// Refuses a day of issue before that of the last document of the series and year, inside a
  /// transaction: numbers and dates run together.
  func checkOrder(of day: Day, in series: String) throws {
    let last = try database.first(
      """
      SELECT number, issued FROM documents WHERE series = ? AND year = ?
      ORDER BY number DESC LIMIT 1
      """, [.text(series), .integer(Int64(day.year))]
    ) { (Int($0.integer(0)), Day($0.text(1))) }
    guard let (number, issued) = last, let issued, day < issued else { return }
    throw BookingRefusal(
      "a document of \(day) would come after "
        + "\(DocumentNumber(series: series, year: day.year, number: number)) of \(issued)",
      remedy: "numbers and dates run together: give --issue-date \(issued) or a later day")
  }

  /// The next number of a series and year, inside a transaction.
  func nextNumber(_ series: String, _ year: Int) throws -> DocumentNumber {
    let last = try database.first(
      "SELECT coalesce(max(number), 0) FROM documents WHERE series = ? AND year = ?",
      [.text(series), .integer(Int64(year))]
    ) { Int($0.integer(0)) }
    return DocumentNumber(series: series, year: year, number: (last ?? 0) + 1)
  }
}
