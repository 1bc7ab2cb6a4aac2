import CSV
import ExactMoney
import TariffRules
import Unification

/// What decided a closed month, as its papers say it: with the register's documents the month can
/// be settled again without tables.
struct RecordedTerms {
  /// What decided it. Ties go in the order in which the balances stand.
  let terms: SettlementTerms
  /// The parties in the order of their statements.
  let parties: [(code: String, name: String)]
  /// Each party's own currency and the rate to it, by the foreign currency.
  private let rates: [String: [Currency: (currency: Currency, official: Settlement.OfficialRate?)]]

  /// The rate to a party's own currency.
  func own(
    _ party: String, _ foreign: Currency
  ) -> (currency: Currency, official: Settlement.OfficialRate?)? { rates[party]?[foreign] }

  /// Reads the papers of a closed month.
  /// - Throws: `DamagedEntry` where they do not say it.
  init(_ closed: ClosedMonth, _ entry: Int64) throws {
    let currencies = closed.balances.map(\.due.currency)
    var reader = PaperReader(entry: entry, currencies: currencies)
    for paper in closed.papers where paper.kind == .statement { try reader.read(paper, closed) }
    let own = closed.papers.filter { $0.kind == .statement }.map(\.party).filter { party in
      !closed.papers.contains { $0.kind == .rates && $0.party == party }
    }
    guard let jointVenture = own.first, own.count == 1 else {
      throw DamagedEntry(entry: entry, what: "a paper of the month is missing")
    }
    let balances = closed.balances
    terms = SettlementTerms(
      jointVenture: jointVenture, equity: reader.equity, thresholds: reader.thresholds,
      order: { currency in balances.filter { $0.due.currency == currency }.map(\.party) })
    parties = reader.parties
    rates = reader.rates
  }
}

/// Reads the statements of a closed month.
private struct PaperReader {
  let entry: Int64
  let currencies: [Currency]
  var equity: [(party: String, fraction: Exact)] = []
  var thresholds: [Money] = []
  var parties: [(code: String, name: String)] = []
  var rates: [String: [Currency: (currency: Currency, official: Settlement.OfficialRate?)]] = [:]

  mutating func read(_ paper: SettlementPaper, _ closed: ClosedMonth) throws {
    let party = paper.party
    guard let name = name(of: party, closed) else { throw unreadable(party) }
    parties.append((party, name))
    let sources =
      try closed.papers.first { $0.kind == .rates && $0.party == party }
      .map { try rows(of: $0, []) } ?? []
    for row in try rows(of: paper, StatementRows.header) {
      do {
        switch StatementRows.Kind(rawValue: row["row"]) {
        case .sum: try readEquity(row, party)
        case .threshold: try readThreshold(row, party)
        case .ownCurrency: try readRate(row, party, sources)
        case .payment: break
        case .line, .collected, nil: throw unreadable(party)
        }
      } catch is PackFault { throw unreadable(party) }
    }
  }

  private func unreadable(_ party: String) -> DamagedEntry {
    DamagedEntry(entry: entry, what: "the statement of \(party) cannot be read")
  }

  private func rows(of paper: SettlementPaper, _ header: [UInt8]) throws -> [PackTable.Row] {
    let columns = paper.kind == .rates ? PartnerPack.ratesColumns : StatementRows.columns
    do {
      return try PackTable(paper.party, header + paper.bytes, columns: columns).rows
    } catch { throw unreadable(paper.party) }
  }

  /// The name that a statement for people begins with.
  private func name(of party: String, _ closed: ClosedMonth) -> String? {
    let paper = closed.papers.first { $0.kind == .statementText && $0.party == party }
    guard let bytes = paper?.bytes.prefix(while: { $0 != UInt8(ascii: "\n") }) else { return nil }
    let title = String(decoding: bytes, as: UTF8.self)
    let end = " (\(party)) for \(closed.month)"
    guard title.hasPrefix(PartnerStatement.title), title.hasSuffix(end) else { return nil }
    return String(title.dropFirst(PartnerStatement.title.count).dropLast(end.count))
  }

  /// The party's fraction, which stands beside its part of what the joint venture has earned.
  private mutating func readEquity(_ row: PackTable.Row, _ party: String) throws {
    guard row["item"] == "equity", let fraction = try row.number("basis") else { return }
    guard !fraction.isNegative else { throw unreadable(party) }
    if !equity.contains(where: { $0.party == party }) { equity.append((party, fraction)) }
  }

  private mutating func readThreshold(_ row: PackTable.Row, _ party: String) throws {
    guard let currency = currencies.first(where: { $0.code == row["currency"] }),
      let amount = try row.number("amount")
    else { throw unreadable(party) }
    let threshold = try Money(exactTotal: amount, currency)
    if !thresholds.contains(where: { $0.currency == currency }) { thresholds.append(threshold) }
  }

  private mutating func readRate(
    _ row: PackTable.Row, _ party: String, _ sources: [PackTable.Row]
  ) throws {
    let digits = row["amount"].split(separator: ".").dropFirst().first?.utf8.count ?? 0
    guard let foreign = currencies.first(where: { row["item"] == "net-due \($0)" }),
      let currency = Currency(code: row["currency"], minorDigits: digits)
    else { throw unreadable(party) }
    rates[party, default: [:]][foreign] = (currency, nil)
    guard let multiplier = try row.number("basis"), let divisor = try row.number("bases") else {
      return
    }
    let source = try sources.first { $0["from"] == foreign.code && $0["to"] == currency.code }.map {
      guard let line = Int($0["line"]) else { throw unreadable(party) }
      return Settlement.OfficialRate.Source(
        published: try $0.day("published"), file: $0["file"], line: line)
    }
    let isDivided = row["reference"].contains("÷")
    rates[party, default: [:]][foreign] = (
      currency,
      Settlement.OfficialRate(
        exchange: isDivided ? .divide(by: divisor) : .multiply(by: multiplier),
        day: try row.day("date"), source: source)
    )
  }
}
