import ExactMoney

extension Register {
  /// Records a numbered document with its files, inside a transaction.
  /// - Returns: the number of its entry.
  @discardableResult
  func insert(_ document: Document, _ written: WrittenDocument) throws -> Int64 {
    let entry = try append(document.kind.rawValue, document.record(written))
    try insertHead(document, written, entry)
    for (index, tax) in document.taxes.enumerated() {
      try database.run(
        "INSERT INTO taxes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          .integer(entry), .integer(Int64(index + 1)), .text(tax.rule.name),
          .text(tax.rule.category.rawValue), .text(tax.rule.percent.description),
          .text(tax.rule.legalBasis), .integer(tax.net.minorUnits), .integer(tax.tax.minorUnits),
          .integer(tax.equivalent.minorUnits),
        ])
    }
    for file in document.files {
      try database.run(
        "INSERT INTO document_files VALUES (?, ?)",
        [.integer(entry), .integer(try number(of: file))])
    }
    for (index, line) in document.lines.enumerated() {
      try insert(line, at: index + 1, entry, document.customer.code)
    }
    return entry
  }

  private func insertHead(
    _ document: Document, _ written: WrittenDocument, _ entry: Int64
  ) throws {
    guard let number = document.number, let issued = document.issued else {
      throw DatabaseError(kind: .refused, path: path, detail: "a document without a number or day")
    }
    let (seller, customer) = (document.seller, document.customer)
    var values: [Database.Value] = [
      .integer(entry), .text(document.kind.rawValue), .text(number.series),
      .integer(Int64(number.year)), .integer(Int64(number.number)), .text(issued.description),
      .text(document.month.description), .text(document.booked.description),
      .optional(try document.corrects.flatMap { try self.entry(of: $0) }), .text(document.reason),
      .text(seller.code), .text(seller.name), .text(seller.address), .text(seller.taxNumber),
      .text(seller.bank), .text(seller.currency.code),
      .integer(Int64(seller.currency.minorDigits)),
    ]
    values += [
      .text(customer.code), .text(customer.name), .text(customer.address),
      .text(customer.taxNumber), .integer(Int64(customer.paymentDays)),
      .text(document.currency.code), .integer(Int64(document.currency.minorDigits)),
      .integer(document.net.minorUnits), .integer(document.tax.minorUnits),
      .integer(document.total.minorUnits), .text(document.evidence),
      .text(document.tablesDigest), .bytes(written.text), .bytes(written.csv),
      written.annex.map { .bytes($0) } ?? .null,
    ]
    try database.run(Self.insertion("documents", values.count), values)
  }

  static func insertion(_ table: String, _ count: Int) -> String {
    let marks = [String](repeating: "?", count: count).joined(separator: ", ")
    return "INSERT INTO \(table) VALUES (\(marks))"
  }

  private func insert(
    _ line: DocumentLine, at position: Int, _ entry: Int64, _ customer: String
  ) throws {
    var values: [Database.Value] = [
      .null, .integer(entry), .integer(Int64(position)),
      .optional(try line.corrects.flatMap { try self.line(at: $0) }), .text(line.reference),
      .text(line.date.description), .text(line.supplied.description), .text(line.from.code),
      .text(line.from.name), .text(line.to.code), .text(line.to.name), .text(line.lane),
      .text(line.commodity), .text(line.equipment), .text(line.load),
      .integer(Int64(line.count)), .text(line.unit), .integer(line.unitRate.minorUnits),
      .integer(line.net.minorUnits),
      .integer(line.equivalent.minorUnits), .text(line.tax.name),
      .text(line.tax.category.rawValue), .text(line.tax.percent.description),
      .text(line.tax.legalBasis),
    ]
    let rebate = line.guarantee?.rebatePerDay
    values += [
      .text(line.collectedBy), .text(line.fields), .optional(line.guarantee.map { Int64($0.days) }),
      .optional(rebate?.minorUnits), .optional(rebate?.currency.code),
      .optional(rebate.map { Int64($0.currency.minorDigits) }),
      .optional(line.guarantee?.borneBy), .optional(line.divided?.minorUnits),
      .optional(line.bases?.description), .text(line.note),
    ]
    try database.run(Self.insertion("lines", values.count), values)
    let number = database.lastRow
    if line.corrects == nil {
      try database.run(
        "INSERT INTO consignments VALUES (?, ?, ?, ?)",
        [
          .text(customer), .text(line.reference), .text(line.fieldsDigest), .integer(number),
        ])
    }
    if let quoted = line.quoted {
      try database.run(
        "INSERT INTO quoted_lines VALUES (?, ?)",
        [.integer(number), .optional(try quoteEntry(of: quoted.number))])
    }
    try insert(line.charges, line.shares, number)
  }

  private func insert(
    _ charges: [DocumentLine.Charge], _ shares: [DocumentLine.Share], _ line: Int64
  ) throws {
    for (index, charge) in charges.enumerated() {
      try database.run(
        "INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          .integer(line), .integer(Int64(index + 1)), .integer(Int64(charge.leg)),
          .text(charge.carrier), .text(charge.code), .integer(charge.amount.minorUnits),
          .integer(try number(ofSource: charge.source.text)),
        ])
    }
    for (index, share) in shares.enumerated() {
      try database.run(
        "INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
          .integer(line), .integer(Int64(index + 1)), .text(share.party),
          .text(share.kind.rawValue), .integer(share.amount.minorUnits), .integer(share.lean),
          .integer(share.odd), .optional(share.basis?.description),
        ])
    }
  }

  // MARK: - Texts and files that are kept once

  private func number(ofSource text: String) throws -> Int64 {
    if let known = sources[text] { return known }
    let number = try kept(
      "SELECT source FROM sources WHERE text = ?", "INSERT INTO sources VALUES (NULL, ?)",
      [.text(text)])
    sources[text] = number
    return number
  }

  private func number(of file: TableFile) throws -> Int64 {
    if let known = files[file] { return known }
    let number = try kept(
      "SELECT file FROM table_files WHERE path = ? AND digest = ?",
      "INSERT INTO table_files VALUES (NULL, ?, ?)", [.text(file.path), .text(file.digest)])
    files[file] = number
    return number
  }

  private func kept(
    _ find: String, _ insert: String, _ values: [Database.Value]
  ) throws -> Int64 {
    if let number = try database.first(find, values, { $0.integer(0) }) { return number }
    try database.run(insert, values)
    return database.lastRow
  }
}

extension Register {
  /// Everything in the body is recorded, or nothing is.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try database.transaction(body)
    } catch {
      // Numbers given to texts in what was rolled back are void.
      sources = [:]
      files = [:]
      throw error
    }
  }
}
