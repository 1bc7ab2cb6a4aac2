import ExactMoney
import TariffRules

/// The register holds what it cannot have been given: its content is damaged.
public struct DamagedEntry: Error, Sendable {
  /// The entry; 0 where it is not known which.
  public let entry: Int64
  /// What is wrong with it.
  public let what: String
}

extension Register {
  /// The rows that belong to something, each with its place first: 1, 2, 3 …
  func inOrder<Item>(
    _ sql: String, of owner: Int64, _ entry: Int64, _ make: (Database.Row) throws -> Item
  ) throws -> [Item] {
    var items: [Item] = []
    try database.rows(sql, [.integer(owner)]) { row in
      guard row.integer(0) == Int64(items.count + 1) else {
        throw DamagedEntry(entry: entry, what: "its rows are not numbered 1, 2, 3 …")
      }
      items.append(try make(row))
    }
    return items
  }

  /// A consignment that has been invoiced.
  public struct Issued: Sendable {
    /// Where its line stands.
    public let place: DocumentLine.Place
    /// Its fields as they were given then.
    public let fields: String
    /// The saved quote whose price it was invoiced at.
    let quote: DocumentNumber?

    /// Whether it is the same consignment, with the price of the same quote or of the tables.
    func isSame(as fields: String, at quote: DocumentNumber?) -> Bool {
      self.fields == fields && self.quote == quote
    }
  }

  /// Where a consignment of a customer was invoiced, if it was.
  public func issued(_ customer: String, _ reference: String) throws -> Issued? {
    try database.first(
      """
      SELECT d.series, d.year, d.number, l.position, l.fields, l.line
      FROM consignments c JOIN lines l USING (line) JOIN documents d USING (entry)
      WHERE c.customer = ? AND c.reference = ?
      """, [.text(customer), .text(reference)]
    ) { row in
      Issued(
        place: DocumentLine.Place(
          document: DocumentNumber(
            series: row.text(0), year: Int(row.integer(1)), number: Int(row.integer(2))),
          position: Int(row.integer(3))), fields: row.text(4),
        quote: try quoted(row.integer(5))?.number)
    }
  }

  /// The entry of a document.
  func entry(of number: DocumentNumber) throws -> Int64? {
    try database.first(
      "SELECT entry FROM documents WHERE series = ? AND year = ? AND number = ?",
      [.text(number.series), .integer(Int64(number.year)), .integer(Int64(number.number))]
    ) { $0.integer(0) }
  }

  /// The number of a line in the register.
  func line(at place: DocumentLine.Place) throws -> Int64? {
    guard let entry = try entry(of: place.document) else { return nil }
    return try database.first(
      "SELECT line FROM lines WHERE entry = ? AND position = ?",
      [.integer(entry), .integer(Int64(place.position))]
    ) { $0.integer(0) }
  }

  /// A document as it was recorded, if there is one of that number.
  public func document(_ number: DocumentNumber) throws -> (Document, WrittenDocument)? {
    try entry(of: number).flatMap { try document(entry: $0) }
  }

  /// The document of an entry; nil where the entry is something else.
  func document(entry: Int64) throws -> (Document, WrittenDocument)? {
    let found = try database.first("SELECT * FROM documents WHERE entry = ?", [.integer(entry)]) {
      try head($0, entry)
    }
    guard let (head, sums, written) = found else { return nil }
    var full = head
    full.files = try database.all(
      """
      SELECT path, digest FROM document_files JOIN table_files USING (file)
      WHERE entry = ? ORDER BY path, digest
      """, [.integer(entry)]
    ) { TableFile(path: $0.text(0), digest: $0.text(1)) }
    let document = try Document(
      full, try lines(entry, head), taxes: try taxes(entry, head))
    guard [document.net, document.tax, document.total].map(\.minorUnits) == sums else {
      throw DamagedEntry(entry: entry, what: "the sums of the document are not those of its lines")
    }
    return (document, written)
  }

