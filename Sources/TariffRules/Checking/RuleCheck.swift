import ExactMoney

/// Looks at all rules of every day on which something changes: rows that can apply together, rows
/// that never apply, conditions that nothing meets.
struct RuleCheck {
  let parts: TableLoader
  let tables: TariffTables
  let report: (Finding.Severity, Mark, String, String) -> Void
  private(set) var overlaps: [RuleOverlap] = []
  private var known: Set<[Int32]> = []
  private var told: Set<Pair> = []

  private struct Pair: Hashable { let first: Mark, second: Mark }

  init(
    _ parts: TableLoader, _ tables: TariffTables,
    report: @escaping (Finding.Severity, Mark, String, String) -> Void
  ) {
    self.parts = parts
    self.tables = tables
    self.report = report
  }

  mutating func run(_ days: [TablesInForce]) {
    for now in days {
      for tariff in tables.tariffs {
        if let carrier = now.carriers[tariff.code] { check(carrier, now) }
      }
      checkJointVenture(now)
    }
  }

  // MARK: - One tariff on one day

  private mutating func check(_ carrier: TablesInForce.Carrier, _ now: TablesInForce) {
    let editions =
      [carrier.charges?.file, carrier.coefficients?.file] + carrier.rates.map(\.file)
      + now.groupings.editions.map { $0?.file }
    guard isNew([Int32(carrier.tariff.code)] + editions.map { $0 ?? -1 }) else { return }
    let charges = carrier.charges?.content ?? []
    let rates = carrier.rates.flatMap(\.content)
    let codes = codes(carrier.tariff)
    for charge in Set(charges.map(\.charge)).sorted() {
      let due = charges.filter { $0.charge == charge }
      let rows = due.map { row in
        CompetingRow(
          name: row.name, conditions: row.conditions, rank: 1, mark: row.mark)
      }
      add(.charges, carrier.tariff.code, Competition(rows, codes: codes, now.groupings), now)
      let own = rates.filter { $0.charge == charge }
      if own.isEmpty, let first = due.first {
        report(
          .warning, first.mark, "the charge '\(first.name)' has no rate",
          "where it is due there is no price: add its rates, or take the row away")
      }
      let competing = own.map { rate in
        CompetingRow(
          name: tables.symbols.name(of: rate.name), conditions: rate.conditions, rank: rate.rank,
          mark: rate.mark, asked: due.map(\.conditions))
      }
      let competition = Competition(competing, codes: codes, now.groupings)
      add(.rates, carrier.tariff.code, competition, now)
      reportNeverApplying(competition, "rate")
    }
    let minima = (carrier.minimumDistances + carrier.minimumWeights).flatMap(\.content)
    checkConditions(
      charges.map { ($0.conditions, $0.mark) } + rates.map { ($0.conditions, $0.mark) }
        + minima.map { ($0.conditions, $0.mark) }, codes, now.groupings)
    checkChain(carrier.coefficients?.content ?? [], codes, now.groupings)
  }

  private mutating func add(
    _ rules: RuleOverlap.Rules, _ carrier: Int64?, _ competition: Competition, _ now: TablesInForce,
    among compete: (CompetingRow, CompetingRow) -> Bool = { $0.rank == $1.rank }
  ) {
    for (first, second, allowed) in competition.overlaps(among: compete) {
      let one = competition.rows[first]
      let other = competition.rows[second]
      guard told.insert(Pair(first: one.mark, second: other.mark)).inserted else { continue }
      overlaps.append(
        RuleOverlap(
          rules: rules, carrier: carrier, from: now.day,
          to: tables.lastDay(from: now.day, of: [one.mark.file, other.mark.file]),
          first: .init(name: one.name, mark: one.mark),
          second: .init(name: other.name, mark: other.mark), allowed: allowed))
    }
  }

  private func reportNeverApplying(_ competition: Competition, _ what: String) {
    for index in competition.neverApplying() {
      let row = competition.rows[index]
      report(
        .warning, row.mark, "the \(what) '\(row.name)' never applies",
        "rows of a lower rank fit wherever it does, or it is never asked for: "
          + "check its rank and conditions, or take it away")
    }
  }

  // MARK: - Conditions and the chain

  private func checkConditions(
    _ rows: [(conditions: Conditions, mark: Mark)], _ codes: FieldCodes,
    _ groupings: GroupingsInForce
  ) {
    var space = RuleSpace(rows.map(\.conditions), codes: codes, groupings)
    for row in rows {
      for test in row.conditions.tests where !test.wanted.hasImpossible {
        let inForce = (test.wanted.groups + test.excluded.groups)
          .allSatisfy { groupings.edition($0.grouping) != nil }
        let box = space.boxes(Conditions(tests: [test], bothWays: false))
        guard inForce, box.allSatisfy({ $0.values.contains(where: \.isEmpty) }) else { continue }
        report(
          .warning, row.mark,
          "no consignment can have \(test.field.column) '\(test.text)'",
          "the row never applies; check the cell")
      }
    }
  }

