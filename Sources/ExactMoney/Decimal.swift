/// Why some text is not a number. The wording for people is the caller's.
public struct NotADecimal: Error, Hashable, Sendable {
  /// What is wrong. Offsets are in bytes from 0.
  public enum Reason: Hashable, Sendable {
    /// There is nothing at all.
    case empty
    /// A character that has no place in a number, or not there.
    case character(offset: Int)
    /// The text ends where a digit must follow: "5." or "-".
    case digitMissing(offset: Int)
    /// More digits than a number may have, leading and trailing zeros included.
    case tooManyDigits(limit: Int)
  }

  /// What is wrong.
  public let reason: Reason

  /// Names what is wrong.
  public init(reason: Reason) {
    self.reason = reason
  }
}

extension Exact {
  /// The most digits a decimal may have. 10³⁰ is well within 2¹²⁷, so reading cannot overflow.
  public static let decimalDigits = 30

  /// Reads a decimal: an optional sign, digits, an optional point and digits; nothing else.
  @inlinable
  public init(decimal bytes: some Collection<UInt8>) throws(NotADecimal) {
    self = try withContiguousBytes(bytes, Exact.parse(decimal:)).get()
  }

  /// Reads a decimal: an optional sign, digits, an optional point and digits; nothing else.
  public init(decimal text: String) throws(NotADecimal) {
    try self.init(decimal: text.utf8)
  }

  @usableFromInline
  static func parse(decimal bytes: UnsafeBufferPointer<UInt8>) -> Result<Exact, NotADecimal> {
    // So few digits fit one machine word, in which it is much faster.
    bytes.count <= 18 ? parse(bytes, in: Int64.self) : parse(bytes, in: Int128.self)
  }

  @inline(__always)
  private static func parse<Number: FixedWidthInteger & SignedInteger>(
    _ bytes: UnsafeBufferPointer<UInt8>, in _: Number.Type
  ) -> Result<Exact, NotADecimal> {
    func refuse(_ reason: NotADecimal.Reason) -> Result<Exact, NotADecimal> {
      .failure(NotADecimal(reason: reason))
    }
    guard let sign = bytes.first else { return refuse(.empty) }
    var offset = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 1 : 0
    var value: Number = 0
    var scale: Number = 1
    var digits = 0
    var hasPoint = false
    var needsDigit = true
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: ".") && !hasPoint && !needsDigit {
        hasPoint = true
        needsDigit = true
      } else if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
        digits += 1
        guard digits <= decimalDigits else { return refuse(.tooManyDigits(limit: decimalDigits)) }
        value = value * 10 + Number(byte - UInt8(ascii: "0"))
        if hasPoint { scale *= 10 }
        needsDigit = false
      } else {
        return refuse(.character(offset: offset))
      }
      offset += 1
    }
    guard !needsDigit else { return refuse(.digitMissing(offset: offset)) }
    if sign == UInt8(ascii: "-") { value = -value }
    return .success(Exact(reducing: Int128(value), over: Int128(scale)))
  }
}

extension Exact: CustomStringConvertible {
  /// A finite decimal without trailing zeros ("12.665", "-0.5"), otherwise "n/d" ("-1/3").
  public var description: String {
    guard let digits = finiteDigits else { return "\(numerator)/\(denominator)" }
    return decimalText(digits: digits)
  }

  /// The decimal with exactly so many digits after the point: 17.5 with 2 is "17.50".
  ///
  /// Nil when the value has more digits than that: this never rounds.
  public func text(digits: Int) -> String? {
    guard let needed = finiteDigits, needed <= digits else { return nil }
    return decimalText(digits: digits)
  }

  /// How many digits after the point a decimal needs; nil when no number of digits is enough.
  private var finiteDigits: Int? {
    if denominator == 1 { return 0 }
    let twos = denominator.trailingZeroBitCount
    var rest = denominator >> twos
    var fives = 0
    while rest % 5 == 0 {
      rest /= 5
      fives += 1
    }
    return rest == 1 ? max(twos, fives) : nil
  }

  private func decimalText(digits: Int) -> String {
    let divisor = denominator.magnitude
    var (whole, rest) = numerator.magnitude.quotientAndRemainder(dividingBy: divisor)
    var text = numerator < 0 ? "-" : ""
    text += String(whole)
    if digits > 0 { text += "." }
    for _ in 0..<digits {
      let digit = Exact.nextDigit(of: &rest, over: divisor)
      text.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "0") + digit))
    }
    return text
  }

  /// One step of long division: the whole part of `rest × 10 / divisor`; `rest` becomes what is
  /// left.
  ///
  /// Ten times the rest may be beyond 128 bits. So it is built as ((2 × 2) + 1) × 2, and the
  /// divisor
  /// is taken out at each step; the divisor is under 2¹²⁷, so each doubling fits.
  private static func nextDigit(of rest: inout UInt128, over divisor: UInt128) -> UInt8 {
    var digit: UInt8 = 0
    var left = rest
    func add(_ addend: UInt128) {
      left += addend
      if left >= divisor {
        left -= divisor
        digit += 1
      }
    }
    func double() {
      digit *= 2
      add(left)
    }
    double()
    double()
    add(rest)
    double()
    rest = left
    return digit
  }
}
