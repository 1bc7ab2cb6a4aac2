/// A month of the Gregorian calendar, 1900-01 to 2199-12.
public struct Month: Hashable, Sendable {
  /// The year, 1900…2199.
  public let year: Int
  /// The month of the year, 1…12.
  public let month: Int

  /// Nil outside the years 1900…2199 or the months 1…12.
  public init?(year: Int, month: Int) {
    guard (1900...2199).contains(year), (1...12).contains(month) else { return nil }
    self.year = year
    self.month = month
  }

  /// Reads "YYYY-MM", exactly seven characters; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let month = withContiguousBytes(text.utf8, Month.parse) else { return nil }
    self = month
  }

  /// The month that a day is in.
  public init(_ day: Day) {
    (year, month, _) = day.civil
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Month? {
    guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"),
      let year = Day.digits(bytes[..<4]), let month = Day.digits(bytes[5...])
    else { return nil }
    return Month(year: year, month: month)
  }

  /// Its first day.
  public var first: Day {
    Day(known: Day.dayNumber(year: year, month: month, day: 1))
  }

  /// Its last day.
  public var last: Day {
    let length = Day.length(ofMonth: month, year: year)
    return Day(known: Day.dayNumber(year: year, month: month, day: length))
  }

  /// The month after; nil after 2199-12.
  public var next: Month? {
    month < 12 ? Month(year: year, month: month + 1) : Month(year: year + 1, month: 1)
  }

  /// The month before; nil before 1900-01.
  public var previous: Month? {
    month > 1 ? Month(year: year, month: month - 1) : Month(year: year - 1, month: 12)
  }

  /// Whether a day is in this month.
  public func contains(_ day: Day) -> Bool {
    first <= day && day <= last
  }
}

extension Month: Comparable {
  /// Whether one month is before another.
  public static func < (left: Month, right: Month) -> Bool {
    (left.year, left.month) < (right.year, right.month)
  }
}

extension Month: CustomStringConvertible {
  /// "2026-11".
  public var description: String {
    "\(year)-\(month < 10 ? "0" : "")\(month)"
  }
}
