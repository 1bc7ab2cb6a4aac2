import ExactMoney

/// An edition that is not in force on a day, with the days on which it is.
public struct NeighbourEdition<Content: Sendable>: Sendable {
  /// The edition.
  public let edition: Edition<Content>
  /// The first day it applies to.
  public let from: Day
  /// The last, if an end is known.
  public let to: Day?
  /// Where that alone is what is missing: the day on which it became known.
  public let published: Day?
}

extension Schedule {
  /// The editions before and after the one in force, and those for the day that are not known yet.
  func neighbours(of day: Day, asOf: Day?) -> [NeighbourEdition<Content>] {
    let known = entries.filter { $0.change.isKnown(asOf) }
    let current = known.lastIndex { $0.change.effective <= day }
    var found: [NeighbourEdition<Content>] = []
    if let current, let before = known[..<current].last(where: { $0.edition != nil }),
      let edition = before.edition, before.change.effective < known[current].change.effective,
      let next = known.first(where: { $0.change.effective > before.change.effective })
    {
      found.append(
        NeighbourEdition(
          edition: edition, from: before.change.effective,
          to: next.change.effective.adding(days: -1), published: nil))
    }
    if let after = known[((current ?? -1) + 1)...].first(where: { $0.edition != nil }),
      let edition = after.edition
    {
      found.append(
        NeighbourEdition(edition: edition, from: after.change.effective, to: nil, published: nil))
    }
    if let unknown = entries.last(where: {
      $0.change.effective <= day && !$0.change.isKnown(asOf)
    }), let edition = unknown.edition {
      found.append(
        NeighbourEdition(
          edition: edition, from: unknown.change.effective, to: nil,
          published: unknown.change.published))
    }
    return found
  }
}

extension TablesInForce {
  /// Editions of a tariff's charges beside those in force.
  public func chargesBesides(_ tariff: Tariff) -> [NeighbourEdition<[ChargeRule]>] {
    tariff.charges.flatMap { $0.neighbours(of: day, asOf: asOf) }
  }

  /// Editions of a tariff's rates beside those in force.
  public func ratesBesides(_ tariff: Tariff) -> [NeighbourEdition<[Rate]>] {
    tariff.rates.flatMap { $0.neighbours(of: day, asOf: asOf) }
  }

  /// Editions of places tables that have a place, beside those in force.
  public func placesBesides(_ place: Int64) -> [NeighbourEdition<[Int64: Place]>] {
    tables.tariffs.flatMap(\.places).flatMap { $0.neighbours(of: day, asOf: asOf) }
      .filter { $0.edition.content[place] != nil }
  }

  /// Editions of lanes for this day that are not known yet.
  public var lanesNotKnown: [NeighbourEdition<[Lane]>] {
    tables.jointVenture.lanes.flatMap { $0.neighbours(of: day, asOf: asOf) }
      .filter { $0.published != nil }
  }

  /// Editions of the equipment codes beside those in force.
  public var equipmentBesides: [NeighbourEdition<[Equipment]>] {
    tables.equipment.flatMap { $0.neighbours(of: day, asOf: asOf) }
  }

  /// Editions of distances that connect two places, beside those in force.
  public func distancesBesides(_ from: Int64, _ to: Int64) -> [NeighbourEdition<Distances>] {
    tables.tariffs.flatMap(\.distances).flatMap { $0.neighbours(of: day, asOf: asOf) }
      .filter { $0.edition.content.distance(from, to) != nil }
  }

  /// Editions of one of a tariff's grids beside that in force.
  public func gridsBesides(_ tariff: Tariff, grid: Int) -> [NeighbourEdition<Grid>] {
    tariff.grids[grid].neighbours(of: day, asOf: asOf)
  }

  /// Editions of a grouping beside that in force.
  public func groupingsBesides(_ grouping: Int) -> [NeighbourEdition<Grouping>] {
    tables.groupings[grouping].neighbours(of: day, asOf: asOf)
  }

  /// The groupings of another day.
  public func groupings(on other: Day) -> GroupingsInForce {
    GroupingsInForce(editions: tables.groupings.map { $0.inForce(on: other, asOf: asOf) })
  }

  /// The official rate of a pair nearest to this day, and the days it serves.
  public func nearestRate(
    from: Currency, to: Currency
  ) -> (row: DailyRates.Row, first: Day, last: Day)? {
    let pair = tables.dailyRates.first {
      ($0.base == from && $0.other == to) || ($0.base == to && $0.other == from)
    }
    let known = (pair?.rows ?? []).filter { row in asOf.map { row.published <= $0 } ?? true }
    let nearest = known.min { one, other in
      serves(one).distance(to: day) < serves(other).distance(to: day)
    }
    return nearest.map { ($0, serves($0).first, serves($0).last) }
  }

  private func serves(_ row: DailyRates.Row) -> DaySpan {
    DaySpan(
      first: row.date, last: row.date.adding(days: DailyRates.oldestDays) ?? row.date)
  }

  /// The period of a divisors schedule nearest to this day.
  public func nearestPeriod(of divisors: Divisors) -> Divisors.Period? {
    divisors.periods.filter { period in asOf.map { period.published <= $0 } ?? true }
      .min { one, other in
        DaySpan(first: one.from, last: one.to).distance(to: day)
          < DaySpan(first: other.from, last: other.to).distance(to: day)
      }
  }
}

extension TariffTables {
  /// The files of the groupings in force on a day.
  public func groupings(on day: Day, asOf: Day?) -> [Int32?] {
    groupings.map { $0.inForce(on: day, asOf: asOf)?.file }
  }
}

/// Days from one to another, both included.
private struct DaySpan {
  let first: Day, last: Day

  func distance(to day: Day) -> Int {
    day < first ? day.days(until: first) : max(0, last.days(until: day))
  }
}

extension Grid {
  /// The row nearest to a distance that has a rate in a column.
  public func nearestRate(at kilometre: Int, column: Int) -> Belt? {
    belts.indices.filter { cells[$0 * columns.count + column] != Self.empty }.map { belts[$0] }
      .min { one, other in one.gap(to: kilometre) < other.gap(to: kilometre) }
  }
}

extension Grid.Belt {
  /// How far outside a distance is, in kilometres or days.
  public func gap(to kilometre: Int) -> Int {
    kilometre < from ? from - kilometre : max(0, kilometre - to)
  }
}
