/// A list that puts codes, commodity prefixes or ranges of a quantity into groups.
public struct Grouping: Sendable {
  /// A group that a value belongs to, and the row that says so.
  public struct Membership: Sendable {
    /// The symbol of the group.
    public let group: Int64
    /// The row.
    public let mark: Mark
  }

  /// The field whose values it groups.
  public let field: Field
  var byCode: [Int64: [Membership]] = [:]
  var byPrefix: [CommodityCode: [Membership]] = [:]
  /// Which numbers of digits the listed prefixes have, a bit for each.
  var prefixDigits = 0
  var byInterval: [(interval: Interval, text: String, membership: Membership)] = []
  var otherwise: [Membership] = []

  init(field: Field) { self.field = field }

  /// The groups of a value: for commodities those of the longest listed prefix.
  func memberships(value: Int64, digits: Int) -> [Membership] {
    switch field.kind {
    case .code: return byCode[value] ?? otherwise
    case .range:
      return byInterval.first { $0.interval.contains(value) }.map { [$0.membership] } ?? otherwise
    case .prefix:
      let code = CommodityCode(padded: value, digits: digits)
      for length in stride(from: digits, to: 0, by: -1) where prefixDigits >> length & 1 == 1 {
        if let found = byPrefix[code.prefix(length)] { return found }
      }
      return otherwise
    }
  }

  /// The listed range nearest to a quantity that is in none, as written, how far the quantity is
  /// above it (or, negative, below), and its row.
  public func nearest(to value: Int64) -> (wanted: String, gap: Int64, mark: Mark)? {
    byInterval.min { one, other in one.interval.gap(to: value) < other.interval.gap(to: value) }
      .map { listed in
        let gap = Int64(clamping: listed.interval.gap(to: value))
        return (listed.text, value < listed.interval.lower ? -gap : gap, listed.membership.mark)
      }
  }

  /// The listed prefixes longer than a code given short that begin with it and lead to another
  /// group.
  public func longerPrefixes(_ facts: Facts) -> [CommodityCode] {
    guard field == .commodity, facts[.commodity] != Facts.absent, facts.commodityDigits < 8
    else { return [] }
    let given = facts[.commodity]
    let now = memberships(value: given, digits: facts.commodityDigits).map(\.group)
    return byPrefix.filter { prefix, groups in
      prefix.extends(given, digits: facts.commodityDigits) && groups.map(\.group) != now
    }.map(\.key).sorted { ($0.padded, $0.digits) < ($1.padded, $1.digits) }
  }
}

/// All groupings in force on one day, by their number.
public struct GroupingsInForce: Sendable {
  let editions: [Edition<Grouping>?]
  /// The file of each, by its number; -1 where none is in force.
  public let files: [Int32]

  init(editions: [Edition<Grouping>?]) {
    self.editions = editions
    files = editions.map { $0?.file ?? -1 }
  }

  /// Whether a grouping is in force.
  func has(_ grouping: Int) -> Bool { files[grouping] >= 0 }

  /// The groups a value of the grouping's field belongs to; empty where the grouping is not in
  /// force.
  public func memberships(
    of facts: Facts, value: Int64, in grouping: Int
  ) -> [Grouping.Membership] {
    guard let edition = editions[grouping] else { return [] }
    return edition.content.memberships(value: value, digits: facts.commodityDigits)
  }

  /// A grouping by its number, if it is in force.
  public func edition(_ grouping: Int) -> Edition<Grouping>? { editions[grouping] }
}
