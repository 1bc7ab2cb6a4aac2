import ExactMoney
import TariffRules

/// How a plan for a kind of consignment comes about: the first of a kind is looked at closely.
extension RowRater {
  /// Makes the plan for the kind of the row that was read and keeps it; without lanes where a quote
  /// must answer.
  @inline(never)
  mutating func make(_ key: RowKey) -> UnsafePointer<KindPlan> {
    let day = days.plans[row.pointee.day]
    var count = 0
    if case .plan(let route) = day.book.route(row.pointee), plan(route, day) {
      count = route.lanes.count
    }
    let equipment = Int(row.pointee.classes[Field.equipment.rawValue])
    let unit = days.tables[row.pointee.day].equipment[equipment].unit
    return kinds.keep(key, unit: unit, plannedLanes, count)
  }

  /// Plans the lanes of a route; false where only a quote can tell.
  private mutating func plan(_ route: RoutePlan, _ day: DayPlans.DayPlan) -> Bool {
    guard route.lanes.count <= RowPlan.mostLanes, let joint = jointKey(day.book.regime) else {
      return false
    }
    legs.beginRow()
    for number in 0..<route.lanes.count {
      let key = TermsBook.Key(
        book: Int32(day.book.number), route: Int32(route.number), lane: Int32(number),
        currency: row.pointee.currency, joint: joint)
      let lane = route.lanes.pointer + number
      guard let terms = terms(key, route, day), let kind = kind(lane, terms, day.book) else {
        return false
      }
      (plannedLanes + number).initialize(
        to: KindPlan.Lane(
          terms: terms, plan: lane, kind: kind, target: kind.pointee.target,
          conversions: kind.pointee.conversions))
    }
    return true
  }

  /// What the joint venture's tables tell of the row, the route aside.
  private func jointKey(_ regime: RegimePlan) -> UInt64? {
    guard let parts = regime.terms else { return nil }
    var key: UInt64 = 0
    for index in 0..<parts.count {
      let part = parts[index]
      let number = part.alike[Int(row.pointee.classes[Int(part.field)])]
      key |= UInt64(number) &<< UInt64(truncatingIfNeeded: part.shift)
    }
    return key
  }

  private mutating func terms(
    _ key: TermsBook.Key, _ plan: RoutePlan, _ day: DayPlans.DayPlan
  ) -> UnsafePointer<TermsPlan>? {
    if let known = termsBook.terms(key) { return known }
    let route = plan.routes[Int(key.lane)]
    let regime = day.book.regime
    let lane = plan.lanes[Int(key.lane)]
    guard let choice = TermsChoice(row.pointee, on: lane, regime) else {
      return termsBook.keep(nil, key)
    }
    if let known = termsBook.terms(key, choice) { return known }
    let setting = TermsSetting(
      now: day.now,
      customerCurrency: key.currency >= 0 ? regime.currencies[Int(key.currency)] : nil,
      currencies: regime.currencies, parties: parties, amounts: regime.amounts,
      memory: termsBook.memory)
    let division = termsBook.division(key, setting, choice.agreement, route)
    return termsBook.keep(division.flatMap { TermsPlan(setting, choice, $0) }, key, choice)
  }

  /// What the legs of a lane depend on; nil where only a quote can tell.
  private mutating func kind(
    _ lane: UnsafePointer<LanePlan>, _ terms: UnsafePointer<TermsPlan>, _ book: RouteBook
  ) -> UnsafePointer<LaneKind>? {
    let (count, target) = (lane.pointee.legs.count, Int32(terms.pointee.currency))
    guard count <= LaneBand.mostLegs else { return nil }
    for number in 0..<count {
      let leg = lane.pointee.legs[number]
      let carrier = book.regime.carriers.pointer + leg.carrier
      guard let kind = legs.kind(leg, carrier, row.pointee, regime: book.number) else { return nil }
      (askedLegs + number).initialize(to: kind)
      kinds.fetchSlot(kind.key)
    }
    // All are fetched before one is looked at, so that the processor does not wait for each.
    for number in 0..<count { kinds.fetchLeg(askedLegs[number].key) }
    for number in 0..<count { (legKinds + number).initialize(to: kinds.leg(askedLegs[number])) }
    let asked = LaneKind.Legs(start: legKinds, count: count)
    if let known = kinds.lane(asked, target) { return known }
    return kinds.keep(asked, target, conversions: days.conversions(asked))
  }

  /// Puts together the plan of the row from its lanes.
  @inline(__always)
  mutating func setPlan(
    _ plan: UnsafePointer<KindPlan>, _ from: UnsafePointer<LaneAhead>
  ) {
    let count = plan.pointee.laneCount
    rowPlan.initialize(to: RowPlan(unit: plan.pointee.unit, laneCount: count))
    let lanes = UnsafeMutablePointer(mutating: RowPlan.lanes(rowPlan))
    for number in 0..<Int(count) {
      let lane = from + number
      (lanes + number).initialize(
        to: RowPlan.Lane(
          terms: lane.pointee.terms
            ?? book.terms(lane.pointee.lane.pointee, lane.pointee.amounts),
          series: lane.pointee.series
            ?? book.series(
              lane.pointee.kind, lane.pointee.exchange, lane.pointee.exchanges, &legs.book)))
    }
  }

