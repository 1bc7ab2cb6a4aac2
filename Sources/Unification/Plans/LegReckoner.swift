import ExactMoney
import TariffRules

/// Reckons the legs of rows by the compiled rules. What these cannot do is done by the calculator
/// of quotes; either way the answer is kept for the next row that asks the same.
struct LegReckoner: ~Copyable {
  private let memo = LegMemo()
  var factors = ChainFactors()
  private let scratch: UnsafeMutablePointer<UInt64>
  /// The charges of the last leg that was reckoned, in their order: for tests.
  private(set) var charges: [Int64] = []
  var keepsCharges = false
  var refusals: RefusalTexts
  /// Whether what was looked at so far could be otherwise for another weight.
  var weighs = false
  /// Whether what stopped the reckoning will stop the exact calculation at the same place.
  var isRefused = false
  /// How the chargeable weight comes from the actual one: rounded up to this, 0 for a minimum, -1
  /// for neither.
  var weightStep: Int64 = 0

  init(_ refusals: consuming RefusalTexts) {
    self.refusals = refusals
    scratch = .allocate(capacity: Sieve.mostWords * 6)
  }

  deinit { scratch.deallocate() }

  /// Where a leg stands: its day's rules and the currency it is wanted in.
  final class Setting {
    let day: DayPlans.DayPlan
    let regimeNumber: Int
    let target: Int
    let currency: Currency
    /// The number of what converts, by the number of the conversions.
    let exchanges: [UInt16]
    /// The amounts of the agreement in minor units; `Int64.min` where nothing converts them.
    let amounts: FixedTable<Int64>
    private let memory = FixedMemory()

    init(_ day: DayPlans.DayPlan, _ target: Int, _ exchanges: [UInt16]) {
      self.day = day
      self.target = target
      self.exchanges = exchanges
      regimeNumber = day.book.number
      let regime = day.book.regime
      let currency = regime.currencies[target]
      self.currency = currency
      amounts = memory.table(
        regime.amounts.map { DivisionPlan.units($0, day.now, in: currency) ?? Int64.min })
    }
  }

  /// A leg of a lane with the rules of its carrier.
  struct Place: BitwiseCopyable {
    let leg: LegPlan
    let lane: UInt16, route: UInt16
    let carrier: UnsafePointer<CarrierPlan>
  }

  // MARK: - What is remembered

  /// What the answer for a leg depends on.
  func key(
    _ place: Place, _ row: borrowing RowFacts, _ setting: Setting
  ) -> (key: LegKey, weights: UnsafePointer<StepTable>?) {
    let known = place.carrier.pointee.keys.pointer + Int(row.classes[Field.equipment.rawValue])
    let plan = known.pointee
    var key = LegKey()
    key.isTooWide = plan.isTooWide
    key.place =
      place.leg.id << 42 | UInt64(setting.regimeNumber) << 34
      | UInt64(setting.exchanges[Int(plan.conversions)]) << 16 | UInt64(setting.target) << 8
    for index in 0..<plan.parts.count {
      let part = plan.parts[index]
      var bits: UInt64
      if part.alike.count > 0 {
        bits = UInt64(part.alike[Int(row.classes[Int(part.field)])])
      } else {
        let value = row.values[Int(part.field)]
        bits = value == Facts.absent ? 0 : UInt64(bitPattern: value) &+ 1
      }
      if part.shift < 64 {
        key.first |= bits &<< UInt64(part.shift)
      } else {
        bits &<<= UInt64(part.shift &- 64)
        key.second |= bits
      }
    }
    return (key, plan.asksWeight ? plan.weights.pointer : nil)
  }

  /// The class of a row's weight in a key; 0 where it does not matter or is not given.
  @inline(__always)
  static func weightClass(_ weights: UnsafePointer<StepTable>?, _ weight: Int64) -> UInt64 {
    guard let weights, weight != Facts.absent else { return 0 }
    return UInt64(truncatingIfNeeded: weights.pointee.number(of: weight) &+ 1)
  }

