import ExactMoney
import TariffRules

extension Refusal {
  /// One field by which a row fails.
  public struct Miss: Sendable {
    /// The field.
    public let field: String
    /// What the row asks for.
    public let wanted: String
    /// What the consignment has.
    public let has: String
    /// By how much: `1000 kg above`, `3 days too early`; nil where that cannot be said.
    public let by: String?
  }

  /// The row that came closest, and by what it fails.
  public struct Nearest: Sendable {
    /// The row.
    public let mark: Mark
    /// The field by which it fails, first of all.
    let miss: Miss
    /// Other fields by which it fails, too.
    public let others: [Miss]

    /// The first field by which it fails.
    public var field: String { miss.field }
    /// What the row asks of it.
    public var wanted: String { miss.wanted }
    /// What the consignment has.
    public var has: String { miss.has }
    /// By how much that fails.
    public var by: String? { miss.by }

    init(
      mark: Mark, field: String, wanted: String, has: String, by: String? = nil,
      others: [Miss] = []
    ) {
      self.mark = mark
      miss = Miss(field: field, wanted: wanted, has: has, by: by)
      self.others = others
    }
  }
}

/// The row that came closest to fitting: rather one for the same equipment and load, then one that
/// fails by few conditions, then one that fails by little; a row of another edition where only the
/// date is wrong goes before one that fails by several.
struct NearestMiss {
  private(set) var nearest: Refusal.Nearest?
  private var distance = Distance(strangeness: Int.max, failures: Int.max, gap: Int64.max)
  private let facts: Facts
  private let words: FactWords
  private let groupings: GroupingsInForce

  private struct Distance: Comparable {
    /// Failures by equipment or load count most; then marks that the consignment does not bear.
    let strangeness: Int
    let failures: Int
    /// How far its conditions are from being met, each in hundredths.
    let gap: Int64

    static func < (left: Distance, right: Distance) -> Bool {
      (left.strangeness, left.failures, left.gap) < (right.strangeness, right.failures, right.gap)
    }
  }

  init(_ facts: Facts, _ groupings: GroupingsInForce, _ words: FactWords) {
    self.facts = facts
    self.groupings = groupings
    self.words = words
  }

  /// Considers a row of an edition in force.
  mutating func consider(_ conditions: Conditions, _ mark: Mark) {
    let failed = conditions.misses(facts, groupings)
    guard !failed.isEmpty else { return }
    let strangeness = failed.reduce(0) { $0 + self.strangeness($1.field) }
    let gap = failed.reduce(Int64(0)) { $0 + self.gap($1) }
    let own = Distance(strangeness: strangeness, failures: failed.count, gap: gap)
    guard own < distance else { return }
    distance = own
    let misses = failed.map { miss in
      Refusal.Miss(
        field: miss.field.column, wanted: miss.wanted, has: words.text(miss.field, facts),
        by: Self.by(miss))
    }
    nearest = Refusal.Nearest(
      mark: mark, field: misses[0].field, wanted: misses[0].wanted, has: misses[0].has,
      by: misses[0].by, others: Array(misses.dropFirst()))
  }

  /// Considers the rows of an edition beside the one in force: only their day is wrong.
  mutating func consider<Row>(
    _ neighbour: NeighbourEdition<[Row]>, _ tables: TablesInForce,
    where fits: (Row, GroupingsInForce) -> Bool, mark: (Row) -> Mark
  ) {
    let own = Distance(strangeness: 0, failures: 1, gap: Int64.max - 1)
    guard own < distance, let miss = neighbour.miss(on: tables.day, asOf: tables.asOf) else {
      return
    }
    let then = tables.groupings(on: max(neighbour.from, neighbour.to ?? neighbour.from))
    guard let row = neighbour.edition.content.first(where: { fits($0, then) }) else { return }
    distance = own
    nearest = Refusal.Nearest(
      mark: mark(row), field: miss.field, wanted: miss.wanted, has: miss.has, by: miss.by)
  }

  private func strangeness(_ field: Field) -> Int {
    if field == .equipment || field == .load { return 2 }
    return field.absence == .ordinary && facts[field] == Facts.absent ? 1 : 0
  }

  /// How far a condition is from being met, in hundredths, to compare rows that fail by as many.
  private func gap(_ miss: ConditionMiss) -> Int64 {
    if let alike = miss.alike { return Int64(8 - alike) * 12 }
    guard let gap = miss.gap else { return 100 }
    let whole = max(1, facts[miss.field] / 100)
    return min(99, Int64(clamping: gap.magnitude) / whole)
  }

  private static func by(_ miss: ConditionMiss) -> String? {
    if let gap = miss.gap {
      let amount = FactWords.decimal(thousandths: Int64(clamping: gap.magnitude))
      let unit = miss.field.measure.map { " \($0)" } ?? ""
      return "\(amount)\(unit) \(gap > 0 ? "above" : "below")"
    }
    return miss.alike.flatMap { $0 >= 2 ? "the first \($0) digits agree" : nil }
  }
}

extension NearestMiss {
  /// The closest rate of a charge, in the edition in force or beside it.
  static func rate(
    of charge: Int64, _ carrier: TablesInForce.Carrier, _ facts: Facts, _ tables: TablesInForce
  ) -> Refusal.Nearest? {
    var miss = NearestMiss(facts, tables.groupings, FactWords(tables: tables.tables))
    for row in carrier.rates.flatMap(\.content) where row.charge == charge {
      miss.consider(row.conditions, row.mark)
    }
    for neighbour in tables.ratesBesides(carrier.tariff) {
      miss.consider(
        neighbour, tables,
        where: { $0.charge == charge && $0.conditions.match(facts, $1) == .yes }, mark: \.mark)
    }
    return miss.nearest
  }

