import CSV
import ExactMoney
import TariffRules

/// Rates plain rows by the compiled rules: each kind of consignment has a plan, and what is left
/// for a row is arithmetic. What the rules do not answer is left to the quote.
struct RowRater: ~Copyable {
  var row: RowFacts
  var days: DayPlans
  var legs: LegReckoner
  var memo = RowMemo()
  var termsBook = TermsBook()
  var division: DivisionReckoner
  let shared: SharedClasses
  let parties: [Int64]
  /// Each leg's charges and kilometres on the lane looked at, and on the best so far.
  private var now: Amounts
  private var best: Amounts
  /// The legs of the lane looked at that depend on the weight.
  let weighedLegs: UnsafeMutablePointer<WeighedLeg>

  static let mostLegs = 64, mostLanes = 64
  /// What a plan of so many lanes of so many legs takes of the memory of plans, at most.
  static let mostBytes = 1 << 18

  /// Each leg's charges and kilometres.
  struct Amounts: BitwiseCopyable {
    let legs: UnsafeMutablePointer<Int64>
    let kilometres: UnsafeMutablePointer<Int32>

    init() {
      legs = .allocate(capacity: RowRater.mostLegs)
      kilometres = .allocate(capacity: RowRater.mostLegs)
    }

    func deallocate() {
      legs.deallocate()
      kilometres.deallocate()
    }
  }

  /// What becomes of a row; the shares are in `division`.
  enum Answer {
    case priced(Price)
    case refused(Int32)
    case quoted
  }

  struct Price {
    var unitRate: Int64
    var total: Int64
    var currency: Int
    var unit: Int
  }

  init(_ tables: TariffTables, _ asOf: Day?, _ regimes: Regimes) {
    shared = regimes.shared
    row = RowFacts(shared.layout)
    days = DayPlans(tables, asOf, regimes)
    parties = tables.partyCodes.compactMap { tables.symbols.number(of: $0) }
    legs = LegReckoner(RefusalTexts(parties: parties.count))
    division = DivisionReckoner(parties: parties.count)
    now = Amounts()
    best = Amounts()
    weighedLegs = .allocate(capacity: Self.mostLegs)
  }

  deinit {
    now.deallocate()
    best.deallocate()
    weighedLegs.deallocate()
  }

  // MARK: - One row

  /// Answers the row that was read.
  mutating func answer() -> Answer {
    row.day = days.number(row.dayNumber)
    guard row.day >= 0, let plan = plan() else { return .quoted }
    switch plan.pointee.kind {
    case .quoted: return .quoted
    case .refused:
      let (most, overflow) = plan.pointee.mostPerUnit.multipliedReportingOverflow(by: row.count)
      return overflow || most > Money.limit ? .quoted : .refused(plan.pointee.refusal)
    case .settled: return settled(plan)
    case .compared: return compared(plan)
    }
  }

  @inline(__always)
  private mutating func plan() -> UnsafePointer<RowPlan>? {
    let tables = days.tables + row.day
    let equipmentClass = Int(row.classes[Field.equipment.rawValue])
    guard setOwner(tables.pointee.equipment[equipmentClass]) else { return nil }
    var currency: Int32 = -1
    if row.customer >= 0 {
      currency = tables.pointee.customers[Int(row.customer)]
      if currency == -2 { return nil }
    }
    row.setCurrency(currency)
    row.setPlaces()
    let count = row.count &* 1000
    row.set(.count, count, shared.finder.number(of: count, .count))
    let number = row.values[Field.unNumber.rawValue]
    if number != Facts.absent {
      let unClass = number >= 0 ? tables.pointee.unClasses[Int(number)] : Facts.unknown
      row.set(
        .unClass, unClass,
        unClass >= 0 ? shared.wordClass(unClass, .unClass) : FieldClasses.unknown)
    }
    let key = row.key(tables.pointee.masks[equipmentClass])
    return memo.plan(key) ?? make(key, currency)
  }

