import CSV
import ExactMoney
import TariffRules
import Unification

extension Register {
  /// The files of a month's settlement: of a closed month as they were recorded, of an open one as
  /// the tables give them.
  /// - Parameter wanted: only the statement of this party; nil for all and the joint venture's own.
  /// - Throws: `BookingRefusal` where the party is unknown or the tables do not serve;
  ///   `SettlementFault` where in is not out.
  public func settled(
    _ month: Month, _ tables: TariffTables, asOf: Day? = nil, only wanted: String? = nil
  ) throws -> SettledMonth {
    if let closed = try closed(month), !closed.papers.isEmpty {
      guard asOf == nil else {
        throw BookingRefusal(
          "\(month) is closed: it is written as it was recorded, whatever is known since",
          remedy: "leave out --as-of")
      }
      let parties = closed.papers.filter { $0.kind == .statement }.map(\.party)
      if let wanted, !parties.contains(wanted) { throw unknown(wanted, month, among: parties) }
      return SettledMonth(
        month: month, seal: closed.seal, papers: try whole(closed.papers, month, only: wanted),
        findings: [])
    }
    let drawn = try DrawnPapers(self, month, tables, asOf: asOf, only: wanted)
    let papers = try drawn.papers + drawn.texts(seal: nil)
    return SettledMonth(
      month: month, seal: nil, papers: try whole(papers, month, only: wanted),
      findings: drawn.findings)
  }

  /// Settles a month for good: its balances and papers are recorded and sealed.
  /// - Throws: as `settled`; `DatabaseError` (`refused`) where it is closed already or an earlier
  ///   month is open.
  public func close(
    _ month: Month, _ tables: TariffTables, asOf: Day? = nil
  ) throws -> (closed: ClosedMonth, findings: [String]) {
    var findings: [String] = []
    let closed = try close(month) {
      let drawn = try DrawnPapers(self, month, tables, asOf: asOf, only: nil)
      findings = drawn.findings
      return ClosingMonth(
        balances: try drawn.settlement.balances(), papers: drawn.papers, texts: drawn.texts)
    }
    return (closed, findings)
  }

  func unknown(_ party: String, _ month: Month, among parties: [String]) -> BookingRefusal {
    BookingRefusal(
      "unknown party '\(party)'." + NearNames.hint(for: party, among: parties),
      remedy: "parties of \(month) are \(parties.joined(separator: ", "))")
  }

  /// The papers in the order they are written, statements with their lines.
  private func whole(
    _ papers: [SettlementPaper], _ month: Month, only wanted: String?
  ) throws -> [SettlementPaper] {
    let own = papers.filter { $0.party.isEmpty || wanted == nil || $0.party == wanted }
    let parties = own.map(\.party).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return try parties.flatMap { party -> [SettlementPaper] in
      let papers = own.filter { $0.party == party }
      let ordered = papers.filter { !$0.kind.isSealed } + papers.filter(\.kind.isSealed)
      return try ordered.compactMap { paper -> SettlementPaper? in
        if wanted != nil && [.settlement, .settlementText].contains(paper.kind) { return nil }
        guard paper.kind == .statement else { return paper }
        return SettlementPaper(.statement, party, try lineRows(of: party, month) + paper.bytes)
      }
    }
  }

  /// The rows of a statement that stand in the register's documents.
  private func lineRows(of party: String, _ month: Month) throws -> [UInt8] {
    var writer = CSVWriter()
    let rows = StatementRows(party: party, month: month)
    writer.record(StatementRows.columns.map { .text($0) })
    for line in try statementLines(of: party, month) { writer.record(rows.row(line)) }
    for item in try collected(by: party, month) { writer.record(rows.row(item)) }
    return writer.drain()
  }
}

/// The papers of an open month.
struct DrawnPapers {
  let settlement: Settlement
  /// Those that the seal is over.
  let papers: [SettlementPaper]
  private let statements: [PartnerStatement]
  private let names: [String: String]
  private let wanted: String?

  var findings: [String] { statements.flatMap(\.findings) }

  init(
    _ register: Register, _ month: Month, _ tables: TariffTables, asOf: Day?, only wanted: String?
  ) throws {
    let settlement = try register.settle(month, tables, asOf: asOf)
    self.settlement = settlement
    self.wanted = wanted
    let now = TablesInForce(tables, on: month.last, asOf: asOf)
    let active = settlement.currencies.flatMap(\.positions).map(\.party)
    var parties = now.parties.filter { active.contains($0.codeText) || $0.codeText == wanted }
    // Who has left during the month is still named and paid.
    for code in active where !parties.contains(where: { $0.codeText == code }) {
      if let party = tables.party(code) { parties.append(party) }
    }
    if let wanted {
      guard parties.contains(where: { $0.codeText == wanted }) else {
        let known = now.parties.map(\.codeText) + active
        throw register.unknown(
          wanted, month,
          among: known.reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
          })
      }
      parties.removeAll { $0.codeText != wanted }
    }
    names = Dictionary(parties.map { ($0.codeText, $0.name) }) { first, _ in first }
    statements = try parties.map {
      try register.statement(of: $0, in: settlement, tables, asOf: asOf)
    }
    var papers = [
      SettlementPaper(.settlement, "", try settlement.csv()),
      SettlementPaper(.tables, "", Self.files(now, statements, tables)),
      SettlementPaper(.control, text: settlement.controlText),
    ]
    for statement in statements {
      let code = statement.party.codeText
      papers.append(SettlementPaper(.statement, code, try statement.sumRows()))
      if !statement.isOfJointVenture {
        papers.append(SettlementPaper(.rates, code, statement.rates(tables)))
      }
    }
    self.papers = papers
  }

  /// The same for people; a closed month's have its seal.
  func texts(seal: String?) throws -> [SettlementPaper] {
    let own =
      wanted == nil
      ? [SettlementPaper(.settlementText, text: try settlement.text(names, seal: seal))] : []
    return try own
      + statements.map {
        SettlementPaper(.statementText, $0.party.codeText, text: try $0.text(seal: seal))
      }
  }

  /// The files that decided the month, with their digests.
  private static func files(
    _ now: TablesInForce, _ statements: [PartnerStatement], _ tables: TariffTables
  ) -> [UInt8] {
    var paths = now.settlingFiles.map(tables.path(ofFile:))
    paths += statements.flatMap(\.own).compactMap { $0.own.official?.mark }.map { tables.path($0) }
    let digests = tables.fileDigests()
    var writer = CSVWriter()
    writer.record([.text("file"), .text("sha256")])
    for path in Set(paths).sorted() {
      writer.record([.text(path), .text(digests[path] ?? "")])
    }
    return writer.drain()
  }
}
