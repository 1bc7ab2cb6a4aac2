import ExactMoney
import TariffRules

/// One leg of a lane, compiled.
struct LegPlan: BitwiseCopyable {
  var id: UInt64 = 0
  var carrier: Int = 0
  var from: Int64 = 0, to: Int64 = 0
  var fromClass: UInt16 = 0, toClass: UInt16 = 0
  var traffic: UInt16 = 0
  /// Kilometres before any minimum; -1 where there are none.
  var kilometres: Int64 = -1
}

/// One lane between two places, compiled.
struct LanePlan: BitwiseCopyable {
  var legs = FixedTable<LegPlan>()
  var lane: UInt16 = 0, route: UInt16 = 0
  /// Its place in the order of transit days and code.
  var order = 0
}

/// The lanes between two places.
final class RoutePlan {
  let number: Int
  let routes: [Route]
  let lanes: FixedTable<LanePlan>

  init(_ number: Int, _ routes: [Route], _ lanes: FixedTable<LanePlan>) {
    self.number = number
    self.routes = routes
    self.lanes = lanes
  }
}

/// All rules in force on days of equal rules, compiled as far as they were asked for.
final class RegimePlan {
  let now: TablesInForce
  let number: Int
  private let shared: SharedClasses
  let finder: ClassFinder
  let memory = FixedMemory()
  let currencies: [Currency]
  private(set) var carriers: FixedTable<CarrierPlan>
  private var positions: [Int64: Int] = [:]
  private let carrierCodes: [Int64]
  /// By symbol: the currency a customer is billed in, -1 for the joint venture's, -2 for nobody in
  /// force.
  let customers: FixedTable<Int32>
  /// By the class of the equipment.
  let equipment: FixedTable<EquipmentPlan>
  private var legIDs: [LegKey: UInt64] = [:]
  private var routes: [RouteKey: RoutePlan?] = [:]

  struct EquipmentPlan: BitwiseCopyable {
    var isKnown = false
    var ridesOnAWagon = false
    var teu: Ratio?
    var unit: Int32 = 0
  }

  private struct RouteKey: Hashable { let from, to, via: Int64 }
  private struct LegKey: Hashable { let carrier, from, to, lane: Int64 }

  init(_ now: TablesInForce, _ number: Int, _ shared: SharedClasses, _ currencies: [Currency]) {
    self.now = now
    self.number = number
    self.shared = shared
    finder = shared.finder
    self.currencies = currencies
    let memory = memory
    var plans: [CarrierPlan] = []
    for tariff in now.tables.tariffs {
      guard let carrier = now.carriers[tariff.code] else { continue }
      let compiler = CarrierCompiler(
        tables: now, carrier: carrier, classes: shared.classes, memory: memory,
        currencies: currencies)
      positions[tariff.code] = plans.count
      plans.append(compiler.plan(plans.count))
    }
    carriers = memory.table(plans)
    carrierCodes = positions.sorted { $0.value < $1.value }.map(\.key)
    customers = memory.table(
      (0..<Int64(now.tables.symbols.count)).map { symbol in
        guard let customer = now.customers[symbol] else { return -2 }
        return customer.currency.flatMap { currencies.firstIndex(of: $0) }.map(Int32.init) ?? -1
      })
    equipment = memory.table(
      (0..<shared.classes.count(.equipment)).map { number in
        let code = shared.classes.sample(.equipment, number)[.equipment]
        guard let item = now.equipment[code] else { return EquipmentPlan() }
        return EquipmentPlan(
          isKnown: item.teu.map { Ratio($0, bits: 31) != nil } ?? true,
          ridesOnAWagon: item.ridesOnAWagon, teu: item.teu.flatMap { Ratio($0, bits: 31) },
          unit: Int32(Equipment.UnitKind.allCases.firstIndex(of: item.unit) ?? 0))
      })
  }

  /// The carrier of a compiled leg.
  func carrier(_ position: Int) -> TablesInForce.Carrier? { now.carriers[carrierCodes[position]] }

  /// The lanes between two places; nil where there are none.
  func route(_ row: borrowing RowFacts, _ count: inout Int) -> RoutePlan? {
    let key = RouteKey(from: row.from, to: row.to, via: row.via)
    if let known = routes[key] { return known }
    let made = make(key, count)
    if made != nil { count += 1 }
    routes[key] = .some(made)
    return made
  }

  private func make(_ key: RouteKey, _ number: Int) -> RoutePlan? {
    let via = key.via >= 0 ? key.via : nil
    guard
      let found = try? RouteFinder(tables: now).routes(from: key.from, to: key.to, via: via)
    else { return nil }
    var lanes: [LanePlan] = []
    for route in found {
      guard let lane = plan(route) else { return nil }
      lanes.append(lane)
    }
    let order = found.indices.sorted { one, other in
      let days = (
        found[one].lane?.transitDays ?? Int.max, found[other].lane?.transitDays ?? Int.max
      )
      return days.0 != days.1
        ? days.0 < days.1 : found[one].codeText < found[other].codeText
    }
    for (place, index) in order.enumerated() { lanes[index].order = place }
    return RoutePlan(number, found, memory.table(lanes))
  }

  private func plan(_ route: Route) -> LanePlan? {
    let symbols = now.tables.symbols
    let classes = shared.classes
    var plan = LanePlan()
    plan.lane = classes.number(of: route.code, .lane)
    let kind = symbols.number(of: route.lane == nil ? "local" : "through") ?? Facts.absent
    plan.route = classes.number(of: kind, .route)
    var legs: [LegPlan] = []
    for leg in route.legs {
      guard let carrier = positions[leg.carrier], let from = now.places[leg.from],
        let to = now.places[leg.to]
      else { return nil }
      let asksLane = carriers[carrier].asksLane
      let key = LegKey(
        carrier: leg.carrier, from: leg.from, to: leg.to, lane: asksLane ? route.code : -1)
      let id = legIDs[key] ?? UInt64(legIDs.count)
      legIDs[key] = id
      let traffic = symbols.number(of: Self.traffic(from, to)) ?? Facts.absent
      var kilometres = -1
      if leg.from != leg.to {
        let found = now.carriers[leg.carrier]?.distances.lazy
          .compactMap { $0.content.distance(leg.from, leg.to) }.first
        kilometres = found?.kilometres ?? -1
      }
      legs.append(
        LegPlan(
          id: id, carrier: carrier, from: leg.from, to: leg.to,
          fromClass: classes.number(of: leg.from, .from),
          toClass: classes.number(of: leg.to, .to),
          traffic: classes.number(of: traffic, .traffic), kilometres: Int64(kilometres)))
    }
    plan.legs = memory.table(legs)
    return plan
  }

  private static func traffic(_ from: Place, _ to: Place) -> String {
    LegCalculator.traffic(from: from.isBorder, to: to.isBorder)
  }
}
