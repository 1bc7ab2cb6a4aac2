import ExactMoney
import TariffRules

/// Reckons the legs of rows by the compiled rules. What these cannot do is done by the calculator
/// of quotes; either way the answer is kept for the next row that asks the same.
struct LegReckoner: ~Copyable {
  /// How a leg ended.
  enum Outcome: Int8 {
    case priced
    /// No rate, or on request: the lane is out.
    case out
    /// Anything that only a quote can tell.
    case unclear
    /// Not to be told by the compiled rules: the exact calculation is to be asked.
    case beyond
  }

  /// The answer for one leg: its charges for one unit, in minor units.
  struct Answer: BitwiseCopyable {
    var key: (UInt64, UInt64, UInt64) = (0, 0, .max)
    var perUnit: Int64 = 0
    var kilometres: Int32 = -1
    var outcome: Int8 = 0
    /// Where it is kept; -1 if it is not.
    var slot: Int32 = -1

    init() {}
    init(_ outcome: Outcome) { self.outcome = outcome.rawValue }
  }

  private let memo: UnsafeMutablePointer<Answer>
  private var factors = ChainFactors()
  private let scratch: UnsafeMutablePointer<UInt64>
  private static let memoBits = 14
  /// The charges of the last leg that was not remembered, in their order: for tests.
  private(set) var charges: [Int64] = []
  var keepsCharges = false

  init() {
    memo = .allocate(capacity: 1 << Self.memoBits)
    memo.initialize(repeating: Answer(), count: 1 << Self.memoBits)
    scratch = .allocate(capacity: Sieve.mostWords * 6)
  }

  deinit {
    memo.deallocate()
    scratch.deallocate()
  }

  /// Where a leg stands: its day's rules and the currency it is wanted in.
  final class Setting {
    let regime: RegimePlan
    let now: TablesInForce
    let epoch: Int
    let target: Int
    let targetCurrency: Currency

    init(_ regime: RegimePlan, _ now: TablesInForce, epoch: Int, target: Int) {
      self.regime = regime
      self.now = now
      self.epoch = epoch
      self.target = target
      targetCurrency = regime.currencies[target]
    }
  }

  /// The answer for a leg of a lane of the row.
  mutating func answer(
    _ leg: LegPlan, _ lane: LanePlan, _ carrier: UnsafePointer<CarrierPlan>,
    _ row: borrowing RowFacts, _ setting: Setting
  ) -> Answer {
    row.classes[Field.from.rawValue] = leg.fromClass
    row.classes[Field.to.rawValue] = leg.toClass
    row.classes[Field.traffic.rawValue] = leg.traffic
    row.classes[Field.lane.rawValue] = lane.lane
    row.classes[Field.route.rawValue] = lane.route
    let key = carrier.pointee.keys[Int(row.classes[Field.equipment.rawValue])]
    var weight = Facts.absent
    if key.asksWeight {
      guard let found = chargeable(carrier, row) else { return Answer(.beyond) }
      weight = found
    }
    row.values[Field.chargeable.rawValue] = weight
    let id =
      leg.id | UInt64(setting.regime.number) << 24 | UInt64(setting.epoch) << 40
      | UInt64(setting.target) << 56
    var packed: (UInt64, UInt64) = (0, 0)
    for index in 0..<key.parts.count {
      let part = key.parts[index]
      let field = Int(part.field)
      var bits = UInt64(row.classes[field])
      if part.isValue {
        let value = row.values[field]
        bits = value == Facts.absent ? 0 : UInt64(bitPattern: value) &+ 1
      }
      if part.shift < 64 {
        packed.0 |= bits &<< UInt64(part.shift)
      } else {
        packed.1 |= bits &<< UInt64(part.shift &- 64)
      }
    }
    var mixed = (packed.0 ^ id &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 29 ^ packed.1) &* 0xC2B2_AE3D_27D4_EB4F
    let slot = memo + Int(truncatingIfNeeded: mixed &>> UInt64(64 - Self.memoBits))
    if slot.pointee.key == (packed.0, packed.1, id) && !keepsCharges { return slot.pointee }
    var answer = reckon(leg, carrier, row, setting) ?? Answer(.beyond)
    if !key.isTooWide {
      answer.key = (packed.0, packed.1, id)
      answer.slot = Int32(truncatingIfNeeded: slot - memo)
      slot.pointee = answer
    }
    return answer
  }

  /// Keeps what the exact calculation said in place of an answer that was beyond.
  func keep(_ exact: Answer, for answer: Answer) -> Answer {
    var kept = exact
    kept.key = answer.key
    kept.slot = answer.slot
    if answer.slot >= 0 { memo[Int(answer.slot)] = kept }
    return kept
  }

