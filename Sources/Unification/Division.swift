import ExactMoney
import TariffRules

/// Divides the total of one consignment among the parties, by the steps of the agreement, to the
/// minor unit.
struct Division {
  private let tables: TablesInForce
  private let facts: Facts
  private let count: Int
  private let legs: [Leg]
  private let total: Money
  private var remainder: Money
  private(set) var shares: [Share] = []
  private(set) var steps: [DivisionStep] = []

  init(
    _ tables: TablesInForce, _ facts: Facts, _ count: Int, _ route: Route, _ legs: [Leg],
    _ total: Money
  ) {
    self.tables = tables
    self.facts = facts
    self.count = count
    self.legs = legs
    self.total = total
    remainder = total
  }

  mutating func run() throws(Refusal) {
    let rules = try matchingRules()
    guard tables.partners != nil else {
      throw Refusal(
        .rejected, "no-edition", "no edition of the partners is in force on \(tables.day)",
        remedy: "check the date, or add an edition of joint-venture/partners")
    }
    try oneRowEach(rules)
    do {
      for number in Set(rules.map(\.step)).sorted() {
        let rows = rules.filter { $0.step == number }
        try oneKind(rows)
        switch rows[0].kind {
        case .passThrough: try passThrough(rows[0])
        case .arbitrary: for row in rows { try arbitrary(row) }
        case .margin: try margin(rows, rules)
        case .prorate: try prorate(rows, rules)
        case .guarantee: for row in rows { try guarantee(row, rules) }
        case .oddCents, .deficit, .lateRebate, .carryForward: break
        }
      }
    } catch let refusal as Refusal {
      throw refusal
    } catch let error as BeyondLimits {
      throw .beyondLimits("the division: \(error.what)")
    } catch is AllocationError {
      throw Refusal(
        .rejected, "nothing-to-divide-by",
        "the agreement cannot divide \(total): no party has a part by its basis",
        remedy: "correct the 'prorate' step of joint-venture/agreement")
    } catch { throw .beyondLimits("the division") }
    try checkPassedThrough()
    guard remainder.minorUnits == 0 else {
      throw Refusal(
        .rejected, "undivided", "the agreement leaves \(remainder) undivided",
        remedy: "add a 'prorate' step to joint-venture/agreement")
    }
  }

  private func matchingRules() throws(Refusal) -> [AgreementRule] {
    guard let edition = tables.agreement else {
      throw Refusal(
        .rejected, "no-agreement", "no agreement is in force on \(tables.day)",
        remedy: "add an edition of joint-venture/agreement")
    }
    var rules: [AgreementRule] = []
    for rule in edition.content where rule.isOfConsignment {
      switch rule.conditions.match(facts, tables.groupings) {
      case .yes: rules.append(rule)
      case .no: continue
      case .needs(let field):
        throw .needs(field, "agreement step \(rule.step)", rule.mark, facts, tables)
      }
    }
    return rules
  }

  /// Rows of one step that fit together: one kind, and one row for each party.
  private func oneKind(_ rows: [AgreementRule]) throws {
    let first = rows[0]
    for (index, row) in rows.enumerated().dropFirst() {
      let twin = rows[..<index].contains { $0.parties == row.parties }
      if row.kind != first.kind || twin || row.basis != first.basis || !first.allowsOthers {
        throw Refusal(
          .conflict, "two-agreements", "two rows of step \(row.step) of the agreement both fit",
          remedy: "narrow their conditions, or give them different steps",
          candidates: rows.map(\.mark))
      }
    }
  }

  /// These hold for the whole consignment: a second row in another step would be passed over.
  private func oneRowEach(_ rules: [AgreementRule]) throws(Refusal) {
    for kind in [AgreementRule.Kind.passThrough, .oddCents, .deficit, .lateRebate] {
      let rows = rules.filter { $0.kind == kind }
      if rows.count > 1 {
        throw Refusal(
          .conflict, "two-agreements", "two rows '\(kind.rawValue)' of the agreement both fit",
          remedy: "narrow their conditions so that one of them fits", candidates: rows.map(\.mark))
      }
    }
  }