  /// The answer that is remembered for a key; nil if there is none that holds.
  @inline(__always)
  func remembered(
    _ key: LegKey, _ weightClass: UInt64, _ weight: Int64, _ day: Int32
  ) -> UnsafePointer<LegAnswer>? {
    if key.isTooWide { return nil }
    let slot = UnsafePointer(memo.slot(key, weightClass))
    return LegMemo.isOf(slot, key, weightClass) && slot.pointee.holds(weight, day) ? slot : nil
  }

  /// The answer for a leg of the row on its route, reckoned now, and remembered if it can be.
  mutating func reckoned(
    _ key: LegKey, _ weightClass: UInt64, _ place: Place, _ row: borrowing RowFacts,
    _ setting: Setting, _ route: Route, _ number: Int
  ) -> UnsafePointer<LegAnswer> {
    weighs = false
    isRefused = false
    var answer =
      reckon(place, row, setting)
      ?? exact(place, row, setting, route.legs[number], route)
    answer.weighs = answer.weighs || weighs
    (answer.first, answer.second) = (key.first, key.second)
    answer.place = key.place | weightClass
    let slot = key.isTooWide ? memo.spare : memo.slot(key, weightClass)
    slot.pointee = answer
    return UnsafePointer(slot)
  }

  // MARK: - One leg by the calculator of quotes

  private mutating func exact(
    _ place: Place, _ row: borrowing RowFacts, _ setting: Setting, _ leg: LaneLeg, _ route: Route
  ) -> LegAnswer {
    let now = setting.day.now.moved(to: Day(number: row.dayNumber) ?? setting.day.now.day)
    var calculator = LegCalculator(now, target: setting.currency, count: 1)
    var answer = LegAnswer(.unclear)
    let asksWeight =
      place.carrier.pointee.keys[Int(row.classes[Field.equipment.rawValue])].asksWeight
    var isForAll = !asksWeight
    do throws(Refusal) {
      let priced = try calculator.price(leg, row.facts(on: route, now))
      answer.amount = priced.amount.minorUnits
      answer.kilometres = Int32(priced.distanceKilometres ?? -1)
      answer.outcome = .priced
    } catch {
      if error.isOfKind {
        answer.refusal = refusals.number(error)
        if answer.refusal >= 0 { answer.outcome = .refused }
      }
      isForAll = isForAll || (isRefused && !weighs)
      if error.namesDay {
        // What holds for one day only is not kept for one weight only as well.
        answer.scope = isForAll ? .day : .weight
        answer.step = isForAll ? Int64(row.dayNumber) : Int64.max
        answer.weighs = true
        return answer
      }
    }
    if isForAll { return answer }
    answer.weighs = true
    answer.scope = .weight
    answer.step = row.values[Field.weight.rawValue]
    return answer
  }

  // MARK: - One leg by the compiled rules

  private mutating func reckon(
    _ place: Place, _ row: borrowing RowFacts, _ setting: Setting
  ) -> LegAnswer? {
    let carrier = place.carrier
    if carrier.pointee.isExactOnly { return nil }
    stand(place, row)
    guard let kilometres = distance(place.leg, carrier, row, setting),
      setWeight(carrier, row, setting)
    else { return nil }
    let words = carrier.pointee.charges.words
    let (due, open) = (scratch, scratch + words)
    isRefused = false
    if carrier.pointee.charges.sift(row.classes, fitting: due, open: open) { weighs = true }
    for word in 0..<words where open[word] != 0 { return nil }
    let rates = scratch + Sieve.mostWords * 2
    let openRates = rates + carrier.pointee.rates.words
    let ratesWeigh = carrier.pointee.rates.sift(row.classes, fitting: rates, open: openRates)
    let chain = scratch + Sieve.mostWords * 4
    let chainWeighs = carrier.pointee.chain.sift(row.classes, fitting: chain, open: chain + 1)
    if ratesWeigh || chainWeighs { weighs = true }
    if keepsCharges { charges = [] }
    var sum = ChargeSum()
    var seen: UInt64 = 0
    for word in 0..<words {
      var rest = due[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let charge = carrier.pointee.chargePlans.pointer + index
        let code = UInt64(1) &<< UInt64(charge.pointee.code & 63)
        // Two rows for one charge are a conflict; so many codes that bits meet are left alone.
        isRefused = false
        if seen & code != 0 { return nil }
        seen |= code
        guard
          let amount = reckon(
            charge, index, carrier, kilometres, (rates, openRates, chain[0], chain[1]), row, setting
          )
        else { return nil }
        if keepsCharges { charges.append(amount.perUnit) }
        sum.add(amount, weightStep)
      }
    }
    isRefused = true
    return seen == 0 ? nil : sum.answer(kilometres, weightStep, row.values[Field.weight.rawValue])
  }