  // MARK: - Bands

  /// Finds the bands of the row's plan for its weight, and makes those that are missing; false
  /// where there is no room for the answer of a leg.
  @inline(__always)
  mutating func findBands(_ ahead: UnsafePointer<LaneAhead>) -> Bool {
    clearPassing()
    for number in 0..<Int(rowPlan.pointee.laneCount) {
      let lane = RowPlan.lanes(rowPlan)[number]
      let known = ahead[number].band ?? LaneSeries.band(lane.series, row.pointee.weight)
      guard let band = known ?? makeBand(lane, row.pointee.weight, number) else { return false }
      bands[number] = band
      if !band.pointee.isPriced { say(lane.terms, band, number) }
    }
    return true
  }

  /// Makes the band of a lane for a weight; nil where there is no room for the answer of a leg, or
  /// where one is missing that nobody may reckon.
  /// - Parameter number: the lane's, of the row that was read; nil where none was: then only what
  ///   holds for any day is known.
  @inline(never)
  mutating func makeBand(
    _ lane: RowPlan.Lane, _ weight: Int64, _ number: Int? = nil
  ) -> UnsafePointer<LaneBand>? {
    let count = Int(lane.series.pointee.legCount)
    let answers = book.passing.take(UnsafePointer<LegAnswer>.self, count)
    var band = LaneBandMaker(answers, legs: count)
    let day = number == nil ? LegAnswer.anyDay : row.pointee.dayNumber
    let series = lane.series.pointee.legs
    var high = Int32.max
    var isForOthers = weight < LaneSeries.tooHeavy
    for leg in 0..<count {
      let known = LegSeries.answer(series[leg], weight, day)
      guard let answer = known ?? reckon(series[leg], lane, leg, number) else { return nil }
      if answer.pointee.day != LegAnswer.anyDay { isForOthers = false }
      high = min(high, answer.pointee.high)
      if !band.add(leg, answer) { break }
    }
    // One for the very weight is kept only for those without one: others ask for other weights.
    if high == band.low && weight != Facts.absent { isForOthers = false }
    if band.isPriced { band.close(lane.terms.pointee.division) }
    return book.keep(band, isForOthers ? high : nil, lane.series)
  }

  /// A leg that has no answer yet for the row's weight.
  private mutating func reckon(
    _ series: UnsafeMutablePointer<LegSeries>, _ lane: RowPlan.Lane, _ leg: Int, _ number: Int?
  ) -> UnsafePointer<LegAnswer>? {
    let currency = Int(lane.terms.pointee.currency)
    guard let number, let setting = days.setting(row.pointee.day, currency) else { return nil }
    if let answer = legs.reckonByRecipe(series, row.pointee.weight, setting) { return answer }
    guard case .plan(let route) = days.plans[row.pointee.day].book.route(row.pointee) else {
      return nil
    }
    let place = place(leg, route.lanes[number], setting.day.book.regime)
    return legs.reckon(series, place, row.pointee, setting, route, number, leg, &kinds)
  }

  /// Notes how a refusal is said of a lane: with the lane, where there are several.
  private mutating func say(
    _ terms: UnsafeMutablePointer<LaneTerms>, _ band: UnsafePointer<LaneBand>, _ number: Int
  ) {
    let refusal = band.pointee.refusal
    guard refusal >= 0, terms.pointee.refusal.ofLeg != refusal,
      case .plan(let route) = days.plans[row.pointee.day].book.route(row.pointee)
    else { return }
    let said =
      route.lanes.count > 1 ? legs.refusals.number(refusal, on: route.routes[number]) : refusal
    terms.pointee.refusal = (refusal, said)
  }

  /// The charges for one unit of every leg of every lane of the row, in minor units, as the
  /// compiled rules have them: for tests that hold them against the quote's.
  mutating func charges() -> [[[Int64]]]? {
    if case .quoted = answer(waiting: 0) { return nil }
    guard case .plan(let route) = days.plans[row.pointee.day].book.route(row.pointee) else {
      return nil
    }
    legs.keepsCharges = true
    defer { legs.keepsCharges = false }
    let policy = days.plans[row.pointee.day].now.policyCurrency
    let currencies = days.plans[row.pointee.day].book.regime.currencies
    guard let target = currencies.firstIndex(where: { $0 == policy }),
      let setting = days.setting(row.pointee.day, target)
    else { return nil }
    return (0..<route.lanes.count).map { lane in
      (0..<route.lanes[lane].legs.count).map { leg in
        let place = place(leg, route.lanes[lane], setting.day.book.regime)
        let answer = legs.answer(place, row.pointee, setting, route, lane, leg)
        return answer.outcome == .priced ? legs.charges : []
      }
    }
  }

  /// A leg of a lane with the rules of its carrier.
  func place(_ leg: Int, _ lane: LanePlan, _ regime: RegimePlan) -> LegReckoner.Place {
    LegReckoner.Place(
      leg: lane.legs[leg], lane: lane.lane, route: lane.route,
      carrier: regime.carriers.pointer + lane.legs[leg].carrier)
  }
}
