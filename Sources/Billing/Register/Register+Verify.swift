import ExactMoney

extension Register {
  /// What is not in order.
  public struct Fault: Sendable, Equatable {
    /// The entry; nil where it is no entry's.
    public let entry: Int64?
    /// The entry's document, or its kind.
    public let name: String
    /// What is wrong.
    public let what: String
  }

  /// What `verify` found: everything in order, or the first entry that is not.
  public struct Verification: Sendable {
    /// Entries looked at and found in order.
    public internal(set) var entries = 0
    /// Documents among them.
    public internal(set) var documents = 0
    /// Closed months among them.
    public internal(set) var closings = 0
    /// Those of them that were closed before papers were recorded: without the terms of the month
    /// their balances can't be worked out again, only summed up.
    public internal(set) var closingsWithoutPapers = 0
    /// Saved quotes among them.
    public internal(set) var quotes = 0
    /// The digest of the last entry: who keeps it can prove that nothing before it was changed.
    public internal(set) var digest = Register.noDigest
    /// The entry that has the digest that somebody kept.
    public internal(set) var kept: Int64?
    /// The first entry that is not in order, or what is wrong with the whole.
    public internal(set) var firstBad: Fault?
  }

  /// Recomputes the chain, every document, every sum and every seal, from the first entry on.
  ///
  /// One entry after another is looked at, so that neither memory nor the wait of those who issue
  /// meanwhile grows with the register; what they add is looked at, too.
  /// - Parameter kept: a digest that `verify` gave earlier, and that was kept elsewhere: an entry
  ///   must have it.
  /// - Throws: `DatabaseError` where the file cannot be read.
  public func verify(kept: String? = nil) throws -> Verification {
    var audit = Audit(register: self, kept: kept)
    repeat { try audit.lookAtNewEntries() } while try !audit.hasLookedAtAll()
    return audit.result
  }
}

/// One verification of a register.
private struct Audit {
  let register: Register
  let kept: String?
  var result = Register.Verification()
  /// The last month closed by the entries looked at.
  private var closed: Month?
  /// The last number of each series and year.
  private var numbers: [String: Int] = [:]
  /// How many rows of each table belong to the entries looked at.
  private var rows = Rows()

  private struct Rows: Equatable {
    var documents = 0, taxes = 0, files = 0, lines = 0, consignments = 0
    var charges = 0, shares = 0, closings = 0, balances = 0, papers = 0, remarks = 0
    var quotes = 0, quotedLines = 0
  }

  private struct Entry {
    let number: Int64
    let kind: String, previous: String, digest: String
  }

  private var database: Database { register.database }
  private static let atOnce: Int64 = 500

  init(register: Register, kept: String?) {
    self.register = register
    self.kept = kept
  }

  // MARK: - Entries

  /// Looks at the entries after those looked at, until there are none or one is not in order.
  mutating func lookAtNewEntries() throws {
    while result.firstBad == nil {
      let entries = try database.all(
        """
        SELECT entry, kind, previous, digest FROM entries WHERE entry > ? ORDER BY entry LIMIT ?
        """, [.integer(Int64(result.entries)), .integer(Self.atOnce)]
      ) {
        Entry(number: $0.integer(0), kind: $0.text(1), previous: $0.text(2), digest: $0.text(3))
      }
      if entries.isEmpty { return }
      for entry in entries where result.firstBad == nil { try look(at: entry) }
    }
  }

  private mutating func look(at entry: Entry) throws {
    do {
      let number = Int64(result.entries + 1)
      if entry.number != number {
        result.firstBad = Register.Fault(entry: number, name: "missing", what: "it is not there")
        return
      }
      if let what = try fault(of: entry) { return try report(what, entry) }
    } catch let error as DamagedEntry {
      return try report(error.what, entry)
    } catch let error as BeyondLimits {
      return try report("it has \(error.what)", entry)
    } catch let error as DatabaseError where error.kind == .corrupt {
      throw DatabaseError(
        kind: .corrupt, path: error.path, detail: "entry \(entry.number): \(error.detail)")
    }
    result.entries += 1
    result.digest = entry.digest
    if entry.digest == kept { result.kept = entry.number }
  }

  private mutating func report(_ what: String, _ entry: Entry) throws {
    let name = try register.number(ofEntry: entry.number)?.description ?? entry.kind
    result.firstBad = Register.Fault(entry: entry.number, name: name, what: what)
  }

