import ExactMoney

extension TablesInForce.Carrier {
  /// One row whose conditions decide whether there is a price.
  public struct Deciding: Sendable {
    /// Its conditions.
    public let conditions: Conditions
    /// The grid that a rate is taken from, by its number.
    public let grid: Int?
    /// The grouping that picks a column of it.
    public let column: Int?
  }

  /// The rows of charges and rates.
  public var deciding: [Deciding] {
    let due = (charges?.content ?? []).map {
      Deciding(conditions: $0.conditions, grid: nil, column: nil)
    }
    return due
      + rates.flatMap(\.content).map { rate in
        guard case .grid(let number, let column) = rate.figure else {
          return Deciding(conditions: rate.conditions, grid: nil, column: nil)
        }
        guard case .grouping(let grouping) = column else {
          return Deciding(conditions: rate.conditions, grid: number, column: nil)
        }
        return Deciding(conditions: rate.conditions, grid: number, column: grouping)
      }
  }
}

extension TablesInForce {
  /// The joint venture's rows that decide whether there is a price.
  public var decidingForAll: [Conditions] {
    (pricing?.content ?? []).map(\.conditions) + (agreement?.content ?? []).map(\.conditions)
  }
}

extension Grid {
  /// Which columns have a rate at a distance: distances alike in it are alike in having a price.
  public func shape(at kilometre: Int) -> [Bool] {
    guard !isSteps, let index = belts.firstIndex(where: { $0.gap(to: kilometre) == 0 }) else {
      return []
    }
    return columns.indices.map { cells[index * columns.count + $0] != Self.empty }
  }
}

extension Conditions {
  /// Which of the places named by conditions on the ends a pair of places is.
  public func endsSignature(from: Int64, to: Int64, _ groupings: GroupingsInForce) -> Bool? {
    guard tests.contains(where: \.isEnd) else { return nil }
    var facts = Facts()
    facts[.from] = from
    facts[.to] = to
    return !failures(facts, groupings).contains { $0.field == .from || $0.field == .to }
  }
}

extension TariffTables {
  /// The codes of all lanes, and of the carriers as lanes of their own.
  public var wayCodes: [String] { laneCodes + tariffs.map(\.codeText) }

  /// The codes of all lanes, of any edition.
  public var laneCodes: [String] {
    var codes: [String] = []
    for lane in jointVenture.lanes.flatMap(\.editions).flatMap(\.content)
    where !codes.contains(lane.codeText) { codes.append(lane.codeText) }
    return codes
  }

  /// The codes of all equipment.
  public var equipmentCodes: [String] {
    var codes: [String] = []
    for item in equipment.flatMap(\.editions).flatMap(\.content) {
      let code = symbols.name(of: item.code)
      if !codes.contains(code) { codes.append(code) }
    }
    return codes
  }

  /// The days after the first of a range on which an edition, a divisor's period or the days with
  /// an official rate begin or end: between two of them nothing changes from price to no price.
  public func turns(from first: Day, to last: Day) -> [Day] {
    var days = Set(changeDays)
    for divisors in divisors {
      for period in divisors.periods {
        days.insert(period.from)
        if let next = period.to.adding(days: 1) { days.insert(next) }
      }
    }
    for pair in dailyRates {
      let rows = pair.rows.sorted { $0.date < $1.date }
      for (index, row) in rows.enumerated() {
        let previous = index > 0 ? rows[index - 1].date : nil
        if previous.map({ $0.days(until: row.date) > DailyRates.oldestDays + 1 }) ?? true {
          days.insert(row.date)
        }
        guard let end = row.date.adding(days: DailyRates.oldestDays + 1) else { continue }
        if index + 1 == rows.count || rows[index + 1].date > end { days.insert(end) }
      }
    }
    return days.filter { $0 > first && $0 <= last }.sorted()
  }
}
