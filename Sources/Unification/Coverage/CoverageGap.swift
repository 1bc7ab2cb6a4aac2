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
  /// Which commodities, as a condition of the tables has them: `*`, `27*;!2710*`.
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
    let commodityClasses: CommodityKinds
    let commodities: Set<Int>
    let weightClasses: WeightKinds
    let weights: Set<Int>
  }

  /// Whether a consignment of this way, equipment and load is in the gap.
  public func contains(owner: String, commodity: CommodityCode, weight: Int64, on day: Day) -> Bool
  {
    guard owners.isEmpty || owners.contains(owner),
      let index = members.commodityClasses.index(of: commodity),
      members.commodities.contains(index),
      members.weights.contains(members.weightClasses.index(of: weight))
    else { return false }
    return days.contains { $0.first <= day && day <= $0.last }
  }
}

extension CoverageGap.Members {
  /// The commodities as a condition of the tables would have them.
  var commodityText: String {
    let classes = commodityClasses.classes
    if commodities.count == classes.count { return "*" }
    let inside = commodities.sorted().flatMap { classes[$0].listed }
    let outside = classes.indices.filter { !commodities.contains($0) }
      .flatMap { classes[$0].listed }
    if commodities.contains(where: { classes[$0].isRest }) {
      return Self.condensed(outside, beside: inside).map { "!" + $0 }.joined(separator: ";")
    }
    let wanted = Self.condensed(inside, beside: outside)
    let longer = outside.filter { other in wanted.contains { Self.covers($0, other) } }
    let unwanted = Self.condensed(longer, beside: inside).map { "!" + $0 }
    return (wanted + unwanted).joined(separator: ";")
  }

  /// Without the prefixes that a shorter one covers, unless one of the others comes between.
  private static func condensed(_ list: [String], beside others: [String]) -> [String] {
    list.sorted().filter { item in
      !list.contains { short in
        covers(short, item) && !others.contains { covers(short, $0) && covers($0, item) }
      }
    }
  }

  /// Whether everything under one listed code or prefix is under another.
  private static func covers(_ short: String, _ long: String) -> Bool {
    short != long && short.hasSuffix("*") && long.hasPrefix(short.dropLast())
  }

  /// The weights as a condition of the tables would have them.
  var weightText: String {
    let count = weightClasses.starts.count
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
      let from = weightClasses.starts[first] - 1
      let above = first == 0 ? "" : ">" + FactWords.decimal(thousandths: from)
      let below = weightClasses.last(index).map { "<=" + FactWords.decimal(thousandths: $0) } ?? ""
      parts.append([above, below].filter { !$0.isEmpty }.joined(separator: " "))
      index += 1
    }
    return parts.joined(separator: ";")
  }
}