  /// What is wrong with one entry; nil where nothing is.
  private mutating func fault(of entry: Entry) throws -> String? {
    if entry.previous != result.digest {
      return "it does not carry the digest of the entry before it"
    }
    if Document.Kind(rawValue: entry.kind) == nil { return try fault(ofOther: entry) }
    guard let (document, written) = try register.document(entry: entry.number) else {
      return "its document is missing"
    }
    guard document.kind.rawValue == entry.kind else {
      return "it is of another kind than its document"
    }
    if !isDigest(of: document.record(written), entry) {
      return "its content is not what was entered"
    }
    if let what = faultOfNumber(document) { return what }
    if let what = try fault(in: document, written, entry.number) { return what }
    for (index, line) in document.lines.enumerated() {
      if let what = try fault(in: line, at: index + 1, of: document) {
        return "line \(index + 1) (\(line.reference)): \(what)"
      }
    }
    count(document)
    return nil
  }

  private mutating func fault(ofOther entry: Entry) throws -> String? {
    let kinds = [Register.closingKind, Register.remarkKind, Register.quoteKind]
    guard kinds.contains(entry.kind) else {
      return "it is of an unknown kind"
    }
    guard let record = try register.ownRecord(entry.number, entry.kind) else {
      return "what was entered is missing"
    }
    if !isDigest(of: record, entry) { return "its content is not what was entered" }
    if entry.kind == Register.remarkKind {
      rows.remarks += 1
      return nil
    }
    if entry.kind == Register.quoteKind {
      rows.quotes += 1
      result.quotes += 1
      return try faultOfNumber(ofQuote: entry.number) ?? register.fault(inQuote: entry.number)
    }
    if let what = try register.fault(inClosing: entry.number) { return what }
    guard let closing = try register.closing(entry.number) else { return "its month is missing" }
    if let closed, closing.month <= closed {
      return "it closes \(closing.month), but \(closed) was closed before it"
    }
    if closing.papers.isEmpty, result.closings > result.closingsWithoutPapers {
      return "it has no papers, though a month closed before it has"
    }
    if let what = try register.fault(inSettlementOf: closing, after: closed, entry.number) {
      return what
    }
    closed = closing.month
    result.closings += 1
    if closing.papers.isEmpty { result.closingsWithoutPapers += 1 }
    rows.closings += 1
    rows.balances += closing.balances.count
    rows.papers += closing.papers.count
    return nil
  }

  private func isDigest(of record: [UInt8], _ entry: Entry) -> Bool {
    Register.digest(entry.number, entry.kind, entry.previous, record) == entry.digest
  }

  // MARK: - Documents

  private mutating func faultOfNumber(_ document: Document) -> String? {
    guard let number = document.number else { return "it has no number" }
    return faultOfNumber(number, in: "\(number.series)-\(number.year)")
  }

  private mutating func faultOfNumber(ofQuote entry: Int64) throws -> String? {
    try register.quote(entry: entry).flatMap { quote in
      faultOfNumber(quote.number, in: "quotes of \(quote.number.year)")
    }
  }

  private mutating func faultOfNumber(_ number: DocumentNumber, in series: String) -> String? {
    let next = numbers[series, default: 0] + 1
    guard number.number == next else {
      return "its number is \(number), but \(DocumentNumber.padded(next, 6)) is the next"
    }
    numbers[series] = next
    return nil
  }

  /// What is wrong with a document beside its lines: its place in the books, its taxes, its files.
  private func fault(
    in document: Document, _ written: WrittenDocument, _ entry: Int64
  ) throws -> String? {
    if let closed, document.booked <= closed {
      return "it is settled in \(document.booked), but \(closed) was closed before it"
    }
    if let what = try register.fault(inTaxesOf: document, entry) { return what }
    // The files follow from the content; an annex has more, which the digest alone vouches for.
    let made = WrittenDocument(document, annex: nil)
    if made.text != written.text { return "its text is not that of its content" }
    return made.csv == written.csv ? nil : "its CSV is not that of its content"
  }

  private func fault(
    in line: DocumentLine, at position: Int, of document: Document
  ) throws -> String? {
    if try Document.sum(line.shares.map(\.amount), document.currency) != line.net {
      return "the shares do not sum to its amount"
    }
    if line.shares.reduce(Int128(0), { $0 + Int128($1.lean) }) != 0 {
      return "the exact entitlements do not sum to its amount"
    }
    let charges = try Document.sum(line.charges.map(\.amount), document.currency)
    if charges != line.net { return "the charges do not sum to its amount" }
    guard line.corrects == nil else { return nil }
    let known = try database.first(
      """
      SELECT d.series, d.year, d.number, l.position, c.digest
      FROM consignments c JOIN lines l USING (line) JOIN documents d USING (entry)
      WHERE c.customer = ? AND c.reference = ?
      """, [.text(document.customer.code), .text(line.reference)]
    ) { row in
      let number = DocumentNumber(
        series: row.text(0), year: Int(row.integer(1)), number: Int(row.integer(2)))
      return number == document.number && row.integer(3) == Int64(position)
        && row.text(4) == line.fieldsDigest
    }
    return known == true ? nil : "it is not the invoiced consignment of that reference"
  }

