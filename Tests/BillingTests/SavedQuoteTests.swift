import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

/// Quotes in the register: their numbers, what is kept of them, and who changes that unseen.
struct SavedQuoteTests {
  private func ask(
    _ books: Books, _ fields: [String: String] = [:], asOf: String? = nil
  ) throws -> Register.Saving {
    let tables = try #require(InvoiceRunTests.tables)
    var calculator = Calculator(tables, asOf: asOf.flatMap { Day($0) })
    var saving = QuoteSaving(calculator)
    let asked = [
      "date": "2026-08-03", "from": "Altynkol", "to": "Poti", "via": "Aktau",
      "commodity": "61091000", "equipment": "container-40", "owner": "private",
      "wagon_owner": "railway", "weight_kg": "14500", "gross_kg": "18300", "count": "3",
      "customer": "SILKROAD",
    ].merging(fields) { $1 }
    return try #require(try books.register.save(calculator.quote(fields: asked), by: &saving))
  }

  @Test func whatIsReadIsWhatWasSaved() throws {
    let books = try Books()
    defer { books.remove() }
    for asOf in [nil, "2026-08-01"] {
      let made = try ask(books, asOf: asOf)
      let read = try #require(try books.register.quote(made.quote.number))
      #expect(read == made.quote)
      #expect(read.price.guarantee != nil && read.price.shares.count > 3)
      #expect(read.price.charges.contains { $0.source.text.contains("coefficient") })
    }
    #expect(try books.register.verify().firstBad == nil)
  }

