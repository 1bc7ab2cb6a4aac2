import ExactMoney
import TariffRules

/// The steps of a division for one lane and kind of consignment: what is left to do is arithmetic.
struct DivisionPlan: BitwiseCopyable {
  /// Amounts are known by their place among those of the agreement.
  enum Step: BitwiseCopyable {
    /// Carriers that are no partners, by their legs.
    case passThrough
    case arbitrary(party: Int, amount: Int)
    case marginAmount(party: Int, amount: Int)
    case marginPercent(party: Int, part: Ratio, ofTotal: Bool, RoundingMode)
    case prorate(Basis)
    case guarantee(party: Int, amount: Int, margin: Int)
  }

  enum Basis: BitwiseCopyable {
    case ownCharges
    /// The weight of a kilometre, by party of `carriers`.
    case distance(FixedTable<Int64>)
    /// Fixed weights of parties.
    case fixed(FixedTable<Weight>)
  }

  struct Weight: BitwiseCopyable {
    let party: Int
    let weight: Int64
  }

  /// The place of a leg on the lane, and whose it is.
  struct LegOf: BitwiseCopyable {
    let leg: Int32, owner: Int32
  }

  struct Leg: BitwiseCopyable {
    /// The column of its carrier.
    let party: Int
    /// The carrier's place among `carriers`; -1 for one that is no partner.
    let carrier: Int
    /// Whether it ends elsewhere than it begins.
    let hasDistance: Bool
  }

  let steps: FixedTable<Step>
  /// The steps as rows go through them.
  let course: DivisionCourse
  let legs: FixedTable<Leg>
  /// The legs of carriers that are no partners, with the party.
  let passed: FixedTable<LegOf>
  /// The partners among the carriers, in the order in which odd units fall to them.
  let carriers: FixedTable<Int>
  /// Who bears what is missing: the column of the margin's party; −1: the remainder itself; −2:
  /// nobody.
  let deficit: Int
  let hasGuarantee: Bool
  /// Whether what is divided last is so by own charges.
  let isByCharges: Bool

  /// Nil where the agreement does not decide, or asks for what only a quote does.
  init?(_ setting: TermsSetting, _ choice: TermsChoice, _ route: Route) {
    let (now, memory) = (setting.now, setting.memory)
    guard let edition = now.agreement, now.partners != nil else { return nil }
    let rules = choice.agreement.map { edition.content[$0] }
    let terms = AgreementTerms(setting: setting, rules: rules)
    let parties = route.legs.compactMap { setting.parties.firstIndex(of: $0.carrier) }
    guard parties.count == route.legs.count else { return nil }
    let isPartner = route.legs.map { now.isPartner($0.carrier) }
    let unique = zip(parties, isPartner).filter(\.1).map(\.0).reduce(into: [Int]()) { list, party in
      if !list.contains(party) { list.append(party) }
    }
    let carriers = terms.ordered(unique) { $0 }
    guard terms.isPlain, let steps = terms.steps(carriers) else { return nil }
    let legs = route.legs.indices.map { index in
      Leg(
        party: parties[index],
        carrier: isPartner[index] ? carriers.firstIndex(of: parties[index]) ?? -1 : -1,
        hasDistance: route.legs[index].from != route.legs[index].to)
    }
    self.legs = memory.table(legs)
    passed = memory.table(
      legs.indices.filter { legs[$0].carrier < 0 }.map {
        LegOf(leg: Int32($0), owner: Int32(legs[$0].party))
      })
    self.carriers = memory.table(carriers)
    self.steps = memory.table(steps)
    deficit = terms.deficit ?? -2
    course = DivisionCourse(steps, legs, carriers, deficit: deficit, memory)
    hasGuarantee = rules.contains { $0.kind == .guarantee }
    isByCharges = rules.contains { $0.kind == .prorate && $0.basis == .ownCharges }
    let passes = steps.contains { if case .passThrough = $0 { true } else { false } }
    if !passes && isPartner.contains(false) { return nil }
  }

  /// An amount of the agreement in minor units of a through-rate's currency.
  static func units(_ amount: Money, _ now: TablesInForce, in currency: Currency) -> Int64? {
    if amount.currency == currency { return amount.minorUnits }
    guard let official = now.officialRate(from: amount.currency, to: currency),
      let exact = try? official.exchange.convert(amount.exact),
      let rounded = try? exact.rounded(Rounding(to: currency, mode: .halfAway)),
      let money = try? Money(exactly: rounded, currency)
    else { return nil }
    return money.minorUnits
  }
}

/// The rows of an agreement that fit a consignment.
struct AgreementTerms {
  let setting: TermsSetting
  let rules: [AgreementRule]

  private var now: TablesInForce { setting.now }
  private var parties: [Int64] { setting.parties }

  /// Whether the rows go together as a division that needs no second look.
  var isPlain: Bool {
    for kind in [AgreementRule.Kind.passThrough, .oddCents, .deficit, .lateRebate]
    where rules.count(where: { $0.kind == kind }) > 1 { return false }
    // One guarantee may eat into another: only a quote works that out.
    if rules.count(where: { $0.kind == .guarantee }) > 1 { return false }
    let prorates = Set(rules.filter { $0.kind == .prorate }.map(\.step))
    guard prorates.count == 1, let prorate = prorates.first else { return false }
    for number in Set(rules.map(\.step)) {
      let rows = rules.filter { $0.step == number }
      guard let first = rows.first else { continue }
      let same = rows.allSatisfy { $0.kind == first.kind && $0.basis == first.basis }
      guard same, rows.count == 1 || first.allowsOthers,
        Set(rows.map(\.parties)).count == rows.count
      else { return false }
      let before = [AgreementRule.Kind.passThrough, .arbitrary, .margin].contains(first.kind)
      if before && number > prorate { return false }
      if first.kind == .guarantee && number < prorate { return false }
    }
    return true
  }

