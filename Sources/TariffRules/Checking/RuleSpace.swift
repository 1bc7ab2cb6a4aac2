/// The consignments that some rules tell apart, as combinations of field values: whether two rows
/// can fit the same one is found by intersecting what their conditions accept, never by trying.
struct RuleSpace {
  /// What one row accepts, field by field; a field that is not named accepts everything.
  typealias Box = [Field: ValueSet]

  private(set) var fields: [Field: FieldValues] = [:]

  /// - Parameters:
  ///   - rules: all rows that are to be told apart.
  ///   - codes: all codes of each field.
  init(
    _ rules: [Conditions], columns: [Int] = [], codes: FieldCodes,
    _ groupings: GroupingsInForce
  ) {
    var tests: [Field: [String: Test]] = [:]
    for test in rules.flatMap(\.tests) { tests[test.field, default: [:]][test.text] = test }
    // Ends that may be swapped are looked up in either column.
    if rules.contains(where: \.bothWays) {
      let ends = (tests[.from] ?? [:]).merging(tests[.to] ?? [:]) { one, _ in one }
      tests[.from] = ends
      tests[.to] = ends
    }
    for (field, list) in tests {
      let own = columns.filter { groupings.edition($0)?.content.field == field }
      fields[field] = FieldValues(
        field, Array(list.values), columns: own, codes: codes.of(field), groupings)
    }
  }

  /// What a row accepts: one box, or two where its ends may be swapped.
  mutating func boxes(_ conditions: Conditions) -> [Box] {
    let forward = box(conditions, swapped: false)
    return conditions.bothWays ? [forward, box(conditions, swapped: true)] : [forward]
  }

  private mutating func box(_ conditions: Conditions, swapped: Bool) -> Box {
    var box: Box = [:]
    for test in conditions.tests {
      var field = test.field
      if swapped && test.isEnd { field = field == .from ? .to : .from }
      guard let accepted = fields[field]?.accepted(by: test) else { continue }
      box[field] = box[field]?.intersection(accepted) ?? accepted
    }
    return box
  }

  /// What both boxes accept; nil where nothing is.
  static func intersection(_ one: Box, _ other: Box) -> Box? {
    var result = one
    for (field, set) in other { result[field] = result[field]?.intersection(set) ?? set }
    return result.values.contains(where: \.isEmpty) ? nil : result
  }

  /// A part of a box outside all others; nil where they cover it.
  func part(of box: Box, outside others: [Box], steps: inout Int) -> Box? {
    steps -= 1
    guard steps > 0 else { return nil }
    guard let first = others.first(where: { Self.intersection(box, $0) != nil }) else { return box }
    let rest = others.filter { Self.intersection(box, $0) != nil }.dropFirst()
    for (field, set) in first.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let all = fields[field] else { continue }
      let own = box[field] ?? ValueSet(count: all.values.count, full: true)
      var narrowed = box
      narrowed[field] = own.subtracting(set)
      if narrowed[field]?.isEmpty == true { continue }
      if let found = part(of: narrowed, outside: Array(rest), steps: &steps) { return found }
    }
    return nil
  }

  /// The values a box accepts in each field it names.
  func values(_ box: Box) -> [Field: [FieldValue]] {
    Dictionary(
      uniqueKeysWithValues: box.compactMap { field, set in
        fields[field].map { all in (field, set.indices.map { all.values[$0] }) }
      })
  }

  /// Whether everything one box accepts, the other accepts too.
  static func isInside(_ box: Box, _ other: Box) -> Bool {
    other.allSatisfy { field, set in
      let own = box[field] ?? ValueSet(count: set.count, full: true)
      return own.subtracting(set).isEmpty
    }
  }
}
