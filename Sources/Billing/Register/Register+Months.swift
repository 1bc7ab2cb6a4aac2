import CSV
import ExactMoney
import TariffRules

/// What a closed month left of a party's account in one currency.
public struct ClosedBalance: Sendable, Equatable {
  /// The party's code.
  public let party: String
  /// What it is owed (negative: owes) for the month, with what was carried into it.
  public let due: Money
  /// What is paid of it (negative: what it pays).
  public let paid: Money
  /// What is carried into the next month.
  public let carried: Money

  /// A balance from its parts.
  public init(party: String, due: Money, paid: Money, carried: Money) {
    self.party = party
    self.due = due
    self.paid = paid
    self.carried = carried
  }
}

/// A closed month as the register has it.
public struct ClosedMonth: Sendable, Equatable {
  /// The month.
  public let month: Month
  /// How many documents are settled in it.
  public let documents: Int
  /// The digest over its documents, their consignments, shares and tables, over the balances, and
  /// over the papers with the digests of the tables that settled it.
  public let seal: String
  /// What it left of each account.
  public let balances: [ClosedBalance]
  /// What its settlement said.
  let papers: [SettlementPaper]
}

/// What closing a month records.
struct ClosingMonth {
  let balances: [ClosedBalance]
  /// Those the seal is over.
  var papers: [SettlementPaper] = []
  /// Those that have the seal in them.
  var texts: (_ seal: String) throws -> [SettlementPaper] = { _ in [] }
}

extension Register {
  static let closingKind = "closing"
  static let remarkKind = "remark"

  /// A closed month; nil where it is open.
  public func closed(_ month: Month) throws -> ClosedMonth? {
    try database.first(
      "SELECT entry FROM closings WHERE month = ?", [.text(month.description)]
    ) { $0.integer(0) }.flatMap { try closing($0) }
  }

  func closing(_ entry: Int64) throws -> ClosedMonth? {
    let head = try database.first(
      "SELECT month, documents, seal FROM closings WHERE entry = ?", [.integer(entry)]
    ) { (month: Month($0.text(0)), documents: Int($0.integer(1)), seal: $0.text(2)) }
    guard let head, let month = head.month else { return nil }
    let balances = try inOrder(
      """
      SELECT position, party, currency, digits, due, paid, carried FROM balances
      WHERE entry = ? ORDER BY position
      """, of: entry, entry
    ) { row in
      guard let currency = Currency(code: row.text(2), minorDigits: Int(row.integer(3))) else {
        throw DamagedEntry(entry: entry, what: "a balance cannot be read")
      }
      return ClosedBalance(
        party: row.text(1), due: try Money(total: row.integer(4), currency),
        paid: try Money(total: row.integer(5), currency),
        carried: try Money(total: row.integer(6), currency))
    }
    let papers = try inOrder(
      "SELECT position, kind, party, content FROM papers WHERE entry = ? ORDER BY position",
      of: entry, entry
    ) { row in
      guard let kind = SettlementPaper.Kind(rawValue: row.text(1)) else {
        throw DamagedEntry(entry: entry, what: "a paper of the month cannot be read")
      }
      return SettlementPaper(kind, row.text(2), row.bytes(3))
    }
    return ClosedMonth(
      month: month, documents: head.documents, seal: head.seal, balances: balances, papers: papers)
  }

  /// The seal of a month: over the digests of its documents' entries (each of which is over the
  /// consignments, charges, shares and table files of the document), over the balances and papers.
  func seal(
    _ month: Month, _ balances: [ClosedBalance], _ papers: [SettlementPaper]
  ) throws -> (documents: Int, seal: String) {
    var digest = SHA256()
    var count = 0
    digest.update("month \(month)\n")
    try database.rows(
      """
      SELECT d.series, d.year, d.number, e.digest FROM documents d JOIN entries e USING (entry)
      WHERE d.booked = ? ORDER BY d.entry
      """, [.text(month.description)]
    ) { row in
      count += 1
      digest.update("\(row.text(0)) \(row.integer(1)) \(row.integer(2)) \(row.text(3))\n")
    }
    digest.update(Self.record(balances))
    digest.update(Self.record(papers.filter(\.kind.isSealed)))
    return (count, digest.hex())
  }

