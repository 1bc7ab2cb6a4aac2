import Foundation
import Testing

@testable import Billing

/// A register whose writer died in the middle of a transaction.
struct CutOffTests {
  /// The files as a process leaves them that is killed after it has written over pages of the
  /// register: a copy of them taken in the middle of a transaction.
  private func cutOff(_ books: Books) throws -> URL {
    let left = books.folder.appending(path: "left")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    try books.register.database.script(
      """
      PRAGMA cache_size = 1; BEGIN IMMEDIATE;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO sources SELECT NULL, 'source ' || i FROM n;
      """)
    for name in ["register.sqlite", "register.sqlite-journal"] {
      try FileManager.default.copyItem(
        at: books.folder.appending(path: name), to: left.appending(path: name))
    }
    try books.register.database.script("ROLLBACK")
    return left.appending(path: "register.sqlite")
  }

  @Test func whoLooksNextFindsWhatWasRecordedBefore() throws {
    let books = try Books()
    defer { books.remove() }
    try books.issue(Books.container("A"))
    let left = try cutOff(books)
    let before = try Data(contentsOf: books.folder.appending(path: "register.sqlite"))
    #expect(try Data(contentsOf: left).count > before.count, "pages were written over")
    let register = try Register(left.path, for: .reading)
    let found = try register.verify()
    #expect(found.firstBad == nil)
    #expect(found.entries == 1)
    #expect(try Data(contentsOf: left) == before)
  }

  @Test func whoOnlyLooksChangesNothing() throws {
    let books = try Books()
    defer { books.remove() }
    let looking = try Register(books.register.path, for: .reading)
    #expect(throws: DatabaseError.self) {
      try looking.database.run("INSERT INTO sources VALUES (NULL, 'x')")
    }
    #expect(try books.register.database.all("SELECT * FROM sources") { $0.text(1) } == [])
  }

  @Test func aRegisterThatWasNeverMadeToTheEndIsEmptyAndIsMadeNext() throws {
    let folder = try Books()
    defer { folder.remove() }
    let path = folder.folder.appending(path: "new.sqlite").path
    try Data().write(to: URL(filePath: path))
    #expect(throws: DatabaseError(kind: .empty, path: path, detail: "")) {
      try Register(path, for: .reading)
    }
    _ = try Register(path, for: .writing)
    #expect(try Register(path, for: .reading).verify().entries == 0)
  }

  @Test func aRegisterOfAnotherVersionIsLeftAlone() throws {
    let books = try Books()
    defer { books.remove() }
    let steps = Migrations.all.count
    let database = books.register.database
    try database.run("INSERT INTO migrations VALUES (?, '99 later')", [.integer(99)])
    let newer = DatabaseError(kind: .newer, path: database.path, detail: "99 later")
    for purpose in [Register.Purpose.reading, .writing] {
      #expect(throws: newer) { try Register(database.path, for: purpose) }
    }
    try database.run("DELETE FROM migrations WHERE step >= ?", [.integer(Int64(steps))])
    #expect(throws: DatabaseError(kind: .older, path: database.path, detail: "")) {
      try Register(database.path, for: .reading)
    }
  }
}
