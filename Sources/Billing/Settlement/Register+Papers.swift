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
    let drawn = try drawn(month, tables, asOf: asOf, only: wanted)
    let papers = try drawn.papers() + drawn.texts(seal: nil)
    return SettledMonth(
      month: month, seal: nil, papers: try whole(papers, month, only: wanted),
      findings: drawn.findings)
  }

  /// Settles a month for good: its balances and papers are recorded and sealed.
  /// - Throws: as `settled`, and `BookingRefusal` where it is closed already; `DatabaseError`
  ///   (`refused`) where an earlier month is open.
  public func close(
    _ month: Month, _ tables: TariffTables, asOf: Day? = nil
  ) throws -> (closed: ClosedMonth, findings: [String]) {
    var findings: [String] = []
    let closed = try close(month) {
      let drawn = try drawn(month, tables, asOf: asOf, only: nil)
      findings = drawn.findings
      return ClosingMonth(
        balances: try drawn.settlement.balances(), papers: try drawn.papers(), texts: drawn.texts)
    }
    return (closed, findings)
  }

  func unknown(_ party: String, _ month: Month, among parties: [String]) -> BookingRefusal {
    BookingRefusal(
      "unknown party '\(party)'." + NearNames.hint(for: party, among: parties),
      remedy: "parties of \(month) are \(parties.joined(separator: ", "))")
  }

  /// A month as its documents and the tables give it.
  private func drawn(
    _ month: Month, _ tables: TariffTables, asOf: Day?, only wanted: String?
  ) throws -> DrawnMonth {
    let settlement = try settle(month, tables, asOf: asOf)
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
        throw unknown(
          wanted, month,
          among: known.reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
          })
      }
      parties.removeAll { $0.codeText != wanted }
    }
    let statements = try parties.map {
      try statement(of: $0, in: settlement, tables, asOf: asOf)
    }
    return DrawnMonth(
      settlement: settlement, statements: statements,
      tables: DrawnMonth.files(now, statements, tables), isWhole: wanted == nil)
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
    for line in try statementLines(of: party, month) { writer.record(rows.row(line)) }
    for item in try collected(by: party, month) { writer.record(rows.row(item)) }
    return StatementRows.header + writer.drain()
  }
}
