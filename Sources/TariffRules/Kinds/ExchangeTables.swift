import ExactMoney

/// A published coefficient used as divisor: USD = CHF ÷ 0.79, by periods.
public struct Divisors: Sendable {
  /// One period.
  public struct Period: Sendable {
    /// The first and the last day.
    public let from: Day, to: Day
    /// The day it became known.
    public let published: Day
    /// Source units per target unit.
    public let divisor: Exact
    /// Where it stands.
    public let mark: Mark
  }

  /// The schedule's name.
  public let name: String
  /// The currency of the amount divided.
  public let from: Currency
  /// The currency of the quotient.
  public let to: Currency
  var periods: [Period]

  /// The period that covers a day, the later published one first; nil where none does.
  public func period(on day: Day, asOf: Day?) -> Period? {
    var latest: Int?
    for index in periods.indices
    where periods[index].from <= day && day <= periods[index].to && periods[index].isKnown(asOf) {
      if let known = latest, periods[known].published >= periods[index].published { continue }
      latest = index
    }
    return latest.map { periods[$0] }
  }

  static func read(_ reader: TableReader, name: String) -> Divisors? {
    guard let from = reader.headCurrency("from_currency"),
      let to = reader.headCurrency("to_currency")
    else { return nil }
    let periods: [Period] = reader.rows.compactMap { row in
      guard let first = row.day("from"), let last = row.day("to"),
        let published = row.day("published"), row.needed("divisor") != nil,
        let divisor = row.decimal("divisor")
      else { return nil }
      if divisor <= .zero {
        row.report("divisor", "a divisor must be above zero", "check the source")
        return nil
      }
      if last < first {
        row.report("to", "the period ends before it begins", "put the earlier day first")
      }
      return Period(
        from: first, to: last, published: published, divisor: divisor, mark: row.mark)
    }
    return Divisors(name: name, from: from, to: to, periods: periods)
  }
}

extension Divisors.Period {
  fileprivate func isKnown(_ asOf: Day?) -> Bool { asOf.map { published <= $0 } ?? true }
}

/// Official daily rates of one pair: `per` units of the base are `rate` units of the other.
public struct DailyRates: Sendable {
  /// One day's rate.
  public struct Row: Sendable {
    /// The day.
    public let date: Day
    /// The day it became known.
    public let published: Day
    /// Units of the other currency for one of the base.
    public let rate: Exact
    /// Where it stands.
    public let mark: Mark
  }

  /// The base currency.
  public let base: Currency
  /// The other currency.
  public let other: Currency
  var rows: [Row]

  /// A rate older than this many days is no rate.
  public static let oldestDays = 10

  /// The newest rate not after the day, at most ten days old.
  public func rate(on day: Day, asOf: Day?) -> Row? {
    // Rows are looked at where they are: they are many, and only one is wanted.
    var newest: Int?
    for index in rows.indices where rows[index].date <= day && rows[index].isKnown(asOf) {
      if let known = newest, !rows[known].isOlder(than: rows[index]) { continue }
      newest = index
    }
    guard let newest, rows[newest].date.days(until: day) <= Self.oldestDays else { return nil }
    return rows[newest]
  }

  static func read(_ reader: TableReader, base: Currency, other: Currency) -> DailyRates {
    let rows: [Row] = reader.rows.compactMap { row in
      guard let date = row.day("date"), let published = row.day("published"),
        row.needed("per") != nil, row.needed("rate") != nil,
        let per = row.decimal("per"), let rate = row.decimal("rate")
      else { return nil }
      guard per > .zero, rate > .zero, let unit = try? rate.divided(by: per) else {
        row.report("rate", "a rate must be above zero", "check the source")
        return nil
      }
      return Row(date: date, published: published, rate: unit, mark: row.mark)
    }
    return DailyRates(base: base, other: other, rows: rows)
  }
}

extension DailyRates.Row {
  fileprivate func isKnown(_ asOf: Day?) -> Bool { asOf.map { published <= $0 } ?? true }

  /// Whether its day, or of one day its publication, is before another's.
  fileprivate func isOlder(than other: Self) -> Bool {
    (date, published) < (other.date, other.published)
  }
}
