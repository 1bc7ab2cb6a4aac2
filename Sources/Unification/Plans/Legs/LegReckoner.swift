import ExactMoney
import TariffRules

/// Reckons the legs of rows by the compiled rules. What these cannot do is done by the calculator
/// of quotes; either way the answer is kept for the next row that asks the same, if one may.
struct LegReckoner: ~Copyable {
  var book: LegBook
  var factors = ChainFactors()
  let scratch: UnsafeMutablePointer<UInt64>
  /// What the keys of a row's legs are made of, by carrier.
  private let carrierKeys: UnsafeMutablePointer<LegKey>
  private let isKeyed: UnsafeMutablePointer<Bool>
  private static let mostCarriers = 64
  /// The charges of the last leg that was reckoned, in their order: for tests.
  private(set) var charges: [Int64] = []
  var keepsCharges = false
  var refusals: RefusalTexts
  let finder: ClassFinder
  /// The weights for which what was looked at so far would be the same.
  var span = WeightSpan()
  /// Whether a price looked at so far goes by the chargeable weight.
  var isPerTonne = false
  /// Whether what stopped the reckoning will stop the exact calculation at the same place.
  var isRefused = false
  var chargeable = ChargeableWeight()
  /// What the weight costs, in the last answer, that has to be rounded.
  private var rounded = (PerWeight(), PerWeight())
  /// The charges of the recipe that is made.
  private let chosen: UnsafeMutablePointer<LegRecipe.Charge>
  private static let mostCharges = 64
  /// The recipe of the leg that was reckoned last; nil where there is none.
  private var recipe: LegRecipe?

  init(_ finder: ClassFinder, _ refusals: consuming RefusalTexts, _ book: consuming LegBook) {
    self.finder = finder
    self.refusals = refusals
    self.book = book
    scratch = .allocate(capacity: Sieve.mostWords * 6)
    carrierKeys = .allocate(capacity: Self.mostCarriers)
    isKeyed = .allocate(capacity: Self.mostCarriers)
    chosen = .allocate(capacity: Self.mostCharges)
  }

  deinit {
    scratch.deallocate()
    carrierKeys.deallocate()
    isKeyed.deallocate()
    chosen.deallocate()
  }

  /// Where a leg stands: its day's rules and the currency it is wanted in.
  struct Setting: BitwiseCopyable {
    /// Kept, as everything here, by the plans of the days.
    unowned(unsafe) let day: DayPlans.DayPlan
    let regimeNumber: Int
    let target: Int
    let minorUnits: Int64
    let equipment: FixedTable<RegimePlan.EquipmentPlan>
    /// The number of what converts, by the number of the conversions.
    let exchanges: FixedTable<UInt16>
    /// The number of what converts on the legs of a lane, by the number of what may have to be;
    /// below zero where that is not known.
    private let laneExchanges: UnsafeMutablePointer<Int32>
    private static let mostConversions = 256
    /// The amounts of the agreement in minor units; `Int64.min` where nothing converts them.
    let amounts: FixedTable<Int64>

    init(
      _ day: DayPlans.DayPlan, _ target: Int, _ exchanges: FixedTable<UInt16>,
      _ amounts: FixedTable<Int64>, _ memory: FixedMemory
    ) {
      self.day = day
      self.target = target
      self.exchanges = exchanges
      self.amounts = amounts
      regimeNumber = day.book.number
      minorUnits = day.book.regime.currencies[target].minorUnitsPerUnit
      equipment = day.book.regime.equipment
      laneExchanges = memory.room(Self.mostConversions, of: -1)
    }

    var currency: Currency { day.book.regime.currencies[target] }

    /// The number of what converts on the legs of a lane; below zero where it was not noted.
    @inline(__always)
    func known(_ conversions: Int32) -> Int32 {
      conversions < Self.mostConversions ? laneExchanges[Int(conversions)] : -1
    }

    /// Notes that number; one beyond the most is found out each time.
    func note(_ conversions: Int32, _ exchange: Int32) {
      if conversions < Self.mostConversions { laneExchanges[Int(conversions)] = exchange }
    }
  }

  /// A leg of a lane with the rules of its carrier.
  struct Place: BitwiseCopyable {
    let leg: LegPlan
    let lane: UInt16, route: UInt16
    let carrier: UnsafePointer<CarrierPlan>
  }

  // MARK: - What is remembered

  /// Forgets what the keys of the last row's legs are made of.
  mutating func beginRow() {
    for carrier in 0..<Self.mostCarriers { isKeyed[carrier] = false }
  }

  /// What the answer for a leg depends on, the money of the day aside; nil where that does not fit.
  mutating func kind(
    _ leg: LegPlan, _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts, regime: Int
  ) -> LegKind? {
    let number = carrier.pointee.number
    let plan = carrier.pointee.keys.pointer + Int(row.classes[Field.equipment.rawValue])
    guard number < Self.mostCarriers, !plan.pointee.isTooWide else { return nil }
    // All legs of a carrier depend on the same of a row.
    if !isKeyed[number] {
      carrierKeys[number] = Self.key(plan, row)
      isKeyed[number] = true
    }
    var key = LegKey(leg.id, regime: regime)
    (key.first, key.second) = (carrierKeys[number].first, carrierKeys[number].second)
    return LegKind(key, carrier, conversions: plan.pointee.conversions)
  }

