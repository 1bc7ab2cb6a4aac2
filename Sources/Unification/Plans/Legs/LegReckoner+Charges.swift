import ExactMoney
import TariffRules

/// One charge for one unit, in minor units.
struct ChargeAmount {
  var perUnit: Int64
  var isPerTonne = false
  /// What each step of the chargeable weight costs; nil where that is no whole number.
  var perStep: Int64?
  /// What the chargeable weight costs where a step is none; nil where it enters in another way.
  var perWeight: PerWeight?
}

/// The charges of one leg, added up.
struct ChargeSum {
  private var total: Int64 = 0
  private var isPerTonne = false
  private var fixed: Int64 = 0
  private var perStep: Int64 = 0
  /// What the weight costs that has to be rounded, each by itself.
  private(set) var rounded = (PerWeight(), PerWeight())
  private var isLinear = true

  /// Whether the answer is that of other weights, too, if they come about in the same way.
  var holdsForOthers: Bool { isLinear || !isPerTonne }

  @inline(__always)
  mutating func add(_ amount: ChargeAmount, _ chargeable: ChargeableWeight) {
    total &+= amount.perUnit
    if amount.perUnit < 0 || total > Money.limit { isLinear = false }
    guard amount.isPerTonne, !chargeable.isMinimum else {
      fixed &+= amount.perUnit
      return
    }
    isPerTonne = true
    if let units = amount.perStep {
      perStep &+= units
    } else if let perWeight = amount.perWeight, rounded.0.top == 0 {
      rounded.0 = perWeight
    } else if let perWeight = amount.perWeight, rounded.1.top == 0 {
      rounded.1 = perWeight
    } else {
      isLinear = false
    }
  }

  /// The answer for the leg; nil beyond the limits. Of the weights for which it holds nothing is
  /// said.
  mutating func answer(_ kilometres: Int64, _ chargeable: ChargeableWeight) -> LegAnswer? {
    guard total.magnitude <= Money.limit.magnitude else { return nil }
    var answer = LegAnswer(.priced)
    answer.kilometres = Int32(truncatingIfNeeded: kilometres)
    let step = Int32(clamping: max(1, chargeable.step))
    if perStep < 0 || perStep >= LegAnswer.mostPerStep(step) || step == Int32.max {
      isLinear = false
    }
    if holdsForOthers {
      answer.amount = fixed
      answer.perStep = perStep
      answer.step = step
    } else {
      answer.amount = total
      rounded = (PerWeight(), PerWeight())
    }
    return answer
  }
}

extension LegReckoner {
  /// The rows of rates and of the chain that fit a leg, and those of them that are not decided.
  typealias Sifted = (
    rates: UnsafeMutablePointer<UInt64>, open: UnsafeMutablePointer<UInt64>, chain: UInt64,
    openChain: UInt64
  )

  /// By which rate a charge is reckoned; nil where only the exact calculation can tell.
  @inline(__always)
  mutating func choose(
    _ number: Int, _ carrier: UnsafePointer<CarrierPlan>, _ kilometres: Int64, _ sifted: Sifted,
    _ row: borrowing RowFacts, _ setting: Setting
  ) -> LegRecipe.Charge? {
    let charge = carrier.pointee.chargePlans.pointer + number
    if charge.pointee.isExactOnly { return nil }
    isRefused = true
    guard let first = Self.onlyRate(charge, carrier, sifted) else { return nil }
    isRefused = false
    let rate = carrier.pointee.ratePlans.pointer + first
    if rate.pointee.isExactOnly { return nil }
    if rate.pointee.isPerTonne { isPerTonne = true }
    guard let figure = figure(rate, carrier, kilometres, row) else { return nil }
    guard sifted.openChain & rate.pointee.chain == 0,
      sifted.chain & rate.pointee.openChain == 0
    else {
      isRefused = true
      return nil
    }
    var chosen = LegRecipe.Charge(
      charge: Int16(truncatingIfNeeded: number),
      currency: Int16(truncatingIfNeeded: figure.currency),
      links: sifted.chain & rate.pointee.chain)
    return multiply(figure.value, rate, kilometres, row, setting, &chosen) ? chosen : nil
  }

