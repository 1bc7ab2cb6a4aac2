import ExactMoney
import TariffRules

/// What the joint venture's tables say of one lane on a day: its terms, in the money of that day.
/// What most rows need stands first, side by side.
struct LaneTerms: BitwiseCopyable {
  let terms: UnsafePointer<TermsPlan>
  let division: UnsafePointer<DivisionPlan>
  /// The amounts of the agreement, and what of them one unit is charged with, added up.
  let amounts: UnsafePointer<Int64>
  let agreed: Int64
  /// The terms where nothing but a factor and rounding to whole minor units counts: what the sum is
  /// multiplied with, raised by and divided by to have so many steps; 0 over 1 where there is more
  /// to them.
  private var top: Int32 = 0, lift: Int32 = 0, below: Int32 = 1
  private var step: Int32 = 1
  private let isAlwaysSafe: Bool
  let currency: UInt8
  /// Its place in the order of transit days and code.
  let order: UInt8
  /// The refusal of a leg that was said last, and how it is said of the lane.
  var refusal: (ofLeg: Int32, ofLane: Int32) = (-1, -1)
  private let safety: DivisionSafety

  init(_ terms: UnsafePointer<TermsPlan>, _ amounts: FixedTable<Int64>, _ lane: LanePlan) {
    self.terms = terms
    division = terms.pointee.division
    self.amounts = amounts.pointer
    agreed = Self.agreed(division, amounts)
    safety = DivisionSafety(lane.legs, division, amounts)
    isAlwaysSafe = safety.isAlways
    currency = UInt8(truncatingIfNeeded: terms.pointee.currency)
    order = UInt8(truncatingIfNeeded: lane.order)
    let step = terms.pointee.step
    if let plain = terms.pointee.plain, step.denominator == 1,
      let lift = terms.pointee.mode.lift(over: plain.below)
    {
      (top, self.lift, below) = (Int32(plain.top), Int32(lift), Int32(plain.below))
      self.step = Int32(step.numerator)
    }
  }

  /// The through-rate per unit in minor units, from the sum of the charges; nil if it is no whole
  /// number of them.
  @inline(__always)
  func unitRate(_ sum: Int64) -> Int64? {
    // A sum of 36 bits with a factor of 24 cannot overflow.
    if top != 0, sum >= 0, sum < 1 << 36 {
      let steps = RoundingMode.whole(
        sum &* Int64(top), lifted: Int64(lift), over: Int64(below))
      let units = steps &* Int64(step)
      if units <= Money.limit { return units }
    }
    return terms.pointee.unitRate(sum)
  }

  /// Whether any number of units at a price is sure to be divided, in a band.
  @inline(__always)
  static func isSafe(
    _ terms: UnsafePointer<LaneTerms>, _ unitRate: Int64, _ band: UnsafePointer<LaneBand>
  ) -> Bool {
    if terms.pointee.isAlwaysSafe && band.pointee.isEarningOnly { return true }
    return band.pointee.earns(terms.pointee.division)
      && terms.pointee.safety.holds(unitRate, band)
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