  /// Sets what a row has on a leg.
  private func stand(_ place: Place, _ row: borrowing RowFacts) {
    row.classes[Field.from.rawValue] = place.leg.fromClass
    row.classes[Field.to.rawValue] = place.leg.toClass
    row.classes[Field.traffic.rawValue] = place.leg.traffic
    row.classes[Field.lane.rawValue] = place.lane
    row.classes[Field.route.rawValue] = place.route
    row.classes[Field.distance.rawValue] = FieldClasses.absent
    row.classes[Field.chargeable.rawValue] = FieldClasses.absent
    row.values[Field.chargeable.rawValue] = Facts.absent
  }

  /// The tariff distance, -1 for none.
  @inline(__always)
  private mutating func distance(
    _ leg: LegPlan, _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts,
    _ setting: Setting
  ) -> Int64? {
    var kilometres = leg.kilometres
    if kilometres < 0 { return kilometres }
    isRefused = true
    let words = carrier.pointee.minimumDistances.words
    let (fitting, open) = (scratch, scratch + words)
    if carrier.pointee.minimumDistances.sift(row.classes, fitting: fitting, open: open) {
      weighs = true
    }
    for word in 0..<words {
      if open[word] != 0 { return nil }
      var rest = fitting[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        kilometres = max(kilometres, carrier.pointee.leastKilometres[index])
      }
    }
    row.classes[Field.distance.rawValue] = setting.day.book.regime.finder.number(
      of: kilometres * 1000, .distance)
    return kilometres
  }

  /// Sets the chargeable weight, where it can matter; false where only the exact calculation can
  /// tell.
  @inline(__always)
  private mutating func setWeight(
    _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts, _ setting: Setting
  ) -> Bool {
    let keys = carrier.pointee.keys.pointer + Int(row.classes[Field.equipment.rawValue])
    let actual = row.values[Field.weight.rawValue]
    weightStep = 0
    guard keys.pointee.asksWeight, actual != Facts.absent else { return true }
    isRefused = true
    let words = carrier.pointee.minimumWeights.words
    let (fitting, open) = (scratch, scratch + words)
    if carrier.pointee.minimumWeights.sift(row.classes, fitting: fitting, open: open) {
      weighs = true
    }
    var (least, rounded, step) = (Int64(0), actual, Int64(1))
    var isOdd = false
    for word in 0..<words {
      if open[word] != 0 { return false }
      var rest = fitting[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let own = carrier.pointee.roundUps[index]
        if own != step {
          rounded = max(rounded, (actual &+ own &- 1) / own &* own)
          if own % step != 0 && step % own != 0 { isOdd = true }
          step = max(own, step)
        }
        least = max(least, carrier.pointee.leastWeights[index])
      }
    }
    weightStep = least >= rounded ? 0 : isOdd ? -1 : step
    let weight = max(least, rounded)
    row.values[Field.chargeable.rawValue] = weight
    row.classes[Field.chargeable.rawValue] = setting.day.book.regime.finder.number(
      of: weight, .chargeable)
    return true
  }
}
