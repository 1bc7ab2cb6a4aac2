import ExactMoney
import TariffRules

/// One charge for one unit, in minor units.
struct ChargeAmount {
  var perUnit: Int64
  var isPerTonne = false
  /// What each step of the chargeable weight costs; nil where that is no whole number.
  var perStep: Int64?
  /// What the chargeable weight costs where a step costs no whole number; nil where it enters in
  /// another way.
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
    var value = figure.value
    if rate.pointee.startedKilometres > 0 {
      guard kilometres >= 0, let started = started(value, rate, kilometres) else { return nil }
      value = started
    }
    guard
      let before = product(value, rate.pointee.before, rate, kilometres, row, setting),
      let after = product(.one, rate.pointee.after, rate, kilometres, row, setting)
    else { return nil }
    return LegRecipe.Charge(
      charge: Int16(truncatingIfNeeded: number),
      currency: Int16(truncatingIfNeeded: figure.currency), tonnesBefore: before.tonnes,
      tonnesAfter: after.tonnes, links: sifted.chain & rate.pointee.chain,
      before: before.factor, after: after.factor)
  }

  /// A rate for so many kilometres begun.
  private func started(
    _ value: Ratio, _ rate: UnsafePointer<RatePlan>, _ kilometres: Int64
  ) -> Ratio? {
    let each = Int64(rate.pointee.startedKilometres)
    var wide = WideRatio(value)
    wide.multiply((kilometres &+ each &- 1) / each)
    return wide.reduced
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

  /// What the quantities of the row come to that multiply a number, and how often the chargeable
  /// weight is among them; nil where one is missing, or they are too large.
  private func product(
    _ number: Ratio, _ quantities: (Unit.Quantity?, Unit.Quantity?),
    _ rate: UnsafePointer<RatePlan>, _ kilometres: Int64, _ row: borrowing RowFacts,
    _ setting: Setting
  ) -> (factor: Ratio, tonnes: UInt8)? {
    var factor = WideRatio(number)
    var tonnes: UInt8 = 0
    for quantity in [quantities.0, quantities.1] {
      switch quantity {
      case nil: continue
      case .tonnes: tonnes += 1
      case .kilometres:
        guard kilometres >= 0 else { return nil }
        factor.multiply(kilometres)
      case .metres, .grt:
        if let deemed = rate.pointee.deemed {
          factor.multiply(deemed)
        } else {
          guard quantity == .metres, given(&factor, .length, row) else { return nil }
        }
      case .axles: guard given(&factor, .axles, row) else { return nil }
      case .persons: guard given(&factor, .persons, row) else { return nil }
      case .teu, .feu:
        guard let teu = setting.equipment[Int(row.classes[Field.equipment.rawValue])].teu else {
          return nil
        }
        factor.multiply(teu)
        if quantity == .feu { factor.divide(2) }
      }
    }
    return factor.reduced.map { ($0, tonnes) }
  }

  /// Multiplies with a quantity of the row, in thousandths; false where it is not given.
  private func given(_ factor: inout WideRatio, _ field: Field, _ row: borrowing RowFacts) -> Bool {
    let number = row.values[field.rawValue]
    guard number != Facts.absent else { return false }
    factor.multiply(number)
    factor.divide(1000)
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
    var value = WideRatio(chosen.pointee.before)
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

  /// Sets what the weight costs, by the step or by itself, where it multiplies once, after the
  /// first rounding, and the charge is rounded to minor units.
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
