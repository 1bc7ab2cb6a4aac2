import ExactMoney
import TariffRules

/// A leg whose charges depend on the weight.
struct WeighedLeg: BitwiseCopyable {
  let key: LegKey
  /// The classes of the weight; nil where it is not the weight but the day.
  let weights: UnsafePointer<StepTable>?
  /// Its place on the lane.
  let number: Int
}

/// What one lane costs for all consignments with the same key.
struct LanePrice: BitwiseCopyable {
  /// Nil where the lane has no price, whatever the weight.
  let terms: UnsafePointer<TermsPlan>?
  /// The amounts of the agreement.
  let amounts: FixedTable<Int64>
  /// Each leg's charges for one unit; 0 for those that depend on the weight.
  let legs: UnsafeMutablePointer<Int64>
  let kilometres: UnsafeMutablePointer<Int32>
  let legCount: Int
  let weighed: UnsafeMutablePointer<WeighedLeg>
  let weighedCount: Int
  /// The sum of the legs' charges.
  let sum: Int64
  /// Its place in the order of transit days and code, and among the route's lanes.
  let order: Int, number: Int
  /// Why it has no price.
  let refusal: Int32
  /// Whether its division can only fail for want of a partner with charges, or beyond the limits.
  let isSafe: Bool
  /// The amounts of the agreement that one unit is charged with, added up.
  let agreed: Int64
}

/// How consignments with the same key are answered.
struct RowPlan: BitwiseCopyable {
  enum Kind: UInt8 {
    /// By the quote.
    case quoted
    /// By a refusal.
    case refused
    /// By the one lane kept: whatever the weight and the count, it is the cheapest.
    case settled
    /// By comparing the lanes.
    case compared
  }

  var key = RowKey.none
  var kind = Kind.quoted
  var unit: UInt8 = 0
  /// Whether the route has several lanes.
  var hasSeveral = false
  var refusal: Int32 = -1
  var laneCount = 0
  var lanes: UnsafeMutablePointer<LanePrice>?
  /// The price per unit on the one lane kept.
  var unitRate: Int64 = 0
  /// The largest sum of amounts for one unit: that, times the count, must be within the limits.
  var mostPerUnit: Int64 = 0
}

/// Plans by their key, in memory of fixed size: when it is used up all begins anew.
struct RowMemo: ~Copyable {
  private let plans: UnsafeMutablePointer<RowPlan>
  private let memory: UnsafeMutableRawPointer
  private var used = 0
  private var planCount = 0

  private static let bits: UInt64 = 15
  private static let size = 12 << 20

  init() {
    plans = .allocate(capacity: 1 << Self.bits)
    plans.initialize(repeating: RowPlan(), count: 1 << Self.bits)
    memory = .allocate(byteCount: Self.size, alignment: 16)
  }

  deinit {
    plans.deallocate()
    memory.deallocate()
  }

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

  /// Whether there is room for another plan, of so many bytes.
  func hasRoom(_ bytes: Int) -> Bool {
    used + bytes <= Self.size && planCount < (1 << Int(Self.bits)) / 4 * 3
  }

  /// Forgets all.
  mutating func clear() {
    plans.update(repeating: RowPlan(), count: 1 << Self.bits)
    used = 0
    planCount = 0
  }

  /// Room that stays until all is forgotten.
  mutating func take<Item: BitwiseCopyable>(
    _ type: Item.Type, _ count: Int
  ) -> UnsafeMutablePointer<Item> {
    let place = (memory + used).bindMemory(to: type, capacity: count)
    used += (count * MemoryLayout<Item>.stride + 15) & ~15
    return place
  }
}
