import ExactMoney
import Foundation
import Testing

@testable import Billing

/// Somebody changes the file by other means than this program: `verify` names the first entry that
/// is not as it was entered, whatever was changed, and nothing that is read makes the program fail.
struct TamperTests {
  /// Two invoices of August, a remark on the first, the month closed, an invoice of September.
  static let sound = Result {
    let books = try Books()
    defer { books.remove() }
    let first = try books.issue(
      Books.container("A") + Books.container("B", count: 3)
        + Books.container("C").replacing("Batumi", with: "Poti")
        + Books.container("D", customer: "ANATOLIA"))
    try books.register.remark("portal number", "77-1", on: try #require(first[0].number))
    let august = try #require(Month("2026-08"))
    _ = try books.register.close(august, try #require(InvoiceRunTests.tables))
    try books.issue(Books.container("E"))
    let found = try books.register.verify()
    try #require(found.firstBad == nil && found.entries == 5)
    return try Data(contentsOf: URL(filePath: books.register.path))
  }

  /// For each table the row changed, and the entry that is not in order then.
  struct Row: CustomTestStringConvertible {
    let table: String, condition: String
    let entry: Int64?
    var testDescription: String { "\(table) where \(condition)" }
  }

  static let rows = [
    Row(table: "entries", condition: "entry = 1", entry: 1),
    Row(table: "entries", condition: "entry = 4", entry: 4),
    Row(table: "entries", condition: "entry = 5", entry: 5),
    Row(table: "documents", condition: "entry = 2", entry: 2),
    Row(table: "documents", condition: "entry = 5", entry: 5),
    Row(table: "taxes", condition: "entry = 2", entry: 2),
    Row(table: "document_files", condition: "entry = 2 AND file = 3", entry: 2),
    Row(table: "table_files", condition: "file = 1", entry: 1),
    Row(table: "lines", condition: "line = 2", entry: 2),
    Row(table: "lines", condition: "line = 4", entry: 2),
    Row(table: "lines", condition: "line = 5", entry: 5),
    Row(table: "consignments", condition: "reference = 'B'", entry: 2),
    Row(table: "sources", condition: "source = 1", entry: 1),
    Row(table: "charges", condition: "line = 3 AND position = 2", entry: 2),
    Row(table: "shares", condition: "line = 4 AND position = 1", entry: 2),
    Row(table: "shares", condition: "line = 1 AND position = 9", entry: 1),
    Row(table: "closings", condition: "entry = 4", entry: 4),
    Row(table: "balances", condition: "entry = 4 AND position = 2", entry: 4),
    Row(table: "papers", condition: "entry = 4 AND position = 1", entry: 4),
    Row(
      table: "papers", condition: "entry = 4 AND kind = 'statement-text' AND party = 'KTZ'",
      entry: 4),
    Row(table: "remarks", condition: "entry = 3", entry: 3),
  ]

  /// What the values of a column are changed to, by its type; changes that the schema refuses or
  /// that change nothing are left out.
  private static func changes(_ type: String) -> [String] {
    switch type {
    case "INTEGER":
      ["coalesce({} + 1, 1)", "coalesce({} + 1000, 1000)", "\(Int64.max)"]
    case "BLOB": ["coalesce({}, x'') || x'00'", "x''"].map { "CAST(\($0) AS BLOB)" }
    default: ["coalesce({}, '') || 'x'", "''"]
    }
  }

  /// The sound register in a file of its own, changed behind the program's back: as somebody would
  /// who takes the triggers out and puts them back.
  private func tampered(_ path: String, _ sql: String) throws -> (register: Register, rows: Int) {
    try Self.sound.get().write(to: URL(filePath: path))
    let database = try Database(path, .create, busyMilliseconds: 0)
    try database.script("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN")
    let triggers = try database.all(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ) { (name: $0.text(0), sql: $0.text(1)) }
    try database.script(triggers.map { "DROP TRIGGER \($0.name);" }.joined())
    try database.script(sql)
    let rows = try database.first("SELECT changes()") { Int($0.integer(0)) } ?? 0
    try database.script(triggers.map { $0.sql + ";" }.joined() + "COMMIT")
    return (try Register(path, for: .reading), rows)
  }

  /// The same, by somebody who then makes the whole chain anew, so that every digest and seal is
  /// that of what is there: only what must follow from something else can give it away.
  private func forged(_ path: String, _ sql: String) throws -> Register {
    try Self.sound.get().write(to: URL(filePath: path))
    return try Forgery.make(Register(path, for: .existing), sql)
  }

  /// Each of these leaves every digest and every sum of the document in order.
  @Test(
    arguments: [
      ("SELECT 1", nil, ""),
      (
        "UPDATE taxes SET tax = 100 WHERE entry = 1; "
          + "UPDATE documents SET tax = 100, total = total + 100 WHERE entry = 1",
        1, "has 1.00 USD of tax, but 0 % of it are 0.00 USD"
      ),
      (
        "UPDATE taxes SET percent = '12' WHERE entry = 2; "
          + "UPDATE lines SET tax_percent = '12' WHERE entry = 2",
        2, "has 0.00 USD of tax, but 12 % of it are "
      ),
      ("UPDATE taxes SET net = net - 1 WHERE entry = 2", 2, "does not sum up its lines"),
      (
        "UPDATE taxes SET equivalent = equivalent + 1 WHERE entry = 2", 2,
        "does not sum up its lines in USD"
      ),
      ("DELETE FROM taxes WHERE entry = 2", 2, "line 1 is in no tax category"),
      (
        "UPDATE lines SET tax_percent = '5' WHERE line = 3; "
          + "UPDATE taxes SET net = (SELECT sum(net) FROM lines WHERE entry = 2 AND line <> 3), "
          + "equivalent = (SELECT sum(equivalent) FROM lines WHERE entry = 2 AND line <> 3) "
          + "WHERE entry = 2",
        2, "is in no tax category"
      ),
      (
        "INSERT INTO taxes SELECT entry, 2, name, category, percent, legal_basis, net, tax, "
          + "equivalent FROM taxes WHERE entry = 2",
        2, "comes twice"
      ),
      (
        "UPDATE documents SET text = CAST(replace(text, '3650.00', '3650.01') AS BLOB) "
          + "WHERE entry = 5",
        5, "its text is not that of its content"
      ),
      (
        "UPDATE documents SET csv = CAST(replace(csv, '3650.00', '3650.01') AS BLOB) "
          + "WHERE entry = 5",
        5, "its CSV is not that of its content"
      ),
      (
        "UPDATE documents SET customer_name = 'Another' WHERE entry = 1", 1,
        "its text is not that of its content"
      ),
      (
        "UPDATE documents SET booked = '2026-07' WHERE entry = 5", 5,
        "it is settled in 2026-07, but 2026-08 was closed before it"
      ),
    ] as [(String, Int64?, String)])
  func aForgedChainIsFoundOutByWhatMustFollow(sql: String, entry: Int64?, what: String) throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let register = try forged(path, sql)
    let fault = try register.verify().firstBad
    #expect(fault?.entry == entry)
    #expect(fault?.what.contains(what) ?? (entry == nil), "\(fault?.what ?? "nothing found")")
  }

  /// A cent of tax moved from one note of an invoice to another leaves every sum as it was.
  @Test func theTaxOfANoteIsThatOfWhatStandsAfterIt() throws {
    let books = try Books()
    defer { books.remove() }
    var made = try MadeUpInvoices(seed: 5, "EUR", digits: 2)
    let number = DocumentNumber(series: "JV", year: 2026, number: 1)
    let invoice = try made.invoice(number, lines: 9)
    _ = try books.register.transaction {
      try books.register.insert(invoice, WrittenDocument(invoice, annex: nil))
    }
    let day = try #require(Day("2026-09-10"))
    let taxed = try invoice.lines.indices.filter { invoice.lines[$0].tax.percent != .zero }.map {
      try books.register.credit(number, lines: [$0 + 1], reason: "weight", on: day).document
    }
    try #require(taxed.count >= 2)
    #expect(try books.register.verify().firstBad == nil)
    let register = try Forgery.make(
      books.register,
      """
      UPDATE taxes SET tax = tax + 1 WHERE entry = 2;
      UPDATE taxes SET tax = tax - 1 WHERE entry = 3;
      UPDATE documents SET tax = tax + 1, total = total + 1 WHERE entry = 2;
      UPDATE documents SET tax = tax - 1, total = total - 1 WHERE entry = 3;
      """)
    let fault = try #require(try register.verify().firstBad)
    #expect(fault.entry == 2)
    #expect(fault.what.contains(" of tax, but 16 % of it are "), "\(fault.what)")
  }

  private static func path() -> String {
    FileManager.default.temporaryDirectory.appending(path: "tampered-\(UUID().uuidString)").path
  }

  /// Looks at everything that can be looked at: it may be refused, never fail.
  private func lookAround(_ register: Register) {
    for listed in (try? register.list()) ?? [] {
      _ = try? register.document(listed.number)
      _ = try? register.remarks(on: listed.number)
      _ = try? register.issued(listed.customer, "B")
    }
    for what in RegisterExport.What.allCases {
      var export = RegisterExport(what: what)
      try? register.export(&export, booked: nil) { _ in }
    }
    _ = try? register.lastClosed().map { try register.closed($0) }
  }

  @Test(arguments: rows) func everyColumnIsProtected(row: Row) throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let columns = try Register(":memory:", for: .writing).database.all(
      "SELECT name, type FROM pragma_table_info('\(row.table)')"
    ) { (name: $0.text(0), type: $0.text(1)) }
    #expect(columns.count >= 2)
    for column in columns {
      var made = 0
      for change in Self.changes(column.type) {
        let value = change.replacing("{}", with: column.name)
        let sql = "UPDATE \(row.table) SET \(column.name) = \(value) WHERE \(row.condition)"
        guard
          let (register, rows) = try? tampered(path, sql + " AND \(column.name) IS NOT \(value)"),
          rows == 1
        else { continue }
        made += 1
        let fault = try register.verify().firstBad
        let isLastMovedAway = row.table == "entries" && row.entry == 5 && fault?.entry == nil
        #expect(
          fault != nil && (fault?.entry == row.entry || isLastMovedAway),
          "\(sql): \(fault?.what ?? "nothing found")")
        lookAround(register)
      }
      #expect(made > 0, "\(row.table).\(column.name) was changed")
    }
  }

  @Test(arguments: rows) func noRowCanBeTakenOut(row: Row) throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (register, rows) = try tampered(path, "DELETE FROM \(row.table) WHERE \(row.condition)")
    #expect(rows == 1)
    let fault = try #require(try register.verify().firstBad)
    #expect(fault.entry == (row.table == "entries" && row.entry == 5 ? nil : row.entry))
    lookAround(register)
  }

  @Test(
    arguments: [
      (
        "INSERT INTO charges SELECT 99, 1, leg, carrier, charge, amount, source FROM charges",
        nil
      ),
      ("INSERT INTO charges SELECT line, 99, leg, carrier, charge, amount, source FROM charges", 1),
      (
        "INSERT INTO shares SELECT 99, 1, party, kind, amount, lean, odd, basis FROM shares",
        nil
      ),
      ("INSERT INTO consignments SELECT customer, 'X', digest, line FROM consignments", nil),
      ("INSERT INTO remarks SELECT 9, document, what, value FROM remarks", nil),
      ("INSERT INTO document_files SELECT 9, file FROM document_files", nil),
      ("INSERT INTO entries SELECT 6, kind, previous, digest FROM entries", 6),
    ] as [(String, Int64?)])
  func noRowCanBePutIn(sql: String, entry: Int64?) throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (register, rows) = try tampered(path, sql + " LIMIT 1")
    #expect(rows == 1)
    let fault = try #require(try register.verify().firstBad)
    #expect(fault.entry == entry, "\(fault.what)")
  }

  @Test(arguments: [
    ("DROP TRIGGER lines_never_updated", "its trigger 'lines_never_updated' is missing"),
    ("DROP INDEX documents_by_booked", "its index 'documents_by_booked' is missing"),
    (
      "CREATE TRIGGER lines_gain AFTER INSERT ON lines BEGIN SELECT 1; END",
      "it has trigger 'lines_gain' from elsewhere"
    ),
    (
      "DROP TRIGGER lines_never_updated; "
        + "CREATE TRIGGER lines_never_updated BEFORE UPDATE ON lines BEGIN SELECT 1; END",
      "its trigger 'lines_never_updated' is not what the program makes"
    ),
  ])
  func theSchemaIsTheProgramsOwn(sql: String, what: String) throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.sound.get().write(to: URL(filePath: path))
    try Database(path, .create, busyMilliseconds: 0).script(sql)
    let found = try Register(path, for: .reading).verify()
    #expect(found.firstBad == Register.Fault(entry: nil, name: "the register", what: what))
    #expect(found.entries == 5)
  }

  /// Whoever cuts off the end and leaves a chain in order is found out by a digest kept elsewhere.
  @Test func theEndIsProvedByADigestKeptElsewhere() throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (register, _) = try tampered(path, "SELECT 1")
    let whole = try register.verify()
    let known = try register.verify(kept: whole.digest)
    #expect(known.firstBad == nil && known.kept == 5)
    let cut =
      ["shares", "charges", "consignments"].map {
        "DELETE FROM \($0) WHERE line = 5;"
      }
      + ["lines", "taxes", "document_files", "documents", "entries"].map {
        "DELETE FROM \($0) WHERE entry = 5;"
      }
    let (shorter, _) = try tampered(path, cut.joined())
    let unseen = try shorter.verify()
    #expect(unseen.firstBad == nil && unseen.entries == 4)
    let seen = try shorter.verify(kept: whole.digest)
    #expect(
      seen.firstBad?.what
        == "no entry has the digest that was kept: entries were cut off, or made anew")
    #expect(try shorter.verify(kept: unseen.digest).firstBad == nil)
  }
}
