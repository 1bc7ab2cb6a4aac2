import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

/// A register in a folder of its own, with invoices at the published unified rate of 3650 dollars.
struct Books {
  let folder: URL
  let register: Register

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "books-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    register = try Register(folder.appending(path: "register.sqlite").path, for: .writing)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Lines of an invoice as they would cost now, read at this moment.
  func change(
    _ number: DocumentNumber, _ lines: [Int: DocumentLine]
  ) throws -> Rerating.Change {
    let notes = try register.account(number).notes.compactMap(\.number)
    return Rerating.Change(invoice: number, notes: notes, lines: lines)
  }

  static let header =
    "reference,date,supplied,from,to,via,commodity,equipment,owner,wagon_owner,load,weight_kg,"
    + "gross_kg,count,customer\n"

  static func container(
    _ reference: String, supplied: String = "2026-08-20", count: Int = 1,
    customer: String = "SILKROAD"
  ) -> String {
    "\(reference),2026-08-03,\(supplied),Altynkol,Batumi,Aktau,61091000,container-40,private,"
      + "railway,loaded,14500,18300,\(count),\(customer)\n"
  }

  /// Issues the rows' invoices; the documents in order.
  @discardableResult
  func issue(
    _ rows: String, on day: String = "2026-09-01", header: String = header
  ) throws -> [Document] {
    let tables = try #require(InvoiceRunTests.tables)
    var file = try ConsignmentFile("test.csv", CSVReader(bytes: Array((header + rows).utf8)))
    var run = InvoiceRun(Calculator(tables), into: register)
    while let row = try file.next() { try run.add(row, of: file) }
    #expect(run.rejected.map(\.message) == [])
    let issued = try #require(Day(day))
    return try run.drafts().compactMap {
      try register.issue($0, on: issued, series: "JV").issued?.document
    }
  }
}

