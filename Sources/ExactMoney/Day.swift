/// A civil day of the Gregorian calendar, 1900-01-01 to 2199-12-31. It knows no clock or time zone.
public struct Day: Hashable, Sendable {
  /// Days since 1970-01-01; negative before it.
  public let number: Int32

  /// 1900-01-01.
  public static let earliest = Day(known: dayNumber(year: 1900, month: 1, day: 1))
  /// 2199-12-31.
  public static let latest = Day(known: dayNumber(year: 2199, month: 12, day: 31))

  /// The day that is so many days after 1970-01-01. Nil outside the years 1900…2199.
  public init?(number: Int32) {
    guard (Day.earliest.number...Day.latest.number).contains(number) else { return nil }
    self.number = number
  }

  /// Nil when there is no such day, or it is outside the years 1900…2199.
  public init?(year: Int, month: Int, day: Int) {
    guard (1900...2199).contains(year), (1...12).contains(month),
      day >= 1, day <= Day.length(ofMonth: month, year: year)
    else { return nil }
    self.init(known: Day.dayNumber(year: year, month: month, day: day))
  }

  /// Reads "YYYY-MM-DD", exactly ten characters; nil for anything else.
  public init?(_ text: some StringProtocol) {
    self.init(bytes: text.utf8)
  }

  /// Reads "YYYY-MM-DD", exactly ten bytes; nil for anything else.
  @inlinable
  public init?(bytes: some Collection<UInt8>) {
    guard let day = withContiguousBytes(bytes, Day.parse) else { return nil }
    self = day
  }

  @usableFromInline
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Day? {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = digits(bytes[..<4]), let month = digits(bytes[5..<7]),
      let day = digits(bytes[8...])
    else { return nil }
    return Day(year: year, month: month, day: day)
  }

  /// The number that a few digits make; nil when one of them is something else.
  static func digits(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    var value = 0
    for byte in bytes {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// For a number known to be in range.
  init(known number: Int) {
    self.number = Int32(truncatingIfNeeded: number)
  }
}

extension Day {
  /// The year, 1900…2199.
  public var year: Int { civil.year }
  /// The month of the year, 1…12.
  public var month: Int { civil.month }
  /// The day of the month, 1…31.
  public var day: Int { civil.day }

  /// So many days later, or earlier when negative. Nil outside the years 1900…2199.
  public func adding(days: Int) -> Day? {
    let (sum, overflow) = Int(number).addingReportingOverflow(days)
    guard !overflow, let number = Int32(exactly: sum) else { return nil }
    return Day(number: number)
  }

  /// How many days later the other day is; negative when it is earlier.
  public func days(until other: Day) -> Int {
    Int(other.number) - Int(number)
  }

  /// The last day of a month, 28…31, for a month 1…12.
  static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension Day: Comparable {
  /// Whether one day is before another.
  public static func < (left: Day, right: Day) -> Bool {
    left.number < right.number
  }
}

extension Day: CustomStringConvertible {
  /// "2026-08-15".
  public var description: String {
    let (year, month, day) = civil
    return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }
}

// The calendar counts from 1 March of year 0, so that a leap day is the last of its year, and in
// eras of 400 years, which all have the same number of days (Howard Hinnant's `days_from_civil`).
extension Day {
  private static let daysPerEra = 146_097
  /// From 0000-03-01 to 1970-01-01.
  private static let epoch = 719_468

  static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month > 2 ? year : year - 1
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let yearOfEra = shiftedYear % 400
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return shiftedYear / 400 * daysPerEra + dayOfEra - epoch
  }

  var civil: (year: Int, month: Int, day: Int) {
    let days = Int(number) + Day.epoch
    let dayOfEra = days % Day.daysPerEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let shiftedYear = days / Day.daysPerEra * 400 + yearOfEra
    return (month > 2 ? shiftedYear : shiftedYear + 1, month, day)
  }
}