  /// The chargeable weight; nil where only the exact calculation can tell.
  @inline(__always)
  private func chargeable(
    _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts
  ) -> Int64? {
    let actual = row.values[Field.weight.rawValue]
    if actual == Facts.absent { return actual }
    let words = carrier.pointee.minimumWeights.words
    let (fitting, open) = (scratch, scratch + words)
    carrier.pointee.minimumWeights.sift(row.classes, fitting: fitting, open: open)
    var greatest = actual
    for word in 0..<words {
      if open[word] != 0 { return nil }
      var rest = fitting[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let step = carrier.pointee.roundUps[index]
        let rounded = (actual &+ step &- 1) / step &* step
        greatest = max(greatest, rounded, carrier.pointee.leastWeights[index])
      }
    }
    return greatest
  }

  // MARK: - One leg by the compiled rules

  private mutating func reckon(
    _ leg: LegPlan, _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts,
    _ setting: Setting
  ) -> Answer? {
    if carrier.pointee.isExactOnly { return nil }
    guard let kilometres = distance(leg, carrier, row, setting) else { return nil }
    let weight = row.values[Field.chargeable.rawValue]
    row.classes[Field.chargeable.rawValue] =
      weight == Facts.absent
      ? FieldClasses.absent : setting.regime.finder.number(of: weight, Field.chargeable.rawValue)
    let words = carrier.pointee.charges.words
    let (due, open) = (scratch, scratch + words)
    carrier.pointee.charges.sift(row.classes, fitting: due, open: open)
    for word in 0..<words where open[word] != 0 { return nil }
    var answer = Answer()
    answer.kilometres = Int32(truncatingIfNeeded: kilometres)
    let rates = scratch + Sieve.mostWords * 2
    let openRates = rates + carrier.pointee.rates.words
    carrier.pointee.rates.sift(row.classes, fitting: rates, open: openRates)
    let chain = scratch + Sieve.mostWords * 4
    carrier.pointee.chain.sift(row.classes, fitting: chain, open: chain + 1)
    if keepsCharges { charges = [] }
    var seen: UInt64 = 0
    for word in 0..<words {
      var rest = due[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let charge = carrier.pointee.chargePlans.pointer + index
        let code = UInt64(1) &<< UInt64(charge.pointee.code & 63)
        // Two rows for one charge are a conflict; so many codes that bits meet are left alone.
        if seen & code != 0 { return nil }
        seen |= code
        guard
          let amount = reckon(
            charge, index, carrier, kilometres, (rates, openRates, chain[0], chain[1]), row, setting
          )
        else { return nil }
        answer.perUnit &+= amount
        if keepsCharges { charges.append(amount) }
      }
    }
    return seen == 0 || answer.perUnit > Money.limit ? nil : answer
  }

  /// The tariff distance, -1 for none.
  @inline(__always)
  private func distance(
    _ leg: LegPlan, _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts,
    _ setting: Setting
  ) -> Int64? {
    var kilometres = leg.kilometres
    row.classes[Field.distance.rawValue] = FieldClasses.absent
    row.classes[Field.chargeable.rawValue] = FieldClasses.absent
    if kilometres < 0 { return kilometres }
    let words = carrier.pointee.minimumDistances.words
    let (fitting, open) = (scratch, scratch + words)
    carrier.pointee.minimumDistances.sift(row.classes, fitting: fitting, open: open)
    for word in 0..<words {
      if open[word] != 0 { return nil }
      var rest = fitting[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        kilometres = max(kilometres, carrier.pointee.leastKilometres[index])
      }
    }
    row.classes[Field.distance.rawValue] = setting.regime.finder.number(
      of: kilometres * 1000, Field.distance.rawValue)
    return kilometres
  }

  /// The charge for one unit in minor units; nil where only the exact calculation can tell.
  @inline(__always)
  private mutating func reckon(
    _ charge: UnsafePointer<ChargePlan>, _ number: Int, _ carrier: UnsafePointer<CarrierPlan>,
    _ kilometres: Int64,
    _ sifted: (
      rates: UnsafeMutablePointer<UInt64>, open: UnsafeMutablePointer<UInt64>, chain: UInt64,
      openChain: UInt64
    ), _ row: borrowing RowFacts, _ setting: Setting
  ) -> Int64? {
    if charge.pointee.isExactOnly { return nil }
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
    var number0 = 0
    for word in 0..<words {
      let same =
        sifted.rates[word] & charge.pointee.rates[word]
        & carrier.pointee.rankMasks[first &* words &+ word]
      number0 &+= same.nonzeroBitCount
      if same & sifted.open[word] != 0 { return nil }
    }
    guard number0 == 1 else { return nil }
    let rate = carrier.pointee.ratePlans.pointer + first
    if rate.pointee.isExactOnly { return nil }
    guard sifted.openChain & rate.pointee.chain == 0,
      sifted.chain & rate.pointee.openChain == 0
    else { return nil }
    guard let figure = figure(rate, carrier, kilometres, row) else { return nil }
    guard
      let factor = factors.factor(
        links: sifted.chain & rate.pointee.chain, from: Int(figure.currency), charge: number,
        carrier: carrier.pointee.number, setting)
    else { return nil }
    return amount(charge, rate, figure.value, factor, kilometres, row, setting)
  }

