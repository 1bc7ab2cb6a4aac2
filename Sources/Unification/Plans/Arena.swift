#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory of fixed size that is taken piece by piece and cleared as a whole.
struct Arena: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  let size: Int
  private(set) var used = 0
  /// Where what is cleared begins.
  private var floor = 0

  private static let largePage = 1 << 21

  init(bytes: Int) {
    size = bytes
    memory = .allocate(byteCount: bytes, alignment: Self.largePage)
    #if os(Linux)
      // It is read here and there: the processor finds its way sooner through few large pages.
      // A short file takes more memory for them, a long one no more.
      madvise(memory, bytes, MADV_HUGEPAGE)
    #endif
  }

  deinit { memory.deallocate() }

  func hasRoom(_ bytes: Int) -> Bool { used + bytes <= size }

  /// Where it begins: it stays there.
  var base: UnsafeMutableRawPointer { memory }

  /// A table that stays when all is cleared; taken before anything that does not. Whoever makes the
  /// arena gives it room for its tables: no input can change how much that is.
  mutating func table<Item: BitwiseCopyable>(
    _ item: Item, _ count: Int
  ) -> UnsafeMutablePointer<Item> {
    let alignment = 64
    precondition(hasRoom(alignment + count * MemoryLayout<Item>.stride))
    let table = take(Item.self, count, alignment: alignment)
    table.initialize(repeating: item, count: count)
    floor = used
    return table
  }

  /// Forgets all but the tables.
  mutating func clear() { used = floor }

  /// Room that stays until all is cleared; whoever takes it has asked before whether it is there.
  @inline(__always)
  mutating func take<Item: BitwiseCopyable>(
    _ type: Item.Type, _ count: Int, alignment: Int = 8
  ) -> UnsafeMutablePointer<Item> {
    used = (used &+ alignment &- 1) & ~(alignment &- 1)
    let place = (memory + used).bindMemory(to: type, capacity: count)
    used &+= count &* MemoryLayout<Item>.stride
    assert(used <= size)
    return place
  }
}