  /// A carrier that is no partner gets what it charges, once.
  private func checkPassedThrough() throws(Refusal) {
    for leg in legs where !tables.isPartner(leg.carrier) {
      let paid = shares.contains { $0.party == leg.carrier && $0.kind == .passThrough }
      if !paid {
        throw Refusal(
          .rejected, "not-passed-through",
          "\(leg.carrierCode) is no partner, and no step of the agreement pays what it charges",
          remedy: "add a 'pass-through' row to joint-venture/agreement")
      }
    }
  }

  // MARK: - The steps

  private mutating func passThrough(_ rule: AgreementRule) throws {
    for leg in legs where !tables.isPartner(leg.carrier) {
      try give(leg.carrier, .passThrough, leg.amount)
      remainder = try remainder.minus(leg.amount)
      say("\(leg.carrierCode) is no partner and gets what it charges: \(leg.amount)", rule)
    }
  }

  private mutating func arbitrary(_ rule: AgreementRule) throws {
    guard let party = rule.parties.first, let perUnit = rule.amount else { return }
    let amount = try inTotalCurrency(perUnit).times(count)
    try give(party, .arbitrary, amount)
    remainder = try remainder.minus(amount)
    say("\(name(party)) gets \(perUnit) a unit off the top: \(amount)", rule)
  }

  private mutating func margin(_ rows: [AgreementRule], _ rules: [AgreementRule]) throws {
    guard let rule = rows.first, let party = rule.parties.first else { return }
    var amount = Money.zero(total.currency)
    var how = ""
    if let perUnit = rule.amount {
      amount = try inTotalCurrency(perUnit).times(count)
      how = "\(perUnit) a unit"
    } else if let percent = rule.percent, let mode = rule.rounding {
      let base = rule.of == .throughRate ? total : remainder
      let exact = try base.exact.times(percent).divided(by: Exact(100))
      let rounding = Rounding(to: total.currency, mode: mode)
      amount = try Money(exactly: try exact.rounded(rounding), total.currency)
      how = "\(percent) % of \(base) (\(rule.of?.rawValue ?? ""))"
    }
    try give(party, .margin, amount)
    remainder = try remainder.minus(amount)
    say("\(name(party)) keeps \(how): \(amount)", rule)
  }

  private mutating func prorate(_ rows: [AgreementRule], _ rules: [AgreementRule]) throws {
    guard let rule = rows.first, let basis = rule.basis else { return }
    try coverDeficit(rules)
    let bases = ordered(try weights(basis, rows), rules)
    guard !bases.isEmpty else { return }
    if remainder.minorUnits == 0 {
      for (party, _) in bases { try give(party, .prorate, remainder) }
      return
    }
    let divided = remainder
    let allocation = try Allocation(of: divided.minorUnits, by: bases.map(\.weight))
    remainder = .zero(total.currency)
    let all = try sum(bases.map(\.weight))
    for ((part, lean), base) in zip(zip(allocation.parts, try allocation.leans()), bases) {
      let amount = try Money(minorUnits: part.minorUnits, total.currency)
      let proration = Proration(
        divided: divided, basis: base.weight, bases: all, oddUnits: part.oddUnits, lean: lean)
      try give(base.party, .prorate, amount, proration)
      let units = try part.exact.divided(by: Exact(total.currency.minorUnitsPerUnit))
      let exact = "exactly \(units.approximation(digits: 6))"
      let odd = part.oddUnits == 0 ? "" : "; an odd minor unit falls here, by largest remainder"
      say(
        "\(name(base.party)) by \(basis.rawValue), \(base.weight) of "
          + "\(all): \(amount) of \(divided) (\(exact)\(odd))", rule)
    }
  }

