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
  /// Each leg's charges for one unit and kilometres on the lane that is divided.
  let legCharges: UnsafeMutablePointer<Int64>
  private let legKilometres: UnsafeMutablePointer<Int32>
  /// The weighed legs of a plan: while it is made, and the answers for the row as far as they were
  /// looked up.
  let weighedLegs: UnsafeMutablePointer<WeighedLeg>
  private let answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>?>

  static let mostLegs = 64, mostLanes = 64, mostWeighed = 256
  /// What a plan of so many lanes of so many legs takes of the memory of plans, at most.
  static let mostBytes = 1 << 18

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
    row = RowFacts()
    days = DayPlans(tables, asOf, regimes)
    parties = tables.partyCodes.compactMap { tables.symbols.number(of: $0) }
    legs = LegReckoner(RefusalTexts(parties: parties.count))
    division = DivisionReckoner(parties: parties.count)
    legCharges = .allocate(capacity: Self.mostLegs)
    legKilometres = .allocate(capacity: Self.mostLegs)
    weighedLegs = .allocate(capacity: Self.mostWeighed)
    answers = .allocate(capacity: Self.mostWeighed)
  }

  deinit {
    legCharges.deallocate()
    legKilometres.deallocate()
    weighedLegs.deallocate()
    answers.deallocate()
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
    if row.customer >= 0 {
      row.currency = tables.pointee.customers[Int(row.customer)]
      if row.currency == -2 { return nil }
    }
    let count = row.count &* 1000
    row.set(.count, count, shared.finder.number(of: count, .count))
    let number = row.values[Field.unNumber.rawValue]
    if number != Facts.absent {
      let unClass = number >= 0 ? tables.pointee.unClasses[Int(number)] : Facts.unknown
      row.set(
        .unClass, unClass,
        unClass >= 0 ? shared.wordClass(unClass, .unClass) : FieldClasses.unknown)
    }
    let keyPlan = tables.pointee.rowKeys.pointer + equipmentClass
    guard !keyPlan.pointee.isTooWide else { return nil }
    let key = row.key(keyPlan)
    if legs.book.isFull { forget() }
    return memo.plan(key) ?? make(key)
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
    guard !overflow, most <= Money.limit, let lanes = plan.pointee.lanes else { return .quoted }
    return divided(
      plan.pointee.unitRate, UnsafePointer(lanes), lanes.pointee.charges,
      lanes.pointee.kilometres, plan)
  }

  @inline(__always)
  private mutating func divide(
    _ total: Int64, _ lane: UnsafePointer<LanePrice>, _ legs: UnsafePointer<Int64>,
    _ kilometres: UnsafePointer<Int32>
  ) -> Bool {
    guard let terms = lane.pointee.terms, let amounts = lane.pointee.amounts else { return false }
    return division.divide(
      DivisionReckoner.Task(
        total: total, count: row.count, amounts: amounts, legs: legs,
        kilometres: kilometres), terms.pointee.division)
  }

  @inline(__always)
  private mutating func divided(
    _ unitRate: Int64, _ lane: UnsafePointer<LanePrice>, _ legs: UnsafePointer<Int64>,
    _ kilometres: UnsafePointer<Int32>, _ plan: UnsafePointer<RowPlan>
  ) -> Answer {
    let total = unitRate &* row.count
    guard divide(total, lane, legs, kilometres), let terms = lane.pointee.terms else {
      return .quoted
    }
    return .priced(
      Price(
        unitRate: unitRate, total: total, currency: terms.pointee.currency,
        unit: Int(plan.pointee.unit)))
  }

  /// The lanes with a price so far, and why the others have none.
  struct Comparison {
    var unitRate: Int64 = 0
    var lane: UnsafePointer<LanePrice>?
    /// The first lane of each status without a price, and the first of all.
    private var conflict: Int32 = -1, rejected: Int32 = -1, onRequest: Int32 = -1
    private var first: Int32 = -1

    mutating func note(_ number: Int32, _ status: Status) {
      switch status {
      case .conflict: if conflict < 0 { conflict = number }
      case .rejected: if rejected < 0 { rejected = number }
      case .onRequest: if onRequest < 0 { onRequest = number }
      case .noRate, .priced: break
      }
      if first < 0 { first = number }
    }

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
    guard let lanes = plan.pointee.lanes else { return .quoted }
    let tonne = LegSeries.tonne(row.weight)
    for number in 0..<Int(plan.pointee.weighedCount) { answers[number] = nil }
    var comparison = Comparison()
    for index in 0..<Int(plan.pointee.laneCount) {
      guard compare(UnsafePointer(lanes + index), plan, tonne, &comparison) else {
        return .quoted
      }
    }
    if let number = comparison.answer(hasPrice: comparison.lane != nil) {
      return .refused(number)
    }
    guard let lane = comparison.lane else { return .quoted }
    setLegs(lane)
    return divided(comparison.unitRate, lane, legCharges, legKilometres, plan)
  }

  /// Looks at one lane; false where only a quote can tell.
  @inline(__always)
  private mutating func compare(
    _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<RowPlan>, _ tonne: Int,
    _ comparison: inout Comparison
  ) -> Bool {
    guard let terms = lane.pointee.terms else {
      comparison.note(lane.pointee.refusal, legs.refusals.status(lane.pointee.refusal))
      return true
    }
    var sum = lane.pointee.sum
    var earns = lane.pointee.earns
    for index in 0..<Int(lane.pointee.weighedCount) {
      let weighed = lane.pointee.weighed[index]
      let number = Int(weighed.number)
      guard let answer = answers[number] ?? look(number, plan, tonne) else { return false }
      if !answer.pointee.isPriced { return note(answer, lane, &comparison) }
      let amount = answer.pointee.perUnit(row.weight)
      guard amount >= 0 else { return false }
      sum &+= amount
      if weighed.isPartner && amount > 0 { earns = true }
    }
    guard sum.magnitude <= Money.limit.magnitude, let unitRate = terms.pointee.unitRate(sum) else {
      return false
    }
    // Each is within the limits, so that their sum is far from an overflow.
    let perUnit = Int64(unitRate.magnitude &+ sum.magnitude) &+ lane.pointee.agreed
    let (most, overflow) = perUnit.multipliedReportingOverflow(by: row.count)
    guard !overflow, most <= Money.limit else { return false }
    if !earns || unitRate < lane.pointee.safeFrom {
      setLegs(lane)
      guard divide(unitRate &* row.count, lane, legCharges, legKilometres) else { return false }
    }
    if let known = comparison.lane {
      // Totals of two currencies are compared by the quote.
      guard known.pointee.terms?.pointee.currency == terms.pointee.currency else { return false }
      if (comparison.unitRate, known.pointee.order) <= (unitRate, lane.pointee.order) {
        return true
      }
    }
    (comparison.unitRate, comparison.lane) = (unitRate, lane)
    return true
  }

  /// Sets what the legs of a lane cost the row, whose answers were looked up.
  @inline(__always)
  private func setLegs(_ lane: UnsafePointer<LanePrice>) {
    for index in 0..<Int(lane.pointee.legCount) {
      legCharges[index] = lane.pointee.charges[index]
      legKilometres[index] = lane.pointee.kilometres[index]
    }
    for index in 0..<Int(lane.pointee.weighedCount) {
      let weighed = lane.pointee.weighed[index]
      guard let answer = answers[Int(weighed.number)] else { continue }
      legCharges[Int(weighed.leg)] = answer.pointee.perUnit(row.weight)
      legKilometres[Int(weighed.leg)] = answer.pointee.kilometres
    }
  }

  /// Looks up the answer for a weighed leg of a plan; nil where only a quote can tell.
  @inline(__always)
  private mutating func look(
    _ number: Int, _ plan: UnsafePointer<RowPlan>, _ tonne: Int
  ) -> UnsafePointer<LegAnswer>? {
    guard let weighed = plan.pointee.weighed else { return nil }
    let leg = weighed + number
    let known = LegSeries.answer(leg.pointee.series, row.weight, tonne, row.dayNumber)
    guard let answer = known ?? reckon(leg, plan), answer.pointee.outcome != .unclear
    else { return nil }
    answers[number] = answer
    return answer
  }

  /// Notes why a lane has no price for the row's weight; false where that cannot be said.
  @inline(never)
  private mutating func note(
    _ answer: UnsafePointer<LegAnswer>, _ lane: UnsafePointer<LanePrice>,
    _ comparison: inout Comparison
  ) -> Bool {
    guard case .plan(let route) = days.plans[row.day].book.route(row) else { return false }
    let number = refusal(answer.pointee.refusal, Int(lane.pointee.number), route)
    guard number >= 0 else { return false }
    comparison.note(number, legs.refusals.status(number))
    return true
  }

  /// A refusal as it is said where there are several lanes; below zero where it cannot be said.
  mutating func refusal(_ number: Int32, _ lane: Int, _ route: RoutePlan) -> Int32 {
    route.lanes.count > 1 ? legs.refusals.number(number, on: route.routes[lane]) : number
  }

  /// A weighed leg that has no answer yet for the row's weight.
  @inline(never)
  private mutating func reckon(
    _ leg: UnsafePointer<WeighedLeg>, _ plan: UnsafePointer<RowPlan>
  ) -> UnsafePointer<LegAnswer>? {
    let (lane, number) = (Int(leg.pointee.lane), Int(leg.pointee.leg))
    let day = days.plans[row.day]
    guard case .plan(let route) = day.book.route(row),
      let terms = plan.pointee.lanes?[lane].terms,
      let setting = days.setting(row.day, terms.pointee.currency)
    else { return nil }
    let place = place(number, route.lanes[lane], day.book.regime)
    return legs.reckoned(leg.pointee.series, place, row, setting, route.routes[lane], number)
  }

  func place(_ leg: Int, _ lane: LanePlan, _ regime: RegimePlan) -> LegReckoner.Place {
    LegReckoner.Place(
      leg: lane.legs[leg], lane: lane.lane, route: lane.route,
      carrier: regime.carriers.pointer + lane.legs[leg].carrier)
  }
}
