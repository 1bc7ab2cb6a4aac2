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

/// How consignments with the same key are answered: its lanes are behind it.
struct RowPlan: BitwiseCopyable {
  /// One lane: what it costs, and on what terms.
  struct Lane: BitwiseCopyable {
    let terms: UnsafeMutablePointer<LaneTerms>
    let series: UnsafePointer<LaneSeries>
  }

  var unit: Int32 = 0
  /// None where a quote must answer.
  var laneCount: Int32 = 0

  @inline(__always)
  static func lanes(_ plan: UnsafePointer<RowPlan>) -> UnsafePointer<Lane> {
    UnsafeRawPointer(plan + 1).assumingMemoryBound(to: Lane.self)
  }
}

/// Plans by their key, in memory of fixed size: when it is used up all begins anew.
struct RowMemo: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var key = RowKey.none
    var plan: UnsafePointer<RowPlan>?
  }

  private struct TermsKey: Hashable {
    let terms: UnsafePointer<TermsPlan>, amounts: UnsafePointer<Int64>
  }

  private let entries: UnsafeMutablePointer<Entry>
  private var count = 0
  private var terms: [TermsKey: UnsafeMutablePointer<LaneTerms>] = [:]
  /// For the plans and terms.
  private var memory = Arena(bytes: 3 << 20)

  private static let bits: UInt64 = 15
  /// More than one plan takes.
  private static let roomForOne = 1 << 15

  init() {
    entries = .allocate(capacity: 1 << Self.bits)
    entries.initialize(repeating: Entry(), count: 1 << Self.bits)
  }

  deinit { entries.deallocate() }

  /// The plan of a key; nil if there is none yet.
  @inline(__always)
  func plan(_ key: RowKey) -> UnsafePointer<RowPlan>? {
    let entry = entry(key)
    return entry.pointee.key == key ? entry.pointee.plan : nil
  }

  /// Where the plan of a key is, or will be; a quarter of the places is always free.
  @inline(__always)
  private func entry(_ key: RowKey) -> UnsafeMutablePointer<Entry> {
    var at = key.slot(Self.bits)
    while entries[at].key != key && entries[at].key != RowKey.none {
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    return entries + at
  }

  /// Keeps a plan that is not there yet.
  mutating func keep(
    _ key: RowKey, unit: Int32, _ lanes: UnsafePointer<RowPlan.Lane>, _ laneCount: Int
  ) -> UnsafePointer<RowPlan> {
    let plan = memory.take(RowPlan.self, 1, alignment: 64)
    plan.initialize(to: RowPlan(unit: unit, laneCount: Int32(laneCount)))
    memory.take(RowPlan.Lane.self, laneCount).update(from: lanes, count: laneCount)
    entry(key).pointee = Entry(key: key, plan: UnsafePointer(plan))
    count += 1
    return UnsafePointer(plan)
  }

  /// The terms of a lane in the money of a day.
  mutating func terms(
    _ terms: UnsafePointer<TermsPlan>, _ amounts: FixedTable<Int64>, _ lane: LanePlan
  ) -> UnsafeMutablePointer<LaneTerms> {
    let key = TermsKey(terms: terms, amounts: amounts.pointer)
    if let known = self.terms[key] { return known }
    let made = memory.take(LaneTerms.self, 1, alignment: 64)
    made.initialize(to: LaneTerms(terms, amounts, lane))
    self.terms[key] = made
    return made
  }

  /// Whether there is room for another plan.
  var hasRoom: Bool {
    memory.hasRoom(Self.roomForOne) && count < (1 << Int(Self.bits)) / 4 * 3
  }

  /// Forgets all.
  mutating func clear() {
    entries.update(repeating: Entry(), count: 1 << Self.bits)
    count = 0
    terms.removeAll(keepingCapacity: true)
    memory.clear()
  }
}
