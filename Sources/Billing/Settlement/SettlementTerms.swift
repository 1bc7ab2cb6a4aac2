import ExactMoney
import TariffRules
import Unification

/// What decides a settlement beside the register's documents.
struct SettlementTerms {
  /// The joint venture's code.
  let jointVenture: String
  /// The partners and their fractions of what the joint venture earns.
  let equity: [(party: String, fraction: Exact)]
  /// The agreement's amounts under which a balance is carried on.
  let thresholds: [Money]
  /// The parties in the order in which ties go, in a currency.
  let order: (Currency) -> [String]

  func isPartner(_ party: String) -> Bool { equity.contains { $0.party == party } }

  /// Balances under this are carried into the next month; nil: everything is paid.
  func threshold(_ currency: Currency) -> Money? {
    thresholds.first { $0.currency == currency }
  }

  /// Sorts what belongs to parties into the order in which ties go.
  func ordered<Item>(_ items: [Item], in currency: Currency, _ party: (Item) -> String) -> [Item] {
    let order = order(currency)
    func place(_ item: Item) -> Int { order.firstIndex(of: party(item)) ?? Int.max }
    return items.enumerated().sorted { one, other in
      let (left, right) = (place(one.element), place(other.element))
      return left == right ? one.offset < other.offset : left < right
    }.map(\.element)
  }
}

extension SettlementTerms {
  /// Those of the tables on the month's last day. Ties go by the agreement's order of odd cents,
  /// then by the tables' order.
  init(_ tables: TariffTables, _ month: Month, asOf: Day?) throws {
    let now = TablesInForce(tables, on: month.last, asOf: asOf)
    guard let own = now.jointVentureParty, let partners = now.partners else {
      throw BookingRefusal(
        "the joint venture's party or its partners are not in force on \(month.last)",
        remedy: "check joint-venture/policy, parties and partners")
    }
    let agreement = now.agreement?.content ?? []
    let odd = agreement.first { $0.kind == .oddCents }?.parties ?? []
    let first = odd.map { tables.symbols.name(of: $0) }
    let order = first + tables.partyCodes.filter { !first.contains($0) }
    self.init(
      jointVenture: own.codeText,
      equity: partners.content.map { (tables.symbols.name(of: $0.partner), $0.fraction) },
      thresholds: agreement.filter { $0.kind == .carryForward }.compactMap(\.amount),
      order: { _ in order })
  }
}