  /// The one rate that applies; nil for none, for several, and where it is not decided.
  @inline(__always)
  private static func onlyRate(
    _ charge: UnsafePointer<ChargePlan>, _ carrier: UnsafePointer<CarrierPlan>, _ sifted: Sifted
  ) -> Int? {
    let words = carrier.pointee.rates.words
    // Rows stand by rank: the first that fits has the lowest, and must be the only one of it.
    var first = -1
    for word in 0..<words {
      let fits = sifted.rates[word] & charge.pointee.rates[word]
      if fits != 0 {
        first = word &* 64 &+ fits.trailingZeroBitCount
        break
      }
    }
    guard first >= 0 else { return nil }
    var fitting = 0
    for word in 0..<words {
      let same =
        sifted.rates[word] & charge.pointee.rates[word]
        & carrier.pointee.rankMasks[first &* words &+ word]
      fitting &+= same.nonzeroBitCount
      if same & sifted.open[word] != 0 { return nil }
    }
    return fitting == 1 ? first : nil
  }

  /// The rate itself, with its currency.
  @inline(__always)
  private mutating func figure(
    _ rate: UnsafePointer<RatePlan>, _ carrier: UnsafePointer<CarrierPlan>, _ kilometres: Int64,
    _ row: borrowing RowFacts
  ) -> (value: Ratio, currency: Int32)? {
    if let amount = rate.pointee.amount { return (amount, rate.pointee.currency) }
    let grid = carrier.pointee.grids.pointer + Int(rate.pointee.grid)
    var column = Int(rate.pointee.column)
    if column < 0 {
      let field = Int(rate.pointee.columnField)
      column = Int(rate.pointee.columns[Int(row.classes[field])])
      let columns = rate.pointee.columns
      if field == Field.chargeable.rawValue || field == Field.weight.rawValue {
        span.narrow(
          field == Field.chargeable.rawValue, Int(row.classes[field]), columns.count
        ) { columns[$0] == columns[$1] }
      }
    }
    guard column >= 0, kilometres >= 0 else { return nil }
    isRefused = true
    guard kilometres < Int64(grid.pointee.beltAt.count) else { return nil }
    let belt = Int(grid.pointee.beltAt[Int(kilometres)])
    guard belt >= 0 else { return nil }
    let cell = grid.pointee.cells[belt &* grid.pointee.columns &+ column]
    guard cell != Grid.empty else { return nil }
    isRefused = false
    var value = Ratio()
    value.numerator = cell
    value.denominator = grid.pointee.scale
    return (value, grid.pointee.currency)
  }

  // MARK: - What a rate is multiplied with

  /// Multiplies a rate with the quantities of the row; false where one is missing or too large.
  private func multiply(
    _ figure: Ratio, _ rate: UnsafePointer<RatePlan>, _ kilometres: Int64,
    _ row: borrowing RowFacts, _ setting: Setting, _ chosen: inout LegRecipe.Charge
  ) -> Bool {
    var unit = WideRatio(figure)
    if rate.pointee.startedKilometres > 0 {
      guard kilometres >= 0 else { return false }
      let started = Int64(rate.pointee.startedKilometres)
      unit.multiply((kilometres &+ started &- 1) / started)
    }
    for quantity in [rate.pointee.before.0, rate.pointee.before.1] {
      if quantity == .tonnes {
        chosen.tonnesBefore += 1
      } else if !multiply(&unit, quantity, rate, kilometres, row, setting) {
        return false
      }
    }
    var after = WideRatio(.one)
    for quantity in [rate.pointee.after.0, rate.pointee.after.1] {
      if quantity == .tonnes {
        chosen.tonnesAfter += 1
      } else if !multiply(&after, quantity, rate, kilometres, row, setting) {
        return false
      }
    }
    guard let unit = unit.reduced, let after = after.reduced else { return false }
    (chosen.unit, chosen.after) = (unit, after)
    return true
  }