  /// What each party's part of the remainder is measured by.
  private func weights(
    _ basis: AgreementRule.Basis, _ rows: [AgreementRule]
  ) throws -> [(party: Int64, weight: Exact)] {
    let carriers = legs.map(\.carrier).reduce(into: [Int64]()) { list, carrier in
      if tables.isPartner(carrier) && !list.contains(carrier) { list.append(carrier) }
    }
    switch basis {
    case .ownCharges:
      return try carriers.map { carrier in
        let own = legs.filter { $0.carrier == carrier }.map(\.amount.exact)
        return (carrier, try sum(own))
      }
    case .distance:
      return try carriers.map { carrier in
        let own = rows.first { $0.parties.first == carrier } ?? rows.first { $0.parties.isEmpty }
        let lengths = legs.filter { $0.carrier == carrier && $0.from != $0.to }
        let km = lengths.compactMap(\.distanceKilometres)
        guard let weight = own?.weight, !km.isEmpty, km.count == lengths.count else {
          throw Refusal(
            .rejected, "no-distance",
            "the division by distance lacks a weight or the distance of "
              + name(carrier),
            remedy: "correct joint-venture/agreement or the carrier's distances",
            candidates: rows.map(\.mark))
        }
        return (carrier, try sum(km.map { Exact($0) }).times(weight))
      }
    case .percent:
      let list = rows.compactMap { row in
        row.parties.first.map { (party: $0, weight: row.percent ?? .zero) }
      }
      if try sum(list.map(\.weight)) != Exact(100) {
        throw Refusal(
          .rejected, "percentages", "the percentages of the agreement's step do not sum to 100",
          remedy: "correct joint-venture/agreement", candidates: rows.map(\.mark))
      }
      return list
    case .equity:
      return (tables.partners?.content ?? []).map { ($0.partner, $0.fraction) }
    }
  }

  /// Ties among the largest remainders go in the agreement's order; then in the order of the
  /// tables.
  private func ordered(
    _ bases: [(party: Int64, weight: Exact)], _ rules: [AgreementRule]
  ) -> [(party: Int64, weight: Exact)] {
    let order = rules.first { $0.kind == .oddCents }?.parties ?? []
    return order.compactMap { party in bases.first { $0.party == party } }
      + bases.filter { !order.contains($0.party) }
  }

  private mutating func coverDeficit(_ rules: [AgreementRule]) throws {
    guard remainder.minorUnits < 0 else { return }
    let rule = rules.first { $0.kind == .deficit }
    switch rule?.fundedBy {
    case "prorate": return
    case "margin":
      guard let rule, let party = rules.first(where: { $0.kind == .margin })?.parties.first else {
        break
      }
      try give(party, .margin, remainder)
      say("the money does not reach: \(name(party)) bears \(remainder)", rule)
      remainder = .zero(total.currency)
      return
    default: break
    }
    throw Refusal(
      .rejected, "deficit", "the through-rate does not reach: \(remainder.negated) is missing",
      remedy: "add a 'deficit' row to the agreement, or raise the price")
  }

  private mutating func guarantee(_ rule: AgreementRule, _ rules: [AgreementRule]) throws {
    guard let party = rule.parties.first, let perUnit = rule.amount else { return }
    guard shares.contains(where: { $0.kind == .prorate }) else {
      throw Refusal(
        .rejected, "guarantee", "a guarantee comes before the money is divided",
        remedy: "give 'guarantee' a later step than 'prorate'", candidates: [rule.mark])
    }
    guard shares.contains(where: { $0.party == party }) else { return }
    let least = try inTotalCurrency(perUnit).times(count)
    var missing = try least.minus(try sum(of: party))
    guard missing.minorUnits > 0 else { return }
    say("\(name(party)) is guaranteed \(perUnit) a unit: \(missing) is missing", rule)
    try give(party, .guarantee, missing)
    if rule.fundedBy == "margin",
      let margin = rules.first(where: { $0.kind == .margin })?.parties.first
    {
      let own = try sum(of: margin)
      let paid = try Money(
        minorUnits: min(max(0, own.minorUnits), missing.minorUnits), total.currency)
      try give(margin, .guarantee, paid.negated)
      missing = try missing.minus(paid)
      say("the margin pays \(paid) of it", rule)
    }
    guard missing.minorUnits > 0 else { return }
    let others = ordered(try payers(besides: party, rules), rules)
    guard !others.isEmpty else {
      throw Refusal(
        .rejected, "guarantee", "\(missing) of the guarantee of \(name(party)) is not funded",
        remedy: "correct joint-venture/agreement", candidates: [rule.mark])
    }
    let most = try Money(exactly: try sum(others.map(\.weight)), total.currency)
    if missing.minorUnits > most.minorUnits {
      let short = try missing.minus(most)
      throw Refusal(
        .rejected, "deficit",
        "the through-rate does not reach for the guarantee of \(name(party)): \(short) is missing",
        remedy: "lower the guarantee in the agreement, or raise the price", candidates: [rule.mark])
    }
    let allocation = try Allocation(of: missing.minorUnits, by: others.map(\.weight))
    for (part, other) in zip(allocation.parts, others) {
      let amount = try Money(minorUnits: part.minorUnits, total.currency)
      try give(other.party, .guarantee, amount.negated)
      say("\(name(other.party)) pays \(amount) of it", rule)
    }
  }

