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
    if minorUnits == 0 && digits == 2 { return storeNought() }
    if minorUnits < 0 { store(UInt8(ascii: "-")) }
    var rest = minorUnits.magnitude
    let places = max(Self.places(rest), digits &+ 1)
    count &+= digits > 0 ? places &+ 1 : places
    var at = count
    if digits == 2 {
      at &-= 2
      storePair(&rest, at)
    } else {
      for _ in 0..<digits {
        at &-= 1
        storeDigit(&rest, at)
      }
    }
    if digits > 0 {
      at &-= 1
      base[at] = UInt8(ascii: ".")
    }
    while rest >= 10 {
      at &-= 2
      storePair(&rest, at)
    }
    // A pair may have ended with a nought of its own.
    if at > count &- places &- (digits > 0 ? 1 : 0) { storeDigit(&rest, at &- 1) }
  }

  /// `0.00`, which most shares of a consignment are.
  @inline(__always)
  private mutating func storeNought() {
    UnsafeMutableRawPointer(base + count).storeBytes(
      of: UInt32(0x3030_2E30).littleEndian, as: UInt32.self)
    count &+= 4
  }

  /// Writes the last two digits at a place, and takes them off.
  @inline(__always)
  private func storePair(_ rest: inout UInt64, _ place: Int) {
    let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
    // Below 100 a product does for the division.
    let tens = (pair &* 103) &>> 10
    let bytes = (tens | (pair &- tens &* 10) &<< 8) &+ 0x3030
    UnsafeMutableRawPointer(base + place).storeBytes(
      of: UInt16(truncatingIfNeeded: bytes).littleEndian, as: UInt16.self)
    rest = quotient
  }

  @inline(__always)
  private func storeDigit(_ rest: inout UInt64, _ place: Int) {
    let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
    base[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
    rest = quotient
  }

  /// How many digits a number has.
  @inline(__always)
  private static func places(_ number: UInt64) -> Int {
    var (number, places) = (number, 0)
    while number >= 100_000_000 {
      number /= 100_000_000
      places &+= 8
    }
    if number >= 10_000 {
      if number >= 1_000_000 { return places &+ (number >= 10_000_000 ? 8 : 7) }
      return places &+ (number >= 100_000 ? 6 : 5)
    }
    if number >= 100 { return places &+ (number >= 1000 ? 4 : 3) }
    return places &+ (number >= 10 ? 2 : 1)
  }
}