  /// Closes a month for good: nothing is ever booked into it or an earlier one again.
  /// - Throws: `BookingRefusal` where it is closed; `DatabaseError` (`refused`) where an earlier
  ///   month is open.
  func close(_ month: Month, _ make: () throws -> ClosingMonth) throws -> ClosedMonth {
    try transaction {
      if let last = try lastClosed(), last >= month {
        throw try closed(month) == nil
          ? BookingRefusal(
            "\(last) is closed, and with it every month before it",
            remedy: "what was issued since is settled in the next open month: close that one")
          : BookingRefusal(
            "\(month) is closed already",
            remedy: "'tariff settle \(month)' writes its statements again, as they were recorded")
      }
      let open = try database.first(
        "SELECT min(booked) FROM documents WHERE booked < ? AND booked > ?",
        [.text(month.description), .text(try lastClosed()?.description ?? "")]
      ) { $0.isNull(0) ? nil : $0.text(0) }
      if let earlier = open.flatMap(\.self) {
        throw refusal("\(earlier) is still open: close it before \(month)")
      }
      try checkBooked(month)
      let closing = try make()
      let (documents, seal) = try seal(month, closing.balances, closing.papers)
      let made = ClosedMonth(
        month: month, documents: documents, seal: seal, balances: closing.balances,
        papers: closing.papers + (try closing.texts(seal)))
      let entry = try append(Self.closingKind, Self.record(made))
      try database.run(
        "INSERT INTO closings VALUES (?, ?, ?, ?)",
        [
          .integer(entry), .text(month.description), .integer(Int64(documents)), .text(seal),
        ])
      for (index, balance) in made.balances.enumerated() { try insert(balance, index + 1, entry) }
      for (index, paper) in made.papers.enumerated() {
        try database.run(
          "INSERT INTO papers VALUES (?, ?, ?, ?, ?)",
          [
            .integer(entry), .integer(Int64(index + 1)), .text(paper.kind.rawValue),
            .text(paper.party), .bytes(paper.bytes),
          ])
      }
      return made
    }
  }

  /// A month mistyped would put every document of the months before into the one after it.
  private func checkBooked(_ month: Month) throws {
    let isBooked = try database.first(
      "SELECT 1 FROM documents WHERE booked = ? LIMIT 1", [.text(month.description)]
    ) { _ in true }
    if isBooked == true { return }
    let last = try database.first("SELECT max(booked) FROM documents") { $0.text(0) } ?? ""
    throw BookingRefusal(
      last.isEmpty
        ? "nothing is booked yet: there is no month to close"
        : "nothing is booked in \(month): the last month with documents is \(last)",
      remedy: "check the month; one without documents is closed with the next that has some")
  }

  private func refusal(_ detail: String) -> DatabaseError {
    DatabaseError(kind: .refused, path: path, detail: detail)
  }

