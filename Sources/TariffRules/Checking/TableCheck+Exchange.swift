import ExactMoney

/// Whether money that the rules speak of can become the currency of the through-rate on the days
/// on which the rules are in force.
extension TableCheck {
  /// Money in one currency that must become another, and the row that first needs it.
  private struct Need {
    let from: Currency, to: Currency
    let since: Day
    let mark: Mark
    /// Said of the other side where it is no rule of a tariff: "customer X is billed in EUR".
    let why: String
  }

  func checkExchange() {
    let needs = needs()
    var told: Set<[String]> = []
    for need in needs.sorted(by: { ($0.since, $0.mark.line) < ($1.since, $1.mark.line) })
    where need.from != need.to {
      let pair = tables.dailyRates.first {
        ($0.base == need.from && $0.other == need.to)
          || ($0.base == need.to && $0.other == need.from)
      }
      guard told.insert([need.from.code, need.to.code, need.why]).inserted else { continue }
      guard let pair else {
        report(
          need.why.isEmpty ? .error : .warning, need.mark,
          need.why.isEmpty
            ? "no official rate between \(need.from) and \(need.to): this has no price"
            : need.why + ", but there is no official rate between \(need.from) and \(need.to)",
          "add exchange-rates/\(need.to)-\(need.from), or change the currency")
        continue
      }
      checkGaps(pair, since: need.since)
    }
    checkDivisorGaps()
  }

  // MARK: - What is needed

  private func needs() -> [Need] {
    var needs: [Need] = []
    let policy = tables.jointVenture.policy.flatMap(\.editions).flatMap(\.content)
      .filter { $0.key == "currency" }.compactMap { tables.currencies[$0.value] }
    guard let home = policy.last else { return [] }
    var owned: [(currency: Currency, since: Day, mark: Mark)] = []
    for tariff in tables.tariffs { owned += money(of: tariff, home) }
    for rule in tables.jointVenture.agreement.flatMap(\.entries) {
      for row in rule.edition?.content ?? [] {
        guard let amount = row.amount else { continue }
        owned.append((amount.currency, rule.change.effective, row.mark))
      }
    }
    needs = owned.map { Need(from: $0.currency, to: home, since: $0.since, mark: $0.mark, why: "") }
    let sources = Dictionary(grouping: owned, by: \.currency).compactMap { $0.value.first }
    for target in targets() where target.currency != home {
      for source in sources {
        needs.append(
          Need(
            from: source.currency, to: target.currency, since: max(source.since, target.since),
            mark: target.mark,
            why: "\(target.why) in \(target.currency), and \(tables.path(source.mark)):"
              + "\(source.mark.line) is in \(source.currency)"))
      }
    }
    return needs
  }

  /// Other currencies that a through-rate can be in.
  private func targets() -> [(currency: Currency, since: Day, mark: Mark, why: String)] {
    let joint = tables.jointVenture
    let pricing = joint.pricing.flatMap(\.entries).flatMap { entry in
      (entry.edition?.content ?? []).compactMap { row in
        row.currency.map { ($0, entry.change.effective, row.mark, "the through-rate is") }
      }
    }
    let customers = joint.customers.flatMap(\.entries).flatMap { entry in
      (entry.edition?.content ?? []).compactMap { row in
        row.currency.map {
          ($0, entry.change.effective, row.mark, "customer \(row.codeText) is billed")
        }
      }
    }
    return pricing + customers
  }

  /// The currencies of a tariff's money after its own divisors.
  private func money(of tariff: Tariff, _ home: Currency) -> [(Currency, Day, Mark)] {
    var found: [(Currency, Day, Mark)] = []
    let rates = tariff.rates.flatMap(\.entries)
    for entry in tariff.charges.flatMap(\.entries) {
      for charge in entry.edition?.content ?? [] {
        var seen: Set<Currency> = []
        for edition in rates {
          for rate in edition.edition?.content ?? [] where rate.charge == charge.charge {
            let since = max(entry.change.effective, edition.change.effective)
            for own in currencies(rate, tariff).sorted(by: { $0.code < $1.code })
            where seen.insert(own).inserted {
              if let left = converted(own, charge, rate, home) {
                found.append((left, since, rate.mark))
              }
            }
          }
        }
      }
    }
    return found
  }

  private func currencies(_ rate: Rate, _ tariff: Tariff) -> Set<Currency> {
    switch rate.figure {
    case .amount(_, let currency): [currency]
    case .grid(let number, _): Set(tariff.grids[number].editions.map(\.content.currency))
    case .onRequest: []
    }
  }

  /// What a charge's own conversion makes of a currency; nil where nothing more is to be said.
  private func converted(
    _ own: Currency, _ charge: ChargeRule, _ rate: Rate, _ home: Currency
  ) -> Currency? {
    guard own != home, case .divisor(let number) = charge.conversion else { return own }
    let divisors = tables.divisors[number]
    guard divisors.from == own else {
      report(
        .error, charge.mark,
        "'\(charge.name)' is converted by '\(divisors.name)', which divides \(divisors.from), but "
          + "its rate in \(position(rate.mark, seenFrom: charge.mark)) is in \(own)",
        "correct 'convert', or the currency of the rate")
      return nil
    }
    return divisors.to
  }

  // MARK: - Days without a rate

  private func checkGaps(_ pair: DailyRates, since: Day) {
    let rows = pair.rows.sorted { $0.date < $1.date }
    guard let first = rows.first else { return }
    let name = "\(pair.base) and \(pair.other)"
    if first.date > since {
      report(
        .warning, first.mark,
        "no official rate of \(name) before \(first.date), but rules need one from \(since)",
        "add the earlier rates: until then there is no price")
    }
    for (row, next) in zip(rows, rows.dropFirst()) {
      let last = row.date.adding(days: DailyRates.oldestDays) ?? row.date
      guard last.days(until: next.date) > 1, next.date > since, let start = last.adding(days: 1),
        let end = next.date.adding(days: -1)
      else { continue }
      report(
        .warning, next.mark, "no official rate of \(name) from \(start) to \(end)",
        "add the missing rows: a rate serves for \(DailyRates.oldestDays) days at most")
    }
  }

  private func checkDivisorGaps() {
    for divisors in tables.divisors {
      let periods = divisors.periods.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
      var reached: Day?
      for period in periods {
        if let last = reached, let start = last.adding(days: 1), period.from > start,
          let end = period.from.adding(days: -1)
        {
          report(
            .warning, period.mark, "no coefficient of '\(divisors.name)' from \(start) to \(end)",
            "add the missing period: on its days there is no price")
        }
        reached = max(reached ?? period.to, period.to)
      }
    }
  }
}