struct RegisterTests {
  @Test func whatIsReadIsWhatWasRecorded() throws {
    let books = try Books()
    defer { books.remove() }
    let documents = try books.issue(
      Books.container("A") + Books.container("B", count: 3)
        + Books.container("C", customer: "ANATOLIA"))
    #expect(
      documents.map { "\($0.number?.description ?? "")" } == ["JV-2026-000001", "JV-2026-000002"])
    // 3650 + 3 × 3650
    #expect(documents[1].total.amountText == "14600.00")
    for document in documents {
      let number = try #require(document.number)
      let (read, written) = try #require(try books.register.document(number))
      #expect(read == document)
      #expect(written.text == Array(document.text().utf8))
      #expect(written.csv == document.csv())
    }
  }

  /// Numbers and dates of a series and year run together: an invoice and a note of an earlier day
  /// than the last document are refused, one of the same day is not.
  @Test func datesRunWithTheNumbers() throws {
    let books = try Books()
    defer { books.remove() }
    let number = try #require(try books.issue(Books.container("A"), on: "2026-09-10").first?.number)
    let late = #expect(throws: BookingRefusal.self) {
      try books.issue(Books.container("B"), on: "2026-09-09")
    }
    #expect(late?.message == "a document of 2026-09-09 would come after \(number) of 2026-09-10")
    try books.issue(Books.container("B"), on: "2026-09-10")
    try books.issue(Books.container("C"), on: "2026-09-12")
    let eleventh = try #require(Day("2026-09-11"))
    #expect(throws: BookingRefusal.self) {
      try books.register.credit(number, lines: nil, reason: "weight", on: eleventh)
    }
    try books.issue(Books.container("D", supplied: "2026-12-30"), on: "2027-01-04")
    try books.issue(Books.container("E"), on: "2026-12-31")
    #expect(try books.register.verify().documents == 5)
  }

  @Test func aRegisterIsNewOnce() throws {
    let books = try Books()
    defer { books.remove() }
    #expect(books.register.isNew)
    #expect(try !Register(books.register.path, for: .writing).isNew)
    #expect(try !Register(books.register.path, for: .reading).isNew)
  }

  @Test func numbersBeginAnewWithTheYear() throws {
    let books = try Books()
    defer { books.remove() }
    try books.issue(Books.container("A"))
    let next = try books.issue(Books.container("B", supplied: "2026-12-30"), on: "2027-01-04")
    #expect(next.first?.number == DocumentNumber(series: "JV", year: 2027, number: 1))
    let found = try books.register.verify()
    #expect(found.firstBad == nil)
    #expect(found.documents == 2)
  }

  @Test func aConsignmentIsInvoicedOnce() throws {
    let books = try Books()
    defer { books.remove() }
    try books.issue(Books.container("A"))
    #expect(try books.issue(Books.container("A")).isEmpty)
    let more = try books.issue(Books.container("A") + Books.container("B"))
    #expect(more.map { $0.lines.map(\.reference) } == [["B"]])
  }

  /// Two runs rated the same consignment before either issued it: the second finds it issued.
  @Test func whoComesSecondIssuesNothing() throws {
    let books = try Books()
    defer { books.remove() }
    let tables = try #require(InvoiceRunTests.tables)
    let day = try #require(Day("2026-09-01"))
    func drafts(_ rows: String) throws -> [Draft] {
      var file = try ConsignmentFile(
        "test.csv", CSVReader(bytes: Array((Books.header + rows).utf8)))
      var run = InvoiceRun(Calculator(tables), into: books.register)
      while let row = try file.next() { try run.add(row, of: file) }
      return run.drafts()
    }
    let first = try drafts(Books.container("A") + Books.container("B"))
    let second = try drafts(Books.container("B") + Books.container("C"))
    let other = try drafts(Books.container("C", count: 2))
    for draft in first { _ = try books.register.issue(draft, on: day, series: "JV") }
    let draft = try #require(second.first)
    let late = try books.register.issue(draft, on: day, series: "JV")
    #expect(late.before.map(\.position) == [2])
    #expect(late.issued?.document.lines.map(\.reference) == ["C"])
    let changed = try #require(other.first)
    let refused = try books.register.issue(changed, on: day, series: "JV")
    #expect(refused.issued == nil)
    #expect(refused.refused.map(\.code) == ["other-contents"])
    #expect(try books.register.list().count == 2)
  }

  @Test func nothingIsEditedOrDeleted() throws {
    let books = try Books()
    defer { books.remove() }
    try books.issue(Books.container("A"))
    for table in ["entries", "documents", "lines", "shares", "charges", "consignments", "sources"] {
      for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET rowid = rowid"] {
        // A table without row numbers refuses the second for another reason.
        #expect(throws: DatabaseError.self) { try books.register.database.script(sql) }
      }
    }
    #expect(try books.register.verify().firstBad == nil)
  }

  @Test func aClosedMonthStaysAsItIs() throws {
    let books = try Books()
    defer { books.remove() }
    try books.issue(Books.container("A"))
    let august = try #require(Month("2026-08"))
    let october = try #require(Month("2026-10"))
    let closed = try books.register.close(august) { .init(balances: []) }
    #expect(closed.documents == 1)
    #expect(try books.register.closed(august) == closed)
    #expect(throws: BookingRefusal.self) {
      try books.register.close(august) { .init(balances: []) }
    }
    let late = try books.issue(Books.container("B"))
    #expect(late.first?.month == august)
    #expect(late.first?.booked.description == "2026-09")
    #expect(late.first?.text().contains("Settled in       2026-09, as 2026-08 was closed") == true)
    #expect(throws: DatabaseError.self, "September is open") {
      try books.register.close(october) { .init(balances: []) }
    }
    #expect(try books.register.verify().firstBad == nil)
  }

  @Test func remarksAreFurtherEntries() throws {
    let books = try Books()
    defer { books.remove() }
    let number = try #require(try books.issue(Books.container("A")).first?.number)
    try books.register.remark("portal number", "77-1", on: number)
    #expect(try books.register.remarks(on: number).map(\.value) == ["77-1"])
    #expect(try books.register.verify().entries == 2)
  }
}