  /// The owner of the wagon where only one owner is given.
  @inline(__always)
  private mutating func setOwner(_ equipment: RegimePlan.EquipmentPlan) -> Bool {
    guard equipment.isKnown else { return false }
    let owner = row.values[Field.owner.rawValue]
    var wagon = row.values[Field.wagonOwner.rawValue]
    if !equipment.ridesOnAWagon {
      if wagon != Facts.absent && wagon != owner { return false }
      wagon = owner
    } else if wagon == Facts.absent {
      wagon = owner
    }
    if wagon != Facts.absent {
      row.set(.wagonOwner, wagon, shared.wordClass(wagon, .wagonOwner))
    }
    return true
  }

  // MARK: - By its plan

  @inline(__always)
  private mutating func settled(_ plan: UnsafePointer<RowPlan>) -> Answer {
    let (most, overflow) = plan.pointee.mostPerUnit.multipliedReportingOverflow(by: row.count)
    guard !overflow, most <= Money.limit, let lane = plan.pointee.lanes,
      let terms = lane.pointee.terms
    else { return .quoted }
    let total = plan.pointee.unitRate &* row.count
    guard divide(total, terms, lane, lane.pointee.legs, lane.pointee.kilometres) else {
      return .quoted
    }
    return .priced(
      Price(
        unitRate: plan.pointee.unitRate, total: total, currency: terms.pointee.currency,
        unit: Int(plan.pointee.unit)))
  }

  @inline(__always)
  private mutating func divide(
    _ total: Int64, _ terms: UnsafePointer<TermsPlan>, _ lane: UnsafePointer<LanePrice>,
    _ legs: UnsafePointer<Int64>, _ kilometres: UnsafePointer<Int32>
  ) -> Bool {
    division.divide(
      DivisionReckoner.Task(
        total: total, count: row.count, amounts: lane.pointee.amounts, legs: legs,
        kilometres: kilometres), terms.pointee.division)
  }

  /// The lanes with a price so far, and why the others have none.
  struct Comparison {
    var unitRate: Int64 = 0
    var total: Int64 = 0
    var lane: UnsafePointer<LanePrice>?
    /// The first lane of each status without a price, and the first of all.
    var conflict: Int32 = -1, rejected: Int32 = -1, onRequest: Int32 = -1, first: Int32 = -1

    /// The answer that is no price; nil where there is a price, or nothing to say.
    @inline(__always)
    func answer(hasPrice: Bool) -> Int32? {
      if conflict >= 0 { return conflict }
      if rejected >= 0 { return rejected }
      if hasPrice { return nil }
      if onRequest >= 0 { return onRequest }
      return first >= 0 ? first : nil
    }
  }

  @inline(__always)
  private mutating func compared(_ plan: UnsafePointer<RowPlan>) -> Answer {
    var comparison = Comparison()
    guard let lanes = plan.pointee.lanes else { return .quoted }
    for index in 0..<plan.pointee.laneCount {
      let lane = UnsafePointer(lanes + index)
      guard compare(lane, plan, &comparison) else { return .quoted }
    }
    if let number = comparison.answer(hasPrice: comparison.lane != nil) {
      return .refused(number)
    }
    guard let lane = comparison.lane, let terms = lane.pointee.terms,
      divide(comparison.total, terms, lane, best.legs, best.kilometres)
    else { return .quoted }
    return .priced(
      Price(
        unitRate: comparison.unitRate, total: comparison.total, currency: terms.pointee.currency,
        unit: Int(plan.pointee.unit)))
  }

  /// Looks at one lane; false where only a quote can tell.
  @inline(__always)
  private mutating func compare(
    _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<RowPlan>,
    _ comparison: inout Comparison
  ) -> Bool {
    guard let terms = lane.pointee.terms else {
      return note(lane.pointee.refusal, lane, plan, &comparison)
    }
    var sum = lane.pointee.sum
    let weight = row.values[Field.weight.rawValue]
    now.legs.update(from: lane.pointee.legs, count: lane.pointee.legCount)
    now.kilometres.update(from: lane.pointee.kilometres, count: lane.pointee.legCount)
    for index in 0..<lane.pointee.weighedCount {
      let leg = lane.pointee.weighed + index
      let weightClass = LegReckoner.weightClass(leg.pointee.weights, weight)
      var found = legs.remembered(leg.pointee.key, weightClass, weight, row.dayNumber)
      if found == nil {
        found = reckon(leg, weightClass, lane.pointee.number, terms.pointee.currency)
      }
      guard let found else { return false }
      if !found.pointee.isPriced {
        guard found.pointee.outcome == .refused else { return false }
        return note(found.pointee.refusal, lane, plan, &comparison)
      }
      let amount = found.pointee.perUnit(weight)
      now.legs[leg.pointee.number] = amount
      now.kilometres[leg.pointee.number] = found.pointee.kilometres
      sum &+= amount
    }
    guard sum.magnitude <= Money.limit.magnitude, let unitRate = terms.pointee.unitRate(sum) else {
      return false
    }
    return compare(lane, terms, sum, unitRate, &comparison)
  }