  /// Who bears a deficit: a party's column, −1 for the remainder itself, nil for nobody.
  var deficit: Int? {
    guard let rule = rules.first(where: { $0.kind == .deficit }) else { return nil }
    return rule.fundedBy == "prorate" ? -1 : margin
  }

  private var margin: Int? {
    rules.first { $0.kind == .margin }?.parties.first.flatMap { parties.firstIndex(of: $0) }
  }

  /// In the agreement's order of odd units, then in their own.
  func ordered<Item>(_ items: [Item], _ party: (Item) -> Int) -> [Item] {
    let order = (rules.first { $0.kind == .oddCents }?.parties ?? [])
      .compactMap { parties.firstIndex(of: $0) }
    return order.compactMap { wanted in items.first { party($0) == wanted } }
      + items.filter { !order.contains(party($0)) }
  }

  func steps(_ carriers: [Int]) -> [DivisionPlan.Step]? {
    var steps: [DivisionPlan.Step] = []
    for number in Set(rules.map(\.step)).sorted() {
      let rows = rules.filter { $0.step == number }
      if rows.first?.kind == .prorate {
        guard let basis = basis(rows, carriers) else { return nil }
        steps.append(.prorate(basis))
        continue
      }
      for row in rows {
        switch row.kind {
        case .passThrough: steps.append(.passThrough)
        case .arbitrary, .guarantee, .margin:
          guard let step = step(row) else { return nil }
          steps.append(step)
        case .prorate, .oddCents, .deficit, .lateRebate, .carryForward: break
        }
      }
    }
    return steps
  }

  private func step(_ row: AgreementRule) -> DivisionPlan.Step? {
    guard let party = row.parties.first.flatMap({ parties.firstIndex(of: $0) }) else { return nil }
    if row.kind == .margin, let percent = row.percent, let mode = row.rounding {
      guard let part = (try? percent.divided(by: Exact(100))).flatMap({ Ratio($0, bits: 40) })
      else { return nil }
      return .marginPercent(
        party: party, part: part, ofTotal: row.of == .throughRate, mode)
    }
    guard let money = row.amount, let amount = setting.amounts.firstIndex(of: money) else {
      return nil
    }
    switch row.kind {
    case .arbitrary: return .arbitrary(party: party, amount: amount)
    case .margin: return .marginAmount(party: party, amount: amount)
    default:
      return .guarantee(
        party: party, amount: amount, margin: row.fundedBy == "margin" ? margin ?? -1 : -1)
    }
  }

  private func basis(_ rows: [AgreementRule], _ carriers: [Int]) -> DivisionPlan.Basis? {
    switch rows.first?.basis {
    case .ownCharges: return .ownCharges
    case .distance:
      let weights = carriers.map { carrier in
        (rows.first { $0.parties.first == parties[carrier] } ?? rows.first { $0.parties.isEmpty })?
          .weight ?? .zero
      }
      guard !weights.contains(.zero), let whole = Self.whole(weights) else { return nil }
      return .distance(setting.memory.table(whole))
    case .percent:
      let sum = rows.reduce(Exact?(.zero)) { sum, row in
        sum.flatMap { try? $0.plus(row.percent ?? .zero) }
      }
      guard sum == Exact(100) else { return nil }
      return fixed(rows.compactMap { row in row.parties.first.map { ($0, row.percent ?? .zero) } })
    case .equity: return fixed((now.partners?.content ?? []).map { ($0.partner, $0.fraction) })
    case nil: return nil
    }
  }

  private func fixed(_ list: [(Int64, Exact)]) -> DivisionPlan.Basis? {
    guard let whole = Self.whole(list.map(\.1)) else { return nil }
    var weights: [DivisionPlan.Weight] = []
    for (item, weight) in zip(list, whole) {
      guard let party = parties.firstIndex(of: item.0) else { return nil }
      weights.append(.init(party: party, weight: weight))
    }
    return .fixed(setting.memory.table(ordered(weights) { $0.party }))
  }

  /// Weights as whole numbers in the same proportion, of 30 bits at most.
  private static func whole(_ weights: [Exact]) -> [Int64]? {
    var scaled = weights
    for weight in weights {
      guard let current = try? Exact(Int64(1)).times(weight), current == weight else { return nil }
      let denominator = Exact(weight.denominator, over: 1) ?? .one
      // Multiplied by every denominator in turn: more than needed, and whole at the end.
      guard let next = try? scaled.map({ try $0.times(denominator) }) else { return nil }
      scaled = next
    }
    let numbers = scaled.compactMap { $0.isWhole ? Int64(exactly: $0.numerator) : nil }
    guard numbers.count == weights.count, numbers.allSatisfy({ $0 >= 0 && $0 < 1 << 30 })
    else { return nil }
    return numbers
  }
}
