/// Bytes to be written: room is made once for a row, then a pen writes words into it.
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

  /// A pen behind what is written, with room for so many bytes and a step more.
  @inline(__always)
  mutating func pen(room: Int) -> Pen {
    reserve(room &+ Pen.stepBytes)
    return Pen(at: base + count)
  }

  /// Takes over what a pen wrote.
  @inline(__always)
  mutating func take(_ pen: Pen) { count = pen.at - base }

  /// Writes into room that was made.
  struct Pen {
    fileprivate(set) var at: UnsafeMutablePointer<UInt8>
  }
}

extension ByteBuffer.Pen {
  /// Copies bytes, and some that are behind them, which are written over: as many as a step has
  /// must be readable there.
  @inline(__always)
  mutating func store(_ bytes: UnsafePointer<UInt8>, _ number: Int) {
    let (from, to) = (UnsafeRawPointer(bytes), UnsafeMutableRawPointer(at))
    var done = 0
    // Once even for nothing: that is cheaper than to ask.
    repeat {
      to.storeBytes(
        of: from.loadUnaligned(fromByteOffset: done, as: Step.self), toByteOffset: done,
        as: Step.self)
      done &+= Self.stepBytes
    } while done < number
    at += number
  }

  /// What is copied at once.
  private typealias Step = SIMD32<UInt8>
  static let stepBytes = 32

  @inline(__always)
  mutating func store(_ byte: UInt8) {
    at.pointee = byte
    at += 1
  }

  /// Writes a comma, and minor units with so many digits after the point.
  @inline(__always)
  mutating func store(minorUnits: Int64, digits: Int) {
    // What is below zero is beyond any limit here.
    let units = UInt64(bitPattern: minorUnits)
    if units < 100_000_000 && digits == 2 {
      storeShort(units)
    } else {
      self = long(minorUnits, digits)
    }
  }

  /// Writes a comma, and a number of hundredths of eight digits at most.
  @inline(__always)
  private mutating func storeShort(_ units: UInt64) {
    let digits = Self.digits(units)
    let text = digits | Self.noughts
    // The bits of leading noughts: three digits stay even of nought.
    let noughts = (digits | 1 &<< 40).trailingZeroBitCount & ~7
    storeWord(UInt64(UInt8(ascii: ",")) | (text &>> UInt64(noughts)) &<< 8)
    at += 7 &- noughts / 8
    storeWord(UInt64(UInt8(ascii: ".")) | (text &>> 48) &<< 8)
    at += 3
  }

  /// The pen behind a comma and minor units with so many digits after the point.
  @inline(never)
  private func long(_ minorUnits: Int64, _ digits: Int) -> ByteBuffer.Pen {
    var pen = self
    pen.store(UInt8(ascii: ","))
    if minorUnits < 0 { pen.store(UInt8(ascii: "-")) }
    let units = minorUnits.magnitude
    guard digits == 2, units >= 100_000_000 else { return pen.slow(units, digits) }
    let (upper, lower) = units.quotientAndRemainder(dividingBy: 100_000_000)
    if upper < 100_000_000 { pen.storeLast(upper) } else { pen = pen.wide(upper) }
    let text = Self.digits(lower) | Self.noughts
    pen.storeWord(text)
    pen.at += 6
    pen.storeWord(UInt64(UInt8(ascii: ".")) | (text &>> 48) &<< 8)
    pen.at += 3
    return pen
  }

  /// Eight noughts as text.
  private static let noughts: UInt64 = 0x3030_3030_3030_3030

  /// The pen behind a number with so many digits after the point.
  @inline(never)
  private func slow(_ units: UInt64, _ digits: Int) -> ByteBuffer.Pen {
    var (whole, rest) = (units, [UInt8]())
    for _ in 0..<digits {
      rest.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole % 10))
      whole /= 10
    }
    var pen = wide(whole)
    if digits > 0 { pen.store(UInt8(ascii: ".")) }
    for digit in rest.reversed() { pen.store(digit) }
    return pen
  }

  /// The pen behind a whole number without leading noughts.
  @inline(never)
  private func wide(_ whole: UInt64) -> ByteBuffer.Pen {
    var pen = self
    let (upper, lower) = whole.quotientAndRemainder(dividingBy: 100_000_000)
    if upper == 0 {
      pen.storeLast(lower)
    } else {
      pen = wide(upper)
      pen.storeWord(Self.digits(lower) | Self.noughts)
      pen.at += 8
    }
    return pen
  }

  /// Writes a number of eight digits at most.
  @inline(__always)
  private mutating func storeLast(_ number: UInt64) {
    let digits = Self.digits(number)
    // Of nought, too, one digit stays.
    let noughts = min(7, digits.trailingZeroBitCount / 8)
    storeWord((digits | Self.noughts) &>> UInt64(noughts &* 8))
    at += 8 &- noughts
  }

  @inline(__always)
  private func storeWord(_ word: UInt64) {
    UnsafeMutableRawPointer(at).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  /// The eight digits of a number, a byte each, the first one lowest: the halves of it, then those
  /// of each half, then the digits of each pair, by products that stay within their lanes.
  @inline(__always)
  private static func digits(_ number: UInt64) -> UInt64 {
    let upper = number / 10_000
    // In one product: the upper half stays, and what it stands for is taken from the lower one.
    var lanes = number &<< 32 &- upper &* (10_000 &<< 32 &- 1)
    let hundreds = ((lanes &* 10_486) &>> 20) & 0x7F_0000_007F
    lanes = lanes &<< 16 &- hundreds &* (100 &<< 16 &- 1)
    let tens = ((lanes &* 103) &>> 10) & 0x000F_000F_000F_000F
    return lanes &<< 8 &- tens &* (10 &<< 8 &- 1)
  }
}