  @inline(__always)
  private mutating func compare(
    _ lane: UnsafePointer<LanePrice>, _ terms: UnsafePointer<TermsPlan>, _ sum: Int64,
    _ unitRate: Int64, _ comparison: inout Comparison
  ) -> Bool {
    // Each is within the limits, so that their sum is far from an overflow.
    let perUnit = Int64(unitRate.magnitude &+ sum.magnitude) &+ lane.pointee.agreed
    let (most, overflow) = perUnit.multipliedReportingOverflow(by: row.count)
    guard !overflow, most <= Money.limit else { return false }
    let total = unitRate &* row.count
    if !lane.pointee.isSafe || !somePartnerEarns(lane, terms) {
      guard divide(total, terms, lane, now.legs, now.kilometres) else { return false }
    }
    if let known = comparison.lane {
      // Totals of two currencies are compared by the quote.
      guard known.pointee.terms?.pointee.currency == terms.pointee.currency else { return false }
      if (comparison.total, known.pointee.order) <= (total, lane.pointee.order) { return true }
    }
    (comparison.unitRate, comparison.total, comparison.lane) = (unitRate, total, lane)
    (now, best) = (best, now)
    return true
  }

  @inline(__always)
  private func somePartnerEarns(
    _ lane: UnsafePointer<LanePrice>, _ terms: UnsafePointer<TermsPlan>
  ) -> Bool {
    let partners = terms.pointee.division.pointee.legs
    for index in 0..<lane.pointee.legCount
    where now.legs[index] > 0 && partners[index].carrier >= 0 { return true }
    return false
  }

  /// Notes why a lane has no price; false where that cannot be said.
  mutating func note(
    _ refusal: Int32, _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<RowPlan>,
    _ comparison: inout Comparison
  ) -> Bool {
    var number = refusal
    if plan.pointee.hasSeveral {
      guard case .plan(let route) = days.plans[row.day].book.route(row) else { return false }
      number = legs.refusals.number(refusal, on: route.routes[lane.pointee.number])
    }
    guard number >= 0 else { return false }
    switch legs.refusals.status(number) {
    case .conflict: if comparison.conflict < 0 { comparison.conflict = number }
    case .rejected: if comparison.rejected < 0 { comparison.rejected = number }
    case .onRequest: if comparison.onRequest < 0 { comparison.onRequest = number }
    case .noRate, .priced: break
    }
    if comparison.first < 0 { comparison.first = number }
    return true
  }

  /// A leg that is not remembered for this weight.
  @inline(never)
  private mutating func reckon(
    _ leg: UnsafePointer<WeighedLeg>, _ weightClass: UInt64, _ lane: Int, _ currency: Int
  ) -> UnsafePointer<LegAnswer>? {
    let day = days.plans[row.day]
    guard case .plan(let route) = day.book.route(row),
      let setting = days.setting(row.day, currency)
    else { return nil }
    let place = place(leg.pointee.number, route.lanes[lane], day.book.regime)
    return legs.reckoned(
      leg.pointee.key, weightClass, place, row, setting, route.routes[lane], leg.pointee.number)
  }

  func place(_ leg: Int, _ lane: LanePlan, _ regime: RegimePlan) -> LegReckoner.Place {
    LegReckoner.Place(
      leg: lane.legs[leg], lane: lane.lane, route: lane.route,
      carrier: regime.carriers.pointer + lane.legs[leg].carrier)
  }
}
