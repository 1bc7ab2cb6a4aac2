/// Memory of fixed size that is taken piece by piece and cleared as a whole.
struct Arena: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private let size: Int
  private(set) var used = 0

  init(bytes: Int) {
    size = bytes
    memory = .allocate(byteCount: bytes, alignment: 64)
  }

  deinit { memory.deallocate() }

  func hasRoom(_ bytes: Int) -> Bool { used + bytes <= size }

  /// What was taken there.
  @inline(__always)
  func place<Item: BitwiseCopyable>(_ place: Int, of type: Item.Type) -> UnsafePointer<Item> {
    UnsafePointer((memory + place).assumingMemoryBound(to: type))
  }

  /// Where something is that was taken.
  func place(of item: UnsafeRawPointer) -> Int { item - UnsafeRawPointer(memory) }

  mutating func clear() { used = 0 }

  /// Room that stays until all is cleared; whoever takes it has asked before whether it is there.
  @inline(__always)
  mutating func take<Item: BitwiseCopyable>(
    _ type: Item.Type, _ count: Int, alignment: Int = 8
  ) -> UnsafeMutablePointer<Item> {
    used = (used &+ alignment &- 1) & ~(alignment &- 1)
    let place = (memory + used).bindMemory(to: type, capacity: count)
    used &+= count &* MemoryLayout<Item>.stride
    return place
  }
}
