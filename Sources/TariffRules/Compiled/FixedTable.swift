/// Numbers at a fixed place in memory. Reading one counts no reference, so that workers
/// side by side do not wait for each other.
///
/// It is valid as long as the `FixedMemory` that made it.
public struct FixedTable<Element: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
  private let base: UnsafeMutablePointer<Element>?
  /// How many there are.
  public let count: Int

  /// No numbers.
  public init() {
    base = nil
    count = 0
  }

  fileprivate init(_ base: UnsafeMutablePointer<Element>, _ count: Int) {
    self.base = base
    self.count = count
  }

  /// One of them; the index is below `count`.
  @inlinable
  public subscript(_ index: Int) -> Element {
    @inline(__always) get { pointer[index] }
  }

  /// Where they are.
  @inlinable
  public var pointer: UnsafePointer<Element> {
    @inline(__always) get { address }
  }

  @usableFromInline
  var address: UnsafePointer<Element> {
    @inline(__always) get { UnsafePointer(base.unsafelyUnwrapped) }
  }
}

/// Keeps fixed tables until nobody needs them.
public final class FixedMemory: @unchecked Sendable {
  private var pieces: [UnsafeMutableRawPointer] = []

  /// Nothing kept yet.
  public init() {}

  deinit { for piece in pieces { piece.deallocate() } }

  /// A copy of an array that stays where it is.
  public func table<Element: BitwiseCopyable>(_ array: [Element]) -> FixedTable<Element> {
    let base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, array.count))
    array.withUnsafeBufferPointer { buffer in
      if let start = buffer.baseAddress { base.initialize(from: start, count: buffer.count) }
    }
    pieces.append(UnsafeMutableRawPointer(base))
    return FixedTable(base, array.count)
  }

  /// Room for so many that can be written over, by one thread.
  public func room<Element: BitwiseCopyable>(
    _ count: Int, of element: Element
  ) -> UnsafeMutablePointer<Element> {
    let base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, count))
    base.initialize(repeating: element, count: count)
    pieces.append(UnsafeMutableRawPointer(base))
    return base
  }
}
