import ExactMoney

/// Two rows of rules that both accept some combination of facts where only one may apply.
public struct RuleOverlap: Sendable {
  /// The rules that the rows belong to.
  public enum Rules: Sendable {
    /// Rates of a charge.
    case rates
    /// When a charge is due.
    case charges
    /// How the one price comes about.
    case pricing
    /// The division.
    case agreement
    /// Tax categories.
    case taxes
  }

  /// The rules.
  public let rules: Rules
  /// The carrier whose rules they are; nil for the joint venture's.
  public let carrier: Int64?
  /// The first day on which both rows are in force.
  public let from: Day
  /// The last such day, if an end is known.
  public let to: Day?
  /// The rows, in their order, with what a person would call them.
  public let first: Row, second: Row
  /// What the consignment must be for both to apply; any value of a field that is not named.
  public let allowed: [Field: [FieldValue]]

  /// One of the two rows.
  public struct Row: Sendable {
    /// What a person would call it.
    public let name: String
    /// Where it stands.
    public let mark: Mark
  }
}

/// One row that competes with others, whatever it is a row of.
struct CompetingRow {
  let name: String
  let conditions: Conditions
  let rank: Int
  let mark: Mark
  /// When the row is asked at all; empty: always.
  var asked: [Conditions] = []
}

/// Rows of which at most one may apply: finds those of one rank that can apply together, and those
/// that never can.
struct Competition {
  let rows: [CompetingRow]
  private let space: RuleSpace
  private let boxes: [[RuleSpace.Box]]
  /// Rows with a condition that nothing meets: that much is said of the condition.
  private let impossible: Set<Int>

  init(
    _ rows: [CompetingRow], columns: [Int] = [], codes: FieldCodes,
    _ groupings: GroupingsInForce
  ) {
    self.rows = rows
    let rules = rows.flatMap { [$0.conditions] + $0.asked }
    var space = RuleSpace(rules, columns: columns, codes: codes, groupings)
    impossible = Set(
      rows.indices.filter { index in
        space.boxes(rows[index].conditions).allSatisfy { $0.values.contains(where: \.isEmpty) }
      })
    boxes = rows.map { row in
      let own = space.boxes(row.conditions)
      if row.asked.isEmpty { return own }
      let due = row.asked.flatMap { space.boxes($0) }
      return own.flatMap { box in due.compactMap { RuleSpace.intersection(box, $0) } }
    }
    self.space = space
  }

  /// The pairs that can apply together where no row of a lower rank does, with what is common to
  /// them.
  func overlaps(
    among compete: (CompetingRow, CompetingRow) -> Bool = { $0.rank == $1.rank }
  ) -> [(first: Int, second: Int, allowed: [Field: [FieldValue]])] {
    var found: [(first: Int, second: Int, allowed: [Field: [FieldValue]])] = []
    for second in rows.indices {
      for first in rows.indices.prefix(second) where compete(rows[first], rows[second]) {
        if let box = common(first, second) { found.append((first, second, space.values(box))) }
      }
    }
    return found
  }

  /// Whether two rows can apply to one consignment at all.
  func meet(_ first: Int, _ second: Int) -> Bool {
    boxes[first].contains { one in
      boxes[second].contains { RuleSpace.intersection(one, $0) != nil }
    }
  }

  /// The rows that can never apply: rows of lower rank take everything they accept, or they accept
  /// nothing.
  func neverApplying() -> [Int] {
    rows.indices.filter { index in
      if impossible.contains(index) { return false }
      if boxes[index].isEmpty { return true }
      let lower = lowerBoxes(than: rows[index].rank)
      guard !lower.isEmpty else { return false }
      var steps = Self.mostSteps
      for box in boxes[index] where space.part(of: box, outside: lower, steps: &steps) != nil {
        return false
      }
      return steps > 0
    }
  }

  private func common(_ first: Int, _ second: Int) -> RuleSpace.Box? {
    let lower = lowerBoxes(than: rows[first].rank)
    for one in boxes[first] {
      for other in boxes[second] {
        guard let both = RuleSpace.intersection(one, other) else { continue }
        var steps = Self.mostSteps
        if let part = space.part(of: both, outside: lower, steps: &steps) { return part }
        // Not settled within the steps: better to look than to pass over.
        if steps <= 0 { return both }
      }
    }
    return nil
  }

  private func lowerBoxes(than rank: Int) -> [RuleSpace.Box] {
    rows.indices.filter { rows[$0].rank < rank }.flatMap { boxes[$0] }
  }

  private static let mostSteps = 20_000
}
