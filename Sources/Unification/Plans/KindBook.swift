import CProcessor
import TariffRules

/// Plans by their key, and the kinds of their lanes and legs, in memory of fixed size: when it is
/// used up all begins anew.
struct KindBook: ~Copyable {
  /// A plan with its key before it.
  private struct Entry: BitwiseCopyable {
    let key: RowKey
    let plan: KindPlan
  }

  private var plans: PlaceTable<Entry>
  private var lanes: PlaceTable<LaneKind>
  private var legs: PlaceTable<LegKind>
  private var memory: Arena

  private static let bits: UInt64 = 16, laneBits: UInt64 = 15
  /// More than one plan and its lanes take.
  private static let roomForOne = 1 << 18

  init(bytes: Int = BookSizes().kinds) {
    memory = Arena(bytes: bytes)
    plans = PlaceTable(bits: Self.bits, in: &memory)
    lanes = PlaceTable(bits: Self.laneBits, in: &memory)
    legs = PlaceTable(bits: Self.laneBits, in: &memory)
    precondition(hasRoom)
  }

  /// Whether there is room for another plan.
  var hasRoom: Bool {
    memory.hasRoom(Self.roomForOne) && plans.hasRoom && lanes.hasRoom && legs.hasRoom
  }

  /// Forgets all.
  mutating func clear() {
    plans.clear()
    lanes.clear()
    legs.clear()
    memory.clear()
  }

  /// The plan of a key; nil if there is none yet.
  @inline(__always)
  func plan(_ key: RowKey) -> UnsafePointer<KindPlan>? {
    plans.find(key.mixed) { $0.pointee.key == key }.map { Self.plan($0) }
  }

  /// Fetches the slot where a key is looked for first.
  @inline(__always)
  func fetchSlot(_ key: RowKey) { plans.fetchSlot(key.mixed) }

  /// Fetches the plan that is likely to be the key's.
  @inline(__always)
  func fetchPlan(_ key: RowKey) {
    guard let entry = plans.likely(key.mixed) else { return }
    prefetch(entry)
    prefetch(UnsafeRawPointer(entry) + 64)
    prefetch(UnsafeRawPointer(entry) + 96)
  }

  @inline(__always)
  private static func plan(_ entry: UnsafePointer<Entry>) -> UnsafePointer<KindPlan> {
    (UnsafeRawPointer(entry) + MemoryLayout<RowKey>.stride).assumingMemoryBound(to: KindPlan.self)
  }

  /// Keeps a plan that is not there yet.
  mutating func keep(
    _ key: RowKey, unit: Int32, _ lanes: UnsafePointer<KindPlan.Lane>, _ laneCount: Int
  ) -> UnsafePointer<KindPlan> {
    let entry = memory.take(Entry.self, 1)
    entry.initialize(
      to: Entry(key: key, plan: KindPlan(unit: unit, laneCount: Int32(laneCount))))
    memory.take(KindPlan.Lane.self, laneCount).update(from: lanes, count: laneCount)
    plans.add(entry, key.mixed)
    return Self.plan(entry)
  }

  /// A number for looking up the kind of a lane.
  private static func mixed(_ legs: LaneKind.Legs, _ target: Int32) -> UInt64 {
    var mixed = UInt64(truncatingIfNeeded: target)
    for leg in legs {
      mixed = (mixed ^ UInt64(UInt(bitPattern: leg))) &* 0xFF51_AFD7_ED55_8CCD
      mixed ^= mixed &>> 32
    }
    return mixed &* 0x9E37_79B9_7F4A_7C15
  }

  /// The kind of a lane with such legs; nil if there is none yet.
  func lane(_ legs: LaneKind.Legs, _ target: Int32) -> UnsafePointer<LaneKind>? {
    UnsafePointer(lanes.find(Self.mixed(legs, target)) { $0.pointee.isOf(legs, target) })
  }

  /// Keeps the kind of a lane that is not there yet.
  /// - Parameter conversions: the number of what may have to be converted on its legs.
  mutating func keep(
    _ legs: LaneKind.Legs, _ target: Int32, conversions: Int32
  ) -> UnsafePointer<LaneKind> {
    let made = memory.take(LaneKind.self, 1)
    let own = memory.take(UnsafeMutablePointer<LegKind>.self, legs.count)
    for (index, leg) in legs.enumerated() { (own + index).initialize(to: leg) }
    made.initialize(
      to: LaneKind(
        legs: own, legCount: Int32(legs.count), target: target, conversions: conversions))
    lanes.add(made, Self.mixed(legs, target))
    return UnsafePointer(made)
  }

  /// Fetches the slot where the kind of a leg is looked for first.
  @inline(__always)
  func fetchSlot(_ key: LegKey) { legs.fetchSlot(key.mixed) }

  /// Fetches the kind that is likely to be the one.
  @inline(__always)
  func fetchLeg(_ key: LegKey) {
    if let kind = legs.likely(key.mixed) { prefetch(kind) }
  }

  /// The kind of a leg, where all like it share it.
  mutating func leg(_ kind: LegKind) -> UnsafeMutablePointer<LegKind> {
    let (key, mixed) = (kind.key, kind.key.mixed)
    if let known = legs.find(mixed, { $0.pointee.key == key }) { return known }
    let made = memory.take(LegKind.self, 1, alignment: MemoryLayout<LegKind>.stride)
    made.initialize(to: kind)
    legs.add(made, mixed)
    return made
  }

  /// Keeps a recipe for a leg, unless there is no room.
  mutating func keep(
    _ recipe: LegRecipe, _ charges: UnsafePointer<LegRecipe.Charge>,
    _ kind: UnsafeMutablePointer<LegKind>
  ) {
    kind.pointee.keep(recipe, charges, in: &memory)
  }
}
