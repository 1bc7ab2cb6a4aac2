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
  /// The same legs as a mask: a lane that is compiled has no more of them, see `LaneBand.mostLegs`.
  let passedLegs: UInt32
  /// The partners among the carriers, in the order in which odd units fall to them.
  let carriers: FixedTable<Int>
  /// Who bears what is missing: the column of the margin's party; −1: the remainder itself; −2:
  /// nobody.
  let deficit: Int
  let hasGuarantee: Bool
  /// Whether what is divided last is so by own charges.
  let isByCharges: Bool

  /// Nil where the agreement does not decide, or asks for what only a quote does.
  /// - Parameter agreement: the rows of it that fit.
  init?(_ setting: TermsSetting, _ agreement: [Int], _ route: Route) {
    let memory = setting.memory
    guard let edition = setting.now.agreement, setting.now.partners != nil else { return nil }
    let terms = AgreementTerms(setting, edition.content, agreement)
    var parties: [Int] = []
    var isPartner: [Bool] = []
    parties.reserveCapacity(route.legs.count)
    isPartner.reserveCapacity(route.legs.count)
    for leg in route.legs {
      guard let party = setting.parties.firstIndex(of: leg.carrier) else { return nil }
      parties.append(party)
      isPartner.append(setting.now.isPartner(leg.carrier))
    }
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
    passedLegs = legs.indices.filter { legs[$0].carrier < 0 }.reduce(0) { $0 | 1 << UInt32($1) }
    self.carriers = memory.table(carriers)
    self.steps = memory.table(steps)
    deficit = terms.deficit ?? -2
    course = DivisionCourse(steps, legs, carriers, deficit: deficit, memory)
    hasGuarantee = terms.first(.guarantee) != nil
    isByCharges = terms.isByCharges
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

/// The rows of an agreement that fit a consignment, looked at where they are: they are many words
/// long.
struct AgreementTerms {
  private let content: [AgreementRule]
  /// The places of the rows, in the order of the agreement.
  private let rows: [Int]
  private let parties: [Int64]
  private let amounts: [Money]
  private let partners: [Equity]
  private let memory: FixedMemory

  init(_ setting: TermsSetting, _ content: [AgreementRule], _ rows: [Int]) {
    self.content = content
    self.rows = rows
    parties = setting.parties
    amounts = setting.amounts
    partners = setting.now.partners?.content ?? []
    memory = setting.memory
  }

  /// The place of the first row of a kind.
  func first(_ kind: AgreementRule.Kind) -> Int? { rows.first { content[$0].kind == kind } }

  /// Whether what is divided last is so by own charges.
  var isByCharges: Bool {
    rows.contains { content[$0].kind == .prorate && content[$0].basis == .ownCharges }
  }

  /// Whether the rows go together as a division that needs no second look.
  var isPlain: Bool {
    // One guarantee may eat into another: only a quote works that out.
    for kind in [AgreementRule.Kind.passThrough, .oddCents, .deficit, .lateRebate, .guarantee]
    where rows.count(where: { content[$0].kind == kind }) > 1 { return false }
    guard let prorate = first(.prorate) else { return false }
    let last = content[prorate].step
    for row in rows {
      let (step, kind) = (content[row].step, content[row].kind)
      guard goesWithOthers(row) else { return false }
      switch kind {
      case .prorate: if step != last { return false }
      case .passThrough, .arbitrary, .margin: if step > last { return false }
      case .guarantee: if step < last { return false }
      case .oddCents, .deficit, .lateRebate, .carryForward: break
      }
    }
    return true
  }

  /// Whether a row is of the kind of the others of its step before it, and of another party.
  private func goesWithOthers(_ row: Int) -> Bool {
    for other in rows where content[other].step == content[row].step {
      if other == row { return true }
      guard content[other].kind == content[row].kind, content[other].basis == content[row].basis,
        content[other].allowsOthers, content[other].parties != content[row].parties
      else { return false }
    }
    return true
  }

  /// Who bears a deficit: a party's column, −1 for the remainder itself, nil for nobody.
  var deficit: Int? {
    guard let row = first(.deficit) else { return nil }
    return content[row].fundedBy == "prorate" ? -1 : margin
  }

  private var margin: Int? { first(.margin).flatMap { firstParty($0) } }

  /// The column of the first party of a row.
  private func firstParty(_ row: Int) -> Int? {
    content[row].parties.first.flatMap { parties.firstIndex(of: $0) }
  }

  /// The columns of the parties of a row.
  private func columns(of row: Int) -> [Int] {
    content[row].parties.compactMap { parties.firstIndex(of: $0) }
  }

  /// In the agreement's order of odd units, then in their own.
  func ordered<Item>(_ items: [Item], _ party: (Item) -> Int) -> [Item] {
    let order = first(.oddCents).map { columns(of: $0) } ?? []
    var list: [Item] = []
    list.reserveCapacity(items.count)
    for wanted in order {
      if let item = items.first(where: { party($0) == wanted }) { list.append(item) }
    }
    for item in items where !order.contains(party(item)) { list.append(item) }
    return list
  }

  /// The steps in their order; the rows are plain.
  func steps(_ carriers: [Int]) -> [DivisionPlan.Step]? {
    var steps: [DivisionPlan.Step] = []
    let prorates = rows.filter { content[$0].kind == .prorate }
    let isInOrder = zip(rows, rows.dropFirst()).allSatisfy { content[$0].step <= content[$1].step }
    let order =
      isInOrder ? rows : rows.sorted { (content[$0].step, $0) < (content[$1].step, $1) }
    for row in order {
      switch content[row].kind {
      case .passThrough: steps.append(.passThrough)
      case .arbitrary, .guarantee, .margin:
        guard let step = step(row) else { return nil }
        steps.append(step)
      case .prorate:
        // The rows of a basis are one step.
        guard row == prorates.first else { continue }
        guard let basis = basis(prorates, carriers) else { return nil }
        steps.append(.prorate(basis))
      case .oddCents, .deficit, .lateRebate, .carryForward: break
      }
    }
    return steps
  }

  private func step(_ row: Int) -> DivisionPlan.Step? {
    guard let party = firstParty(row) else { return nil }
    let kind = content[row].kind
    if kind == .margin, let percent = content[row].percent, let mode = content[row].rounding {
      guard let part = (try? percent.divided(by: Exact(100))).flatMap({ Ratio($0, bits: 40) })
      else { return nil }
      return .marginPercent(
        party: party, part: part, ofTotal: content[row].of == .throughRate, mode)
    }
    guard let money = content[row].amount, let amount = amounts.firstIndex(of: money)
    else { return nil }
    switch kind {
    case .arbitrary: return .arbitrary(party: party, amount: amount)
    case .margin: return .marginAmount(party: party, amount: amount)
    default:
      return .guarantee(
        party: party, amount: amount,
        margin: content[row].fundedBy == "margin" ? margin ?? -1 : -1)
    }
  }

  private func basis(_ rows: [Int], _ carriers: [Int]) -> DivisionPlan.Basis? {
    switch rows.first.flatMap({ content[$0].basis }) {
    case .ownCharges: return .ownCharges
    case .distance:
      let weights = carriers.map { carrier in
        let row =
          rows.first { content[$0].parties.first == parties[carrier] }
          ?? rows.first { content[$0].parties.isEmpty }
        return row.flatMap { content[$0].weight } ?? .zero
      }
      guard !weights.contains(.zero), let whole = Self.whole(weights) else { return nil }
      return .distance(memory.table(whole))
    case .percent:
      let sum = rows.reduce(Exact?(.zero)) { sum, row in
        sum.flatMap { try? $0.plus(content[row].percent ?? .zero) }
      }
      guard sum == Exact(100) else { return nil }
      return fixed(
        rows.compactMap { row in
          content[row].parties.first.map { ($0, content[row].percent ?? .zero) }
        })
    case .equity: return fixed(partners.map { ($0.partner, $0.fraction) })
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
    return .fixed(memory.table(ordered(weights) { $0.party }))
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
