import ExactMoney
import TariffRules

/// What can be told beforehand of the division of a lane on which some partner earns: from which
/// price on it succeeds for every count within the limits.
struct DivisionSafety: BitwiseCopyable {
  private enum Kind: UInt8 {
    case never, always, byPrice
  }

  private var kind = Kind.never
  /// What of a unit's price a guarantee, fixed amounts and the rounding of percentages may take.
  private var taken: Int64 = 0
  /// What is left after percentages.
  private var left = Ratio.one

  init(
    _ legs: FixedTable<LegPlan>, _ plan: UnsafePointer<DivisionPlan>, _ amounts: FixedTable<Int64>
  ) {
    guard plan.pointee.deficit != -2, plan.pointee.isByCharges || Self.isMeasured(legs, plan)
    else { return }
    var rest = Exact.one
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .passThrough, .prorate: continue
      case .arbitrary(_, let number), .marginAmount(_, let number):
        if amounts[number] < 0 { return }
        taken += amounts[number]
      case .marginPercent(_, let part, _, _):
        guard part.numerator >= 0, part.numerator <= part.denominator,
          let exact = Exact(Int128(part.numerator), over: Int128(part.denominator)),
          let less = try? rest.minus(exact)
        else { return }
        rest = less
        taken += 1
      case .guarantee(let party, let number, let margin):
        // Who pays from the margin must not pay from a part of the rest as well.
        if margin == party || Self.isProrated(margin, plan) || amounts[number] < 0 { return }
        taken += amounts[number]
      }
    }
    if !plan.pointee.hasGuarantee {
      kind = .always
    } else if rest > .zero, taken <= Money.limit, let left = Ratio(rest, bits: 60) {
      kind = .byPrice
      self.left = left
    }
  }

  /// Whether every price is enough.
  var isAlways: Bool { kind == .always }

  /// Whether a price per unit is enough on a lane in a band.
  @inline(__always)
  func holds(_ unitRate: Int64, _ band: UnsafePointer<LaneBand>) -> Bool {
    kind == .always || (kind == .byPrice && isEnough(unitRate, band))
  }

  @inline(__always)
  private func isEnough(_ unitRate: Int64, _ band: UnsafePointer<LaneBand>) -> Bool {
    band.pointee.passed >= 0
      && Int128(unitRate) * Int128(left.numerator)
        >= (Int128(taken) + Int128(band.pointee.passed)) * Int128(left.denominator)
  }

  /// Whether what is divided by distance has one for every partner.
  private static func isMeasured(
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

  private static func isProrated(_ party: Int, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    for index in 0..<plan.pointee.steps.count {
      guard case .prorate(.fixed(let list)) = plan.pointee.steps[index] else { continue }
      return (0..<list.count).contains { list[$0].party == party }
    }
    return (0..<plan.pointee.carriers.count).contains { plan.pointee.carriers[$0] == party }
  }
}
