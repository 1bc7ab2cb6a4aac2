import ExactMoney
import TariffRules

/// How a plan for a kind of consignment comes about: the first of a kind is looked at closely.
extension RowRater {
  /// A leg of a lane that is being planned.
  private struct PlannedLeg {
    let key: LegKey
    let weights: UnsafePointer<StepTable>?
    let answer: LegAnswer
  }

  /// Makes the plan for the row that was read and keeps it; nil where a quote must answer.
  @inline(never)
  mutating func make(_ key: RowKey, _ currency: Int32) -> UnsafePointer<RowPlan>? {
    if termsBook.isFull || !memo.hasRoom(Self.mostBytes) {
      memo.clear()
      termsBook.clear()
    }
    var plan = RowPlan()
    plan.key = key
    let unit = days.tables[row.day].equipment[Int(row.classes[Field.equipment.rawValue])].unit
    plan.unit = UInt8(truncatingIfNeeded: unit)
    let day = days.plans[row.day]
    if case .plan(let route) = day.book.route(row) { fill(&plan, route, day, currency) }
    return memo.keep(plan)
  }

  private mutating func fill(
    _ plan: inout RowPlan, _ route: RoutePlan, _ day: DayPlans.DayPlan, _ currency: Int32
  ) {
    plan.hasSeveral = route.lanes.count > 1
    guard route.lanes.count <= Self.mostLanes, let joint = jointKey(day.book.regime) else { return }
    let lanes = memo.take(LanePrice.self, route.lanes.count)
    for number in 0..<route.lanes.count {
      let key = TermsBook.Key(
        book: Int32(day.book.number), route: Int32(route.number), lane: Int32(number),
        currency: currency, joint: joint)
      guard let terms = terms(key, route.routes[number], day),
        let setting = days.setting(row.day, terms.pointee.currency),
        let lane = lane(number, route, terms, setting)
      else { return }
      (lanes + number).initialize(to: lane)
    }
    plan.kind = .compared
    plan.lanes = lanes
    plan.laneCount = route.lanes.count
    settle(&plan, route)
  }

  /// What the joint venture's tables tell of the row, the route aside.
  private func jointKey(_ regime: RegimePlan) -> UInt64? {
    guard let parts = regime.terms else { return nil }
    var key: UInt64 = 0
    for index in 0..<parts.count {
      let part = parts[index]
      let number = part.alike[Int(row.classes[Int(part.field)])]
      key |= UInt64(number) &<< UInt64(truncatingIfNeeded: part.shift)
    }
    return key
  }

  private mutating func terms(
    _ key: TermsBook.Key, _ route: Route, _ day: DayPlans.DayPlan
  ) -> UnsafePointer<TermsPlan>? {
    if let known = termsBook.terms(key) { return known }
    let facts = row.facts(on: route, day.now)
    guard let choice = TermsChoice(facts, day.now) else { return termsBook.keep(nil, key) }
    if let known = termsBook.terms(key, choice) { return known }
    let regime = day.book.regime
    let setting = TermsSetting(
      now: day.now,
      customerCurrency: key.currency >= 0 ? regime.currencies[Int(key.currency)] : nil,
      currencies: regime.currencies, parties: parties, amounts: regime.amounts,
      memory: termsBook.memory)
    return termsBook.keep(TermsPlan(setting, choice, route), key, choice)
  }

  /// One lane; nil where only a quote can tell.
  private mutating func lane(
    _ number: Int, _ route: RoutePlan, _ terms: UnsafePointer<TermsPlan>,
    _ setting: LegReckoner.Setting
  ) -> LanePrice? {
    let lane = route.lanes[number]
    let count = lane.legs.count
    guard count <= Self.mostLegs else { return nil }
    let legCharges = memo.take(Int64.self, count)
    let kilometres = memo.take(Int32.self, count)
    var weighedCount = 0
    var sum: Int64 = 0
    var refusal: Int32 = -1
    for leg in 0..<count {
      let planned = planned(leg, number, route, setting)
      let answer = planned.answer
      legCharges[leg] = 0
      kilometres[leg] = answer.kilometres
      // A refusal behind a leg that depends on the weight is looked up with it, each in its turn.
      let isLater = answer.outcome == .refused && weighedCount > 0
      if answer.weighs || answer.scope != .all || isLater {
        (weighedLegs + weighedCount).initialize(
          to: WeighedLeg(key: planned.key, weights: planned.weights, number: leg))
        weighedCount += 1
        continue
      }
      switch answer.outcome {
      case .unclear: return nil
      case .priced:
        legCharges[leg] = answer.amount
        sum &+= answer.amount
      case .refused: refusal = answer.refusal
      }
      if refusal >= 0 { break }
    }
    guard sum.magnitude <= Money.limit.magnitude else { return nil }
    let isOut = refusal >= 0
    let weighed = memo.take(WeighedLeg.self, weighedCount)
    weighed.update(from: weighedLegs, count: weighedCount)
    return LanePrice(
      terms: isOut ? nil : terms, amounts: setting.amounts, legs: legCharges,
      kilometres: kilometres, legCount: count, weighed: weighed, weighedCount: weighedCount,
      sum: sum, order: lane.order, number: number, refusal: refusal,
      isSafe: isSafe(terms.pointee.division),
      agreed: agreed(terms.pointee.division, setting.amounts))
  }

