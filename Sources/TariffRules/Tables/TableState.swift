import ExactMoney

/// A state of the tables: the editions and rates in force on a day, as known on another, or with
/// one edition passed over.
public struct TableState: Hashable, Sendable {
  /// The day whose editions and rates count.
  public let day: Day
  /// Only what was published not after this day; nil: everything.
  public let asOf: Day?
  /// The file of an edition that does not count, so that the one before it is in force.
  public let without: String?

  /// A state from its clocks.
  public init(on day: Day, asOf: Day? = nil, without: String? = nil) {
    self.day = day
    self.asOf = asOf
    self.without = without
  }
}

extension TariffTables {
  private struct InForce: Hashable {
    let editions: [Int32]
    let exchange: [Int32]
  }

  /// The states that someone may have taken for that of a day: first those asked for and all that
  /// is known now; then each edition in force passed over that has one before it, what was known on
  /// each day of publication (the later first), and what is in force on days nearby. Of states with
  /// the same editions and rates in force the first is given.
  /// - Parameter days: how far editions may be away; exchange rates a third of it.
  public func states(
    near day: Day, first: [TableState], within days: Int
  ) -> [TableState] {
    let changes = changes.flatMap(\.self)
    let published = Set(changes.map(\.published)).sorted(by: >)
    var near: [Day] = []
    for change in changes where change.effective.days(until: day).magnitude <= days {
      near += [change.effective, change.effective.adding(days: -1)].compactMap(\.self)
    }
    for row in dailyRates.flatMap(\.rows) where row.date.days(until: day).magnitude <= days / 3 {
      near.append(row.date)
    }
    near = Set(near).sorted { one, other in
      let (left, right) = (one.days(until: day).magnitude, other.days(until: day).magnitude)
      return left == right ? one < other : left < right
    }
    var seen: Set<InForce> = []
    let passedOver = supersedingEditions(on: day).map { TableState(on: day, without: $0) }
    let all =
      first + [TableState(on: day)] + passedOver + published.map { TableState(on: day, asOf: $0) }
      + near.map { TableState(on: $0) }
    return all.filter { state in
      if state.without != nil { return true }
      return seen.insert(
        InForce(
          editions: editionsInForce(on: state.day, asOf: state.asOf),
          exchange: exchangeInForce(on: state.day, asOf: state.asOf))
      ).inserted
    }
  }

  /// The files of the editions in force on a day that came in the place of another.
  func supersedingEditions(on day: Day) -> [String] {
    var paths: [[String]] = changes.map { _ in [] }
    for file in files { paths[file.schedule].append(file.path) }
    return zip(changes, paths).flatMap { list, paths -> [String] in
      guard list.count == paths.count else { return [] }
      let known = zip(list, paths).filter { $0.0.effective <= day }.sorted { $0.0 < $1.0 }
      guard let current = known.last, let before = known.dropLast().last, before.0 < current.0
      else { return [] }
      return [current.1]
    }
  }

  /// The tables as they would be without one of their files; nil where they cannot do without it.
  public func passingOver(_ path: String) -> TariffTables? {
    let findings = FindingList()
    let loader = TableLoader(folder.without(path), findings)
    loader.load()
    return findings.hasErrors ? nil : TariffTables(loader, folder.without(path))
  }

  /// All official rates of a pair, either way round, in the order of the tables.
  public func officialRates(
    from: Currency, to: Currency
  ) -> [(exchange: Exchange, rate: DailyRates.Row)] {
    dailyRates.flatMap { pair -> [(exchange: Exchange, rate: DailyRates.Row)] in
      if pair.base == from, pair.other == to {
        return pair.rows.map { (.multiply(by: $0.rate), $0) }
      }
      if pair.base == to, pair.other == from { return pair.rows.map { (.divide(by: $0.rate), $0) } }
      return []
    }
  }
}
