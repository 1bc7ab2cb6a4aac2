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
  /// Each leg's charges for one unit on the lane looked at.
  let legCharges: UnsafeMutablePointer<Int64>
  let legKilometres: UnsafeMutablePointer<Int32>
  /// The legs of the lane looked at that depend on the weight.
  let weighedLegs: UnsafeMutablePointer<WeighedLeg>

  static let mostLegs = 64, mostLanes = 64
  /// What a plan of so many lanes of so many legs takes of the memory of plans, at most.
  static let mostBytes = 1 << 19

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
    weighedLegs = .allocate(capacity: Self.mostLegs)
  }

  deinit {
    legCharges.deallocate()
    legKilometres.deallocate()
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
    return memo.plan(key, row.values[Field.weight.rawValue], row.dayNumber) ?? make(key)
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
    let lane = UnsafePointer(lanes)
    guard let unitRate = lane.pointee.terms.pointee.unitRate(sum(lane)) else { return .quoted }
    return divided(unitRate, lane, plan)
  }

  /// The charges for a unit on a lane; notes those of each leg where they depend on the weight.
  @inline(__always)
  private func sum(_ lane: UnsafePointer<LanePrice>) -> Int64 {
    var sum = lane.pointee.sum
    if lane.pointee.weighedCount == 0 { return sum }
    for index in 0..<lane.pointee.legCount { legCharges[index] = lane.pointee.legs[index] }
    let weight = row.values[Field.weight.rawValue]
    for index in 0..<lane.pointee.weighedCount {
      let leg = lane.pointee.weighed + index
      let amount = leg.pointee.formula.perUnit(weight)
      legCharges[leg.pointee.number] = amount
      sum &+= amount
    }
    return sum
  }

  /// Divides what all units come to on a lane whose charges were summed up last.
  @inline(__always)
  private mutating func divide(_ total: Int64, _ lane: UnsafePointer<LanePrice>) -> Bool {
    division.divide(
      DivisionReckoner.Task(
        total: total, count: row.count, amounts: lane.pointee.amounts,
        legs: lane.pointee.weighedCount == 0 ? lane.pointee.legs : legCharges,
        kilometres: lane.pointee.kilometres), lane.pointee.terms.pointee.division)
  }

  @inline(__always)
  private mutating func divided(
    _ unitRate: Int64, _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<RowPlan>
  ) -> Answer {
    let total = unitRate &* row.count
    guard divide(total, lane) else { return .quoted }
    return .priced(
      Price(
        unitRate: unitRate, total: total, currency: lane.pointee.terms.pointee.currency,
        unit: Int(plan.pointee.unit)))
  }

  /// Where several lanes may be the cheapest, or a division may fail.
  private mutating func compared(_ plan: UnsafePointer<RowPlan>) -> Answer {
    let (most, overflow) = plan.pointee.mostPerUnit.multipliedReportingOverflow(by: row.count)
    guard !overflow, most <= Money.limit, let lanes = plan.pointee.lanes else { return .quoted }
    var best: (unitRate: Int64, lane: UnsafePointer<LanePrice>)?
    for index in 0..<plan.pointee.laneCount {
      let lane = UnsafePointer(lanes + index)
      let sum = sum(lane)
      guard sum.magnitude <= Money.limit.magnitude,
        let unitRate = lane.pointee.terms.pointee.unitRate(sum)
      else { return .quoted }
      // Each is within the limits, so that their sum is far from an overflow.
      let perUnit = Int64(unitRate.magnitude &+ sum.magnitude) &+ lane.pointee.agreed
      let (most, overflow) = perUnit.multipliedReportingOverflow(by: row.count)
      guard !overflow, most <= Money.limit else { return .quoted }
      if !lane.pointee.isSafe && !divide(unitRate &* row.count, lane) { return .quoted }
      if let best {
        // Totals of two currencies are compared by the quote.
        guard best.lane.pointee.terms.pointee.currency == lane.pointee.terms.pointee.currency
        else { return .quoted }
        if (best.unitRate, best.lane.pointee.order) <= (unitRate, lane.pointee.order) { continue }
      }
      best = (unitRate, lane)
    }
    guard let best else { return .quoted }
    _ = sum(best.lane)
    return divided(best.unitRate, best.lane, plan)
  }

  func place(_ leg: Int, _ lane: LanePlan, _ regime: RegimePlan) -> LegReckoner.Place {
    LegReckoner.Place(
      leg: lane.legs[leg], lane: lane.lane, route: lane.route,
      carrier: regime.carriers.pointer + lane.legs[leg].carrier)
  }
}
