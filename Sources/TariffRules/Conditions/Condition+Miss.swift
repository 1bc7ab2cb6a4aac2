/// One condition of a row that a consignment does not meet.
public struct ConditionMiss: Sendable {
  /// The field.
  public let field: Field
  /// What the row asks for, as written.
  public let wanted: String
  /// By how much a quantity is above (or, negative, below) the nearest range, in thousandths; nil
  /// where the condition is no range.
  public let gap: Int64?
  /// Of a commodity: how many of its digits agree with the nearest code that the row asks for.
  public let alike: Int?

  /// A miss from its facts.
  public init(field: Field, wanted: String, gap: Int64?, alike: Int?) {
    self.field = field
    self.wanted = wanted
    self.gap = gap
    self.alike = alike
  }
}

extension Conditions {
  /// The conditions that fail, in the order of the columns.
  public func misses(_ facts: Facts, _ groupings: GroupingsInForce) -> [ConditionMiss] {
    failures(facts, groupings).map { field, wanted in
      let test = tests.first { $0.field == field }
      return ConditionMiss(
        field: field, wanted: wanted, gap: test?.gap(facts[field], groupings),
        alike: field == .commodity ? test?.digitsAlike(facts, groupings) : nil)
    }
  }
}

extension Test {
  /// How far a quantity is from the nearest range that is wanted.
  fileprivate func gap(_ value: Int64, _ groupings: GroupingsInForce) -> Int64? {
    guard field.kind == .range, value >= 0 else { return nil }
    let grouped = wanted.groups.flatMap { item in
      (groupings.edition(item.grouping)?.content.byInterval ?? [])
        .filter { $0.membership.group == item.group }.map(\.interval)
    }
    let gaps = (wanted.intervals + grouped).map { interval in
      value < interval.lower ? value - interval.lower : max(0, value - interval.upper)
    }
    return gaps.min { $0.magnitude < $1.magnitude }.flatMap { $0 == 0 ? nil : $0 }
  }

  /// How many leading digits of the commodity agree with the nearest code or prefix wanted.
  fileprivate func digitsAlike(_ facts: Facts, _ groupings: GroupingsInForce) -> Int? {
    let grouped = wanted.groups.flatMap { item in
      (groupings.edition(item.grouping)?.content.byPrefix ?? [:])
        .filter { $0.value.contains { $0.group == item.group } }.map(\.key)
    }
    let code = CommodityCode(padded: facts[.commodity], digits: facts.commodityDigits)
    return (wanted.prefixes + wanted.exact + grouped).map { listed in
      (1...8).last { count in
        count <= min(listed.digits, code.digits) && listed.prefix(count) == code.prefix(count)
      } ?? 0
    }.max()
  }
}
