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
    let editions: [Int]
    let rates: [Mark?]
  }

  /// The states that someone may have taken for that of a day: first those asked for and all that
  /// is known now; then each edition in force passed over that has one before it, what was known on
  /// each day of publication (the later first), and what is in force on days nearby. Of states with
  /// the same editions and rates in force the first is given.
  /// - Parameters:
  ///   - days: how far editions may be away; exchange rates a third of it.
  ///   - folders: only what is in these folders of the tables counts.
  public func states(
    near day: Day, first: [TableState], within days: Int, in folders: [String]
  ) -> [TableState] {
    let known = schedules(in: folders)
    let relevant = known.flatMap { changes[$0] }
    let published = Set(relevant.map(\.published)).sorted(by: >)
    var near: [Day] = []
    for change in relevant where change.effective.days(until: day).magnitude <= days {
      near += [change.effective, change.effective.adding(days: -1)].compactMap(\.self)
    }
    for row in rates(of: known).flatMap(\.rows)
    where row.date.days(until: day).magnitude <= days / 3 {
      near.append(row.date)
    }
    near = Set(near).sorted { one, other in
      let (left, right) = (one.days(until: day).magnitude, other.days(until: day).magnitude)
      return left == right ? one < other : left < right
    }
    var seen: Set<InForce> = []
    let passedOver = supersedingEditions(of: known, on: day).map {
      TableState(on: day, without: $0)
    }
    var all = first + [TableState(on: day)] + passedOver
    all += published.map { TableState(on: day, asOf: $0) }
    all += near.map { TableState(on: $0) }
    return all.filter { state in
      state.without != nil || seen.insert(inForce(in: state, known)).inserted
    }
  }

  /// The numbers of the schedules below some folders.
  private func schedules(in folders: [String]) -> [Int] {
    let own = files.filter { file in folders.contains { file.path.hasPrefix($0 + "/") } }
    return Set(own.map(\.schedule)).sorted()
  }

  private func rates(of schedules: [Int]) -> [DailyRates] {
    dailyRates.filter { pair in
      pair.rows.first.map { schedules.contains(files[Int($0.mark.file)].schedule) } ?? false
    }
  }

  private func inForce(in state: TableState, _ schedules: [Int]) -> InForce {
    let editions = schedules.map { number in
      let known = changes[number].enumerated().filter {
        $0.element.effective <= state.day && $0.element.isKnown(state.asOf)
      }
      return known.max { $0.element < $1.element }?.offset ?? -1
    }
    return InForce(
      editions: editions,
      rates: rates(of: schedules).map { $0.rate(on: state.day, asOf: state.asOf)?.mark })
  }

  /// The files of the editions in force on a day that came in the place of another.
  private func supersedingEditions(of schedules: [Int], on day: Day) -> [String] {
    schedules.compactMap { number in
      let paths = files.filter { $0.schedule == number }.map(\.path)
      // Periods of divisors are no files.
      guard paths.count == changes[number].count else { return nil }
      let known = zip(changes[number], paths).filter { $0.0.effective <= day }
        .sorted { $0.0 < $1.0 }
      guard let current = known.last, let before = known.dropLast().last, before.0 < current.0
      else { return nil }
      return current.1
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
