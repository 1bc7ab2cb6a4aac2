import ExactMoney
import TariffRules

/// One lane for all consignments with the same key: its terms, and where its bands are.
struct PlannedLane: BitwiseCopyable {
  let terms: UnsafePointer<TermsPlan>
  /// The amounts of the agreement, and what of them one unit is charged with, added up.
  let amounts: UnsafePointer<Int64>
  let agreed: Int64
  let series: UnsafePointer<LaneSeries>
  let safety: DivisionSafety
  /// Its place in the order of transit days and code.
  let order: UInt8
  /// The refusal of a leg that was said last, and how it is said of the lane.
  var refusal: (ofLeg: Int32, ofLane: Int32) = (-1, -1)
}

/// How consignments with the same key are answered.
struct RowPlan: BitwiseCopyable {
  var key = RowKey.none
  var unit: UInt8 = 0
  /// None where a quote must answer.
  var laneCount: UInt8 = 0
  var lanes: UnsafeMutablePointer<PlannedLane>?
}

/// Plans by their key, in memory of fixed size: when it is used up all begins anew.
struct RowMemo: ~Copyable {
  private let plans: UnsafeMutablePointer<RowPlan>
  private var planCount = 0
  /// For what belongs to the plans.
  var memory = Arena(bytes: 5 << 20)

  private static let bits: UInt64 = 15
  /// More than one plan takes.
  private static let roomForOne = 1 << 15

  init() {
    plans = .allocate(capacity: 1 << Self.bits)
    plans.initialize(repeating: RowPlan(), count: 1 << Self.bits)
  }

  deinit { plans.deallocate() }

  /// The plan of a key; nil if there is none yet.
  @inline(__always)
  func plan(_ key: RowKey) -> UnsafePointer<RowPlan>? {
    let slot = slot(key)
    return slot.pointee.key == key ? UnsafePointer(slot) : nil
  }

  /// Where the plan of a key is, or will be; a quarter of the places is always free.
  @inline(__always)
  private func slot(_ key: RowKey) -> UnsafeMutablePointer<RowPlan> {
    var at = key.slot(Self.bits)
    while plans[at].key != key && plans[at].key != RowKey.none {
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    return plans + at
  }

  /// Keeps a plan that is not there yet.
  mutating func keep(_ plan: RowPlan) -> UnsafePointer<RowPlan> {
    let slot = slot(plan.key)
    slot.pointee = plan
    planCount += 1
    return UnsafePointer(slot)
  }

  /// Whether there is room for another plan.
  var hasRoom: Bool {
    memory.hasRoom(Self.roomForOne) && planCount < (1 << Int(Self.bits)) / 4 * 3
  }

  /// Forgets all.
  mutating func clear() {
    plans.update(repeating: RowPlan(), count: 1 << Self.bits)
    planCount = 0
    memory.clear()
  }
}