  private func head(
    _ row: Database.Row, _ entry: Int64
  ) throws -> (DocumentHead, sums: [Int64], WrittenDocument) {
    func damaged(_ what: String) -> DamagedEntry { DamagedEntry(entry: entry, what: what) }
    guard let kind = Document.Kind(rawValue: row.text(1)), let issued = Day(row.text(5)),
      let month = Month(row.text(6)), let booked = Month(row.text(7)),
      let own = Currency(code: row.text(15), minorDigits: Int(row.integer(16))),
      let currency = Currency(code: row.text(22), minorDigits: Int(row.integer(23)))
    else { throw damaged("the head of the document cannot be read") }
    let corrects = row.isNull(8) ? nil : try number(ofEntry: row.integer(8))
    let annex = row.isNull(31) ? nil : row.bytes(31)
    if !row.isNull(8) && corrects == nil { throw damaged("it corrects a document that is missing") }
    if annex?.isEmpty == true { throw damaged("its annex is empty") }
    let head = DocumentHead(
      kind: kind,
      number: DocumentNumber(
        series: row.text(2), year: Int(row.integer(3)), number: Int(row.integer(4))),
      issued: issued, month: month, booked: booked, corrects: corrects, reason: row.text(9),
      seller: Document.Seller(
        code: row.text(10), name: row.text(11), address: row.text(12), taxNumber: row.text(13),
        bank: row.text(14), currency: own),
      customer: Document.Buyer(
        code: row.text(17), name: row.text(18), address: row.text(19), taxNumber: row.text(20),
        paymentDays: Int(row.integer(21))), currency: currency, evidence: row.text(27),
      tablesDigest: row.text(28))
    return (
      head, (24...26).map { row.integer($0) },
      WrittenDocument(text: row.bytes(29), csv: row.bytes(30), annex: annex)
    )
  }

  /// The number of the document of an entry.
  func number(ofEntry entry: Int64) throws -> DocumentNumber? {
    try database.first(
      "SELECT series, year, number FROM documents WHERE entry = ?", [.integer(entry)]
    ) {
      DocumentNumber(series: $0.text(0), year: Int($0.integer(1)), number: Int($0.integer(2)))
    }
  }

  private func taxes(_ entry: Int64, _ head: DocumentHead) throws -> [DocumentTax] {
    try inOrder(
      """
      SELECT position, name, category, percent, legal_basis, net, tax, equivalent FROM taxes
      WHERE entry = ? ORDER BY position
      """, of: entry, entry
    ) { row in
      DocumentTax(
        rule: try tax(row, from: 1, entry),
        net: try Money(minorUnits: row.integer(5), head.currency),
        tax: try Money(minorUnits: row.integer(6), head.currency),
        equivalent: try Money(minorUnits: row.integer(7), head.seller.currency))
    }
  }

  private func tax(
    _ row: Database.Row, from column: Int32, _ entry: Int64
  ) throws -> DocumentLine.Tax {
    guard let category = TaxRule.Category(rawValue: row.text(column + 1)),
      let percent = try exact(row, column + 2, entry)
    else { throw DamagedEntry(entry: entry, what: "a tax category cannot be read") }
    return DocumentLine.Tax(
      name: row.text(column), category: category, percent: percent,
      legalBasis: row.text(column + 3))
  }
}

// MARK: - Lines

extension Register {
  fileprivate func lines(_ entry: Int64, _ head: DocumentHead) throws -> [DocumentLine] {
    let numbers = try inOrder(
      "SELECT position, line FROM lines WHERE entry = ? ORDER BY position", of: entry, entry
    ) { $0.integer(1) }
    return try numbers.compactMap { try line($0, entry, head) }
  }

