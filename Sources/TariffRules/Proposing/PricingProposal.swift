import CSV
import ExactMoney

/// A proposed edition of the pricing table: fixed rates in front of the rows that are in force.
///
/// The rows in force stay for whatever the proposed ones do not cover, each with the source and
/// evidence of its own edition.
public struct PricingProposal: Sendable {
  /// A proposed rate.
  public struct Rate: Sendable {
    /// What a person would call it.
    public let name: String
    /// The lanes it is for.
    public let lanes: [String]
    /// The equipment, and whether loaded or empty.
    public let equipment: String, load: String
    /// The places it is for; nil: any.
    public let from: String?, to: String?
    /// The customers it is for; nil: all but those billed in another currency.
    public let customers: [String]?
    /// The price per unit.
    public let rate: Money
    /// Never under this percentage of the sum of the charges, nor under this amount per unit.
    public let floorPercent: Exact?, floor: Exact?
    /// What a reader should know.
    public let note: String

    /// A rate from its facts.
    public init(
      name: String, lanes: [String], equipment: String, load: String, from: String? = nil,
      to: String? = nil, customers: [String]? = nil, rate: Money, floorPercent: Exact? = nil,
      floor: Exact? = nil, note: String
    ) {
      self.name = name
      self.lanes = lanes
      self.equipment = equipment
      self.load = load
      self.from = from
      self.to = to
      self.customers = customers
      self.rate = rate
      self.floorPercent = floorPercent
      self.floor = floor
      self.note = note
    }
  }

  /// Where it belongs in the tables folder.
  public let path: String
  /// The edition as a file.
  public let bytes: [UInt8]

  private static let columns = [
    "rank", "name", "route", "lane", "equipment", "load", "from", "to", "customer", "method",
    "rate", "currency", "floor", "floor_percent", "step", "rounding", "source", "evidence", "note",
  ]

  /// The edition that puts rates in front of those in force on its first day.
  /// - Parameter published: the day it becomes known; moved on if an edition for the same first day
  ///   became known then or later, as the later one counts.
  public init(
    _ rates: [Rate], over tables: TariffTables, effective: Day, published: Day, asOf: Day?,
    source: String
  ) {
    let editions = tables.folder.files.compactMap { PublishedTable($0) }
      .filter { $0.kind == .pricing }
    let rivals = editions.filter { $0.change.effective == effective }.map(\.change.published)
    let next = rivals.max().flatMap { $0.adding(days: 1) }
    let known = next.map { max($0, published) } ?? published
    let schedule = editions.first?.schedule ?? "joint-venture/pricing"
    let suffix = known == effective ? "" : "_published-\(known)"
    path = "\(schedule)/\(effective)\(suffix).csv"
    let inForce = editions.filter {
      $0.change.effective <= effective && $0.change.isKnown(asOf) && !$0.isWithdrawal
    }.max { $0.change < $1.change }

    var writer = CSVWriter()
    func head(_ key: String, _ value: String) { writer.record([.text(key), .text(value)]) }
    head("kind", "pricing")
    head("source", source)
    head("evidence", Evidence.inferred.rawValue)
    head("published", "\(known)")
    head("note", "a proposal: fixed rates that keep the revenue of the consignments studied")
    if let inForce { head("note", "behind them the rows of \(inForce.path)") }
    writer.record([.text("")])

    let old = (inForce?.rows(asOf: nil) ?? []).filter { row in
      !rates.contains { $0.name == row["name"] }
    }
    let own = inForce?.table.header.map(\.text) ?? []
    let columns = Self.columns + own.filter { !Self.columns.contains($0) && !$0.isEmpty }
    writer.record(columns.map { .text($0) })
    let others = Self.billedApart(tables, effective, asOf)
    for rate in rates {
      writer.record(columns.map { .text(Self.cell($0, rate, others)) })
    }
    let lowest = old.map { Int($0["rank"]) ?? 1 }.min() ?? 1
    for row in old {
      writer.record(
        columns.map { column in
          .text(Self.cell(column, row, inForce, shift: lowest > 0 ? 0 : 1))
        })
    }
    bytes = writer.drain()
  }

  /// The customers whose currency is a matter of their own, with the currencies they are billed in:
  /// those a pricing row names, and, where no row for all names a currency, those that have one.
  public static func billedApart(
    _ tables: TariffTables, _ day: Day, _ asOf: Day?
  ) -> [String: Set<String>] {
    let now = TablesInForce(tables, on: day, asOf: asOf)
    var found: [String: Set<String>] = [:]
    let rules = now.pricing?.content ?? []
    let isForAll = rules.contains { $0.currency != nil && !$0.conditions.ask(about: .customer) }
    for customer in now.customers.values where !isForAll {
      if let own = customer.currency { found[customer.codeText, default: []].insert(own.code) }
    }
    for rule in rules {
      guard let currency = rule.currency else { continue }
      for test in rule.conditions.tests where test.field == .customer {
        for code in test.wanted.codes {
          found[tables.symbols.name(of: code), default: []].insert(currency.code)
        }
      }
    }
    return found
  }

  private static func cell(
    _ column: String, _ rate: Rate, _ others: [String: Set<String>]
  ) -> String {
    switch column {
    case "rank": return "0"
    case "name": return rate.name
    case "route": return "through"
    case "lane": return rate.lanes.joined(separator: ";")
    case "equipment": return rate.equipment
    case "load": return rate.load
    case "from": return rate.from ?? "*"
    case "to": return rate.to ?? "*"
    case "customer":
      if let customers = rate.customers {
        return customers.map { $0.isEmpty ? "none" : $0 }.joined(separator: ";")
      }
      let excluded = others.filter { $0.value != [rate.rate.currency.code] }.keys.sorted()
      return excluded.isEmpty ? "*" : excluded.map { "!\($0)" }.joined(separator: ";")
    case "method": return PricingRule.Method.fixed.rawValue
    case "rate": return rate.rate.amountText
    case "currency": return rate.rate.currency.code
    case "floor": return rate.floor.map { "\($0)" } ?? ""
    case "floor_percent": return rate.floorPercent.map { "\($0)" } ?? ""
    case "step": return "\(rate.rate.currency.step)"
    case "rounding": return RoundingMode.halfAway.rawValue
    case "note": return rate.note
    default: return TableLoader.Kind.pricing.unsaid(column)
    }
  }

  private static func cell(
    _ column: String, _ row: PrintedRow, _ edition: PublishedTable?, shift: Int
  ) -> String {
    let text = row[column]
    switch column {
    case "rank": return "\((Int(text) ?? 1) + shift)"
    case "source", "evidence":
      return text.isEmpty ? edition?.table.head[column]?.text ?? "" : text
    default: return text.isEmpty ? TableLoader.Kind.pricing.unsaid(column) : text
    }
  }
}
