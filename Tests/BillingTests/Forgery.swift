import ExactMoney
import Testing

@testable import Billing

/// A register changed by somebody who then makes the whole chain anew, so that every digest and
/// seal is that of what is there.
enum Forgery {
  /// Changes a register.
  /// - Parameter closing: changes a closed month before it is sealed again.
  static func make(
    _ register: Register, _ sql: String,
    closing: (_ entry: Int64, _ month: ClosedMonth) throws -> Void = { _, _ in }
  ) throws -> Register {
    let database = register.database
    let triggers = try database.all(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ) { (name: $0.text(0), sql: $0.text(1)) }
    try database.script("BEGIN;" + triggers.map { "DROP TRIGGER \($0.name);" }.joined())
    try database.script(sql)
    var previous = Register.noDigest
    for (entry, kind) in try database.all(
      "SELECT entry, kind FROM entries ORDER BY entry", [], { ($0.integer(0), $0.text(1)) })
    {
      if let found = try register.closing(entry) {
        try closing(entry, found)
        try seal(entry, register)
      }
      let record = try #require(
        try register.document(entry: entry).map { $0.0.record($0.1) }
          ?? register.ownRecord(entry, kind))
      let digest = Register.digest(entry, kind, previous, record)
      try database.run(
        "UPDATE entries SET previous = ?, digest = ? WHERE entry = ?",
        [.text(previous), .text(digest), .integer(entry)])
      previous = digest
    }
    try database.script(triggers.map { $0.sql + ";" }.joined() + "COMMIT")
    return register
  }

  /// Seals a closed month as it is now, in its texts, too.
  private static func seal(_ entry: Int64, _ register: Register) throws {
    let closed = try #require(try register.closing(entry))
    let seal = try register.seal(closed.month, closed.balances, closed.papers)
    try register.database.run(
      "UPDATE closings SET seal = ?, documents = ? WHERE entry = ?",
      [.text(seal.seal), .integer(Int64(seal.documents)), .integer(entry)])
    try register.database.run(
      "UPDATE papers SET content = CAST(replace(content, ?, ?) AS BLOB) WHERE entry = ?",
      [.text(closed.seal), .text(seal.seal), .integer(entry)])
  }

  /// Writes other balances and papers into a closed month.
  static func write(
    _ balances: [ClosedBalance], _ papers: [SettlementPaper], _ entry: Int64, _ register: Register
  ) throws {
    let database = register.database
    for table in ["balances", "papers"] {
      try database.run("DELETE FROM \(table) WHERE entry = ?", [.integer(entry)])
    }
    for (index, balance) in balances.enumerated() {
      let currency = balance.due.currency
      let units = [balance.due, balance.paid, balance.carried].map(\.minorUnits)
      try database.run(
        "INSERT INTO balances VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
          .integer(entry), .integer(Int64(index + 1)), .text(balance.party), .text(currency.code),
          .integer(Int64(currency.minorDigits)),
        ] + units.map { .integer($0) })
    }
    for (index, paper) in papers.enumerated() {
      try database.run(
        "INSERT INTO papers VALUES (?, ?, ?, ?, ?)",
        [
          .integer(entry), .integer(Int64(index + 1)), .text(paper.kind.rawValue),
          .text(paper.party), .bytes(paper.bytes),
        ])
    }
  }
}
