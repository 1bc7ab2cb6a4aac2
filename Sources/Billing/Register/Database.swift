import CSQLite

/// Why the database did not do what was asked: facts only, never a value of a customer.
public struct DatabaseError: Error, Sendable, Equatable {
  /// What kind of trouble it is; each has its own remedy.
  public enum Kind: Sendable {
    case missing, cannotOpen, notADatabase, corrupt, busy, full, readOnly, inputOutput
    /// A run was cut off while it wrote, and this process may not put the file in order.
    case cutOff
    /// A trigger or constraint of the schema said no.
    case refused
    /// It was made by a newer or an older version of the program.
    case newer, older
    /// Making it was cut off before anything was in it.
    case empty
    case other
  }

  /// The kind.
  public let kind: Kind
  /// The file.
  public let path: String
  /// The library's own words, or the name of what is too new.
  public let detail: String
}

/// The one place that touches the C interface of SQLite.
///
/// Not for use from several threads; several processes may open the same file.
final class Database {
  /// A value to bind or as read.
  enum Value {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case null
  }

  /// How a file is opened.
  ///
  /// Who only reads must still be able to undo what another process was writing when it was cut
  /// off. So a file is opened for writing where its rights allow that, and every statement that
  /// would change something is refused.
  enum Access { case read, create }

  let path: String
  private var handle: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  init(_ path: String, _ access: Access, busyMilliseconds: Int32) throws(DatabaseError) {
    self.path = path
    let flags =
      switch access {
      case .read: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK else {
      let error = failure(code)
      sqlite3_close_v2(handle)
      handle = nil
      throw error
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyMilliseconds)
    if access == .read { try script("PRAGMA query_only = ON") }
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Runs statements without values, several separated by `;`.
  func script(_ sql: String) throws(DatabaseError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Runs a statement that gives no rows.
  func run(_ sql: String, _ values: [Value] = []) throws(DatabaseError) {
    let statement = try prepared(sql, values)
    defer { sqlite3_reset(statement) }
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
  }

  /// One row of an answer, valid while it is being looked at.
  struct Row {
    fileprivate let statement: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func isNull(_ column: Int32) -> Bool {
      sqlite3_column_type(statement, column) == SQLITE_NULL
    }
    func text(_ column: Int32) -> String {
      guard let start = sqlite3_column_text(statement, column) else { return "" }
      let count = Int(sqlite3_column_bytes(statement, column))
      return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
    func bytes(_ column: Int32) -> [UInt8] {
      guard let start = sqlite3_column_blob(statement, column) else { return [] }
      let count = Int(sqlite3_column_bytes(statement, column))
      return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
  }

  /// Looks at each row of an answer in turn.
  func rows(
    _ sql: String, _ values: [Value] = [], _ look: (Row) throws -> Void
  ) throws {
    let statement = try prepared(sql, values)
    defer { sqlite3_reset(statement) }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw failure(code) }
      try look(Row(statement: statement))
    }
  }

  /// All rows of an answer, each made into a value.
  func all<Item>(
    _ sql: String, _ values: [Value] = [], _ make: (Row) throws -> Item
  ) throws -> [Item] {
    var items: [Item] = []
    try rows(sql, values) { items.append(try make($0)) }
    return items
  }

  /// The first row of an answer, made into a value.
  func first<Item>(
    _ sql: String, _ values: [Value] = [], _ make: (Row) throws -> Item
  ) throws -> Item? {
    let statement = try prepared(sql, values)
    defer { sqlite3_reset(statement) }
    let code = sqlite3_step(statement)
    if code == SQLITE_DONE { return nil }
    guard code == SQLITE_ROW else { throw failure(code) }
    return try make(Row(statement: statement))
  }

  /// Everything in the body happens, or nothing; others wait meanwhile.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try script("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try script("COMMIT")
      return result
    } catch {
      // Some failures have rolled back already; then there is nothing to roll back.
      if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      throw error
    }
  }

  /// The row number of what was inserted last.
  var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

  private func prepared(_ sql: String, _ values: [Value]) throws(DatabaseError) -> OpaquePointer {
    var statement = statements[sql]
    if statement == nil {
      let code = sqlite3_prepare_v3(
        handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
      guard code == SQLITE_OK else { throw failure(code) }
      statements[sql] = statement
    }
    guard let statement else { throw failure(SQLITE_MISUSE) }
    for (index, value) in values.enumerated() {
      let code = bind(value, to: statement, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw failure(code) }
    }
    return statement
  }

  private func bind(_ value: Value, to statement: OpaquePointer, at place: Int32) -> Int32 {
    // SQLITE_TRANSIENT: the library copies the bytes.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch value {
    case .integer(let number): return sqlite3_bind_int64(statement, place, number)
    case .null: return sqlite3_bind_null(statement, place)
    case .text(var text):
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          guard let start = characters.baseAddress else {
            return sqlite3_bind_text(statement, place, "", 0, copied)
          }
          return sqlite3_bind_text(statement, place, start, Int32(characters.count), copied)
        }
      }
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress else {
          return sqlite3_bind_zeroblob(statement, place, 0)
        }
        return sqlite3_bind_blob64(statement, place, start, UInt64(buffer.count), copied)
      }
    }
  }

  private func failure(_ code: Int32) -> DatabaseError {
    let kind: DatabaseError.Kind =
      switch code & 0xFF {
      case _ where code == SQLITE_READONLY | (3 << 8): .cutOff
      case SQLITE_CANTOPEN: .cannotOpen
      case SQLITE_NOTADB: .notADatabase
      // The program's own statements fit its own schema: where they do not, that is damaged.
      case SQLITE_CORRUPT, SQLITE_ERROR, SQLITE_SCHEMA, SQLITE_MISMATCH: .corrupt
      case SQLITE_BUSY, SQLITE_LOCKED: .busy
      case SQLITE_FULL: .full
      case SQLITE_READONLY, SQLITE_PERM: .readOnly
      case SQLITE_IOERR: .inputOutput
      case SQLITE_CONSTRAINT: .refused
      default: .other
      }
    return DatabaseError(
      kind: kind, path: path, detail: sqlite3_errmsg(handle).map { String(cString: $0) } ?? "")
  }
}

extension Database.Value {
  /// A number, or null.
  static func optional(_ number: Int64?) -> Self { number.map { .integer($0) } ?? .null }
  /// A text, or null.
  static func optional(_ text: String?) -> Self { text.map { .text($0) } ?? .null }
}
