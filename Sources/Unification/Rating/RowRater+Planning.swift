import ExactMoney
import TariffRules

/// How a plan for a kind of consignment comes about: the first of a kind is looked at closely.
extension RowRater {
  /// Makes the plan for the row that was read and keeps it; nil where a quote must answer.
  @inline(never)
  mutating func make(_ key: RowKey) -> UnsafePointer<RowPlan>? {
    if termsBook.isFull || !memo.hasRoom(Self.mostBytes) || !legs.book.hasRoom {
      if termsBook.isFull { termsBook.clear() }
      forget()
    }
    var plan = RowPlan()
    plan.key = key
    let unit = days.tables[row.day].equipment[Int(row.classes[Field.equipment.rawValue])].unit
    plan.unit = UInt8(truncatingIfNeeded: unit)
    let day = days.plans[row.day]
    if case .plan(let route) = day.book.route(row) {
      let mark = memo.memory.used
      fill(&plan, route, day)
      if plan.kind == .quoted || plan.kind == .refused { memo.memory.giveBack(to: mark) }
    }
    return memo.keep(plan)
  }

  /// Forgets all plans and the answers of legs. A plan refers to terms and to answers, these to
  /// nothing.
  @inline(never)
  mutating func forget() {
    memo.clear()
    legs.book.clear()
  }

  private mutating func fill(
    _ plan: inout RowPlan, _ route: RoutePlan, _ day: DayPlans.DayPlan
  ) {
    guard route.lanes.count <= Self.mostLanes, let joint = jointKey(day.book.regime) else { return }
    legs.beginRow()
    let lanes = memo.memory.take(LanePrice.self, route.lanes.count, alignment: 64)
    var weighedCount = 0
    for number in 0..<route.lanes.count {
      let key = TermsBook.Key(
        book: Int32(day.book.number), route: Int32(route.number), lane: Int32(number),
        currency: row.currency, joint: joint)
      guard let terms = terms(key, route.routes[number], day),
        let setting = days.setting(row.day, terms.pointee.currency),
        let lane = lane(number, route, terms, setting, &weighedCount)
      else { return }
      (lanes + number).initialize(to: lane)
    }
    plan.kind = .compared
    plan.lanes = lanes
    plan.laneCount = Int32(truncatingIfNeeded: route.lanes.count)
    plan.weighedCount = Int32(truncatingIfNeeded: weighedCount)
    let weighed = memo.memory.take(WeighedLeg.self, weighedCount)
    weighed.update(from: weighedLegs, count: weighedCount)
    plan.weighed = weighed
    if weighedCount == 0 { settle(&plan) }
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
    _ setting: LegReckoner.Setting, _ weighedCount: inout Int
  ) -> LanePrice? {
    let plan = route.lanes[number]
    let count = plan.legs.count
    guard count <= Self.mostLegs, weighedCount + count <= Self.mostWeighed else { return nil }
    let division = terms.pointee.division
    var lane = LanePrice(number, plan, &memo.memory)
    for leg in 0..<count {
      let place = place(leg, plan, setting.day.book.regime)
      let key = legs.key(place, row, setting)
      if key.isTooWide { return nil }
      let series = legs.book.series(key)
      let known = LegSeries.answer(
        series, row.weight, LegSeries.tonne(row.weight), row.dayNumber)
      guard
        let answer = known
          ?? legs.reckoned(series, place, row, setting, route.routes[number], leg)
      else { return nil }
      lane.charges[leg] = 0
      lane.kilometres[leg] = answer.pointee.kilometres
      // A refusal behind a leg that depends on the weight is looked up with it, each in its turn.
      let isLater = answer.pointee.outcome == .refused && lane.weighedCount > 0
      if !answer.pointee.holdsAlways || !answer.pointee.isFlat || isLater {
        lane.add(
          LanePrice.Weighed(
            leg: UInt8(truncatingIfNeeded: leg), number: weigh(series, number, leg, &weighedCount),
            isPartner: division.pointee.legs[leg].carrier >= 0))
        continue
      }
      switch answer.pointee.outcome {
      case .unclear: return nil
      case .priced:
        lane.charges[leg] = answer.pointee.amount
        lane.sum &+= answer.pointee.amount
      case .refused:
        lane.refusal = refusal(answer.pointee.refusal, number, route)
        return lane.refusal >= 0 ? lane : nil
      }
    }
    guard lane.sum.magnitude <= Money.limit.magnitude else { return nil }
    lane.terms = terms
    lane.amounts = setting.amounts.pointer
    lane.agreed = agreed(division, setting.amounts)
    if let earns = earns(lane, division) {
      lane.earns = earns
      lane.safeFrom = safeFrom(lane, plan.legs, division)
    }
    return lane
  }

  /// The place of a leg among those of the plan that depend on the weight: the same for all lanes
  /// that share it.
  private func weigh(
    _ series: UnsafeMutablePointer<LegSeries>, _ lane: Int, _ leg: Int, _ count: inout Int
  ) -> UInt8 {
    for index in 0..<count where weighedLegs[index].series == series {
      return UInt8(truncatingIfNeeded: index)
    }
    (weighedLegs + count).initialize(
      to: WeighedLeg(
        series: series, lane: UInt8(truncatingIfNeeded: lane), leg: UInt8(truncatingIfNeeded: leg)))
    count += 1
    return UInt8(truncatingIfNeeded: count - 1)
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
        let answer = legs.reckoned(place, row, setting, route.routes[lane], leg)
        return answer.outcome == .priced ? legs.charges : []
      }
    }
  }
}