  private func checkChain(
    _ chain: [Coefficient], _ codes: FieldCodes, _ groupings: GroupingsInForce
  ) {
    checkConditions(chain.map { ($0.conditions, $0.mark) }, codes, groupings)
    let rows = chain.map { link in
      CompetingRow(name: link.name, conditions: link.conditions, rank: 1, mark: link.mark)
    }
    let competition = Competition(rows, codes: codes, groupings)
    for (index, link) in chain.enumerated() {
      for (others, word) in [(link.inPlaceOf, "in place of"), (link.notWith, "not with")] {
        for other in others where other != index && !competition.meet(index, other) {
          report(
            .warning, link.mark,
            "'\(link.name)' is \(word) '\(chain[other].name)', but the two never apply together",
            "check the conditions of both; as they stand the exclusion does nothing")
        }
      }
    }
  }

  // MARK: - The joint venture

  private mutating func checkJointVenture(_ now: TablesInForce) {
    let editions = [
      now.pricing?.file, now.agreement?.file, now.taxes?.file, now.discounts?.file,
    ]
    let all = editions + now.groupings.editions.map { $0?.file }
    guard isNew([-2] + all.map { $0 ?? -1 }) else { return }
    let codes = codes(nil)
    let pricing = (now.pricing?.content ?? []).map { row in
      CompetingRow(
        name: tables.symbols.name(of: row.name), conditions: row.conditions, rank: row.rank,
        mark: row.mark)
    }
    let prices = Competition(pricing, codes: codes, now.groupings)
    add(.pricing, nil, prices, now)
    reportNeverApplying(prices, "pricing")
    checkAgreement(now, codes)
    let taxes = (now.taxes?.content ?? []).map { row in
      CompetingRow(name: row.name, conditions: row.conditions, rank: 1, mark: row.mark)
    }
    add(.taxes, nil, Competition(taxes, codes: codes, now.groupings), now)
    checkChain(now.discounts?.content ?? [], codes, now.groupings)
    checkConditions(
      (pricing + taxes).map { ($0.conditions, $0.mark) }
        + (now.agreement?.content ?? []).map { ($0.conditions, $0.mark) }, codes, now.groupings)
  }

  private mutating func checkAgreement(_ now: TablesInForce, _ codes: FieldCodes) {
    let rules = (now.agreement?.content ?? []).filter(\.isOfConsignment)
    var byMark: [Mark: AgreementRule] = [:]
    for rule in rules { byMark[rule.mark] = rule }
    let rows = rules.map { rule in
      CompetingRow(
        name: "step \(rule.step), \(rule.kind.rawValue)", conditions: rule.conditions, rank: 1,
        mark: rule.mark)
    }
    add(.agreement, nil, Competition(rows, codes: codes, now.groupings), now) { one, other in
      guard let one = byMark[one.mark], let other = byMark[other.mark] else { return false }
      return one.excludes(other)
    }
  }

  // MARK: - Helping words

  /// The same editions give the same findings: they are looked at once.
  private mutating func isNew(_ key: [Int32]) -> Bool { known.insert(key).inserted }

  private func codes(_ tariff: Tariff?) -> FieldCodes {
    FieldCodes(tables: tables, vocabularies: parts.loader.vocabularies, tariff: tariff)
  }
}

extension AgreementRule {
  /// Whether the agreement has two answers where both rows fit: the division refuses it.
  func excludes(_ other: AgreementRule) -> Bool {
    let alone: [Kind] = [.passThrough, .oddCents, .deficit, .lateRebate]
    if step != other.step { return kind == other.kind && alone.contains(kind) }
    return kind != other.kind || parties == other.parties || basis != other.basis || !allowsOthers
  }

  /// Whether it is of a consignment, and not of a whole month.
  public var isOfConsignment: Bool { kind.isOfConsignment }

  /// Whether a step may have several rows of this kind: one for each party.
  public var allowsOthers: Bool {
    switch kind {
    case .arbitrary, .guarantee: true
    case .prorate: basis == .percent || basis == .distance
    case .passThrough, .margin, .oddCents, .deficit, .lateRebate, .carryForward: false
    }
  }
}

extension TariffTables {
  /// The days on which an edition or a period begins, in order.
  public var changeDays: [Day] { Set(changes.flatMap(\.self).map(\.effective)).sorted() }

  /// The last day before another edition of one of the files' schedules takes effect.
  func lastDay(from day: Day, of editions: [Int32]) -> Day? {
    editions.compactMap { nextChange(of: $0, after: day, asOf: nil) }.min()?.adding(days: -1)
  }
}
