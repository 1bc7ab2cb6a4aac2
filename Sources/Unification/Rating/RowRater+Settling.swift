import ExactMoney
import TariffRules

/// Which lane is the cheapest for all consignments of a plan, where that can be told beforehand.
extension RowRater {
  /// The lanes without a price: the first of each status, and the first of all.
  struct Refused {
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
    func answer(hasPrice: Bool) -> Int32? {
      if conflict >= 0 { return conflict }
      if rejected >= 0 { return rejected }
      if hasPrice { return nil }
      if onRequest >= 0 { return onRequest }
      return first >= 0 ? first : nil
    }
  }

  /// Where charges grow with the weight, a plan ends at a multiple of this: so the dearest of its
  /// units is not far from the others.
  private static let stretch: Int64 = 50_000_000

  /// Keeps only the lanes that may be the cheapest, or only the refusal, where no lane has a price
  /// or one decides for all.
  mutating func settle(_ plan: inout RowPlan, _ refused: Refused, _ mark: Int) {
    guard let lanes = plan.lanes else { return }
    if (0..<plan.laneCount).contains(where: { lanes[$0].weighedCount > 0 }) {
      let weight = max(0, row.values[Field.weight.rawValue])
      plan.reach.low = max(0, plan.reach.low)
      plan.reach.high = min(plan.reach.high, (weight / Self.stretch + 1) * Self.stretch)
    }
    var areSafe = true
    for index in 0..<plan.laneCount {
      let most = mostPerUnit(lanes + index, plan.reach)
      lanes[index].isSafe = most != nil && cannotFail(lanes + index, plan.reach)
      areSafe = areSafe && lanes[index].isSafe
      plan.mostPerUnit = max(plan.mostPerUnit, most ?? 0)
    }
    if let refusal = refused.answer(hasPrice: plan.laneCount > 0) {
      // A lane that only a quote can tell of comes before what is refused.
      plan.kind = areSafe ? .refused : .quoted
      plan.refusal = refusal
      return drop(&plan, mark)
    }
    if plan.laneCount == 0 { return drop(&plan, mark) }
    if areSafe { keepCheapest(&plan) }
    plan.kind = areSafe && plan.laneCount == 1 ? .settled : .compared
    if plan.laneCount == 1 { keepOnly(&plan, mark) }
  }

  private mutating func drop(_ plan: inout RowPlan, _ mark: Int) {
    plan.lanes = nil
    plan.laneCount = 0
    memo.giveBack(to: mark)
  }

  /// Leaves out every lane that another beats.
  private func keepCheapest(_ plan: inout RowPlan) {
    guard let lanes = plan.lanes else { return }
    var kept = 0
    for index in 0..<plan.laneCount {
      let isBeaten = (0..<plan.laneCount).contains { other in
        // Those before have been moved to the front, or are beaten themselves by one that is left.
        (other < kept || other > index) && beats(lanes + other, lanes + index, plan.reach)
      }
      if isBeaten { continue }
      (lanes + kept).update(from: lanes + index, count: 1)
      kept += 1
    }
    plan.laneCount = kept
  }

  /// Whether a lane is cheaper than another for all weights, or as cheap and before it.
  private func beats(
    _ one: UnsafePointer<LanePrice>, _ other: UnsafePointer<LanePrice>, _ reach: Reach
  ) -> Bool {
    let (terms, others) = (one.pointee.terms, other.pointee.terms)
    guard terms.pointee.currency == others.pointee.currency,
      let dearest = terms.pointee.unitRate(one.pointee.sum(reach.high)),
      let cheapest = others.pointee.unitRate(other.pointee.sum(reach.low))
    else { return false }
    let isBefore = one.pointee.order < other.pointee.order
    if dearest < cheapest || (isBefore && dearest == cheapest) { return true }
    let count = one.pointee.weighedCount
    guard count == other.pointee.weighedCount, terms.pointee.roundsAlike(others),
      (0..<count).allSatisfy({
        one.pointee.weighed[$0].formula.runsBeside(other.pointee.weighed[$0].formula)
      })
    else { return false }
    // The sums are always as far apart as at the lowest weight.
    let less = other.pointee.sum(reach.low) - one.pointee.sum(reach.low)
    return less >= (isBefore ? 0 : terms.pointee.leastStep)
  }