  private static func key(_ plan: UnsafePointer<KeyPlan>, _ row: borrowing RowFacts) -> LegKey {
    var key = LegKey()
    for index in 0..<plan.pointee.parts.count {
      let part = plan.pointee.parts.pointer + index
      let field = Int(part.pointee.field)
      var bits: UInt64
      if part.pointee.alike.count > 0 {
        bits = UInt64(part.pointee.alike[Int(row.classes[field])])
      } else {
        let value = row.values[field]
        bits = value == Facts.absent ? 0 : UInt64(bitPattern: value) &+ 1
      }
      if part.pointee.shift < 64 {
        key.first |= bits &<< UInt64(truncatingIfNeeded: part.pointee.shift)
      } else {
        bits &<<= UInt64(truncatingIfNeeded: part.pointee.shift &- 64)
        key.second |= bits
      }
    }
    return key
  }

  /// Reckons a leg of the row by its recipe, and keeps the answer if others may ask for it; nil
  /// where there is none, or no room.
  mutating func reckonByRecipe(
    _ series: UnsafeMutablePointer<LegSeries>, _ weight: Int64, _ setting: Setting
  ) -> UnsafePointer<LegAnswer>? {
    let kind = series.pointee.kind
    guard let recipe = LegKind.recipe(kind, weight),
      let answer = price(
        recipe, LegRecipe.charges(recipe), kind.pointee.carrier, kind.pointee.conversions, weight,
        setting)
    else { return nil }
    // Others hardly ask for the very weight, and have the recipe; what is too heavy is not found.
    if answer.isForOneWeight || weight >= LaneSeries.tooHeavy { return book.pass(answer, rounded) }
    return book.keep(answer, rounded, series)
  }

  /// Reckons a leg of the row on its route, and keeps the answer and the recipe; nil where there is
  /// no room for the answer.
  @inline(never)
  mutating func reckon(
    _ series: UnsafeMutablePointer<LegSeries>, _ place: Place, _ row: borrowing RowFacts,
    _ setting: Setting, _ route: RoutePlan, _ lane: Int, _ number: Int, _ kinds: inout KindBook
  ) -> UnsafePointer<LegAnswer>? {
    let answer = answer(place, row, setting, route, lane, number)
    if let recipe, LegKind.recipe(series.pointee.kind, row.weight) == nil {
      kinds.keep(recipe, chosen, series.pointee.kind)
    }
    if row.weight >= LaneSeries.tooHeavy { return book.pass(answer, rounded) }
    return book.keep(answer, rounded, series)
  }

  /// The answer for a leg of the row, of which `rounded` is a part.
  mutating func answer(
    _ place: Place, _ row: borrowing RowFacts, _ setting: Setting, _ route: RoutePlan, _ lane: Int,
    _ number: Int
  ) -> LegAnswer {
    span = WeightSpan()
    isPerTonne = false
    isRefused = false
    rounded = (PerWeight(), PerWeight())
    recipe = makeRecipe(place, row, setting)
    if var made = recipe {
      let keys = place.carrier.pointee.keys.pointer + Int(row.classes[Field.equipment.rawValue])
      let answer = price(
        &made, chosen, place.carrier, keys.pointee.conversions, row.weight, setting)
      if let answer { return answer }
    }
    return exact(place, row, setting, route.routes[lane], number)
  }

  // MARK: - One leg by the calculator of quotes

  private mutating func exact(
    _ place: Place, _ row: borrowing RowFacts, _ setting: Setting, _ route: Route, _ number: Int
  ) -> LegAnswer {
    let now = setting.day.now.moved(to: Day(number: row.dayNumber) ?? setting.day.now.day)
    let (leg, facts) = (route.legs[number], row.facts(on: route, now))
    func price(_ units: Int) -> Result<Leg, Refusal> {
      var calculator = LegCalculator(now, target: setting.currency, count: units)
      do throws(Refusal) {
        return .success(try calculator.price(leg, facts))
      } catch { return .failure(error) }
    }
    var answer = LegAnswer(.unclear)
    let asksWeight =
      place.carrier.pointee.keys[Int(row.classes[Field.equipment.rawValue])].asksWeight
    var isForAll = !asksWeight
    switch price(1) {
    case .success(let priced):
      answer = LegAnswer(.priced)
      answer.amount = priced.amount.minorUnits
      answer.kilometres = Int32(priced.distanceKilometres ?? -1)
    case .failure(let refusal):
      if refusal.isOfKind {
        let reason = refusals.number(refusal)
        if reason >= 0 { answer = LegAnswer(.refused) }
        answer.refusal = reason
        // For more units a charge before may be beyond the limits, and that be the reason. What is
        // not refused alike for the most is tried for as many as most consignments have.
        let known = [ConsignmentReader.mostUnits, 1000].first { units in
          guard case .failure(let other) = price(units) else { return false }
          return other.message == refusal.message
        }
        answer.mostUnits = Int32(known ?? 1)
      }
      isForAll = isForAll || (isRefused && !isPerTonne && !span.isNarrow)
      if refusal.namesDay { answer.day = row.dayNumber }
    }
    if !isForAll || (asksWeight && row.weight == Facts.absent) {
      answer.setWeights(row.weight, row.weight)
    } else if asksWeight {
      // Whoever gives no weight is asked for it, or for less.
      answer.low = 0
    }
    return answer
  }

