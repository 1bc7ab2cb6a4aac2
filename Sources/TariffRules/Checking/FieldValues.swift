/// A value of a field that stands for all that the rules treat alike.
public struct FieldValue: Hashable, Sendable {
  /// The value as facts hold it.
  public let value: Int64
  /// Of a commodity: how many digits it has.
  public let digits: Int

  init(_ value: Int64, digits: Int = 0) {
    self.value = value
    self.digits = digits
  }
}

/// What some rules tell apart in one field: one value for each class, and which of them a condition
/// accepts.
///
/// Ranges are cut at every end a rule names, commodities at every listed prefix, codes are taken
/// one by one: no value behaves unlike its representative.
struct FieldValues {
  let field: Field
  let values: [FieldValue]
  private let groupings: GroupingsInForce
  private var known: [String: ValueSet] = [:]

  /// - Parameters:
  ///   - tests: every condition on the field that is to be told apart.
  ///   - columns: groupings that pick a column by the field.
  ///   - codes: all codes of the field, where it has codes.
  init(
    _ field: Field, _ tests: [Test], columns: [Int] = [], codes: [Int64],
    _ groupings: GroupingsInForce
  ) {
    self.field = field
    self.groupings = groupings
    let items = tests.flatMap { [$0.wanted, $0.excluded] }
    let lists = Set(items.flatMap(\.groups).map(\.grouping) + columns)
      .compactMap { groupings.edition($0)?.content }
    var values: [FieldValue]
    switch field.kind {
    case .code:
      values = Set(codes + items.flatMap(\.codes) + lists.flatMap { Array($0.byCode.keys) })
        .sorted().map { FieldValue($0) }
      if field == .unNumber { values.append(FieldValue(Facts.unlisted(9999))) }
    case .range:
      values = Self.ranges(
        items.flatMap(\.intervals) + lists.flatMap(\.byInterval).map(\.interval), field)
    case .prefix:
      values = Self.commodities(
        items.flatMap { $0.prefixes + $0.exact } + lists.flatMap { Array($0.byPrefix.keys) })
    }
    if field.absence == .ordinary { values.append(FieldValue(Facts.absent)) }
    self.values = values
  }

  /// The smallest whole value of each piece between the ends that ranges name.
  private static func ranges(_ intervals: [Interval], _ field: Field) -> [FieldValue] {
    let least: Int64 = [.weight, .gross, .storageDays, .distance].contains(field) ? 0 : 1000
    var starts: Set<Int64> = [least]
    for interval in intervals {
      if interval.lower > least { starts.insert(interval.lower) }
      if interval.upper >= least && interval.upper < Int64.max { starts.insert(interval.upper + 1) }
    }
    let sorted = starts.sorted()
    return sorted.enumerated().map { index, start in
      let whole = (start + 999) / 1000 * 1000
      let end = index + 1 < sorted.count ? sorted[index + 1] : Int64.max
      return FieldValue(whole < end ? whole : start)
    }
  }

  /// A full code under each listed prefix and under none of the longer ones, the codes listed as
  /// they are written, and one under no prefix at all.
  private static func commodities(_ listed: [CommodityCode]) -> [FieldValue] {
    let prefixes = Set(listed)
    var values = Set(listed.filter { $0.digits == 8 }.map { FieldValue($0.padded, digits: 8) })
    for prefix in prefixes where prefix.digits < 8 {
      if let code = Self.code(under: prefix, besides: prefixes) { values.insert(code) }
    }
    let free = (10...99).lazy.compactMap { CommodityCode("\($0)") }
      .first { pair in !prefixes.contains { $0.prefix(2) == pair } }
    if let free { values.insert(FieldValue(free.padded, digits: 8)) }
    return values.sorted { ($0.value, $0.digits) < ($1.value, $1.digits) }
  }

  /// A code of eight digits that begins with a prefix and with no longer listed one.
  private static func code(
    under prefix: CommodityCode, besides listed: Set<CommodityCode>
  ) -> FieldValue? {
    var at = prefix
    while at.digits < 8 {
      let next = (0...9).lazy.compactMap { at.followed(by: $0) }
        .filter { child in !listed.contains(child) }
      // A digit that no listed prefix goes on with; else any that is not listed itself.
      let free = next.first { child in
        !listed.contains {
          $0.digits > child.digits
            && $0.prefix(child.digits) == child
        }
      }
      guard let chosen = free ?? next.first else { return nil }
      at = chosen
    }
    return FieldValue(at.padded, digits: 8)
  }

  /// Which of the values a condition accepts.
  mutating func accepted(by test: Test) -> ValueSet {
    if let set = known[test.text] { return set }
    var set = ValueSet(count: values.count)
    var facts = Facts()
    for (index, value) in values.enumerated() {
      if field == .commodity {
        facts.setCommodity(value.value, digits: value.digits)
      }
      if test.match(facts, value: value.value, groupings) == .yes { set.insert(index) }
    }
    known[test.text] = set
    return set
  }
}

/// A set of positions in a list of values.
struct ValueSet: Hashable {
  private var words: [UInt64]
  let count: Int

  init(count: Int, full: Bool = false) {
    self.count = count
    words = [UInt64](repeating: full ? .max : 0, count: (count + 63) / 64)
    if full, count % 64 > 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
  }

  mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }
  func contains(_ index: Int) -> Bool { words[index / 64] & (1 << UInt64(index % 64)) != 0 }
  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  var indices: [Int] { (0..<count).filter(contains) }

  func intersection(_ other: ValueSet) -> ValueSet {
    var result = self
    for index in words.indices { result.words[index] &= other.words[index] }
    return result
  }

  func subtracting(_ other: ValueSet) -> ValueSet {
    var result = self
    for index in words.indices { result.words[index] &= ~other.words[index] }
    return result
  }
}

extension CommodityCode {
  /// The prefix with one more digit.
  func followed(by digit: Int) -> CommodityCode? {
    guard digits < 8 else { return nil }
    let text = String(String(100_000_000 + padded).dropFirst().prefix(digits)) + "\(digit)"
    return CommodityCode(text)
  }
}