  /// Keeps the memory of the one lane that is left.
  private mutating func keepOnly(_ plan: inout RowPlan, _ mark: Int) {
    guard var lane = plan.lanes?.pointee else { return }
    legCharges.update(from: lane.legs, count: lane.legCount)
    legKilometres.update(from: lane.kilometres, count: lane.legCount)
    weighedLegs.update(from: lane.weighed, count: lane.weighedCount)
    memo.giveBack(to: mark)
    lane.legs = memo.take(Int64.self, lane.legCount)
    lane.legs.update(from: legCharges, count: lane.legCount)
    lane.kilometres = memo.take(Int32.self, lane.legCount)
    lane.kilometres.update(from: legKilometres, count: lane.legCount)
    lane.weighed = memo.take(WeighedLeg.self, lane.weighedCount)
    lane.weighed.update(from: weighedLegs, count: lane.weighedCount)
    let lanes = memo.take(LanePrice.self, 1)
    lanes.initialize(to: lane)
    plan.lanes = lanes
  }

  // MARK: - What a division can fail by

  /// The largest sum of amounts for one unit of any weight; nil where there is none.
  private func mostPerUnit(_ lane: UnsafePointer<LanePrice>, _ reach: Reach) -> Int64? {
    let terms = lane.pointee.terms
    guard terms.pointee.isRising || lane.pointee.weighedCount == 0 else { return nil }
    let sum = lane.pointee.sum(reach.high)
    guard sum.magnitude <= Money.limit.magnitude, let unitRate = terms.pointee.unitRate(sum)
    else { return nil }
    return Int64(unitRate.magnitude &+ sum.magnitude) &+ lane.pointee.agreed
  }

  /// The amounts of the agreement for one unit, added up.
  static func agreed(
    _ plan: UnsafePointer<DivisionPlan>, _ amounts: FixedTable<Int64>
  ) -> Int64 {
    var sum: Int64 = 0
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .arbitrary(_, let number), .marginAmount(_, let number),
        .guarantee(_, let number, _):
        // One that nothing converts is beyond every limit.
        sum = min(sum, Money.limit) + Int64(min(amounts[number].magnitude, Money.limit.magnitude))
      case .passThrough, .marginPercent, .prorate: continue
      }
    }
    return sum
  }

  /// Whether the division of a lane succeeds for every count and weight within the limits.
  private mutating func cannotFail(
    _ lane: UnsafePointer<LanePrice>, _ reach: Reach
  ) -> Bool {
    let plan = lane.pointee.terms.pointee.division
    guard plan.pointee.deficit != -2,
      let unitRate = lane.pointee.terms.pointee.unitRate(lane.pointee.sum(reach.low)),
      earnsAnywhere(lane, plan, reach), hasPlainSteps(lane, plan)
    else { return false }
    // Many units, of which no rounding hides what one of them lacks.
    let count: Int64 = 1000
    guard unitRate >= 0, unitRate < 1 << 32 else { return false }
    let task = DivisionReckoner.Task(
      total: unitRate * count, count: count, amounts: lane.pointee.amounts, legs: legCharges,
      kilometres: lane.pointee.kilometres)
    guard division.divide(task, plan), plan.pointee.isByCharges || division.prorated > 0
    else { return false }
    for index in 0..<plan.pointee.steps.count {
      guard case .guarantee(let party, let number, let margin) = plan.pointee.steps[index]
      else { continue }
      // What is missing is at most the guarantee, and those who pay it have what was prorated: that
      // is less than three minor units off the exact part, as margins are rounded at most twice.
      guard margin != party, !division.hasPart(margin), let least = task.amount(number),
        division.prorated - 3 >= least + 3 * count
      else { return false }
    }
    return true
  }

  /// Notes the charges of the lightest unit, those passed through of the heaviest; whether none is
  /// below zero and some partner has some.
  private func earnsAnywhere(
    _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<DivisionPlan>, _ reach: Reach
  ) -> Bool {
    let legs = plan.pointee.legs
    legCharges.update(from: lane.pointee.legs, count: lane.pointee.legCount)
    for index in 0..<lane.pointee.weighedCount {
      let leg = lane.pointee.weighed[index]
      let isPartner = legs[leg.number].carrier >= 0
      legCharges[leg.number] = leg.formula.perUnit(isPartner ? reach.low : reach.high)
    }
    var earns = false
    for index in 0..<lane.pointee.legCount {
      if legCharges[index] < 0 { return false }
      if legCharges[index] > 0 && legs[index].carrier >= 0 { earns = true }
    }
    return earns
  }

  /// Whether no step takes more than there is, or less than nothing.
  private func hasPlainSteps(
    _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<DivisionPlan>
  ) -> Bool {
    var percents = 0
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .passThrough, .prorate: continue
      case .arbitrary(_, let number), .marginAmount(_, let number), .guarantee(_, let number, _):
        if lane.pointee.amounts[number] < 0 { return false }
      case .marginPercent(_, let part, _, _):
        percents += 1
        if percents > 2 || part.numerator < 0 || part.numerator > part.denominator { return false }
      }
    }
    return true
  }
}
