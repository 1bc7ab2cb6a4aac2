import ExactMoney

/// A through route of the joint venture.
public struct Lane: Sendable {
  /// The code, as a symbol.
  public let code: Int64
  /// The code, as a text.
  public let codeText: String
  /// As people say it.
  public let name: String
  /// The places it is named for.
  public let from: Int64, to: Int64
  /// The lane whose legs it runs backwards.
  public let reverseOf: Int64?
  /// Days from origin to destination.
  public let transitDays: Int
  /// Days the joint venture guarantees, if it does.
  public let guaranteedDays: Int?
  /// Rebate per unit and day late, where guaranteed.
  public let rebatePerDay: Money?
  /// What the through-rate includes.
  public let includes: [String]
  /// What it does not.
  public let excludes: [String]
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [Lane] {
    for row in reader.rows {
      if let code = row.text("lane") { reader.loader.define(code, .lane) }
    }
    var seen: Set<String> = []
    return reader.rows.compactMap { row in
      guard let code = row.needed("lane"), let name = row.needed("name"),
        row.needed("from") != nil, let from = row.code("from", .place),
        row.needed("to") != nil, let to = row.code("to", .place),
        row.needed("transit_days") != nil, let days = row.whole("transit_days", in: 0...365)
      else { return nil }
      row.checkCode("lane", code)
      if !seen.insert(code).inserted {
        row.report("lane", "the lane '\(code)' is listed twice", "keep one of the rows")
      }
      var rebate: Money?
      if let amount = row.decimal("rebate_per_day") {
        if let currency = row.currency("rebate_currency") {
          rebate = try? Money(exactly: amount, currency)
        }
        if rebate == nil {
          row.report(
            "rebate_per_day", "the rebate is not an amount of a currency",
            "give whole minor units, and 'rebate_currency'")
        }
      }
      return Lane(
        code: reader.loader.symbols.intern(code), codeText: code, name: name, from: from, to: to,
        reverseOf: row.code("reverse_of", .lane), transitDays: days,
        guaranteedDays: row.whole("guaranteed_days", in: 0...365), rebatePerDay: rebate,
        includes: row.list("includes"), excludes: row.list("excludes"), mark: row.mark)
    }
  }
}

/// One carrier's part of a lane.
public struct LaneLeg: Sendable {
  /// How the goods move or what is done to them.
  public enum Mode: String, CaseIterable, Sendable { case rail, sea, port, road, customs }

  /// The lane.
  public let lane: Int64
  /// 1, 2, …
  public let number: Int
  /// The carrier: a tariff, by its code.
  public let carrier: Int64
  /// Its ends.
  public let from: Int64, to: Int64
  /// Rail, sea, port …
  public let mode: Mode
  /// Where it stands.
  public let mark: Mark

  /// A leg from its parts; a lane's legs come from tables, a local route's only leg from its
  /// places.
  public init(
    lane: Int64, number: Int, carrier: Int64, from: Int64, to: Int64, mode: Mode, mark: Mark
  ) {
    self.lane = lane
    self.number = number
    self.carrier = carrier
    self.from = from
    self.to = to
    self.mode = mode
    self.mark = mark
  }

  /// The same leg run backwards.
  public var reversed: LaneLeg { with(from: to, to: from) }

  static func read(_ reader: TableReader) -> [LaneLeg] {
    var seen: Set<[Int64]> = []
    return reader.rows.compactMap { row in
      guard row.needed("lane") != nil, let lane = row.code("lane", .lane),
        row.needed("leg") != nil, let number = row.whole("leg", in: 1...100),
        row.needed("carrier") != nil, let carrier = row.code("carrier", .carrier),
        row.needed("from") != nil, let from = row.code("from", .place),
        row.needed("to") != nil, let to = row.code("to", .place),
        row.needed("mode") != nil, let mode = row.word("mode", Mode.self)
      else { return nil }
      if !seen.insert([lane, Int64(number)]).inserted {
        row.report("leg", "leg \(number) of this lane comes twice", "number the legs 1, 2, …")
      }
      return LaneLeg(
        lane: lane, number: number, carrier: carrier, from: from, to: to, mode: mode,
        mark: row.mark)
    }
  }
}

extension LaneLeg {
  /// The same leg with other ends.
  public func with(from: Int64? = nil, to: Int64? = nil) -> LaneLeg {
    LaneLeg(
      lane: lane, number: number, carrier: carrier, from: from ?? self.from, to: to ?? self.to,
      mode: mode, mark: mark)
  }
}