  // MARK: - One leg by the compiled rules

  /// What is due on a leg and by which rates; nil where only the exact calculation can tell.
  private mutating func makeRecipe(
    _ place: Place, _ row: borrowing RowFacts, _ setting: Setting
  ) -> LegRecipe? {
    let carrier = place.carrier
    if carrier.pointee.isExactOnly { return nil }
    stand(place, row)
    guard let kilometres = distance(place.leg, carrier, row), setWeight(carrier, row) else {
      return nil
    }
    let words = carrier.pointee.charges.words
    let (due, open) = (scratch, scratch + words)
    isRefused = false
    carrier.pointee.charges.sift(row.classes, fitting: due, open: open, within: &span)
    for word in 0..<words where open[word] != 0 { return nil }
    let rates = scratch + Sieve.mostWords * 2
    let openRates = rates + carrier.pointee.rates.words
    carrier.pointee.rates.sift(row.classes, fitting: rates, open: openRates, within: &span)
    let chain = scratch + Sieve.mostWords * 4
    carrier.pointee.chain.sift(row.classes, fitting: chain, open: chain + 1, within: &span)
    var recipe = LegRecipe()
    var seen: UInt64 = 0
    for word in 0..<words {
      var rest = due[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let code =
          UInt64(1) &<< UInt64(carrier.pointee.chargePlans.pointer[index].code & 63)
        // Two rows for one charge are a conflict; so many codes that bits meet are left alone.
        isRefused = false
        if seen & code != 0 { return nil }
        seen |= code
        guard
          let charge = choose(
            index, carrier, kilometres, (rates, openRates, chain[0], chain[1]), row, setting)
        else { return nil }
        chosen[recipe.chargeCount] = charge
        recipe.chargeCount += 1
      }
    }
    isRefused = true
    guard seen != 0 else { return nil }
    (recipe.kilometres, recipe.chargeable) = (kilometres, chargeable)
    reach(&recipe, carrier, row, setting.day.book.regime.classes)
    return recipe
  }

  /// What a leg costs by its recipe, for a weight and those that cost the same way; nil where only
  /// the exact calculation can tell.
  /// - Parameter conversions: the number of the conversions that can be needed.
  private mutating func price(
    _ recipe: UnsafePointer<LegRecipe>, _ charges: UnsafePointer<LegRecipe.Charge>,
    _ carrier: UnsafePointer<CarrierPlan>, _ conversions: Int32, _ weight: Int64,
    _ setting: Setting
  ) -> LegAnswer? {
    if keepsCharges { self.charges = [] }
    var chargeable = recipe.pointee.chargeable
    chargeable.weight = chargeable.weight(weight)
    isRefused = false
    let exchange = setting.exchanges[Int(conversions)]
    var sum = ChargeSum()
    for index in 0..<recipe.pointee.chargeCount {
      let chosen = charges + index
      let number = Int(chosen.pointee.charge)
      guard
        let factor = factors.factor(
          links: chosen.pointee.links, from: Int(chosen.pointee.currency), charge: number,
          carrier: carrier.pointee.number, exchange: exchange, setting),
        let amount = Self.amount(
          chosen, carrier.pointee.chargePlans.pointer + number, factor, chargeable,
          setting.minorUnits)
      else { return nil }
      if keepsCharges { self.charges.append(amount.perUnit) }
      sum.add(amount, chargeable)
    }
    isRefused = true
    guard var answer = sum.answer(recipe.pointee.kilometres, chargeable) else { return nil }
    rounded = sum.rounded
    if sum.holdsForOthers {
      answer.setWeights(recipe.pointee.low, recipe.pointee.high)
    } else {
      answer.setWeights(weight, weight)
    }
    return answer
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
    _ leg: LegPlan, _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts
  ) -> Int64? {
    var kilometres = leg.kilometres
    if kilometres < 0 { return kilometres }
    isRefused = true
    let words = carrier.pointee.minimumDistances.words
    let (fitting, open) = (scratch, scratch + words)
    carrier.pointee.minimumDistances.sift(
      row.classes, fitting: fitting, open: open, within: &span)
    for word in 0..<words {
      if open[word] != 0 { return nil }
      var rest = fitting[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        kilometres = max(kilometres, carrier.pointee.leastKilometres[index])
      }
    }
    row.classes[Field.distance.rawValue] = finder.number(of: kilometres * 1000, .distance)
    return kilometres
  }
}