  /// The rate itself, with its currency.
  @inline(__always)
  private func figure(
    _ rate: UnsafePointer<RatePlan>, _ carrier: UnsafePointer<CarrierPlan>, _ kilometres: Int64,
    _ row: borrowing RowFacts
  ) -> (value: Ratio, currency: Int32)? {
    if let amount = rate.pointee.amount { return (amount, rate.pointee.currency) }
    let grid = carrier.pointee.grids.pointer + Int(rate.pointee.grid)
    var column = Int(rate.pointee.column)
    if column < 0 {
      column = Int(rate.pointee.columns[Int(row.classes[Int(rate.pointee.columnField)])])
    }
    guard column >= 0, kilometres >= 0, kilometres < Int64(grid.pointee.beltAt.count) else {
      return nil
    }
    let belt = Int(grid.pointee.beltAt[Int(kilometres)])
    guard belt >= 0 else { return nil }
    let cell = grid.pointee.cells[belt &* grid.pointee.columns &+ column]
    guard cell != Grid.empty else { return nil }
    var value = Ratio()
    value.numerator = cell
    value.denominator = grid.pointee.scale
    return (value, grid.pointee.currency)
  }

  /// Rate, quantities and factor, rounded; then what multiplies after it, rounded.
  @inline(__always)
  private func amount(
    _ charge: UnsafePointer<ChargePlan>, _ rate: UnsafePointer<RatePlan>, _ figure: Ratio,
    _ factor: Ratio, _ kilometres: Int64, _ row: borrowing RowFacts,
    _ setting: Setting
  ) -> Int64? {
    var value = WideRatio(figure)
    value.multiply(factor)
    if rate.pointee.startedKilometres > 0 {
      guard kilometres >= 0 else { return nil }
      let started = Int64(rate.pointee.startedKilometres)
      value.multiply((kilometres &+ started &- 1) / started)
    }
    for quantity in [rate.pointee.before.0, rate.pointee.before.1] where quantity >= 0 {
      guard multiply(&value, quantity, rate, kilometres, row, setting) else { return nil }
    }
    let mode = RoundingMode.allCases[Int(charge.pointee.mode)]
    let perUnit = setting.targetCurrency.minorUnitsPerUnit
    if !charge.pointee.isUnitExact {
      value.round(to: charge.pointee.unitStep, orParts: perUnit, mode)
    }
    for quantity in [rate.pointee.after.0, rate.pointee.after.1] where quantity >= 0 {
      guard multiply(&value, quantity, rate, kilometres, row, setting) else { return nil }
    }
    value.round(to: charge.pointee.chargeStep, orParts: perUnit, mode)
    return value.minorUnits(perUnit)
  }

  @inline(__always)
  private func multiply(
    _ value: inout WideRatio, _ quantity: Int8, _ rate: UnsafePointer<RatePlan>,
    _ kilometres: Int64, _ row: borrowing RowFacts, _ setting: Setting
  ) -> Bool {
    func given(_ field: Field, _ parts: Int64) -> Bool {
      let number = row.values[field.rawValue]
      guard number != Facts.absent else { return false }
      value.multiply(number)
      value.divide(parts)
      return true
    }
    switch Unit.Quantity.allCases[Int(quantity)] {
    case .tonnes: return given(.chargeable, 1_000_000)
    case .kilometres:
      guard kilometres >= 0 else { return false }
      value.multiply(kilometres)
      return true
    case .metres, .grt:
      guard let deemed = rate.pointee.deemed else { return given(.length, 1000) }
      value.multiply(deemed)
      return true
    case .axles: return given(.axles, 1000)
    case .persons: return given(.persons, 1000)
    case .teu, .feu:
      let equipment = setting.regime.equipment[Int(row.classes[Field.equipment.rawValue])]
      guard let teu = equipment.teu else { return false }
      value.multiply(teu)
      if Unit.Quantity.allCases[Int(quantity)] == .feu { value.divide(2) }
      return true
    }
  }
}