  private mutating func planned(
    _ leg: Int, _ lane: Int, _ route: RoutePlan, _ setting: LegReckoner.Setting
  ) -> PlannedLeg {
    let place = place(leg, route.lanes[lane], setting.day.book.regime)
    let (key, weights) = legs.key(place, row, setting)
    let weight = row.values[Field.weight.rawValue]
    let weightClass = weights.map { LegReckoner.weightClass($0, weight) } ?? 0
    let answer =
      legs.remembered(key, weightClass, weight, row.dayNumber)
      ?? legs.reckoned(key, weightClass, place, row, setting, route.routes[lane], leg)
    return PlannedLeg(key: key, weights: weights, answer: answer.pointee)
  }

  /// The charges for one unit of every leg of every lane of the row, in minor units, as the
  /// compiled rules have them: for tests that hold them against the quote's.
  mutating func charges() -> [[[Int64]]]? {
    if case .quoted = answer() { return nil }
    guard case .plan(let route) = days.plans[row.day].book.route(row) else { return nil }
    legs.keepsCharges = true
    defer { legs.keepsCharges = false }
    let policy = days.plans[row.day].now.policyCurrency
    let currencies = days.plans[row.day].book.regime.currencies
    guard let target = currencies.firstIndex(where: { $0 == policy }),
      let setting = days.setting(row.day, target)
    else { return nil }
    return (0..<route.lanes.count).map { lane in
      (0..<route.lanes[lane].legs.count).map { leg in
        let place = place(leg, route.lanes[lane], setting.day.book.regime)
        let answer = legs.reckoned(
          LegKey(isTooWide: true), 0, place, row, setting, route.routes[lane], leg)
        return answer.pointee.outcome == .priced ? legs.charges : []
      }
    }
  }

  // MARK: - What a division can fail by

  /// Whether a division by the plan succeeds for every total within the limits, if only some
  /// partner has charges of its own.
  private func isSafe(_ plan: UnsafePointer<DivisionPlan>) -> Bool {
    guard plan.pointee.isByCharges, !plan.pointee.hasGuarantee, plan.pointee.deficit != -2
    else { return false }
    for index in 0..<plan.pointee.steps.count {
      if case .marginPercent(_, let part, _, _) = plan.pointee.steps[index],
        part.numerator > part.denominator
      {
        return false
      }
    }
    return true
  }

  /// The amounts of the agreement for one unit, added up.
  private func agreed(
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

  // MARK: - Plans that no longer compare

  /// Keeps only the cheapest lane, where neither weight nor count can make another the cheapest
  /// and no other's division can fail; or only the refusal, where no lane has a price.
  private mutating func settle(_ plan: inout RowPlan, _ route: RoutePlan) {
    guard let lanes = plan.lanes else { return }
    var cheapest: (lane: Int, unitRate: Int64)?
    var refused = RowRater.Comparison()
    for index in 0..<plan.laneCount {
      let lane = lanes + index
      if lane.pointee.weighedCount > 0 { return }
      guard let terms = lane.pointee.terms else {
        guard note(lane.pointee.refusal, lane, &plan, &refused) else { return }
        continue
      }
      guard let unitRate = terms.pointee.unitRate(lane.pointee.sum),
        terms.pointee.currency == lanes[cheapest?.lane ?? index].terms?.pointee.currency,
        cannotFail(lane, terms, unitRate)
      else { return }
      let perUnit =
        Int64(unitRate.magnitude &+ lane.pointee.sum.magnitude) &+ lane.pointee.agreed
      plan.mostPerUnit = max(plan.mostPerUnit, perUnit)
      if let known = cheapest,
        (known.unitRate, lanes[known.lane].order) <= (unitRate, lane.pointee.order)
      {
        continue
      }
      cheapest = (index, unitRate)
    }
    if let number = refused.answer(hasPrice: cheapest != nil) {
      plan.kind = .refused
      plan.refusal = number
    } else if let cheapest {
      plan.kind = .settled
      plan.lanes = lanes + cheapest.lane
      plan.unitRate = cheapest.unitRate
    }
  }

  /// Whether the division of a lane whose charges are known succeeds for every count within the
  /// limits.
  private mutating func cannotFail(
    _ lane: UnsafePointer<LanePrice>, _ terms: UnsafePointer<TermsPlan>, _ unitRate: Int64
  ) -> Bool {
    let partners = terms.pointee.division.pointee.legs
    let earns = (0..<partners.count).contains {
      partners[$0].carrier >= 0 && lane.pointee.legs[$0] > 0
    }
    guard earns else { return false }
    return isSafe(terms.pointee.division)
      || isGuaranteedAnyway(lane, terms.pointee.division, unitRate)
  }

  /// Whether the one guarantee is far from needed: for very many units what its party gets is above
  /// it by so much for each that no rounding matters for fewer.
  private mutating func isGuaranteedAnyway(
    _ lane: UnsafePointer<LanePrice>, _ plan: UnsafePointer<DivisionPlan>, _ unitRate: Int64
  ) -> Bool {
    guard plan.pointee.isByCharges, plan.pointee.deficit != -2, unitRate > 0,
      unitRate < 1 << 32
    else { return false }
    let count: Int64 = 1000
    let task = DivisionReckoner.Task(
      total: unitRate * count, count: count, amounts: lane.pointee.amounts,
      legs: lane.pointee.legs, kilometres: lane.pointee.kilometres)
    guard division.divide(task, plan) else { return false }
    var margins = 0
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .guarantee(let party, let number, _):
        guard let least = task.amount(number) else { return false }
        // A share is less than three minor units off the exact one: margins are rounded at most
        // twice, the parts of the remainder once.
        if division.shares[party] - 3 < least + 3 * count { return false }
      case .marginPercent(_, let part, _, _):
        margins += 1
        if part.numerator > part.denominator || margins > 2 { return false }
      case .passThrough, .arbitrary, .marginAmount, .prorate: continue
      }
    }
    return true
  }
}