  private mutating func count(_ document: Document) {
    result.documents += 1
    rows.documents += 1
    rows.taxes += document.taxes.count
    rows.files += document.files.count
    rows.lines += document.lines.count
    for line in document.lines {
      rows.charges += line.charges.count
      rows.shares += line.shares.count
      if line.corrects == nil { rows.consignments += 1 }
      if line.quoted != nil { rows.quotedLines += 1 }
    }
  }

  // MARK: - The whole

  /// Looks at the register as a whole, unless something was added since the last entry was looked
  /// at.
  mutating func hasLookedAtAll() throws -> Bool {
    if result.firstBad != nil { return true }
    let stray: String?
    do {
      // One state of the file for all counts; nothing can be added meanwhile.
      try database.script("BEGIN")
      defer { try? database.script("COMMIT") }
      let last = try database.first("SELECT coalesce(max(entry), 0) FROM entries") {
        $0.integer(0)
      }
      guard last == Int64(result.entries) else { return false }
      stray = try tableWithStrays()
    }
    if let what = try stray.map({ "\($0) has rows that belong to no entry" }) ?? faultOfWhole() {
      result.firstBad = Register.Fault(entry: nil, name: "the register", what: what)
    }
    return true
  }

  private func faultOfWhole() throws -> String? {
    if kept != nil && result.kept == nil {
      return "no entry has the digest that was kept: entries were cut off, or made anew"
    }
    for table in Self.tables {
      let trouble = try database.first("PRAGMA integrity_check(\(table))") { $0.text(0) }
      if let trouble, trouble != "ok" {
        throw DatabaseError(kind: .corrupt, path: register.path, detail: trouble)
      }
    }
    return try register.faultOfSchema()
  }

  private static let tables = [
    "sqlite_schema", "entries", "documents", "taxes", "table_files", "document_files", "lines",
    "consignments", "sources", "charges", "shares", "closings", "balances", "papers", "remarks",
    "quotes", "quoted_lines", "migrations",
  ]

  /// A table that has other rows than those of the entries.
  private func tableWithStrays() throws -> String? {
    let known = [
      ("entries", result.entries),
      ("documents", rows.documents), ("taxes", rows.taxes), ("document_files", rows.files),
      ("lines", rows.lines), ("consignments", rows.consignments), ("charges", rows.charges),
      ("shares", rows.shares), ("closings", rows.closings), ("balances", rows.balances),
      ("papers", rows.papers),
      ("remarks", rows.remarks), ("quotes", rows.quotes), ("quoted_lines", rows.quotedLines),
    ]
    return try known.first { table, count in
      try database.first("SELECT count(*) FROM \(table)") { Int($0.integer(0)) } != count
    }?.0
  }
}

extension Register {
  /// What is wrong with the schema, whose triggers hold the books insert-only: nil where it is the
  /// one that the steps make.
  fileprivate func faultOfSchema() throws -> String? {
    let steps = try database.all("SELECT step, name FROM migrations ORDER BY step") {
      "\($0.integer(0)) \($0.text(1))"
    }
    guard steps == Migrations.all.enumerated().map({ "\($0.offset + 1) \($0.element.name)" }) else {
      return "its list of steps is not that of the program"
    }
    let fresh = try Register(":memory:", for: .writing)
    let (wanted, has) = (try fresh.schema(), try schema())
    if let name = wanted.keys.sorted().first(where: { has[$0] != wanted[$0] }) {
      return has[name] == nil
        ? "its \(name) is missing" : "its \(name) is not what the program makes"
    }
    return has.keys.sorted().first { wanted[$0] == nil }.map { "it has \($0) from elsewhere" }
  }

  /// How each table, index and trigger was made.
  private func schema() throws -> [String: String] {
    let parts = try database.all("SELECT type, name, tbl_name, sql FROM sqlite_schema") { row in
      ("\(row.text(0)) '\(row.text(1))'", "\(row.text(2))\n\(row.text(3))")
    }
    return Dictionary(parts) { $0 + $1 }
  }
}
