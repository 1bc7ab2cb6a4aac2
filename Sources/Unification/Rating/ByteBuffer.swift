/// Bytes to be written: room is made once for a row, then words are stored.
struct ByteBuffer: ~Copyable {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 1 << 19) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  mutating func clear() {
    count = 0
    guard capacity > 1 << 21 else { return }
    base.deallocate()
    capacity = 1 << 19
    base = .allocate(capacity: capacity)
  }

  /// Makes sure that so many bytes can be stored.
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if count &+ more > capacity { grow(more) }
  }

  private mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  mutating func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    bytes.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { (base + count).update(from: start, count: source.count) }
    }
    count += bytes.count
  }

  /// Copies bytes for which room was made.
  @inline(__always)
  mutating func store(_ bytes: UnsafePointer<UInt8>, _ number: Int) {
    UnsafeMutableRawPointer(base + count).copyMemory(from: bytes, byteCount: number)
    count &+= number
  }

  @inline(__always)
  mutating func store(_ byte: UInt8) {
    base[count] = byte
    count &+= 1
  }

  /// Writes minor units with so many digits after the point, for which room was made.
  @inline(__always)
  mutating func store(minorUnits: Int64, digits: Int) {
    var rest = minorUnits.magnitude
    if minorUnits < 0 { store(UInt8(ascii: "-")) }
    // From the right into twenty-odd places, then to the front.
    let end = count &+ 24
    var at = end
    var place = 0
    repeat {
      if place == digits && digits > 0 {
        at &-= 1
        base[at] = UInt8(ascii: ".")
      }
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      at &-= 1
      base[at] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
      place &+= 1
    } while rest > 0 || place <= digits
    let length = end &- at
    UnsafeMutableRawPointer(base + count).copyMemory(from: base + at, byteCount: length)
    count &+= length
  }
}