  /// What each other party has above its own guarantee: none is paid out of another's.
  private func payers(
    besides party: Int64, _ rules: [AgreementRule]
  ) throws -> [(party: Int64, weight: Exact)] {
    try shares.filter { $0.kind == .prorate && $0.party != party }.compactMap { share in
      let given = shares.first { $0.party == share.party && $0.kind == .guarantee }?.amount
      var spare = try share.amount.plus(given ?? .zero(total.currency))
      for own in rules where own.kind == .guarantee && own.parties.first == share.party {
        guard let amount = own.amount else { continue }
        let least = try inTotalCurrency(amount).times(count)
        let above = try sum(of: share.party).minus(least)
        if above.minorUnits < spare.minorUnits { spare = above }
      }
      return spare.minorUnits > 0 ? (share.party, spare.exact) : nil
    }
  }

  // MARK: - Helping hands

  /// Adds to a party's line of a kind; a party has one line of each kind.
  private mutating func give(
    _ party: Int64, _ kind: AgreementRule.Kind, _ amount: Money, _ proration: Proration? = nil
  ) throws(BeyondLimits) {
    if let index = shares.firstIndex(where: { $0.party == party && $0.kind == kind }) {
      let sum = try shares[index].amount.plus(amount)
      shares[index] = Share(
        party: party, partyCode: name(party), kind: kind, amount: sum,
        proration: proration ?? shares[index].proration)
    } else {
      shares.append(
        Share(
          party: party, partyCode: name(party), kind: kind, amount: amount, proration: proration))
    }
  }

  private func sum(of party: Int64) throws(BeyondLimits) -> Money {
    var sum = Money.zero(total.currency)
    for share in shares where share.party == party { sum = try sum.plus(share.amount) }
    return sum
  }

  private func sum(_ numbers: [Exact]) throws(BeyondLimits) -> Exact {
    var sum = Exact.zero
    for number in numbers { sum = try sum.plus(number) }
    return sum
  }

  /// An amount of the agreement in the currency of the total, at the official rate, to the nearest
  /// minor unit.
  private func inTotalCurrency(_ amount: Money) throws -> Money {
    if amount.currency == total.currency { return amount }
    guard let official = tables.officialRate(from: amount.currency, to: total.currency) else {
      throw Refusal(
        .noRate, "no-exchange-rate",
        "no official rate from \(amount.currency) to \(total.currency) on \(tables.day)",
        remedy: "add the day's rate under exchange-rates",
        nearest: NearestMiss.officialRate(from: amount.currency, to: total.currency, tables))
    }
    return try Money(nearest: try official.exchange.convert(amount.exact), total.currency)
  }

  private func name(_ party: Int64) -> String { tables.tables.symbols.name(of: party) }

  private mutating func say(_ text: String, _ rule: AgreementRule) {
    steps.append(DivisionStep(text: text, mark: rule.mark))
  }
}
