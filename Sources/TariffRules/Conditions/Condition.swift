/// A range of quantities in thousandths, both ends included.
struct Interval: Hashable, Sendable {
  var lower = Int64.min + 1
  var upper = Int64.max

  func contains(_ value: Int64) -> Bool { lower <= value && value <= upper }
  func gap(to value: Int64) -> UInt64 {
    if contains(value) { return 0 }
    return value < lower ? value.distance64(to: lower) : upper.distance64(to: value)
  }

  func overlaps(_ other: Interval) -> Bool { lower <= other.upper && other.lower <= upper }
}

/// One condition cell, compiled: what a row asks of one field. Rows are tried by the thousand, and
/// an object is handed about at less cost than the lists in it.
final class Test: Sendable {
  /// A group of a grouping: `tank-columns:col2`.
  struct Group: Hashable, Sendable {
    let grouping: Int
    let group: Int64
  }

  /// The items of one side, wanted or excluded.
  struct Items: Sendable {
    var codes: [Int64] = []
    var prefixes: [CommodityCode] = []
    var exact: [CommodityCode] = []
    var intervals: [Interval] = []
    var groups: [Group] = []
    var none = false
    /// An item that no consignment can match, such as a commodity code of nine digits.
    var hasImpossible = false

    var isEmpty: Bool {
      codes.isEmpty && prefixes.isEmpty && exact.isEmpty && intervals.isEmpty && groups.isEmpty
        && !none && !hasImpossible
    }
  }

  let field: Field
  let wanted: Items
  let excluded: Items
  /// The cell as written, for messages.
  let text: String
  private let wantsAny: Bool
  private let excludesNone: Bool

  init(field: Field, wanted: Items, excluded: Items, text: String) {
    self.field = field
    self.wanted = wanted
    self.excluded = excluded
    self.text = text
    wantsAny = wanted.isEmpty
    excludesNone = excluded.isEmpty
  }

  func match(_ facts: Facts, value: Int64, _ groupings: GroupingsInForce) -> Match {
    if value == Facts.absent {
      if wanted.none { return .yes }
      if excluded.none { return .no }
      if field.absence == .refused { return .needs(field) }
      return wantsAny ? .yes : .no
    }
    if value == Facts.unknown { return .needs(field) }
    for group in wanted.groups where !groupings.has(group.grouping) { return .needs(field) }
    for group in excluded.groups where !groupings.has(group.grouping) { return .needs(field) }
    if !excludesNone && contains(excluded, facts, value, groupings) { return .no }
    return wantsAny || contains(wanted, facts, value, groupings) ? .yes : .no
  }

  private func contains(
    _ items: Items, _ facts: Facts, _ value: Int64, _ groupings: GroupingsInForce
  ) -> Bool {
    switch field.kind {
    case .code:
      if items.codes.contains(value) { return true }
    case .prefix:
      let digits = facts.commodityDigits
      if items.prefixes.contains(where: { $0.isPrefix(of: value, digits: digits) }) { return true }
      if items.exact.contains(where: { $0.padded == value && $0.digits == digits }) { return true }
    case .range:
      if items.intervals.contains(where: { $0.contains(value) }) { return true }
    }
    return items.groups.contains { item in
      groupings.memberships(of: facts, value: value, in: item.grouping)
        .contains { $0.group == item.group }
    }
  }

  /// The longer listed prefixes by which a commodity code given short would be decided otherwise.
  func longerPrefixes(_ facts: Facts, holds: Bool, _ groupings: GroupingsInForce) -> [CommodityCode]
  {
    let given = facts[.commodity]
    let items = holds ? excluded : wanted
    let listed = (items.prefixes + items.exact)
      .filter { $0.extends(given, digits: facts.commodityDigits) }
    let grouped = (wanted.groups + excluded.groups).compactMap { groupings.edition($0.grouping) }
    return listed + grouped.flatMap { $0.content.longerPrefixes(facts) }
  }
}

/// Whether a row fits: yes, no, or not to be decided for want of a field.
public enum Match: Hashable, Sendable {
  case yes, no
  case needs(Field)
}

/// The conditions of one row of rules. All must hold.
public struct Conditions: Sendable {
  let tests: [Test]
  let bothWays: Bool
  /// The groupings the row looks into, by their numbers.
  public let groupings: [Int]

  init(tests: [Test] = [], bothWays: Bool = false) {
    self.tests = tests
    self.bothWays = bothWays && tests.contains(where: \.isEnd)
    groupings = tests.flatMap { ($0.wanted.groups + $0.excluded.groups).map(\.grouping) }
  }

  /// Whether the row fits the facts. A condition that fails outweighs one that cannot be decided.
  public func match(_ facts: Facts, _ groupings: GroupingsInForce) -> Match {
    var answer = Match.yes
    for test in tests where !(bothWays && test.isEnd) {
      switch test.match(facts, value: facts[test.field], groupings) {
      case .yes: continue
      case .no: return .no
      case .needs(let field): answer = .needs(field)
      }
    }
    if bothWays && !endsMatch(facts, groupings) { return .no }
    return answer
  }

  /// The conditions that fail, as column, what the row wants, and what the consignment has.
  public func failures(
    _ facts: Facts, _ groupings: GroupingsInForce
  ) -> [(field: Field, wanted: String)] {
    var failed: [(field: Field, wanted: String)] = []
    for test in tests where !(bothWays && test.isEnd) {
      if test.match(facts, value: facts[test.field], groupings) == .no {
        failed.append((test.field, test.text))
      }
    }
    if bothWays && !endsMatch(facts, groupings) {
      failed.append((.from, tests.first { $0.field == .from }?.text ?? "*"))
    }
    return failed
  }

  /// Whether the row looks at a field.
  public func ask(about field: Field) -> Bool { tests.contains { $0.field == field } }

  /// The longer listed prefixes by which a commodity code given short would be decided otherwise,
  /// in a row whose other conditions hold.
  public func longerPrefixes(
    _ facts: Facts, _ groupings: GroupingsInForce
  ) -> [CommodityCode] {
    guard facts.commodityDigits < 8, facts[.commodity] != Facts.absent,
      let own = tests.first(where: { $0.field == .commodity })
    else { return [] }
    for test in tests where test.field != .commodity && !(bothWays && test.isEnd) {
      if test.match(facts, value: facts[test.field], groupings) == .no { return [] }
    }
    if bothWays && !endsMatch(facts, groupings) { return [] }
    let holds = own.match(facts, value: facts[.commodity], groupings) == .yes
    return own.longerPrefixes(facts, holds: holds, groupings)
  }

  private func endsMatch(_ facts: Facts, _ groupings: GroupingsInForce) -> Bool {
    func holds(_ from: Int64, _ to: Int64) -> Bool {
      tests.allSatisfy { test in
        switch test.field {
        case .from: test.match(facts, value: from, groupings) == .yes
        case .to: test.match(facts, value: to, groupings) == .yes
        default: true
        }
      }
    }
    return holds(facts[.from], facts[.to]) || holds(facts[.to], facts[.from])
  }
}

extension Int64 {
  fileprivate func distance64(to other: Int64) -> UInt64 {
    UInt64(bitPattern: other) &- UInt64(bitPattern: self)
  }
}

extension Test {
  var isEnd: Bool { field == .from || field == .to }
}
