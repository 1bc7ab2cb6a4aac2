import ExactMoney
import TariffRules

/// Consignments of one way, equipment and load that have no price on some days, and why.
public struct CoverageGap: Sendable {
  /// The way they go.
  public let way: CoverageWay
  /// The equipment.
  public let equipment: Int64
  /// `loaded` or `empty`.
  public let load: String
  /// Owners of the equipment; empty: whoever owns it.
  public let owners: [String]
  /// Which commodities, as a condition of the tables has them: `*`, `27*;!2710*`. What one
  /// condition cannot say is several gaps.
  public let commodities: String
  /// Which weights of one unit, as a condition of the tables has them: `*`, `<=12000`.
  public let weights: String
  /// The days, from the first to the last of each span.
  public let days: [Span]
  /// Why there is no price, on the first of the days.
  public let refusal: Refusal
  let members: Members

  /// Days from one to another, both included.
  public struct Span: Hashable, Sendable {
    /// The first day.
    public let first: Day
    /// The last day.
    public let last: Day
  }

  /// The classes that the gap is made of.
  struct Members: Sendable {
    let commodityKinds: CommodityKinds
    let commodities: Set<Int>
    let weightKinds: WeightKinds
    let weights: Set<Int>
  }

  /// Whether a consignment of this way, equipment and load is in the gap.
  public func contains(owner: String, commodity: CommodityCode, weight: Int64, on day: Day) -> Bool
  {
    guard owners.isEmpty || owners.contains(owner),
      let index = members.commodityKinds.index(of: commodity),
      members.commodities.contains(index),
      members.weights.contains(members.weightKinds.index(of: weight))
    else { return false }
    return days.contains { $0.first <= day && day <= $0.last }
  }
}

extension CoverageGap.Members {
  /// The commodities as conditions of the tables would have them: one condition, or several where
  /// a prefix is excluded and a longer one beneath it is not.
  var commodityConditions: [String] {
    let classes = commodityKinds.classes
    if commodities.count == classes.count { return ["*"] }
    let isRest = commodities.contains { classes[$0].isRest }
    var isInside: [String: Bool] = [:]
    for (index, group) in classes.enumerated() {
      for item in group.listed { isInside[item] = commodities.contains(index) }
    }
    // How often what counts turns on the way down to an item; only turns have to be said.
    var depths: [String: Int] = [:]
    var turns: [Int: [String]] = [:]
    for item in isInside.keys.sorted(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) {
      let above = depths.keys.filter { Self.covers($0, item) }.max { $0.utf8.count < $1.utf8.count }
      let before = above.flatMap { isInside[$0] } ?? isRest
      let depth = above.flatMap { depths[$0] } ?? 0
      let hasTurned = before != isInside[item]
      depths[item] = hasTurned ? depth + 1 : depth
      if hasTurned { turns[depth + 1, default: []].append(item) }
    }
    let first = isRest ? 0 : 1
    return stride(from: first, through: max(first, turns.keys.max() ?? 0), by: 2).map { depth in
      let wanted = (turns[depth] ?? []).sorted()
      return (wanted + (turns[depth + 1] ?? []).sorted().map { "!" + $0 }).joined(separator: ";")
    }
  }

  /// Whether everything under one listed code or prefix is under another.
  private static func covers(_ short: String, _ long: String) -> Bool {
    short != long && short.hasSuffix("*") && long.hasPrefix(short.dropLast())
  }

  /// The weights as a condition of the tables would have them.
  var weightText: String {
    let count = weightKinds.starts.count
    if weights.count == count { return "*" }
    var parts: [String] = []
    var index = 0
    while index < count {
      guard weights.contains(index) else {
        index += 1
        continue
      }
      let first = index
      while index + 1 < count, weights.contains(index + 1) { index += 1 }
      let from = weightKinds.starts[first] - 1
      let above = first == 0 ? "" : ">" + FactWords.decimal(thousandths: from)
      let below = weightKinds.last(index).map { "<=" + FactWords.decimal(thousandths: $0) } ?? ""
      parts.append([above, below].filter { !$0.isEmpty }.joined(separator: " "))
      index += 1
    }
    return parts.joined(separator: ";")
  }
}
