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

/// The routes of one regime that were asked for; one worker's.
final class RouteBook {
  /// What is known of two places.
  enum Answer {
    case plan(RoutePlan)
    /// No route, or none that is compiled: a quote says what it is.
    case none
  }

  let regime: RegimePlan
  /// The number of the regime with this worker.
  let number: Int
  private let memory = FixedMemory()
  private var legIDs: [LegKey: UInt64] = [:]
  private var routes: [RouteKey: Answer] = [:]
  /// What was asked for of late, by the slot of its key: a row asks more than once, and so do those
  /// after it.
  private var recent: [(key: RouteKey, answer: Answer)]
  private var count = 0

  /// More than these are not kept: pairs of places without a route are many.
  private static let most = 20_000
  private static let mostLegs: UInt64 = 1 << 22

  private static let recentBits = 12

  private struct RouteKey: Hashable {
    let from, to, via: Int64

    /// The key of nothing.
    static let none = RouteKey(from: -1, to: -1, via: -1)

    /// A place in a table of so many bits.
    func slot(_ bits: Int) -> Int {
      var mixed = UInt64(bitPattern: from) &* 0x9E37_79B9_7F4A_7C15
      mixed = (mixed ^ UInt64(bitPattern: to)) &* 0xC2B2_AE3D_27D4_EB4F
      mixed = (mixed ^ UInt64(bitPattern: via) ^ mixed >> 29) &* 0xFF51_AFD7_ED55_8CCD
      return Int(truncatingIfNeeded: mixed >> UInt64(64 - bits))
    }
  }

  private struct LegKey: Hashable { let carrier, from, to, lane: Int64 }

  init(_ regime: RegimePlan, _ number: Int) {
    self.regime = regime
    self.number = number
    recent = Array(repeating: (RouteKey.none, .none), count: 1 << Self.recentBits)
  }

  /// The lanes between the places of a row.
  func route(_ row: borrowing RowFacts) -> Answer {
    let key = RouteKey(from: row.from, to: row.to, via: row.via)
    let slot = key.slot(Self.recentBits)
    if recent[slot].key == key { return recent[slot].answer }
    let answer = answer(key)
    recent[slot] = (key, answer)
    return answer
  }

  private func answer(_ key: RouteKey) -> Answer {
    if let known = routes[key] { return known }
    guard routes.count < Self.most else { return .none }
    let made = make(key).map { Answer.plan($0) } ?? .none
    routes[key] = made
    return made
  }

  private func make(_ key: RouteKey) -> RoutePlan? {
    let via = key.via >= 0 ? key.via : nil
    guard
      let found = try? RouteFinder(tables: regime.now).routes(from: key.from, to: key.to, via: via)
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
    defer { count += 1 }
    return RoutePlan(count, found, memory.table(lanes))
  }

  private func plan(_ route: Route) -> LanePlan? {
    let now = regime.now
    let symbols = now.tables.symbols
    let classes = regime.classes
    var plan = LanePlan()
    plan.lane = classes.number(of: route.code, .lane)
    let kind = symbols.number(of: route.lane == nil ? "local" : "through") ?? Facts.absent
    plan.route = classes.number(of: kind, .route)
    var legs: [LegPlan] = []
    for leg in route.legs {
      guard let carrier = regime.positions[leg.carrier], let from = now.places[leg.from],
        let to = now.places[leg.to]
      else { return nil }
      let asksLane = regime.carriers[carrier].asksLane
      let key = LegKey(
        carrier: leg.carrier, from: leg.from, to: leg.to, lane: asksLane ? route.code : -1)
      let id = legIDs[key] ?? UInt64(legIDs.count)
      guard id < Self.mostLegs else { return nil }
      legIDs[key] = id
      let traffic =
        symbols.number(of: LegCalculator.traffic(from: from.isBorder, to: to.isBorder))
        ?? Facts.absent
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
}