  /// The closest row of a carrier's charges, in the edition in force or beside it.
  static func charge(
    _ carrier: TablesInForce.Carrier, _ facts: Facts, _ tables: TablesInForce
  ) -> Refusal.Nearest? {
    var miss = NearestMiss(facts, tables.groupings, FactWords(tables: tables.tables))
    for row in carrier.charges?.content ?? [] { miss.consider(row.conditions, row.mark) }
    for neighbour in tables.chargesBesides(carrier.tariff) {
      miss.consider(
        neighbour, tables, where: { $0.conditions.match(facts, $1) == .yes }, mark: \.mark)
    }
    return miss.nearest
  }

  /// The closest row of a grid: in the same column the nearest that has a rate.
  static func cell(
    _ grid: Grid, column: Int, at has: Int, _ tables: TablesInForce
  ) -> Refusal.Nearest? {
    guard let belt = grid.nearestRate(at: has, column: column) else { return nil }
    let field = grid.isSteps ? Field.storageDays : Field.distance
    let unit = grid.isSteps ? "days" : "km"
    let gap = belt.gap(to: has)
    return Refusal.Nearest(
      mark: belt.mark, field: field.column,
      wanted: belt.to == Int.max ? "\(belt.from) and more" : "\(belt.from)-\(belt.to)",
      has: "\(has)", by: gap == 0 ? nil : "\(gap) \(unit) \(has < belt.from ? "below" : "above")")
  }

  /// The closest row of a grouping of quantities.
  static func member(
    of grouping: Grouping, _ value: Int64, _ facts: Facts, _ tables: TariffTables
  ) -> Refusal.Nearest? {
    guard let nearest = grouping.nearest(to: value) else { return nil }
    let miss = ConditionMiss(
      field: grouping.field, wanted: nearest.wanted, gap: nearest.gap, alike: nil)
    return Refusal.Nearest(
      mark: nearest.mark, field: grouping.field.column, wanted: nearest.wanted,
      has: FactWords(tables: tables).text(grouping.field, facts), by: by(miss))
  }

  /// The period of a divisors schedule, or the official rate, nearest to the day.
  static func period(of divisors: Divisors, _ tables: TablesInForce) -> Refusal.Nearest? {
    guard let period = tables.nearestPeriod(of: divisors) else { return nil }
    return dated(period.mark, first: period.from, last: period.to, tables)
  }

  static func officialRate(
    from: Currency, to: Currency, _ tables: TablesInForce
  ) -> Refusal.Nearest? {
    guard let rate = tables.nearestRate(from: from, to: to) else { return nil }
    return dated(rate.row.mark, first: rate.first, last: rate.last, tables)
  }

  private static func dated(
    _ mark: Mark, first: Day, last: Day, _ tables: TablesInForce
  ) -> Refusal.Nearest? {
    guard let miss = Days.miss(first: first, last: last, tables.day) else { return nil }
    return Refusal.Nearest(
      mark: mark, field: miss.field, wanted: miss.wanted, has: miss.has, by: miss.by)
  }
}

extension Field {
  /// What a quantity is measured in, by its column.
  fileprivate var measure: String? {
    switch self {
    case .weight, .gross, .chargeable: "kg"
    case .distance: "km"
    case .length, .width: "m"
    case .storageDays: "days"
    default: nil
    }
  }
}

extension NeighbourEdition {
  /// By how many days the edition is not in force on a day, or not known.
  func miss(on day: Day, asOf: Day?) -> Refusal.Miss? {
    if let published, let asOf {
      return Refusal.Miss(
        field: "as-of", wanted: "from \(published)", has: "\(asOf)",
        by: Days.early(asOf.days(until: published)))
    }
    return Days.miss(first: from, last: to, day)
  }

  /// The edition as the closest there is, where none is in force.
  func nearest(on day: Day, asOf: Day?) -> Refusal.Nearest? {
    miss(on: day, asOf: asOf).map { miss in
      Refusal.Nearest(
        mark: Mark(file: edition.file, line: 1, evidence: .published), field: miss.field,
        wanted: miss.wanted, has: miss.has, by: miss.by)
    }
  }
}

extension Refusal.Nearest {
  /// The one that is the fewest days away, of editions beside the one in force.
  static func edition<Content>(
    of editions: [NeighbourEdition<Content>], _ tables: TablesInForce
  ) -> Refusal.Nearest? {
    editions.min { one, other in one.days(from: tables) < other.days(from: tables) }?
      .nearest(on: tables.day, asOf: tables.asOf)
  }
}

extension NeighbourEdition {
  fileprivate func days(from tables: TablesInForce) -> Int {
    if let published, let asOf = tables.asOf { return asOf.days(until: published) }
    if tables.day < from { return tables.day.days(until: from) }
    return max(0, (to ?? tables.day).days(until: tables.day))
  }
}

/// Days by which something is missed, in words.
enum Days {
  /// What a day outside a span misses it by.
  static func miss(first: Day, last: Day?, _ day: Day) -> Refusal.Miss? {
    if day < first {
      let wanted = last.map { "\(first) to \($0)" } ?? "from \(first)"
      return Refusal.Miss(
        field: "date", wanted: wanted, has: "\(day)", by: early(day.days(until: first)))
    }
    guard let last, last < day else { return nil }
    let days = last.days(until: day)
    return Refusal.Miss(
      field: "date", wanted: "\(first) to \(last)", has: "\(day)",
      by: days.counted("day too late", "days too late"))
  }

  static func early(_ days: Int) -> String {
    days.counted("day too early", "days too early")
  }
}
