import ExactMoney
import TariffRules

/// What the joint venture's tables say of one lane and kind of consignment, decided once: pricing,
/// discounts and the steps of the division.
struct TermsPlan: BitwiseCopyable {
  let currency: Int
  /// The price per unit instead of the sum of the charges.
  let fixed: Ratio?
  /// The product of the discounts.
  let factor: Ratio
  let floors: FixedTable<Bound>, caps: FixedTable<Bound>
  let step: Ratio
  let mode: RoundingMode
  let division: UnsafePointer<DivisionPlan>
  /// Where nothing but factor and rounding counts: what the sum is multiplied with and divided by
  /// to have so many steps, whole numbers of 24 bits at most; else nil.
  let plain: (top: Int64, below: Int64)?

  /// A bound of the price per unit: an amount in minor units, or a part of the sum.
  struct Bound: BitwiseCopyable {
    let value: Ratio
    let isOfSum: Bool
  }

  /// What the rows that fit come down to. Nil where the answer is none of a price, or
  /// beyond what is compiled: a quote says what it is.
  init?(
    _ setting: TermsSetting, _ choice: TermsChoice, _ division: UnsafePointer<DivisionPlan>
  ) {
    let rule = choice.pricing.flatMap { setting.now.pricing?.content[$0] }
    guard let chosen = rule?.currency ?? setting.customerCurrency ?? setting.now.policyCurrency,
      let currency = setting.currencies.firstIndex(of: chosen)
    else { return nil }
    self.currency = currency
    let minor = Exact(chosen.minorUnitsPerUnit)
    func inMinorUnits(_ amount: Exact) -> Ratio? {
      (try? amount.times(minor)).flatMap { Ratio($0, bits: 44) }
    }
    var factor = Exact.one
    var way = ChainFactors.Way()
    var floors: [Bound?] = []
    var caps: [Bound?] = []
    var fixed: Ratio?
    if let rule {
      if rule.method == .fixed, let rate = rule.rate {
        fixed = inMinorUnits(rate)
        if fixed == nil { return nil }
      }
      let links = setting.now.discounts?.content ?? []
      for index in Coefficient.applying(links, matches: choice.discounts)
      where !links[index].isIncluded {
        guard let product = try? factor.times(links[index].value) else { return nil }
        factor = product
        way.pass(product)
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
    guard way.isShort(to: factor), !floors.contains(where: { $0 == nil }),
      !caps.contains(where: { $0 == nil }),
      let product = Ratio(factor, bits: 20), let step = inMinorUnits(rounding.step),
      step.numerator < 1 << 20, step.denominator < 1 << 20
    else { return nil }
    self.fixed = fixed
    self.factor = product
    self.floors = setting.memory.table(floors.compactMap(\.self))
    self.caps = setting.memory.table(caps.compactMap(\.self))
    self.step = step
    mode = rounding.mode
    self.division = division
    let hasBounds =
      fixed != nil || !caps.isEmpty
      || floors.contains { $0.map { !Self.isNever($0, under: product) } ?? true }
    let (top, below) = (
      product.numerator * step.denominator, product.denominator * step.numerator
    )
    plain = hasBounds || top >= 1 << 24 || below >= 1 << 24 ? nil : (top, below)
  }

  /// Whether a floor never lifts a sum times a factor: a part of the sum that is no larger.
  private static func isNever(_ floor: Bound, under factor: Ratio) -> Bool {
    // Both of 20 bits.
    floor.isOfSum && floor.value.numerator >= 0
      && floor.value.numerator * factor.denominator <= factor.numerator * floor.value.denominator
  }

  /// The through-rate per unit in minor units, from the sum of the charges; nil if it is no whole
  /// number of them.
  ///
  /// Every part is small enough that no product here is beyond 128 bits: the sum 44 bits, an
  /// amount 44 over 44, a factor and a step 20 over 20.
  @inline(__always)
  func unitRate(_ sum: Int64) -> Int64? {
    // A sum of 36 bits with a factor of 24 cannot overflow.
    if let plain, sum >= 0, sum < 1 << 36 {
      let units = mode.whole(sum &* plain.top, over: plain.below) &* step.numerator
      if step.denominator == 1 && units <= Money.limit { return units }
    }
    return wideUnitRate(sum)
  }

  @inline(never)
  private func wideUnitRate(_ sum: Int64) -> Int64? {
    var top = Int128(fixed?.numerator ?? sum) * Int128(factor.numerator)
    var below = Int128(fixed?.denominator ?? 1) * Int128(factor.denominator)
    func part(_ bound: Bound) -> (top: Int128, below: Int128) {
      let value = bound.value
      return (
        Int128(value.numerator) * (bound.isOfSum ? Int128(sum) : 1), Int128(value.denominator)
      )
    }
    for index in 0..<floors.count {
      let least = part(floors[index])
      if top * least.below < least.top * below { (top, below) = least }
    }
    for index in 0..<caps.count {
      let most = part(caps[index])
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
  /// The amounts of the agreement, by whose place they are known.
  let amounts: [Money]
  let memory: FixedMemory
}
