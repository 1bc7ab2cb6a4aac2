import ExactMoney
import TariffRules

/// A leg whose charges depend on the weight.
struct WeighedLeg: BitwiseCopyable {
  /// Its place on the lane.
  let number: Int
  let formula: LegFormula
}

/// What one lane costs for all consignments of a plan.
struct LanePrice: BitwiseCopyable {
  let terms: UnsafePointer<TermsPlan>
  /// The amounts of the agreement.
  let amounts: FixedTable<Int64>
  /// Each leg's charges for one unit; 0 for those that depend on the weight.
  var legs: UnsafeMutablePointer<Int64>
  var kilometres: UnsafeMutablePointer<Int32>
  let legCount: Int
  var weighed: UnsafeMutablePointer<WeighedLeg>
  let weighedCount: Int
  /// The sum of the legs' charges.
  let sum: Int64
  /// Its place in the order of transit days and code.
  let order: Int
  /// The amounts of the agreement that one unit is charged with, added up.
  let agreed: Int64
  /// Whether its division succeeds for every consignment of the plan within the limits.
  var isSafe = false

  /// The sum of the charges for a unit of a weight.
  @inline(__always)
  func sum(_ weight: Int64) -> Int64 {
    var sum = sum
    for index in 0..<weighedCount { sum &+= weighed[index].formula.perUnit(weight) }
    return sum
  }
}

/// How consignments with the same key are answered, within a reach of weights.
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

  var reach = Reach()
  /// The plan for other weights.
  var next: UnsafePointer<RowPlan>?
  var kind = Kind.quoted
  var unit: UInt8 = 0
  var refusal: Int32 = -1
  var laneCount = 0
  var lanes: UnsafeMutablePointer<LanePrice>?
  /// The largest sum of amounts for one unit: that, times the count, must be within the limits.
  var mostPerUnit: Int64 = 0
}

/// Plans by their key, in memory of fixed size: when it is used up all begins anew.
struct RowMemo: ~Copyable {
  /// The plans of a key.
  private struct Entry: BitwiseCopyable {
    var key = RowKey.none
    var first: UnsafePointer<RowPlan>?
    var count = 0
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let memory: UnsafeMutableRawPointer
  private var used = 0
  private var entryCount = 0

  private static let bits: UInt64 = 15
  private static let size = 12 << 20
  /// More plans for one key are not searched: then its plans are made anew.
  private static let mostOfKey = 12

  init() {
    entries = .allocate(capacity: 1 << Self.bits)
    entries.initialize(repeating: Entry(), count: 1 << Self.bits)
    memory = .allocate(byteCount: Self.size, alignment: 16)
  }

  deinit {
    entries.deallocate()
    memory.deallocate()
  }

  /// The plan of a key that holds for a weight and a day; nil if there is none yet.
  @inline(__always)
  func plan(_ key: RowKey, _ weight: Int64, _ day: Int32) -> UnsafePointer<RowPlan>? {
    let entry = entry(key)
    var plan = entry.pointee.first
    while let known = plan {
      if known.pointee.reach.holds(weight, day) { return known }
      plan = known.pointee.next
    }
    return nil
  }

  /// Where the plans of a key are, or will be; a quarter of the places is always free.
  @inline(__always)
  private func entry(_ key: RowKey) -> UnsafeMutablePointer<Entry> {
    var at = key.slot(Self.bits)
    while entries[at].key != key && entries[at].key != RowKey.none {
      at = (at &+ 1) & (1 << Int(Self.bits) &- 1)
    }
    return entries + at
  }

  /// Keeps another plan of a key.
  mutating func keep(_ plan: RowPlan, _ key: RowKey) -> UnsafePointer<RowPlan> {
    let entry = entry(key)
    if entry.pointee.key == RowKey.none { entryCount += 1 }
    if entry.pointee.count == Self.mostOfKey { entry.pointee = Entry() }
    entry.pointee.key = key
    let kept = take(RowPlan.self, 1)
    kept.initialize(to: plan)
    kept.pointee.next = entry.pointee.first
    entry.pointee.first = UnsafePointer(kept)
    entry.pointee.count += 1
    return UnsafePointer(kept)
  }

  /// Whether there is room for another plan, of so many bytes.
  func hasRoom(_ bytes: Int) -> Bool {
    used + bytes <= Self.size && entryCount < (1 << Int(Self.bits)) / 4 * 3
  }

  /// Forgets all.
  mutating func clear() {
    entries.update(repeating: Entry(), count: 1 << Self.bits)
    used = 0
    entryCount = 0
  }

  /// Room that stays until all is forgotten.
  mutating func take<Item: BitwiseCopyable>(
    _ type: Item.Type, _ count: Int
  ) -> UnsafeMutablePointer<Item> {
    let place = (memory + used).bindMemory(to: type, capacity: count)
    used += (count * MemoryLayout<Item>.stride + 15) & ~15
    return place
  }

  /// How much is taken, to give back what is taken from then on.
  var mark: Int { used }

  mutating func giveBack(to mark: Int) { used = mark }
}
