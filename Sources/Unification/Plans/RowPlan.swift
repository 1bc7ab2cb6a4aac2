import ExactMoney
import TariffRules

/// A leg of some lanes of a plan whose charges depend on the weight or the day.
struct WeighedLeg: BitwiseCopyable {
  let series: UnsafeMutablePointer<LegSeries>
  /// A lane on which it is, and its place there.
  let lane: UInt8, leg: UInt8
}

/// What one lane costs for all consignments with the same key, packed into 64 bytes.
struct LanePrice: BitwiseCopyable {
  /// A leg that is among the weighed legs of the plan.
  struct Weighed: BitwiseCopyable {
    let leg: UInt8
    let number: UInt8
    /// Whether its carrier is a partner.
    let isPartner: Bool
  }

  /// Nil where the lane has no price, whatever the weight.
  var terms: UnsafePointer<TermsPlan>?
  /// The amounts of the agreement, and what of them one unit is charged with, added up.
  var amounts: UnsafePointer<Int64>?
  var agreed: Int64 = 0
  /// The sum of the legs' charges that do not depend on the weight.
  var sum: Int64 = 0
  /// From which price per unit on its division succeeds for every count within the limits, if some
  /// partner earns.
  var safeFrom = Int64.max
  /// Each leg's charges for one unit, 0 for those that are weighed; then the kilometres of each,
  /// then what is weighed.
  private let legs: UnsafeMutablePointer<Int64>
  let legCount: UInt8
  private(set) var weighedCount: UInt8 = 0
  /// Its place in the order of transit days and code, and among the route's lanes.
  let order: UInt8, number: UInt8
  /// Whether some partner earns whatever the weight, as far as the division asks.
  var earns = false
  /// Why it has no price.
  var refusal: Int32 = -1

  init(_ number: Int, _ plan: LanePlan, _ memory: inout Arena) {
    let count = plan.legs.count
    legCount = UInt8(truncatingIfNeeded: count)
    order = UInt8(truncatingIfNeeded: plan.order)
    self.number = UInt8(truncatingIfNeeded: number)
    legs = memory.take(Int64.self, count)
    _ = memory.take(Int32.self, count)
    _ = memory.take(Weighed.self, count)
  }

  /// Each leg's charges for one unit; 0 for those that are weighed.
  @inline(__always)
  var charges: UnsafeMutablePointer<Int64> { legs }

  @inline(__always)
  var kilometres: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(legs + Int(legCount)).assumingMemoryBound(to: Int32.self)
  }

  @inline(__always)
  var weighed: UnsafeMutablePointer<Weighed> {
    UnsafeMutableRawPointer(legs + Int(legCount)).advanced(by: (Int(legCount) * 4 + 7) & ~7)
      .assumingMemoryBound(to: Weighed.self)
  }

  mutating func add(_ leg: Weighed) {
    weighed[Int(weighedCount)] = leg
    weighedCount += 1
  }
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
  var refusal: Int32 = -1
  var laneCount: Int32 = 0
  var weighedCount: Int32 = 0
  var lanes: UnsafeMutablePointer<LanePrice>?
  var weighed: UnsafeMutablePointer<WeighedLeg>?
  /// The price per unit on the one lane kept.
  var unitRate: Int64 = 0
  /// The largest sum of amounts for one unit: that, times the count, must be within the limits.
  var mostPerUnit: Int64 = 0
}

/// Plans by their key, in memory of fixed size: when it is used up all begins anew.
struct RowMemo: ~Copyable {
  private let plans: UnsafeMutablePointer<RowPlan>
  private var planCount = 0
  /// For what belongs to the plans.
  var memory = Arena(bytes: 10 << 20)

  private static let bits: UInt64 = 15

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

  /// Whether there is room for another plan, of so many bytes.
  func hasRoom(_ bytes: Int) -> Bool {
    memory.hasRoom(bytes) && planCount < (1 << Int(Self.bits)) / 4 * 3
  }

  /// Forgets all.
  mutating func clear() {
    plans.update(repeating: RowPlan(), count: 1 << Self.bits)
    planCount = 0
    memory.clear()
  }
}
