import ExactMoney
import TariffRules

/// Why no route connects two places, and what comes closest.
extension RouteFinder {
  func nothing(_ from: Int64, _ to: Int64, _ via: Int64?, _ all: [Route]) -> Refusal {
    let directory = tables.tables.directory
    let ends = "\(directory.label(from)) to \(directory.label(to))"
    if let via, !all.isEmpty {
      return Refusal(
        .noRate, "no-lane", "no lane from \(ends) goes via \(directory.label(via))",
        remedy: "lanes that connect them: \(all.map(\.codeText).joined(separator: ", "))",
        field: "via", nearest: nearest(to: via, among: all))
    }
    let asOf = tables.asOf.map { " as known on \($0)" } ?? ""
    let carriers = tables.tables.tariffs.filter { tariff in
      guard let places = tables.carriers[tariff.code]?.places else { return false }
      return places.contains { $0.content[from] != nil }
        && places.contains { $0.content[to] != nil }
    }
    let otherDay = Refusal.Nearest.edition(of: tables.distancesBesides(from, to), tables)
    if let carrier = carriers.first {
      return Refusal(
        .noRate, "no-distance",
        "no distance from \(ends) in the tables of \(carrier.codeText) on \(tables.day)\(asOf)",
        remedy:
          "its distance table does not connect the two; a table may begin later than the date",
        nearest: otherDay ?? nearestDistance(carrier, from, to))
    }
    var known: [String] = []
    for lane in tables.lanes {
      let ends = "\(directory.name(of: lane.from)) to \(directory.name(of: lane.to))"
      if !known.contains(ends) { known.append(ends) }
    }
    return Refusal(
      .noRate, "no-lane", "no lane connects \(ends) on \(tables.day)\(asOf)",
      remedy: known.isEmpty
        ? "no lane is in force on that day"
        : "lanes go from \(known.joined(separator: ", "))",
      nearest: otherDay ?? unknownLane(from, to) ?? laneOfAnotherDay(from, to)
        ?? nearestLane(from, to))
  }

  /// The lane that connects the ends, and the places it goes by instead.
  private func nearest(to via: Int64, among routes: [Route]) -> Refusal.Nearest? {
    let directory = tables.tables.directory
    guard let route = routes.first(where: { $0.lane != nil }) ?? routes.first,
      let first = route.legs.first
    else { return nil }
    var inner: [Int64] = []
    for place in route.legs.flatMap({ [$0.from, $0.to] }).dropFirst().dropLast()
    where !inner.contains(place) { inner.append(place) }
    return Refusal.Nearest(
      mark: route.lane?.mark ?? first.mark, field: "via",
      wanted: inner.isEmpty ? "none" : inner.map(directory.label).joined(separator: " or "),
      has: directory.label(via))
  }

  /// A row of the carrier's distances for one of the two places.
  private func nearestDistance(
    _ carrier: Tariff, _ from: Int64, _ to: Int64
  ) -> Refusal.Nearest? {
    let directory = tables.tables.directory
    let pairs = (tables.carriers[carrier.code]?.distances ?? []).flatMap(\.content.entries)
    for (place, field, other) in [(from, "to", to), (to, "from", from)] {
      let own = pairs.filter { ($0.from == place) != ($0.to == place) }
      guard let first = own.first else { continue }
      let others = own.map { directory.label($0.from == place ? $0.to : $0.from) }
      let some = others.prefix(4).joined(separator: " or ")
      return Refusal.Nearest(
        mark: first.mark, field: field,
        wanted: others.count > 4 ? "\(some) or \(others.count - 4) more" : some,
        has: directory.label(other))
    }
    return nil
  }

  /// The same places on the nearest other day on which a lane connects them.
  private func laneOfAnotherDay(_ from: Int64, _ to: Int64) -> Refusal.Nearest? {
    let day = tables.day
    let later = tables.tables.changeDays.filter { $0 > day }
    let earlier = tables.tables.changeDays.reversed().filter { $0 <= day }
      .compactMap { $0.adding(days: -1) }
    var best: (days: Int, route: Route, first: Day, last: Day?)?
    for (days, isLater) in [(later, true), (earlier, false)] {
      for other in days.prefix(8) {
        let finder = RouteFinder(
          tables: TablesInForce(tables.tables, on: other, asOf: tables.asOf))
        let found = finder.through(from, to).first ?? finder.local(from, to).first
        guard let found else { continue }
        let gap = isLater ? day.days(until: other) : other.days(until: day)
        if gap < best?.days ?? Int.max {
          best = (gap, found, isLater ? other : .earliest, isLater ? nil : other)
        }
        break
      }
    }
    guard let best, let mark = best.route.lane?.mark ?? best.route.legs.first?.mark,
      let miss = Days.miss(first: best.first, last: best.last, day)
    else { return nil }
    return Refusal.Nearest(
      mark: mark, field: "date", wanted: best.last.map { "until \($0)" } ?? miss.wanted,
      has: miss.has, by: miss.by)
  }

  /// A lane that connects the places on this day, but was not known yet on the day of asking.
  private func unknownLane(_ from: Int64, _ to: Int64) -> Refusal.Nearest? {
    guard tables.asOf != nil else { return nil }
    let all = RouteFinder(tables: TablesInForce(tables.tables, on: tables.day, asOf: nil))
    guard !all.through(from, to).isEmpty else { return nil }
    return .edition(of: tables.lanesNotKnown, tables)
  }

  /// A lane that begins or ends as asked.
  private func nearestLane(_ from: Int64, _ to: Int64) -> Refusal.Nearest? {
    let directory = tables.tables.directory
    for isFrom in [true, false] {
      for lane in tables.lanes {
        let legs = tables.legs(of: lane)
        guard let first = legs.first, let last = legs.last else { continue }
        let fits =
          isFrom
          ? connects(first.carrier, from, to: first.to, nominal: first.from)
          : connects(last.carrier, to, to: last.from, nominal: last.to)
        guard fits else { continue }
        return Refusal.Nearest(
          mark: lane.mark, field: isFrom ? "to" : "from",
          wanted: directory.label(isFrom ? lane.to : lane.from),
          has: directory.label(isFrom ? to : from))
      }
    }
    return nil
  }
}