  @Test func numbersAreGaplessWithinTheYearOfTheDayGiven() throws {
    let books = try Books()
    defer { books.remove() }
    let made = try [nil, "2026-08-02", "2027-01-02", nil].map {
      try ask(books, asOf: $0).quote.number.description
    }
    #expect(
      made == [
        "QUOTE-2026-000001", "QUOTE-2026-000002", "QUOTE-2027-000001", "QUOTE-2026-000003",
      ])
    #expect(try books.register.verify().firstBad == nil)
  }

  /// With a reference the same question to the same tables is the same quote; without one each is a
  /// consignment of its own.
  @Test func aReferenceIsSavedOnce() throws {
    let books = try Books()
    defer { books.remove() }
    let first = try ask(books, ["reference": "A"])
    let again = try ask(books, ["reference": "A"])
    #expect(!first.wasSavedBefore && again.wasSavedBefore)
    #expect(again.quote == first.quote)
    #expect(try ask(books, ["reference": "A", "count": "4"]).wasSavedBefore == false)
    #expect(try ask(books).wasSavedBefore == false)
    #expect(try ask(books).wasSavedBefore == false)
    #expect(try books.register.quotes().count == 4)
  }

  /// The shares of an honoured line are the stored ones, to the minor unit and the exact lean.
  @Test func anInvoiceHasTheStoredCharges() throws {
    let books = try Books()
    defer { books.remove() }
    let quote = try ask(books).quote
    let documents = try books.issue(
      "R,2026-08-15,2026-08-20,Altynkol,Poti,Aktau,61091000,container-40,private,railway,loaded,"
        + "14500,18300,3,SILKROAD,\(quote.number)\n",
      header: Books.header.replacing("customer\n", with: "customer,quote\n"))
    let line = try #require(documents.first?.lines.first)
    #expect(line.charges == quote.price.charges)
    #expect(line.shares == quote.price.shares)
    #expect(line.guarantee == quote.price.guarantee)
    #expect(line.quoted?.number == quote.number)
    let document = try #require(documents.first)
    let number = try #require(document.number)
    #expect(try books.register.document(number)?.0 == document)
    #expect(Set(quote.files).isSubset(of: document.files))
    let place = try #require(try books.register.line(honouring: quote.number))
    #expect(place == DocumentLine.Place(document: number, position: 1))
    #expect(try books.register.verify().firstBad == nil)
  }

  /// Two runs had the quote before either issued: the second finds it taken.
  @Test func whoComesSecondDoesNotHaveThePrice() throws {
    let books = try Books()
    defer { books.remove() }
    let quote = try ask(books).quote
    let tables = try #require(InvoiceRunTests.tables)
    let drafts = try ["R", "S"].map { reference in
      let rows =
        Books.header.replacing("customer\n", with: "customer,quote\n")
        + "\(reference),2026-08-15,2026-08-20,Altynkol,Poti,Aktau,61091000,container-40,private,"
        + "railway,loaded,14500,18300,3,SILKROAD,\(quote.number)\n"
      var file = try ConsignmentFile("test.csv", CSVReader(bytes: Array(rows.utf8)))
      var run = InvoiceRun(Calculator(tables), into: books.register)
      while let row = try file.next() { try run.add(row, of: file) }
      return try #require(run.drafts().first)
    }
    let day = try #require(Day("2026-09-01"))
    #expect(try books.register.issue(drafts[0], on: day, series: "JV").issued != nil)
    let second = try books.register.issue(drafts[1], on: day, series: "JV")
    #expect(second.issued == nil && second.refused.map(\.code) == ["quote-taken"])
  }

  // MARK: - Tampering

  private static let changes = [
    ("INTEGER", "{} + 1"), ("INTEGER", "{} + 50"), ("TEXT", "coalesce({}, '') || 'x'"),
    ("TEXT", "'2026-08-07'"),
    ("BLOB", "CAST({} || x'0A' AS BLOB)"), ("BLOB", "x''"),
  ]

  /// Every column of a quote, and of what is said of the line that honours it, is protected by the
  /// chain.
  @Test(arguments: ["quotes", "quoted_lines"]) func nothingIsChangedUnseen(table: String) throws {
    let books = try Books()
    defer { books.remove() }
    let quote = try ask(books, ["reference": "A"], asOf: "2026-08-02").quote
    _ = try ask(books)
    try books.issue(
      "A,2026-08-15,2026-08-20,Altynkol,Poti,Aktau,61091000,container-40,private,railway,loaded,"
        + "14500,18300,3,SILKROAD,\(quote.number)\n",
      header: Books.header.replacing("customer\n", with: "customer,quote\n"))
    #expect(try books.register.verify().firstBad == nil)
    let database = books.register.database
    let columns = try database.all("SELECT name, type FROM pragma_table_info('\(table)')") {
      (name: $0.text(0), type: $0.text(1))
    }
    try database.script("PRAGMA foreign_keys = OFF; DROP TRIGGER \(table)_never_updated")
    try database.script("DROP TRIGGER \(table)_never_deleted")
    var made: Set<String> = []
    for column in columns {
      for (type, change) in Self.changes where type == column.type {
        try database.script("BEGIN")
        let value = change.replacing("{}", with: column.name)
        let sql = "UPDATE \(table) SET \(column.name) = \(value) WHERE rowid = 1"
        guard (try? database.script(sql)) != nil,
          try database.first("SELECT changes()", [], { $0.integer(0) }) == 1
        else {
          // The schema refuses it: a number that is taken, a quote that is not there.
          try database.script("ROLLBACK")
          continue
        }
        made.insert(column.name)
        // Found in its entry: the whole, which lacks two triggers now, is looked at after.
        let found = try books.register.verify().firstBad
        #expect(found?.entry != nil, "\(sql): \(found?.what ?? "nothing found")")
        try database.script("ROLLBACK")
      }
    }
    #expect(made.isSuperset(of: columns.map(\.name)), "every column was changed")
    try database.script("BEGIN; DELETE FROM \(table) WHERE rowid = 1")
    #expect(try books.register.verify().firstBad?.entry != nil)
    try database.script("ROLLBACK")
  }

  @Test func aRegisterOfBeforeIsBroughtUpToDate() throws {
    let books = try Books()
    defer { books.remove() }
    try books.issue(Books.container("A"))
    let database = books.register.database
    try database.script(
      """
      DROP TABLE papers; DROP TABLE quoted_lines; DROP TABLE quotes;
      DELETE FROM migrations WHERE step >= 3;
      """)
    let register = try Register(database.path, for: .existing)
    #expect(try register.quotes().isEmpty)
    #expect(try register.verify().firstBad == nil)
  }
}