  private func insert(_ balance: ClosedBalance, _ position: Int, _ entry: Int64) throws {
    let currency = balance.due.currency
    try database.run(
      "INSERT INTO balances VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(entry), .integer(Int64(position)), .text(balance.party), .text(currency.code),
        .integer(Int64(currency.minorDigits)), .integer(balance.due.minorUnits),
        .integer(balance.paid.minorUnits), .integer(balance.carried.minorUnits),
      ])
  }

  /// Adds to a document a number that a tax portal gave it, or a buyer's confirmation.
  public func remark(_ what: String, _ value: String, on number: DocumentNumber) throws {
    try transaction {
      guard let document = try entry(of: number) else { throw try noDocument(number) }
      let entry = try append(Self.remarkKind, Self.record(of: number, what, value))
      try database.run(
        "INSERT INTO remarks VALUES (?, ?, ?, ?)",
        [.integer(entry), .integer(document), .text(what), .text(value)])
    }
  }

  /// What was added to a document, in order.
  public func remarks(on number: DocumentNumber) throws -> [(what: String, value: String)] {
    guard let entry = try entry(of: number) else { return [] }
    return try database.all(
      "SELECT what, value FROM remarks WHERE document = ? ORDER BY entry", [.integer(entry)]
    ) { ($0.text(0), $0.text(1)) }
  }

  // MARK: - What the digests are over

  /// What the digest of an entry that is no document is over; nil where that is not there.
  func ownRecord(_ entry: Int64, _ kind: String) throws -> [UInt8]? {
    switch kind {
    case Self.closingKind: return try closing(entry).map(Self.record)
    case Self.remarkKind:
      let found = try database.first(
        "SELECT document, what, value FROM remarks WHERE entry = ?", [.integer(entry)]
      ) { ($0.integer(0), $0.text(1), $0.text(2)) }
      guard let (document, what, value) = found, let number = try number(ofEntry: document) else {
        return nil
      }
      return Self.record(of: number, what, value)
    case Self.quoteKind: return try quote(entry: entry)?.record()
    default: return nil
    }
  }

  /// What is wrong with a closed month: its documents, balances and papers must be those that were
  /// sealed, and what is due must be paid or carried, in all nothing. Nil where nothing is.
  func fault(inClosing entry: Int64) throws -> String? {
    guard let closed = try closing(entry) else { return "its month is missing" }
    let (documents, seal) = try seal(closed.month, closed.balances, closed.papers)
    guard documents == closed.documents && seal == closed.seal else {
      return "the seal of \(closed.month) is not that of its documents, balances and papers"
    }
    guard documents > 0 else { return "it closes \(closed.month), in which nothing is booked" }
    var sums: [Currency: (due: Int128, carried: Int128)] = [:]
    for balance in closed.balances {
      let (due, paid, carried) = (balance.due, balance.paid, balance.carried)
      guard try paid.adding(carried) == due else {
        return "what \(balance.party) is paid and carries on is not what is due to it"
      }
      sums[due.currency, default: (0, 0)].due += Int128(due.minorUnits)
      sums[due.currency, default: (0, 0)].carried += Int128(carried.minorUnits)
    }
    if let sum = sums.first(where: { $0.value != (0, 0) }) {
      return "the balances in \(sum.key) do not sum to zero"
    }
    return nil
  }

  private static func record(_ closed: ClosedMonth) -> [UInt8] {
    var writer = CSVWriter()
    writer.record([
      .text("closing"), .number(closed.month.description), .number("\(closed.documents)"),
      .text(closed.seal),
    ])
    return writer.drain() + record(closed.balances) + record(closed.papers)
  }

  private static func record(_ papers: [SettlementPaper]) -> [UInt8] {
    var writer = CSVWriter()
    for paper in papers {
      var digest = SHA256()
      digest.update(paper.bytes)
      writer.record([
        .text("paper"), .text(paper.kind.rawValue), .text(paper.party), .text(digest.hex()),
      ])
    }
    return writer.drain()
  }

  private static func record(_ balances: [ClosedBalance]) -> [UInt8] {
    var writer = CSVWriter()
    for balance in balances {
      let currency = balance.due.currency
      writer.record(
        [
          .text("balance"), .text(balance.party), .text(currency.code),
          .number("\(currency.minorDigits)"),
        ]
          + [balance.due, balance.paid, balance.carried].map { .number("\($0.minorUnits)") })
    }
    return writer.drain()
  }

  private static func record(of number: DocumentNumber, _ what: String, _ value: String) -> [UInt8]
  {
    var writer = CSVWriter()
    writer.record([.text("remark"), .text(number.description), .text(what), .text(value)])
    return writer.drain()
  }
}
