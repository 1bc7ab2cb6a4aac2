import ExactMoney
import TariffRules

/// Two prices of one consignment side by side: what differs, by charge and by party, with the rows
/// that made each difference.
public struct PriceDifference: Sendable {
  /// A figure that is another, or only on one side, and so made a difference.
  public struct Cause: Sendable, Hashable {
    /// The figure on each side; nil where it has none.
    public let before: PriceRecord.Step?, after: PriceRecord.Step?
  }

  /// A charge that differs.
  public struct Charge: Sendable {
    /// The carrier; empty for what pricing did.
    public let carrier: String
    /// The charge code; `pricing` for what pricing did.
    public let code: String
    /// Its amount on each side; zero where it is not charged.
    public let before: Money, after: Money
    /// After less before.
    public let difference: Money
    /// The figures that made it.
    public let causes: [Cause]
  }

  /// What a party has on each side.
  public struct Party: Sendable {
    /// The party.
    public let party: String
    /// The sum of its shares; zero where it has none.
    public let before: Money, after: Money
    /// After less before.
    public let difference: Money
  }

  /// The lane on each side.
  public let laneBefore: String, laneAfter: String
  /// The total on each side.
  public let before: Money, after: Money
  /// After less before.
  public let difference: Money
  /// The charges that differ, in the order of the later price; their differences
  /// sum to that of the totals.
  public let charges: [Charge]
  /// Every party of either side; their differences sum to that of the totals.
  public let parties: [Party]
  /// Rows of the agreement that worked otherwise although nothing that is divided has changed.
  public let division: [Cause]

  /// Compares two prices in one currency. Refused for two currencies, and beyond the limits.
  public init(_ before: PriceRecord, _ after: PriceRecord) throws(BeyondLimits) {
    (laneBefore, laneAfter) = (before.lane, after.lane)
    (self.before, self.after) = (before.total, after.total)
    difference = try after.total.minus(before.total)
    let zero = Money.zero(after.total.currency)
    charges = try Self.charges(before.charges, after.charges, zero)
    var parties: [Party] = []
    let codes = (after.shares + before.shares).map(\.party).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    for code in codes {
      let old = try before.share(of: code)
      let new = try after.share(of: code)
      parties.append(
        Party(party: code, before: old, after: new, difference: try new.minus(old)))
    }
    self.parties = parties
    let isDividedAnew = charges.isEmpty && parties.contains { $0.difference != zero }
    division = isDividedAnew ? Self.causes(before.division, after.division) : []
  }

  /// Whether anything differs: the total, a charge or a share.
  public var isEmpty: Bool {
    charges.isEmpty && difference.minorUnits == 0
      && parties.allSatisfy { $0.difference.minorUnits == 0 }
  }

  private static func charges(
    _ before: [PriceRecord.Charge], _ after: [PriceRecord.Charge], _ zero: Money
  ) throws(BeyondLimits) -> [Charge] {
    var waiting = before
    var pairs: [(PriceRecord.Charge?, PriceRecord.Charge?)] = []
    for charge in after {
      let twin = waiting.firstIndex { $0.carrier == charge.carrier && $0.code == charge.code }
      pairs.append((twin.map { waiting.remove(at: $0) }, charge))
    }
    pairs += waiting.map { ($0, nil) }
    var found: [Charge] = []
    for (old, new) in pairs {
      let (left, right) = (old?.amount ?? zero, new?.amount ?? zero)
      guard left != right, let any = new ?? old else { continue }
      found.append(
        Charge(
          carrier: any.carrier, code: any.code, before: left, after: right,
          difference: try right.minus(left),
          causes: causes(old?.steps ?? [], new?.steps ?? [])))
    }
    return found
  }

  /// The figures that are not alike on both sides. A row that says the same in a new edition is a
  /// cause only where there is no other.
  private static func causes(
    _ before: [PriceRecord.Step], _ after: [PriceRecord.Step]
  ) -> [Cause] {
    var waiting = before
    var causes: [Cause] = []
    var reissued: [Cause] = []
    for step in after {
      let twin = waiting.firstIndex { $0.says(as: step) }
      if let twin {
        let old = waiting.remove(at: twin)
        if old.place?.path != step.place?.path { reissued.append(Cause(before: old, after: step)) }
      } else {
        causes.append(Cause(before: nil, after: step))
      }
    }
    for (index, cause) in causes.enumerated() {
      guard let new = cause.after,
        let twin = waiting.firstIndex(where: { $0.isOfTheSame(as: new) })
      else { continue }
      causes[index] = Cause(before: waiting.remove(at: twin), after: new)
    }
    causes += waiting.map { Cause(before: $0, after: nil) }
    // The words of a pricing row need not tell what it does: then its new edition is the cause.
    return causes.isEmpty ? reissued : causes
  }
}

extension PriceRecord {
  /// The sum of a party's shares.
  fileprivate func share(of party: String) throws(BeyondLimits) -> Money {
    var sum = Money.zero(total.currency)
    for share in shares where share.party == party { sum = try sum.plus(share.amount) }
    return sum
  }
}

extension PriceRecord.Step {
  fileprivate func says(as other: PriceRecord.Step) -> Bool {
    what == other.what && name == other.name && value == other.value
  }

  /// Whether two figures that differ are two editions of one: a row of the same name, or the one
  /// rate, conversion or distance of a charge.
  fileprivate func isOfTheSame(as other: PriceRecord.Step) -> Bool {
    guard what == other.what else { return false }
    let areMany: Set = ["coefficient", "mark-up", "floor", "ceiling", "included", "quantity"]
    return areMany.contains(what) ? name == other.name : true
  }
}
