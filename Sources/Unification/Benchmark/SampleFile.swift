import ExactMoney
import TariffRules

/// A file of consignments made up from the tables by a seed: the same seed and tables give the same
/// file. For measuring, and for tests of what must hold for any consignment.
public struct SampleFile {
  /// How alike the consignments are.
  public enum Kind: Sendable {
    /// As in business: a few thousand flows of customers, repeated with other weights and counts.
    case flows
    /// No two are alike: the day, the last digits of the commodity, weight and count are drawn anew
    /// for each, and the customer too.
    case distinct
  }

  private struct Flow {
    let from: String, to: String
    let commodity: String, equipment: String
    let owner: String, wagonOwner: String, load: String
    let isContainer: Bool
    let customer: String
  }

  private let kind: Kind
  private var random: SeededNumbers
  private var flows: [Flow] = []
  private let ends: [(from: String, to: String)]
  private let days: [Day]
  private let commodities: [String]
  private let equipment: [(code: String, isContainer: Bool)]
  private let customers: [String]
  private let mostUnits: Int
  private var number = 0
  private var calculator: Calculator

  /// The columns.
  public static let header =
    "reference,date,from,to,commodity,equipment,owner,wagon_owner,load,weight_kg,gross_kg,count,"
    + "customer,axles,length_m\n"

  /// A file from a seed, with consignments that have a price on three days from a day on.
  /// - Parameters:
  ///   - flows: how many flows of customers there are.
  ///   - units: how many units a consignment has at most.
  public init(
    _ tables: TariffTables, seed: UInt64, kind: Kind, from day: Day, flows flowCount: Int = 2000,
    units: Int? = nil
  ) {
    self.kind = kind
    mostUnits = units ?? (kind == .flows ? 60 : 1000)
    random = SeededNumbers(seed)
    calculator = Calculator(tables)
    days = [0, 40, 90].compactMap { day.adding(days: $0) }
    let now = TablesInForce(tables, on: day, asOf: nil)
    let symbols = tables.symbols
    ends = now.lanes.map { (symbols.name(of: $0.from), symbols.name(of: $0.to)) }
      .reduce(into: []) { list, pair in
        if !list.contains(where: { $0 == pair }) { list.append(pair) }
      }
    equipment = now.equipment.values.filter { $0.unit == .container || $0.unit == .wagon }
      .sorted { $0.code < $1.code }
      .map { (symbols.name(of: $0.code), $0.unit == .container) }
    commodities = FieldClasses(tables).commodityRuns.starts.map { start in
      String(String(100_000_000 + start).dropFirst())
    }
    customers = now.customers.values.map(\.codeText).sorted()
    // Flows that have no price on the first day are not in the business.
    var made: [Flow] = []
    var tries = 0
    let hasAll = !ends.isEmpty && !equipment.isEmpty && !commodities.isEmpty
    while hasAll && made.count < flowCount && tries < 50 * flowCount {
      tries += 1
      let flow = draw()
      if calculator.quote(fields: fields(of: flow, days[0], weight: 20_000)).price != nil {
        made.append(flow)
      }
    }
    flows = made
  }

  /// Whether the tables price none of what was tried, so that there are no lines.
  public var isEmpty: Bool { flows.isEmpty }

  /// The next so many consignments as lines of CSV; fewer only where the tables price none.
  public mutating func lines(_ count: Int) -> [UInt8] {
    guard !flows.isEmpty else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 96)
    for _ in 0..<count {
      number += 1
      let flow = flows[random.below(flows.count)]
      var day = days[random.below(days.count)]
      var (commodity, customer) = (flow.commodity, flow.customer)
      if kind == .distinct {
        day = days[0].adding(days: random.below(91)) ?? day
        commodity = String(commodity.prefix(4) + "\(10_000 + random.below(10_000))".dropFirst())
        customer = customers.isEmpty ? "" : customers[random.below(customers.count)]
      }
      let weight = flow.isContainer ? 2000 + random.below(24_000) : 10_000 + random.below(58_000)
      let units = 1 + random.below(mostUnits)
      let text =
        "S\(number),\(day),\(flow.from),\(flow.to),\(commodity),\(flow.equipment),"
        + "\(flow.owner),\(flow.wagonOwner),\(flow.load),\(weight),"
        + "\(flow.isContainer ? String(weight + 3000) : ""),\(units),\(customer),4,14\n"
      bytes.append(contentsOf: text.utf8)
    }
    return bytes
  }

  private mutating func draw() -> Flow {
    let pair = ends[random.below(max(1, ends.count))]
    let item = equipment[random.below(max(1, equipment.count))]
    let owner = random.below(2) == 0 ? "private" : "railway"
    let commodity = commodities[random.below(max(1, commodities.count))]
    return Flow(
      from: pair.from, to: pair.to, commodity: commodity, equipment: item.code, owner: owner,
      wagonOwner: item.isContainer ? "railway" : "",
      load: random.below(8) == 0 ? "empty" : "loaded", isContainer: item.isContainer,
      customer: customers.isEmpty ? "" : customers[random.below(customers.count)])
  }

  private func fields(of flow: Flow, _ day: Day, weight: Int) -> [String: String] {
    [
      "date": "\(day)", "from": flow.from, "to": flow.to, "commodity": flow.commodity,
      "equipment": flow.equipment, "owner": flow.owner, "wagon_owner": flow.wagonOwner,
      "load": flow.load, "weight_kg": "\(weight)", "count": "1", "customer": flow.customer,
      "gross_kg": flow.isContainer ? "\(weight + 3000)" : "", "axles": "4", "length_m": "14",
    ]
  }
}

/// Numbers from a seed: the same seed gives the same numbers on every machine.
struct SeededNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  /// A number from 0 to below a limit.
  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(max(1, limit))).high)
  }
}
