import ExactMoney

/// One link of a tariff's ordered chain of coefficients, or one discount of the joint venture.
public struct Coefficient: Sendable {
  /// What it does at its place in the chain.
  public enum Step: String, CaseIterable, Sendable {
    /// A factor before conversion.
    case coefficient
    /// A factor after conversion.
    case markUp = "mark-up"
    /// The unit rate is at least this much.
    case floor
    /// The unit rate is at most this much.
    case ceiling
  }

  /// What a person would call it.
  public let name: String
  /// What it does.
  public let step: Step
  /// The factor or amount.
  public let value: Exact
  /// When it applies.
  public let conditions: Conditions
  /// Positions in the chain of those that do not apply where this one does.
  public let inPlaceOf: [Int]
  /// Positions of those beside which this one does not apply.
  public let notWith: [Int]
  /// Of all with the same word that apply, only the largest reduction does.
  public let largestOf: String?
  /// Already in the rate: named, not multiplied.
  public let isIncluded: Bool
  /// Where it stands.
  public let mark: Mark

  /// The chain in the order of its rows. A discount has no step of its own: it is a factor.
  static func read(_ reader: TableReader, discounts: Bool = false) -> [Coefficient] {
    let rows = reader.rows
    let names = rows.map { $0.text("name") ?? "" }
    let excluding = Set(
      rows.filter { $0.text("in_place_of") != nil || $0.text("not_with") != nil }
        .compactMap { $0.text("name") })
    for row in rows {
      for column in ["in_place_of", "not_with"] {
        for name in row.list(column) where excluding.contains(name) {
          row.report(
            column, "'\(name)' excludes others itself",
            "exclusions of exclusions depend on their order: name only rows that exclude none")
        }
      }
    }
    return rows.enumerated().compactMap { index, row in
      guard let name = row.needed("name"), row.needed("value") != nil,
        let value = row.decimal("value")
      else { return nil }
      if let first = names.firstIndex(of: name), first < index {
        row.report(
          "name", "the name '\(name)' comes twice (line \(rows[first].record.line))",
          "give each row a name of its own")
      }
      guard discounts || row.needed("step") != nil,
        let step = discounts ? .coefficient : row.word("step", Step.self)
      else { return nil }
      if value < .zero {
        row.report("value", "a factor or amount cannot be negative", "write 0 or more")
      }
      if discounts && value > .one {
        row.report(
          "value", "a discount above 1 makes the price higher",
          "'0.97' takes three percent off; if a surcharge is meant, nothing is to do",
          severity: .warning)
      }
      return Coefficient(
        name: name, step: step, value: value, conditions: row.conditions(),
        inPlaceOf: row.positions("in_place_of", among: names),
        notWith: row.positions("not_with", among: names), largestOf: row.text("largest_of"),
        isIncluded: row.yes("included"), mark: row.mark)
    }
  }

  /// The rows of a chain that apply, in order: after exclusions, replacements and "only the
  /// largest".
  /// - Parameter matches: for each row whether its conditions hold.
  public static func applying(_ chain: [Coefficient], matches: [Bool]) -> [Int] {
    var applies = matches
    for (index, link) in chain.enumerated() where matches[index] {
      for other in link.inPlaceOf { applies[other] = false }
    }
    for (index, link) in chain.enumerated()
    where applies[index] && link.notWith.contains(where: { applies[$0] }) {
      applies[index] = false
    }
    for (index, link) in chain.enumerated() where applies[index] && link.largestOf != nil {
      let better = chain.indices.contains { other in
        applies[other] && chain[other].largestOf == link.largestOf && other != index
          && (chain[other].value < link.value
            || (chain[other].value == link.value && other < index))
      }
      if better { applies[index] = false }
    }
    return chain.indices.filter { applies[$0] }
  }
}

extension Row {
  fileprivate func positions(_ column: String, among names: [String]) -> [Int] {
    list(column).compactMap { name in
      if let position = names.firstIndex(of: name) { return position }
      report(
        column, "no row is named '\(name)'",
        "names are those of the column 'name'." + NearNames.hint(for: name, among: names))
      return nil
    }
  }
}