  private func multiply(
    _ value: inout WideRatio, _ quantity: Unit.Quantity?, _ rate: UnsafePointer<RatePlan>,
    _ kilometres: Int64, _ row: borrowing RowFacts, _ setting: Setting
  ) -> Bool {
    switch quantity {
    // The weight is multiplied with row by row.
    case nil, .tonnes: return true
    case .kilometres:
      guard kilometres >= 0 else { return false }
      value.multiply(kilometres)
      return true
    case .metres, .grt:
      guard let deemed = rate.pointee.deemed else { return given(&value, .length, 1000, row) }
      value.multiply(deemed)
      return true
    case .axles: return given(&value, .axles, 1000, row)
    case .persons: return given(&value, .persons, 1000, row)
    case .teu, .feu:
      guard let teu = setting.equipment[Int(row.classes[Field.equipment.rawValue])].teu else {
        return false
      }
      value.multiply(teu)
      if quantity == .feu { value.divide(2) }
      return true
    }
  }

  private func given(
    _ value: inout WideRatio, _ field: Field, _ parts: Int64, _ row: borrowing RowFacts
  ) -> Bool {
    let number = row.values[field.rawValue]
    guard number != Facts.absent else { return false }
    value.multiply(number)
    value.divide(parts)
    return true
  }

  // MARK: - What it comes to on a day

  /// The charge for one unit of a chargeable weight, by the factor of the day: rounded, and rounded
  /// again after what multiplies then. Nil where only the exact calculation can tell.
  @inline(__always)
  static func amount(
    _ chosen: UnsafePointer<LegRecipe.Charge>, _ charge: UnsafePointer<ChargePlan>,
    _ factor: Ratio, _ chargeable: ChargeableWeight, _ perUnit: Int64
  ) -> ChargeAmount? {
    if chosen.pointee.isPerTonne && chargeable.weight == Facts.absent { return nil }
    let mode = charge.pointee.mode
    var value = WideRatio(chosen.pointee.unit)
    value.multiply(factor)
    value.multiply(chargeable.weight, tonnes: chosen.pointee.tonnesBefore)
    if !charge.pointee.isUnitExact {
      value.round(to: charge.pointee.unitStep, orParts: perUnit, mode)
    }
    value.multiply(chosen.pointee.after)
    let withoutWeight = value
    value.multiply(chargeable.weight, tonnes: chosen.pointee.tonnesAfter)
    value.round(to: charge.pointee.chargeStep, orParts: perUnit, mode)
    guard let units = value.minorUnits(perUnit) else { return nil }
    var amount = ChargeAmount(perUnit: units)
    amount.isPerTonne = chosen.pointee.isPerTonne
    if amount.isPerTonne && chargeable.step > 0 && !chargeable.isMinimum {
      setPerWeight(&amount, withoutWeight, chosen, charge, chargeable.step, perUnit)
    }
    return amount
  }

  /// Sets what the weight costs, where it multiplies once, after the first rounding, and the charge
  /// is rounded to minor units.
  @inline(__always)
  private static func setPerWeight(
    _ amount: inout ChargeAmount, _ withoutWeight: WideRatio,
    _ chosen: UnsafePointer<LegRecipe.Charge>, _ charge: UnsafePointer<ChargePlan>,
    _ step: Int64, _ perUnit: Int64
  ) {
    guard chosen.pointee.tonnesBefore == 0, chosen.pointee.tonnesAfter == 1 else { return }
    if let own = charge.pointee.chargeStep {
      // A step of 0.01 where the currency has cents.
      guard own.numerator &* perUnit == own.denominator else { return }
    }
    var ofStep = withoutWeight
    ofStep.multiply(step, tonnes: 1)
    amount.perStep = ofStep.minorUnits(perUnit).flatMap { $0 < 0 ? nil : $0 }
    if amount.perStep != nil { return }
    var ofWeight = withoutWeight
    ofWeight.multiply(1, tonnes: 1)
    ofWeight.multiply(perUnit)
    guard let part = ofWeight.reduced, part.numerator >= 0, part.numerator < PerWeight.mostTop
    else { return }
    amount.perWeight = PerWeight(
      top: part.numerator, below: part.denominator, mode: charge.pointee.mode)
  }
}

extension WideRatio {
  /// Multiplies with a weight in thousandths of a kilogram as tonnes, so many times.
  @inline(__always)
  fileprivate mutating func multiply(_ weight: Int64, tonnes times: UInt8) {
    for _ in 0..<times {
      multiply(weight)
      divide(1_000_000)
    }
  }
}
