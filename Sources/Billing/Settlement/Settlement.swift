import ExactMoney
import TariffRules
import Unification

/// The monthly position of every party, in every currency.
public struct Settlement: Sendable, Equatable {
  /// What the documents of one kind come to.
  public struct Billed: Sendable, Equatable {
    /// How many documents and lines.
    public var documents = 0, lines = 0
    /// Their amounts without and with tax.
    public var net: Money, tax: Money
  }

  /// One currency's month.
  public struct InCurrency: Sendable, Equatable {
    /// The currency.
    public let currency: Currency
    /// Invoices, credit notes and adjustment notes.
    public internal(set) var billed: [Document.Kind: Billed] = [:]
    /// The parties in the tables' order.
    public internal(set) var positions: [MonthlyPosition] = []
    /// Who pays whom: the fewest payments that settle the balances, up to `Netting.mostExact`
    /// parties; few beyond.
    public internal(set) var payments: [Payment] = []
  }

  /// The row of an official rate.
  public struct OfficialRate: Sendable, Equatable {
    /// What it does to an amount.
    public let exchange: Exchange
    /// The day it became known.
    public let published: Day
    /// Where it stands.
    public let mark: Mark
  }

  /// How an amount of a statement is in the party's own currency.
  public struct OwnCurrency: Sendable, Equatable {
    /// The party's own currency.
    public let currency: Currency
    /// The day of the official rate; nil where there is none within ten days.
    public let day: Day?
    /// What the net due comes to.
    public let due: Money?
    /// The rate as published, and whether amounts are multiplied by it or divided.
    public let rate: String
    /// The row it comes from.
    public let official: OfficialRate?
  }

  /// The month.
  public let month: Month
  /// The joint venture's code.
  public let jointVenture: String
  /// Whether an earlier month is still open, so that what it carries may change.
  public internal(set) var isProvisional = false
  /// By currency.
  public internal(set) var currencies: [InCurrency] = []
}

/// What a settlement takes from the tables: those of the month's last day.
struct SettlementTerms {
  let tables: TablesInForce
  let jointVenture: Party
  /// The parties in the order of the agreement's odd cents, then of the tables.
  let order: [String]
  let equity: [(party: String, fraction: Exact)]

  init(_ tables: TariffTables, _ month: Month, asOf: Day?) throws {
    let now = TablesInForce(tables, on: month.last, asOf: asOf)
    guard let own = now.jointVentureParty, let partners = now.partners else {
      throw BookingRefusal(
        "the joint venture's party or its partners are not in force on \(month.last)",
        remedy: "check joint-venture/policy, parties and partners")
    }
    self.tables = now
    jointVenture = own
    let odd = now.agreement?.content.first { $0.kind == .oddCents }?.parties ?? []
    let first = odd.map { tables.symbols.name(of: $0) }
    order = first + tables.partyCodes.filter { !first.contains($0) }
    equity = partners.content.map { (tables.symbols.name(of: $0.partner), $0.fraction) }
  }

  func isPartner(_ party: String) -> Bool { equity.contains { $0.party == party } }

  /// Balances under this are carried into the next month; nil: everything is paid.
  ///
  /// An edition with two rows for one currency is refused when it is read.
  func threshold(_ currency: Currency) -> Money? {
    tables.agreement?.content.first {
      $0.kind == .carryForward && $0.amount?.currency == currency
    }?.amount
  }

  /// Sorts what belongs to parties into the order in which ties go.
  func ordered<Item>(_ items: [Item], _ party: (Item) -> String) -> [Item] {
    func place(_ item: Item) -> Int { order.firstIndex(of: party(item)) ?? Int.max }
    return items.enumerated().sorted { one, other in
      let (left, right) = (place(one.element), place(other.element))
      return left == right ? one.offset < other.offset : left < right
    }.map(\.element)
  }
}
