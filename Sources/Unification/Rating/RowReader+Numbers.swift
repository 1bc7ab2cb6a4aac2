import ExactMoney
import TariffRules

/// Numbers as they stand in a row: weights and lengths in thousandths, counts as they are.
extension RowReader {
  /// What a row has beside the text that it shares with others.
  struct Quantities {
    var weight = Facts.absent, gross = Facts.absent
    var count: Int64 = 1
    /// The classes of the quantities; of the weight only whether there is one, unless a plan
    /// depends on more.
    var classes: UInt64 = 0
  }

  /// Reads no more than the quantities of a row whose fields were found; nil where something is
  /// left to the record's reader.
  @inline(__always)
  mutating func quantities(
    _ base: UnsafePointer<UInt8>, _ starts: UnsafePointer<Int>
  ) -> Quantities? {
    var read = Quantities()
    func count(_ column: Int) -> Int {
      column < 0 ? 0 : starts[column &+ 1] &- 1 &- starts[column]
    }
    let weightCount = count(weightColumn)
    if weightCount > 0 {
      guard let value = Self.weight(base + starts[weightColumn], weightCount) else { return nil }
      read.weight = value
      read.classes = weightPicksPlan ? UInt64(finder.number(of: value, .weight)) : 1
    }
    let grossCount = count(grossColumn)
    if grossCount > 0 {
      guard let gross = Self.weight(base + starts[grossColumn], grossCount), gross >= read.weight
      else { return nil }
      read.gross = gross
      read.classes |= UInt64(finder.number(of: gross, .gross)) &<< 16
    }
    let countCount = count(countColumn)
    if countCount > 0 {
      guard let number = Self.count(base + starts[countColumn], countCount) else { return nil }
      read.count = number
    }
    read.classes |= UInt64(finder.number(of: read.count &* 1000, .count)) &<< 32
    let suppliedCount = count(suppliedColumn)
    if suppliedCount > 0 && day(base + starts[suppliedColumn], suppliedCount) == nil { return nil }
    // No plan depends on the reference, but one that is too long is refused.
    return count(referenceColumn) <= Self.mostBytes ? read : nil
  }

  static let mostWeight: Int64 = 10_000_000_000

  @inline(__always)
  static func weight(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    guard let value = thousandths(bytes, count), value <= mostWeight else { return nil }
    return value
  }

  @inline(__always)
  static func count(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    guard let number = digits(bytes, count), number > 0,
      number <= Int64(ConsignmentReader.mostUnits)
    else { return nil }
    return number
  }

  @inline(__always)
  func whole(
    _ field: Field, _ range: ClosedRange<Int64>, _ bytes: UnsafePointer<UInt8>, _ count: Int,
    _ row: inout RowFacts
  ) -> Bool {
    guard let number = Self.digits(bytes, count), number >= range.lowerBound,
      number <= range.upperBound
    else { return false }
    row.set(field, number &* 1000, finder.number(of: number &* 1000, field))
    return true
  }

  @inline(__always)
  func decimal(
    _ field: Field, _ limit: Int64, _ bytes: UnsafePointer<UInt8>, _ count: Int,
    _ row: inout RowFacts
  ) -> Bool {
    guard let value = Self.thousandths(bytes, count), value <= limit else { return false }
    row.set(field, value, finder.number(of: value, field))
    return true
  }

  /// A decimal of at most three digits after the point, in thousandths.
  @inline(__always)
  static func thousandths(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    if let whole = eightDigits(bytes, count) { return whole &* 1000 }
    guard count <= 12 else { return nil }
    var value: Int64 = 0
    for index in 0..<count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return fraction(value, bytes + index, count &- index, index) }
      value = value &* 10 &+ Int64(digit)
    }
    return value &* 1000
  }

  /// A whole number of up to eight digits, all at once; nil where it is none. What lies behind it
  /// must be readable.
  @inline(__always)
  static func eightDigits(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    guard count > 0, count <= 8 else { return nil }
    let shift = UInt64(64 &- count &* 8)
    let word = UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).littleEndian
    // The first digit is the lowest byte; before it come noughts.
    let digits = (word ^ 0x3030_3030_3030_3030) &<< shift
    guard ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 == 0
    else { return nil }
    // Pairs, then both fours of two pairs at once.
    let pairs = digits &* 10 &+ digits &>> 8
    let low: UInt64 = 0x0000_00FF_0000_00FF
    let value =
      (pairs & low) &* 0x000F_4240_0000_0064 &+ ((pairs &>> 16) & low) &* 0x0000_2710_0000_0001
    return Int64(truncatingIfNeeded: value &>> 32)
  }

  /// What follows the whole part of a decimal.
  static func fraction(
    _ whole: Int64, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ before: Int
  ) -> Int64? {
    guard before > 0, bytes[0] == UInt8(ascii: "."), count >= 2, count <= 4 else { return nil }
    var value = whole
    for index in 1..<4 {
      var digit: UInt8 = 0
      if index < count {
        digit = bytes[index] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
      }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }

  /// A whole number of at most nine digits.
  @inline(__always)
  static func digits(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    if let whole = eightDigits(bytes, count) { return whole }
    guard count <= 9 else { return nil }
    var value: Int64 = 0
    for index in 0..<count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }
}
