import TariffRules

/// A way from origin to destination: a lane of the joint venture, or two places of one carrier.
struct Route {
  /// The lane's code, or the carrier's, as a symbol.
  let code: Int64
  let codeText: String
  let name: String
  /// The lane; nil on a local route.
  let lane: Lane?
  let legs: [LaneLeg]
  /// How many of the two ends are other places than those the lane is named for.
  let otherEnds: Int
}

/// Finds the routes that connect two places on a day.
struct RouteFinder {
  let tables: TablesInForce

  /// Every lane and every single carrier that connects the two places, by way of `via` if given.
  ///
  /// A lane named for the places goes before one that only passes through their carrier's network:
  /// to a port by the port's lane with its handling, not by another lane cut short at the quay.
  func routes(from: Int64, to: Int64, via: Int64?) throws(Refusal) -> [Route] {
    let all = local(from, to) + through(from, to)
    let fitting = all.filter { route in
      guard let via else { return true }
      return route.legs.contains { $0.from == via || $0.to == via }
    }
    guard let fewest = fitting.map(\.otherEnds).min() else { throw nothing(from, to, via, all) }
    return fitting.filter { $0.otherEnds == fewest }
  }

  func local(_ from: Int64, _ to: Int64) -> [Route] {
    tables.tables.tariffs.compactMap { tariff in
      guard let carrier = tables.carriers[tariff.code],
        let edition = carrier.distances.first(where: { $0.content.distance(from, to) != nil }),
        let mark = edition.content.distance(from, to)?.mark
      else { return nil }
      let leg = LaneLeg(
        lane: tariff.code, number: 1, carrier: tariff.code, from: from, to: to, mode: .rail,
        mark: mark)
      return Route(
        code: tariff.code, codeText: tariff.codeText, name: tariff.codeText, lane: nil,
        legs: [leg], otherEnds: 0)
    }
  }

  func through(_ from: Int64, _ to: Int64) -> [Route] {
    tables.lanes.compactMap { lane in
      var legs = tables.legs(of: lane)
      guard let first = legs.first, let last = legs.last,
        connects(first.carrier, from, to: first.to, nominal: first.from),
        connects(last.carrier, to, to: last.from, nominal: last.to)
      else { return nil }
      let otherEnds = (first.from == from ? 0 : 1) + (last.to == to ? 0 : 1)
      legs[0] = first.with(from: from)
      legs[legs.count - 1] = legs[legs.count - 1].with(to: to)
      return Route(
        code: lane.code, codeText: lane.codeText, name: lane.name, lane: lane, legs: legs,
        otherEnds: otherEnds)
    }
  }

  /// Whether a place can be the outer end of a lane's first or last leg.
  func connects(_ carrier: Int64, _ place: Int64, to inner: Int64, nominal: Int64) -> Bool {
    if place == nominal { return true }
    guard nominal != inner, place != inner, let carrier = tables.carriers[carrier] else {
      return false
    }
    return carrier.distances.contains { $0.content.distance(place, inner) != nil }
  }
}
