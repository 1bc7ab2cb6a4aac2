import ExactMoney
import TariffRules
import Unification

extension Register {
  /// What is wrong with what a closed month says: its balances and papers must be those that follow
  /// from its documents, from what the closed month before carried on, and from the recorded terms:
  /// who has which equity, what is carried on, at which rates. Nil where nothing is.
  ///
  /// The documents must have been verified before.
  /// - Parameter before: the closed month before it.
  func fault(
    inSettlementOf closed: ClosedMonth, after before: Month?, _ entry: Int64
  ) throws -> String? {
    if let what = try faultOfBooking(closed.month, after: before, entry) { return what }
    if closed.papers.isEmpty { return nil }
    let recorded = try RecordedTerms(closed, entry)
    let opening = try before.flatMap { try self.closed($0)?.balances } ?? []
    do {
      let settlement = try settle(closed.month, opening, recorded.terms)
      if let what = Self.difference(closed.balances, try settlement.balances()) { return what }
      if try !recorded.terms.isDividedWhole(settlement) {
        return "the fractions of equity in its papers do not sum to one"
      }
      let active = Set(settlement.currencies.flatMap(\.positions).map(\.party))
      guard Set(recorded.parties.map(\.code)) == active else {
        return "its statements are not those of the parties that have a part in \(closed.month)"
      }
      let statements = try recorded.parties.map { party in
        try statement(of: party.code, named: party.name, in: settlement, recorded.terms) {
          recorded.own(party.code, $0)
        }
      }
      let drawn = DrawnMonth(
        settlement: settlement, statements: statements,
        tables: closed.papers.first { $0.kind == .tables }?.bytes ?? [])
      let papers = try drawn.papers() + drawn.texts(seal: closed.seal)
      return Self.difference(closed.papers, papers, closed.month)
    } catch let fault as SettlementFault {
      return "it cannot be settled again: \(fault.what)"
    } catch is BookingRefusal, is AllocationError {
      return "it cannot be settled again: its papers name no terms that serve"
    }
  }

  /// No month is passed over. That no document of the month is entered later is what the seal
  /// says: the digest of a later entry has the seal in it.
  private func faultOfBooking(
    _ month: Month, after before: Month?, _ entry: Int64
  ) throws -> String? {
    let open = try database.first(
      "SELECT min(booked) FROM documents WHERE booked < ? AND booked > ? AND entry < ?",
      [.text(month.description), .text(before?.description ?? ""), .integer(entry)]
    ) { $0.isNull(0) ? nil : $0.text(0) }.flatMap(\.self)
    return open.map { "it closes \(month), but \($0) has documents and was not closed before it" }
  }

  /// The first balance that is not the one that follows.
  private static func difference(
    _ found: [ClosedBalance], _ wanted: [ClosedBalance]
  ) -> String? {
    for (one, other) in zip(found, wanted) where one != other {
      guard one.party == other.party, one.due.currency == other.due.currency else {
        return "it has a balance of \(one.party) in \(one.due.currency) where that of "
          + "\(other.party) in \(other.due.currency) follows from its documents"
      }
      let figures = [
        ("net due", one.due, other.due), ("carried on", one.carried, other.carried),
        ("paid", one.paid, other.paid),
      ]
      if let (name, has, follows) = figures.first(where: { $0.1 != $0.2 }) {
        return "\(name) of \(one.party) is \(has), but \(follows) follows from its documents"
      }
    }
    return found.count == wanted.count
      ? nil : "it has \(found.count) balances, but \(wanted.count) follow from its documents"
  }

  /// The first paper that is not the one that follows, with its first row that is not.
  private static func difference(
    _ found: [SettlementPaper], _ wanted: [SettlementPaper], _ month: Month
  ) -> String? {
    guard found.map(\.kind) == wanted.map(\.kind), found.map(\.party) == wanted.map(\.party) else {
      return "its papers are not those of its parties"
    }
    guard let (one, other) = zip(found, wanted).first(where: { $0.bytes != $1.bytes }) else {
      return nil
    }
    let name =
      one.fileName(month) ?? (one.kind == .rates ? "the rates of \(one.party)" : "its control")
    let rows = [one, other].map {
      $0.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    let at = (0..<max(rows[0].count, rows[1].count)).first { index in
      !rows.allSatisfy { index < $0.count } || rows[0][index] != rows[1][index]
    }
    func row(_ rows: [String]) -> String {
      at.map { $0 < rows.count && !rows[$0].isEmpty ? "'\(rows[$0])'" : "nothing" } ?? "nothing"
    }
    return "\(name) says \(row(rows[0])), but \(row(rows[1])) follows from its documents"
  }
}

extension SettlementTerms {
  /// Whether the partners have all of what the joint venture earned, where it earned something:
  /// then each of them has a balance, and so its fraction in the papers.
  fileprivate func isDividedWhole(_ settlement: Settlement) throws -> Bool {
    let positions = settlement.currencies.flatMap(\.positions)
    guard positions.contains(where: { $0.party == jointVenture && $0.equity.minorUnits != 0 })
    else { return true }
    return try equity.reduce(Exact.zero) { try $0.plus($1.fraction) } == .one
  }
}
