import ExactMoney
import TariffRules

/// What the joint venture's tables say of one lane on a day: its terms, in the money of that day.
struct LaneTerms: BitwiseCopyable {
  let terms: UnsafePointer<TermsPlan>
  let division: UnsafePointer<DivisionPlan>
  /// The amounts of the agreement, and what of them one unit is charged with, added up.
  let amounts: UnsafePointer<Int64>
  let agreed: Int64
  let safety: DivisionSafety
  let currency: Int32
  /// Its place in the order of transit days and code.
  let order: Int32
  /// The refusal of a leg that was said last, and how it is said of the lane.
  var refusal: (ofLeg: Int32, ofLane: Int32) = (-1, -1)

  init(_ terms: UnsafePointer<TermsPlan>, _ amounts: FixedTable<Int64>, _ lane: LanePlan) {
    self.terms = terms
    division = terms.pointee.division
    self.amounts = amounts.pointer
    agreed = Self.agreed(division, amounts)
    safety = DivisionSafety(lane.legs, division, amounts)
    currency = Int32(terms.pointee.currency)
    order = Int32(lane.order)
  }

  /// The amounts of the agreement for one unit, added up.
  private static func agreed(
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
}

/// How consignments that read alike are answered, on a day: its lanes are behind it.
struct RowPlan: BitwiseCopyable {
  /// One lane: what it costs, and on what terms.
  struct Lane: BitwiseCopyable {
    let terms: UnsafeMutablePointer<LaneTerms>
    let series: UnsafePointer<LaneSeries>
  }

  var unit: Int32 = 0
  /// None where a quote must answer.
  var laneCount: Int32 = 0

  static let mostLanes = 64
  /// What the largest one takes.
  static let mostBytes = MemoryLayout<RowPlan>.stride + mostLanes * MemoryLayout<Lane>.stride

  @inline(__always)
  static func lanes(_ plan: UnsafePointer<RowPlan>) -> UnsafePointer<Lane> {
    UnsafeRawPointer(plan + 1).assumingMemoryBound(to: Lane.self)
  }
}
