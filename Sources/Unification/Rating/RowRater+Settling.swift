import ExactMoney
import TariffRules

/// What can be told of a plan beforehand: which lane is the cheapest, and that no division fails.
extension RowRater {
  /// Where nothing depends on the weight, keeps only the cheapest lane; or only the refusal, where
  /// no lane has a price or one without decides for all.
  func settle(_ plan: inout RowPlan) {
    guard let lanes = plan.lanes else { return }
    var comparison = Comparison()
    for index in 0..<Int(plan.laneCount) {
      let lane = UnsafePointer(lanes + index)
      guard let terms = lane.pointee.terms else {
        comparison.note(lane.pointee.refusal, legs.refusals.status(lane.pointee.refusal))
        continue
      }
      guard let unitRate = terms.pointee.unitRate(lane.pointee.sum),
        terms.pointee.currency
          == (comparison.lane ?? lane).pointee.terms?.pointee.currency,
        lane.pointee.earns, unitRate >= lane.pointee.safeFrom
      else { return }
      let perUnit =
        Int64(unitRate.magnitude &+ lane.pointee.sum.magnitude) &+ lane.pointee.agreed
      plan.mostPerUnit = max(plan.mostPerUnit, perUnit)
      if let known = comparison.lane,
        (comparison.unitRate, known.pointee.order) <= (unitRate, lane.pointee.order)
      {
        continue
      }
      (comparison.unitRate, comparison.lane) = (unitRate, lane)
    }
    if let number = comparison.answer(hasPrice: comparison.lane != nil) {
      plan.kind = .refused
      plan.refusal = number
    } else if let lane = comparison.lane {
      plan.kind = .settled
      plan.lanes = UnsafeMutablePointer(mutating: lane)
      plan.unitRate = comparison.unitRate
    }
  }

  /// The amounts of the agreement for one unit, added up.
  func agreed(
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

  /// Whether some partner has charges of its own whatever the weight, if the division asks for
  /// them; nil where a charge is below zero.
  func earns(_ lane: LanePrice, _ plan: UnsafePointer<DivisionPlan>) -> Bool? {
    var earns = !plan.pointee.isByCharges
    for index in 0..<Int(lane.legCount) {
      if lane.charges[index] < 0 { return nil }
      if lane.charges[index] > 0 && plan.pointee.legs[index].carrier >= 0 { earns = true }
    }
    return earns
  }

  /// From which price per unit on the division of a lane on which some partner earns succeeds for
  /// every count within the limits; `Int64.max` where that cannot be told.
  func safeFrom(
    _ lane: LanePrice, _ legs: FixedTable<LegPlan>, _ plan: UnsafePointer<DivisionPlan>
  ) -> Int64 {
    guard plan.pointee.deficit != -2, plan.pointee.isByCharges || isMeasured(legs, plan),
      let amounts = lane.amounts
    else { return Int64.max }
    var percents: [Ratio] = []
    var least: Int64 = 0
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .passThrough, .prorate: continue
      case .arbitrary(_, let number), .marginAmount(_, let number):
        if amounts[number] < 0 { return Int64.max }
      case .marginPercent(_, let part, _, _):
        if part.numerator < 0 || part.numerator > part.denominator { return Int64.max }
        percents.append(part)
      case .guarantee(let party, let number, let margin):
        // Who pays from the margin must not pay from a part of the rest as well.
        if margin == party || isProrated(margin, plan) || amounts[number] < 0 { return Int64.max }
        least = amounts[number]
      }
    }
    if !plan.pointee.hasGuarantee { return Int64.min }
    return paying(least, lane, plan, percents) ?? Int64.max
  }

  /// Whether what is divided by distance has one for every partner.
  private func isMeasured(
    _ legs: FixedTable<LegPlan>, _ plan: UnsafePointer<DivisionPlan>
  ) -> Bool {
    for index in 0..<plan.pointee.steps.count {
      guard case .prorate(let basis) = plan.pointee.steps[index] else { continue }
      if case .fixed(let list) = basis {
        return (0..<list.count).contains { list[$0].weight > 0 }
      }
    }
    return (0..<plan.pointee.carriers.count).allSatisfy { carrier in
      let own = (0..<legs.count).filter {
        plan.pointee.legs[$0].carrier == carrier && plan.pointee.legs[$0].hasDistance
      }
      return !own.isEmpty && own.allSatisfy { legs[$0].kilometres > 0 }
    }
  }

  private func isProrated(_ party: Int, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    for index in 0..<plan.pointee.steps.count {
      guard case .prorate(.fixed(let list)) = plan.pointee.steps[index] else { continue }
      return (0..<list.count).contains { list[$0].party == party }
    }
    return (0..<plan.pointee.carriers.count).contains { plan.pointee.carriers[$0] == party }
  }

  /// The price per unit of which so much is left to be prorated as a guarantee can take, after
  /// what is passed through, fixed amounts and percentages; nil where that depends on the weight.
  private func paying(
    _ least: Int64, _ lane: LanePrice, _ plan: UnsafePointer<DivisionPlan>, _ percents: [Ratio]
  ) -> Int64? {
    let passesWeighed = (0..<Int(lane.weighedCount)).contains { !lane.weighed[$0].isPartner }
    guard !passesWeighed, let amounts = lane.amounts else { return nil }
    var taken = least + Int64(percents.count)
    for index in 0..<Int(lane.legCount) where plan.pointee.legs[index].carrier < 0 {
      taken += lane.charges[index]
    }
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .arbitrary(_, let number), .marginAmount(_, let number): taken += amounts[number]
      default: continue
      }
    }
    var left = Exact.one
    for part in percents {
      guard let part = Exact(Int128(part.numerator), over: Int128(part.denominator)),
        let rest = try? left.minus(part)
      else { return nil }
      left = rest
    }
    guard left > .zero, let price = try? Exact(taken).divided(by: left) else { return nil }
    return Int64(exactly: RoundingMode.up.whole(price.numerator, over: price.denominator))
  }
}
