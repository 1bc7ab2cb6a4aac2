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

  /// The upper half of a slot is a part of the key's number, the lower one the place in memory.
  private let slots: UnsafeMutablePointer<UInt64>
  private let lanes: UnsafeMutablePointer<UnsafePointer<LaneKind>?>
  private let legs: UnsafeMutablePointer<UnsafeMutablePointer<LegKind>?>
  private var count = 0, laneCount = 0, legCount = 0
  private var memory: Arena

  private static let free = UInt64.max
  private static let bits: UInt64 = 16, laneBits: UInt64 = 15
  private static let most = (1 << Int(bits)) / 4 * 3, mostLanes = (1 << Int(laneBits)) / 4 * 3
  /// More than one plan and its lanes take.
  private static let roomForOne = 1 << 18

  init(bytes: Int = BookSizes().kinds) {
    memory = Arena(bytes: bytes)
    slots = memory.table(Self.free, 1 << Int(Self.bits))
    lanes = memory.table(nil, 1 << Int(Self.laneBits))
    legs = memory.table(nil, 1 << Int(Self.laneBits))
    precondition(hasRoom)
  }

  /// Whether there is room for another plan.
  var hasRoom: Bool {
    memory.hasRoom(Self.roomForOne) && count < Self.most && laneCount < Self.mostLanes
      && legCount < Self.mostLanes
  }

  /// Forgets all.
  mutating func clear() {
    slots.update(repeating: Self.free, count: 1 << Self.bits)
    lanes.update(repeating: nil, count: 1 << Self.laneBits)
    legs.update(repeating: nil, count: 1 << Self.laneBits)
    (count, laneCount, legCount) = (0, 0, 0)
    memory.clear()
  }

  /// The plan of a key; nil if there is none yet.
  @inline(__always)
  func plan(_ key: RowKey) -> UnsafePointer<KindPlan>? {
    let mixed = key.mixed
    var at = Self.slot(mixed)
    while slots[at] != Self.free {
      if slots[at] &>> 32 == mixed & 0xFFFF_FFFF {
        let place = Int(truncatingIfNeeded: slots[at] & 0xFFFF_FFFF)
        let entry = memory.place(place, of: Entry.self)
        if entry.pointee.key == key { return Self.plan(entry) }
      }
      at = (at &+ 1) & (1 &<< Int(Self.bits) &- 1)
    }
    return nil
  }

  /// Fetches the slot where a key is looked for first.
  @inline(__always)
  func fetchSlot(_ key: RowKey) { prefetch(slots + Self.slot(key.mixed)) }

  /// Fetches the plan in that slot, if it is likely to be the key's.
  @inline(__always)
  func fetchPlan(_ key: RowKey) {
    let mixed = key.mixed
    let slot = slots[Self.slot(mixed)]
    guard slot != Self.free, slot &>> 32 == mixed & 0xFFFF_FFFF else { return }
    let entry = memory.place(Int(truncatingIfNeeded: slot & 0xFFFF_FFFF), of: Entry.self)
    prefetch(entry)
    prefetch(UnsafeRawPointer(entry) + 64)
  }

  @inline(__always)
  private static func slot(_ mixed: UInt64) -> Int {
    Int(truncatingIfNeeded: mixed &>> (64 &- bits))
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
    let mixed = key.mixed
    var at = Self.slot(mixed)
    while slots[at] != Self.free { at = (at &+ 1) & (1 &<< Int(Self.bits) &- 1) }
    slots[at] = UInt64(memory.place(of: entry)) | mixed &<< 32
    count += 1
    return Self.plan(entry)
  }

  /// The kind of a lane with such legs; nil if there is none yet.
  func lane(_ legs: LaneKind.Legs, _ target: Int32) -> UnsafePointer<LaneKind>? {
    lanes[place(legs, target)]
  }

  /// Where the kind of a lane is, or will be.
  private func place(_ legs: LaneKind.Legs, _ target: Int32) -> Int {
    var mixed = UInt64(truncatingIfNeeded: target)
    for leg in legs {
      mixed = (mixed ^ UInt64(UInt(bitPattern: leg))) &* 0xFF51_AFD7_ED55_8CCD
      mixed ^= mixed &>> 32
    }
    mixed &*= 0x9E37_79B9_7F4A_7C15
    var at = Int(truncatingIfNeeded: mixed &>> (64 &- Self.laneBits))
    while let known = lanes[at], !known.pointee.isOf(legs, target) {
      at = (at &+ 1) & (1 << Int(Self.laneBits) &- 1)
    }
    return at
  }

  /// Keeps the kind of a lane that is not there yet.
  /// - Parameter conversions: the number of what may have to be converted on its legs.
  mutating func keep(
    _ legs: LaneKind.Legs, _ target: Int32, conversions: Int32
  ) -> UnsafePointer<LaneKind> {
    laneCount += 1
    let made = memory.take(LaneKind.self, 1)
    let own = memory.take(UnsafeMutablePointer<LegKind>.self, legs.count)
    for (index, leg) in legs.enumerated() { (own + index).initialize(to: leg) }
    made.initialize(
      to: LaneKind(
        legs: own, legCount: Int32(legs.count), target: target, conversions: conversions))
    lanes[place(legs, target)] = UnsafePointer(made)
    return UnsafePointer(made)
  }

  /// Where the search for the kind of a leg begins.
  @inline(__always)
  private static func slot(_ key: LegKey) -> Int {
    Int(truncatingIfNeeded: key.mixed &>> (64 &- laneBits))
  }

  /// Fetches the slot where the kind of a leg is looked for first.
  @inline(__always)
  func fetchSlot(_ key: LegKey) { prefetch(legs + Self.slot(key)) }

  /// Fetches the kind in that slot.
  @inline(__always)
  func fetchLeg(_ key: LegKey) {
    if let kind = legs[Self.slot(key)] { prefetch(kind) }
  }

  /// The kind of a leg, where all like it share it.
  mutating func leg(_ kind: LegKind) -> UnsafeMutablePointer<LegKind> {
    var at = Self.slot(kind.key)
    while let known = legs[at] {
      if known.pointee.key == kind.key { return known }
      at = (at &+ 1) & (1 << Int(Self.laneBits) &- 1)
    }
    legCount += 1
    let made = memory.take(LegKind.self, 1, alignment: MemoryLayout<LegKind>.stride)
    made.initialize(to: kind)
    legs[at] = made
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
