import ExactMoney
import TariffRules

/// What the joint venture's tables say of one lane and kind of consignment, decided once: pricing,
/// discounts and the steps of the division.
final class TermsPlan {
  let currency: Int
  let minorUnitsPerUnit: Int64
  /// The price per unit instead of the sum of the charges.
  let fixed: Ratio?
  /// The product of the discounts.
  let factor: Ratio
  let floors: [Bound], caps: [Bound]
  let step: Ratio
  let mode: RoundingMode
  let division: DivisionPlan

  /// A bound of the price per unit: an amount in minor units, or a part of the sum.
  struct Bound {
    let value: Ratio
    let isOfSum: Bool
  }

  /// Decides for the facts of a consignment on its route. Nil where the answer is none of a
  /// price, or beyond what is compiled: a quote says what it is.
  init?(
    _ setting: TermsSetting, _ facts: Facts, _ route: Route
  ) {
    var facts = facts
    let now = setting.now
    var rule: PricingRule?
    if let edition = now.pricing {
      switch Choice(among: edition.content, facts, now.groupings) {
      case .one(let one): rule = one
      case .none: break
      case .several, .needs: return nil
      }
    }
    guard let chosen = rule?.currency ?? setting.customerCurrency ?? now.policyCurrency,
      let currency = setting.currencies.firstIndex(of: chosen)
    else { return nil }
    self.currency = currency
    minorUnitsPerUnit = chosen.minorUnitsPerUnit
    let minor = Exact(chosen.minorUnitsPerUnit)
    func inMinorUnits(_ amount: Exact) -> Ratio? {
      (try? amount.times(minor)).flatMap { Ratio($0, bits: 44) }
    }
    var factor = Exact.one
    var floors: [Bound?] = []
    var caps: [Bound?] = []
    var fixed: Ratio?
    if let rule {
      if rule.method == .fixed, let rate = rule.rate {
        fixed = inMinorUnits(rate)
        if fixed == nil { return nil }
      }
      facts[.pricing] = rule.name
      guard let links = Self.discounts(now, facts) else { return nil }
      for link in links where !link.isIncluded {
        guard let product = try? factor.times(link.value) else { return nil }
        factor = product
      }
      func bounds(_ amount: Exact?, _ percent: Exact?) -> [Bound?] {
        var list: [Bound?] = []
        if let amount { list.append(inMinorUnits(amount).map { Bound(value: $0, isOfSum: false) }) }
        if let percent {
          let part = (try? percent.divided(by: Exact(100))).flatMap { Ratio($0, bits: 20) }
          list.append(part.map { Bound(value: $0, isOfSum: true) })
        }
        return list
      }
      floors = bounds(rule.floor, rule.floorPercent)
      caps = bounds(rule.cap, rule.capPercent)
    }
    let rounding = rule?.rounding ?? Rounding(to: chosen, mode: .halfAway)
    guard !floors.contains(where: { $0 == nil }), !caps.contains(where: { $0 == nil }),
      let product = Ratio(factor, bits: 20), let step = inMinorUnits(rounding.step),
      step.numerator < 1 << 20, step.denominator < 1 << 20,
      let division = DivisionPlan(now, facts, route, chosen, setting.parties)
    else { return nil }
    self.fixed = fixed
    self.factor = product
    self.floors = floors.compactMap(\.self)
    self.caps = caps.compactMap(\.self)
    self.step = step
    mode = rounding.mode
    self.division = division
  }

  private static func discounts(_ now: TablesInForce, _ facts: Facts) -> [Coefficient]? {
    guard let edition = now.discounts else { return [] }
    var matches: [Bool] = []
    for link in edition.content {
      switch link.conditions.match(facts, now.groupings) {
      case .yes: matches.append(true)
      case .no: matches.append(false)
      case .needs: return nil
      }
    }
    return Coefficient.applying(edition.content, matches: matches).map { edition.content[$0] }
  }

  /// The through-rate per unit in minor units, from the sum of the charges; nil if it is no whole
  /// number of them.
  ///
  /// Every part is small enough that no product here is beyond 128 bits: the sum 44 bits, an
  /// amount 44 over 44, a factor and a step 20 over 20.
  func unitRate(_ sum: Int64) -> Int64? {
    var top = Int128(fixed?.numerator ?? sum) * Int128(factor.numerator)
    var below = Int128(fixed?.denominator ?? 1) * Int128(factor.denominator)
    func part(_ bound: Bound) -> (top: Int128, below: Int128) {
      let value = bound.value
      return (
        Int128(value.numerator) * (bound.isOfSum ? Int128(sum) : 1), Int128(value.denominator)
      )
    }
    for floor in floors {
      let least = part(floor)
      if top * least.below < least.top * below { (top, below) = least }
    }
    for cap in caps {
      let most = part(cap)
      if top * most.below > most.top * below { (top, below) = most }
    }
    let steps = mode.whole(top * Int128(step.denominator), over: below * Int128(step.numerator))
    let (units, rest) = (steps * Int128(step.numerator)).quotientAndRemainder(
      dividingBy: Int128(step.denominator))
    guard rest == 0, units.magnitude <= Money.limit.magnitude else { return nil }
    return Int64(truncatingIfNeeded: units)
  }
}

/// What terms are decided from, beside the facts.
struct TermsSetting {
  let now: TablesInForce
  let customerCurrency: Currency?
  let currencies: [Currency]
  /// The parties in the order of the share columns.
  let parties: [Int64]
}
