/// Commodities that some rules treat alike on all of some days: one code stands for its class.
public struct CommodityKinds: Sendable {
  /// One class.
  public struct Class: Sendable {
    /// A code of eight digits that stands for all others.
    public let representative: CommodityCode
    /// The prefixes and codes that lead to it, as tables write them; the class of what no table
    /// names has none.
    public let listed: [String]
    /// Whether codes under no listed prefix belong to it.
    public let isRest: Bool
  }

  /// The classes, in the order of their first codes; the rest last.
  public let classes: [Class]
  private let tests: [Test]
  private let columns: [Int]
  private let days: [GroupingsInForce]
  private let positions: [[Int64]: Int]

  /// - Parameters:
  ///   - rules: the rows whose conditions tell commodities apart.
  ///   - columns: groupings that pick a column.
  ///   - days: the groupings of each day that counts.
  public init(_ rules: [Conditions], columns: [Int], on days: [GroupingsInForce]) {
    tests = Self.unique(rules).sorted { $0.key < $1.key }.map(\.value)
    self.columns = columns.filter { column in
      days.contains { $0.edition(column)?.content.field == .commodity }
    }
    self.days = days
    var codes: Set<FieldValue> = []
    for day in days {
      let values = FieldValues(.commodity, tests, columns: self.columns, codes: [], day).values
      codes.formUnion(values)
    }
    var listed = Set(tests.flatMap { [$0.wanted, $0.excluded] }.flatMap { $0.prefixes + $0.exact })
    let groups = tests.flatMap { ($0.wanted.groups + $0.excluded.groups).map(\.grouping) }
    for grouping in Set(groups + self.columns) {
      for day in days {
        listed.formUnion(day.edition(grouping).map { Array($0.content.byPrefix.keys) } ?? [])
      }
    }
    var members: [[Int64]: [CommodityCode]] = [:]
    for value in codes.sorted(by: { $0.value < $1.value }) {
      let code = CommodityCode(padded: value.value, digits: value.digits)
      members[Self.signature(code, tests, self.columns, days), default: []].append(code)
    }
    let sorted = members.map { (signature: $0.key, codes: $0.value) }.sorted { one, other in
      (one.codes.count, one.codes[0].padded) < (other.codes.count, other.codes[0].padded)
    }
    var positions: [[Int64]: Int] = [:]
    classes = sorted.enumerated().map { index, group in
      positions[group.signature] = index
      return Self.described(group.codes, listed)
    }
    self.positions = positions
  }

  /// What the classes depend on: the same key, the same classes on the same days.
  public static func key(_ rules: [Conditions], columns: [Int]) -> [String] {
    unique(rules).keys.sorted() + columns.map { "\($0)" }
  }

  /// The conditions on commodities, each once: as written, with the groupings it means.
  private static func unique(_ rules: [Conditions]) -> [String: Test] {
    var unique: [String: Test] = [:]
    for rule in rules {
      for test in rule.tests where test.field == .commodity {
        let groups = (test.wanted.groups + test.excluded.groups).map { " \($0.grouping)" }
        unique[groups.isEmpty ? test.text : test.text + groups.joined()] = test
      }
    }
    return unique
  }

  private static func described(_ codes: [CommodityCode], _ listed: Set<CommodityCode>) -> Class {
    var names: [String] = []
    var isRest = false
    for code in codes {
      let prefix = (2...8).reversed().lazy.map { code.prefix($0) }.first { listed.contains($0) }
      guard let prefix else {
        isRest = true
        continue
      }
      let text = String(String(100_000_000 + prefix.padded).dropFirst().prefix(prefix.digits))
      names.append(prefix.digits == 8 ? text : text + "*")
    }
    return Class(representative: codes[codes.count - 1], listed: names, isRest: isRest)
  }

  /// The class of a code of eight digits.
  public func index(of code: CommodityCode) -> Int? {
    positions[Self.signature(code, tests, columns, days)]
  }

  /// What all rules say of a code, on all days.
  private static func signature(
    _ code: CommodityCode, _ tests: [Test], _ columns: [Int], _ days: [GroupingsInForce]
  ) -> [Int64] {
    var facts = Facts()
    facts.setCommodity(code.padded, digits: code.digits)
    var signature: [Int64] = []
    for day in days {
      for test in tests {
        let match = test.match(facts, value: code.padded, day)
        signature.append(match == .yes ? 1 : match == .no ? 0 : 2)
      }
      for column in columns {
        let found = day.memberships(of: facts, value: code.padded, in: column)
        signature.append(found.first?.group ?? -1)
      }
    }
    return signature
  }
}

/// Weights that some rules treat alike, of one unit, in thousandths of a kilogram.
public struct WeightKinds: Sendable {
  /// The first weight of each class, rising; the first is 0.
  public let starts: [Int64]

  /// - Parameters:
  ///   - rules: the rows whose conditions tell weights apart.
  ///   - columns: groupings that pick a column.
  ///   - minima: what makes the chargeable weight out of the actual one.
  ///   - tare: what the gross weight has beside the net weight.
  ///   - days: the groupings of each day that counts.
  public init(
    _ rules: [Conditions], columns: [Int], minima: [Minimum], tare: Int64,
    on days: [GroupingsInForce]
  ) {
    var starts: Set<Int64> = [0]
    let steps = Set(minima.map(\.roundUp)).filter { $0 > 1 }
    func cut(_ interval: Interval, _ field: Field) {
      for last in [interval.lower - 1, interval.upper] where last > 0 && last < Int64.max {
        switch field {
        case .gross: starts.insert(last - tare + 1)
        case .chargeable:
          starts.insert(last + 1)
          // What is rounded up leaves the range already above the last whole step within it.
          for step in steps { starts.insert(last / step * step + 1) }
        default: starts.insert(last + 1)
        }
      }
    }
    let fields: [Field] = [.weight, .gross, .chargeable]
    let tests = rules.flatMap(\.tests).filter { fields.contains($0.field) }
    for test in tests {
      for interval in test.wanted.intervals + test.excluded.intervals { cut(interval, test.field) }
    }
    let groups = tests.flatMap { ($0.wanted.groups + $0.excluded.groups).map(\.grouping) }
    for day in days {
      for grouping in Set(groups + columns).compactMap({ day.edition($0)?.content })
      where fields.contains(grouping.field) {
        for listed in grouping.byInterval { cut(listed.interval, grouping.field) }
      }
    }
    self.starts = starts.filter { $0 >= 0 && $0 <= Self.most }.sorted()
  }

  private static let most: Int64 = 10_000_000_000

  /// The class of a weight.
  public func index(of weight: Int64) -> Int {
    (starts.lastIndex { $0 <= weight }) ?? 0
  }

  /// A weight that stands for its class: whole kilograms where there are any.
  public func representative(_ index: Int) -> Int64 {
    let start = starts[index]
    let end = index + 1 < starts.count ? starts[index + 1] - 1 : Self.most
    if index == 0 { return end == Self.most ? 20_000_000 : max(1, end / 1000 * 1000) }
    let whole = (start + 999) / 1000 * 1000
    return whole <= end ? whole : start
  }

  /// The last weight of a class; nil where it has no end.
  public func last(_ index: Int) -> Int64? {
    index + 1 < starts.count ? starts[index + 1] - 1 : nil
  }
}
