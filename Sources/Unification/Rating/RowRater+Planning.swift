import ExactMoney
import TariffRules

/// How a plan for a kind of consignment comes about: the first of a kind is looked at closely.
extension RowRater {
  /// Makes the plan for the row that was read and keeps it; nil where a quote must answer.
  @inline(never)
  mutating func make(_ key: RowKey) -> UnsafePointer<RowPlan>? {
    if termsBook.isFull || !memo.hasRoom(Self.mostBytes) {
      memo.clear()
      termsBook.clear()
    }
    var plan = RowPlan()
    let unit = days.tables[row.day].equipment[Int(row.classes[Field.equipment.rawValue])].unit
    plan.unit = UInt8(truncatingIfNeeded: unit)
    let day = days.plans[row.day]
    if case .plan(let route) = day.book.route(row) { fill(&plan, route, day) }
    return memo.keep(plan, key)
  }

  private mutating func fill(
    _ plan: inout RowPlan, _ route: RoutePlan, _ day: DayPlans.DayPlan
  ) {
    guard route.lanes.count <= Self.mostLanes, let joint = jointKey(day.book.regime) else { return }
    legs.beginRow()
    let mark = memo.mark
    let lanes = memo.take(LanePrice.self, route.lanes.count)
    var refused = Refused()
    for number in 0..<route.lanes.count {
      let key = TermsBook.Key(
        book: Int32(day.book.number), route: Int32(route.number), lane: Int32(number),
        currency: row.currency, joint: joint)
      guard let terms = terms(key, route.routes[number], day),
        let setting = days.setting(row.day, terms.pointee.currency),
        let found = lane(number, route, terms, setting, &plan.reach)
      else { return memo.giveBack(to: mark) }
      switch found {
      case .priced(let lane):
        (lanes + plan.laneCount).initialize(to: lane)
        plan.laneCount += 1
      case .refused(let known):
        let refusal =
          route.lanes.count > 1 ? legs.refusals.number(known, on: route.routes[number]) : known
        guard refusal >= 0 else { return memo.giveBack(to: mark) }
        refused.note(refusal, legs.refusals.status(refusal))
      }
    }
    plan.lanes = lanes
    settle(&plan, refused, mark)
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

  private enum Found {
    case priced(LanePrice)
    case refused(Int32)
  }

  /// One lane; nil where only a quote can tell.
  private mutating func lane(
    _ number: Int, _ route: RoutePlan, _ terms: UnsafePointer<TermsPlan>,
    _ setting: LegReckoner.Setting, _ reach: inout Reach
  ) -> Found? {
    let lane = route.lanes[number]
    let count = lane.legs.count
    guard count <= Self.mostLegs else { return nil }
    let charges = memo.take(Int64.self, count)
    let kilometres = memo.take(Int32.self, count)
    var weighedCount = 0
    var sum: Int64 = 0
    for leg in 0..<count {
      let place = place(leg, lane, setting.day.book.regime)
      let answer = legs.answer(place, row, setting, route.routes[number], leg)
      reach.meet(answer.pointee.reach)
      switch answer.pointee.outcome {
      case .unclear: return nil
      case .refused: return .refused(answer.pointee.refusal)
      case .priced: break
      }
      kilometres[leg] = answer.pointee.kilometres
      let formula = answer.pointee.formula
      if formula.isFlat {
        charges[leg] = formula.amount
        sum &+= formula.amount
      } else {
        charges[leg] = 0
        (weighedLegs + weighedCount).initialize(to: WeighedLeg(number: leg, formula: formula))
        weighedCount += 1
      }
    }
    guard sum.magnitude <= Money.limit.magnitude else { return nil }
    let weighed = memo.take(WeighedLeg.self, weighedCount)
    weighed.update(from: weighedLegs, count: weighedCount)
    return .priced(
      LanePrice(
        terms: terms, amounts: setting.amounts, legs: charges, kilometres: kilometres,
        legCount: count, weighed: weighed, weighedCount: weighedCount, sum: sum,
        order: lane.order, agreed: Self.agreed(terms.pointee.division, setting.amounts)))
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
          LegKey(isTooWide: true), place, row, setting, route.routes[lane], leg)
        return answer.pointee.outcome == .priced ? legs.charges : []
      }
    }
  }
}