  private func line(_ number: Int64, _ entry: Int64, _ head: DocumentHead) throws -> DocumentLine? {
    let charges = try charges(number, entry, head.currency)
    let shares = try shares(number, entry, head.currency)
    return try database.first("SELECT * FROM lines WHERE line = ?", [.integer(number)]) { row in
      guard let date = Day(row.text(5)), let supplied = Day(row.text(6)) else {
        throw DamagedEntry(entry: entry, what: "a line cannot be read")
      }
      func money(_ column: Int32) throws -> Money {
        try Money(minorUnits: row.integer(column), head.currency)
      }
      let corrects = row.isNull(3) ? nil : try place(ofLine: row.integer(3))
      if !row.isNull(3) && corrects == nil {
        throw DamagedEntry(entry: entry, what: "it corrects a line that is missing")
      }
      return DocumentLine(
        corrects: corrects,
        reference: row.text(4), date: date, supplied: supplied,
        from: .init(code: row.text(7), name: row.text(8)),
        to: .init(code: row.text(9), name: row.text(10)), lane: row.text(11),
        commodity: row.text(12), equipment: row.text(13), load: row.text(14),
        count: Int(row.integer(15)), unit: row.text(16), unitRate: try money(17),
        net: try money(18),
        equivalent: try Money(minorUnits: row.integer(19), head.seller.currency),
        tax: try tax(row, from: 20, entry), collectedBy: row.text(24), fields: row.text(25),
        guarantee: try guarantee(row, entry), divided: row.isNull(31) ? nil : try money(31),
        bases: try exact(row, 32, entry), note: row.text(33),
        quoted: try quoted(number), charges: charges, shares: shares)
    }
  }

  private func guarantee(
    _ row: Database.Row, _ entry: Int64
  ) throws -> DocumentLine.Guarantee? {
    if (26...30).allSatisfy({ row.isNull($0) }) { return nil }
    guard !row.isNull(26), !row.isNull(27), row.isNull(30) || !row.text(30).isEmpty,
      let currency = Currency(code: row.text(28), minorDigits: Int(row.integer(29)))
    else { throw DamagedEntry(entry: entry, what: "a guarantee cannot be read") }
    return DocumentLine.Guarantee(
      days: Int(row.integer(26)), rebatePerDay: try Money(minorUnits: row.integer(27), currency),
      borneBy: row.isNull(30) ? nil : row.text(30))
  }

  /// An exact number, written as the program writes it.
  private func exact(_ row: Database.Row, _ column: Int32, _ entry: Int64) throws -> Exact? {
    if row.isNull(column) { return nil }
    let text = row.text(column)
    guard let exact = Exact(fraction: text), exact.description == text else {
      throw DamagedEntry(entry: entry, what: "the number '\(text)' cannot be read")
    }
    return exact
  }

  func place(ofLine line: Int64) throws -> DocumentLine.Place? {
    let found = try database.first(
      "SELECT entry, position FROM lines WHERE line = ?", [.integer(line)]
    ) { ($0.integer(0), Int($0.integer(1))) }
    guard let (entry, position) = found, let number = try number(ofEntry: entry) else { return nil }
    return DocumentLine.Place(document: number, position: position)
  }

  private func charges(
    _ line: Int64, _ entry: Int64, _ currency: Currency
  ) throws -> [DocumentLine.Charge] {
    try inOrder(
      """
      SELECT position, leg, carrier, charge, amount, text FROM charges JOIN sources USING (source)
      WHERE line = ? ORDER BY position
      """, of: line, entry
    ) { row in
      DocumentLine.Charge(
        leg: Int(row.integer(1)), carrier: row.text(2), code: row.text(3),
        amount: try Money(minorUnits: row.integer(4), currency),
        source: ChargeSource(text: row.text(5)))
    }
  }

  private func shares(
    _ line: Int64, _ entry: Int64, _ currency: Currency
  ) throws -> [DocumentLine.Share] {
    try inOrder(
      """
      SELECT position, party, kind, amount, lean, odd, basis FROM shares
      WHERE line = ? ORDER BY position
      """, of: line, entry
    ) { row in
      guard let kind = AgreementRule.Kind(rawValue: row.text(2)) else {
        throw DamagedEntry(entry: entry, what: "a share cannot be read")
      }
      return DocumentLine.Share(
        party: row.text(1), kind: kind, amount: try Money(minorUnits: row.integer(3), currency),
        lean: row.integer(4), odd: row.integer(5),
        basis: try exact(row, 6, entry))
    }
  }
}
