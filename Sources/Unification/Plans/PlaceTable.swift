import CProcessor

/// Things in an arena, found by a number that is mixed from their keys. A slot has a part of that
/// number beside the place, so that the wrong ones are hardly ever looked at.
struct PlaceTable<Item: BitwiseCopyable>: ~Copyable {
  private let slots: UnsafeMutablePointer<UInt64>
  private let base: UnsafeMutableRawPointer
  private let bits: UInt64
  private var count = 0
  /// A quarter stays free, so that searches are short.
  private let most: Int

  private static var free: UInt64 { .max }

  /// A table that is taken from an arena before anything that it leads to.
  init(bits: UInt64, in arena: inout Arena) {
    precondition(arena.size <= Int(UInt32.max))
    self.bits = bits
    most = (1 << Int(bits)) / 4 * 3
    base = arena.base
    slots = arena.table(Self.free, 1 << Int(bits))
  }

  /// Whether there is room for another one.
  @inline(__always)
  var hasRoom: Bool { count < most }

  /// Forgets all.
  mutating func clear() {
    slots.update(repeating: Self.free, count: 1 << Int(bits))
    count = 0
  }

  @inline(__always)
  private func slot(_ mixed: UInt64) -> Int { Int(truncatingIfNeeded: mixed &>> (64 &- bits)) }

  @inline(__always)
  private func next(_ slot: Int) -> Int { (slot &+ 1) & (1 &<< Int(bits) &- 1) }

  /// What a slot leads to, if it has the part of the number.
  @inline(__always)
  private func item(_ slot: Int, _ mixed: UInt64) -> UnsafeMutablePointer<Item>? {
    guard slots[slot] &>> 32 == mixed & 0xFFFF_FFFF else { return nil }
    let place = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF)
    return (base + place).assumingMemoryBound(to: Item.self)
  }

  /// Fetches the slot where a search begins.
  @inline(__always)
  func fetchSlot(_ mixed: UInt64) { prefetch(slots + slot(mixed)) }

  /// The first one that may be it, unseen; nil if it is not there.
  @inline(__always)
  func likely(_ mixed: UInt64) -> UnsafeMutablePointer<Item>? {
    find(mixed) { _ in true }
  }

  /// Finds it among those that may be it; nil if it is not there.
  @inline(__always)
  func find(
    _ mixed: UInt64, _ isIt: (UnsafeMutablePointer<Item>) -> Bool
  ) -> UnsafeMutablePointer<Item>? {
    var at = slot(mixed)
    while slots[at] != Self.free {
      if let item = item(at, mixed), isIt(item) { return item }
      at = next(at)
    }
    return nil
  }

  /// Adds one that is not there yet.
  mutating func add(_ item: UnsafeMutablePointer<Item>, _ mixed: UInt64) {
    var at = slot(mixed)
    while slots[at] != Self.free { at = next(at) }
    slots[at] = UInt64(UnsafeMutableRawPointer(item) - base) | mixed &<< 32
    count += 1
  }
}
