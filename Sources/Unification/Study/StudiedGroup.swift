import ExactMoney
import TariffRules

/// The consignments that one proposed rate is for: one or more lanes that a shipper may choose
/// between, one kind of equipment, loaded or empty, one currency.
public struct StudiedGroup: Sendable {
  /// What tells a group from another.
  public struct Key: Hashable, Sendable {
    /// The lanes, the one with the most units first. Those between which a consignment of the file
    /// may choose have one rate together: with two rates the cheaper one would take all, and the
    /// revenue would not be kept. On the others it is one minor unit more, so that who may choose
    /// takes the first, as the most do today.
    public let lanes: [String]
    /// The equipment, and whether loaded or empty: an empty unit is another service.
    public let equipment: String, load: String
    /// The currency.
    public let currency: Currency

    var sorting: [String] { [currency.code] + lanes + [equipment, load] }
  }

  /// One rate of the table: for the group as a whole, or, by the kilometre, for two of its places.
  public struct Cell: Sendable {
    /// The places; nil where the rate is for all of the group.
    public let from: String?, to: String?
    /// What the rate is a multiple of: 1, or the kilometres between the places.
    public let base: Exact
    /// Units with the least they pay, and what they pay beside the rate: a minor unit on a lane
    /// that is not the first.
    let parts: [Part]
    /// The rate per unit, in minor units.
    public internal(set) var rate: Int64 = 0
    /// The rate before it was rounded.
    public internal(set) var exact = Exact.zero

    /// Units that pay alike.
    struct Part: Sendable {
      var units: Int
      let floor: Int64
      let beside: Int64
    }

    init(from: String?, to: String?, base: Exact, parts: [Part]) {
      self.from = from
      self.to = to
      self.base = base
      self.parts = parts
    }

    /// The units.
    public var units: Int { parts.reduce(0) { $0 + $1.units } }

    /// What the rate would bring: a unit pays the rate or its floor, whichever is more.
    func revenue(at rate: Int64) -> Int128 {
      parts.reduce(0) { $0 + Int128($1.units) * Int128(max(rate + $1.beside, $1.floor)) }
    }

    /// The lowest floor: a rate below it says the same.
    var lowestFloor: Int64 { max(0, parts.map { $0.floor - $0.beside }.min() ?? 0) }
  }

  /// What tells it from the others.
  public let key: Key
  /// Its customers, in order; empty for consignments without one.
  public let customers: [String]
  /// Consignments and units.
  public let consignments: Int, units: Int
  /// The revenue today, in minor units.
  public let today: Int128
  /// The floor of the proposed rate.
  public let floorPercent: Exact?, floor: Exact?
  /// The rates.
  public internal(set) var cells: [Cell]
  /// The exact rate per unit, or per unit and kilometre, in minor units.
  public internal(set) var exact = Exact.zero

  /// The revenue that the proposed rates bring, in minor units.
  public var proposed: Int128 { cells.reduce(0) { $0 + $1.revenue(at: $1.rate) } }

}

extension StudiedGroup {
  /// By the kilometre a place pair has a rate of its own, the exact rate times the kilometres.
  init(
    _ key: Key, _ items: [StudiedConsignment], perKilometre: Bool, floorPercent given: Exact?
  ) throws(BeyondLimits) {
    let floorPercent = given ?? items.compactMap(\.floorPercent).max()
    let floor = given == nil ? items.compactMap(\.floor).max() : nil
    var cells: [Cell] = []
    let byPlaces =
      perKilometre ? Dictionary(grouping: items) { [$0.from, $0.to] } : [[]: items]
    for (places, items) in byPlaces.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      var parts: [[Int64]: Cell.Part] = [:]
      for item in items {
        let floor = try Self.floor(item, floorPercent, floor)
        let beside: Int64 = (item.taken ?? item.laneAtFirst(key.lanes)) == key.lanes.first ? 0 : 1
        parts[[floor, beside], default: .init(units: 0, floor: floor, beside: beside)].units +=
          item.units
      }
      var base = Exact.one
      if perKilometre {
        // Of one pair of places the distance may differ with the goods and the day.
        let whole = items.reduce(0) { $0 + $1.units }
        let kilometres = items.reduce(0) { $0 + $1.units * $1.kilometres }
        base = try Exact(kilometres).divided(by: Exact(whole))
      }
      let sorted = parts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      cells.append(Cell(from: places.first, to: places.last, base: base, parts: sorted))
    }
    self.init(
      key: key, customers: Set(items.map(\.customer)).sorted(), consignments: items.count,
      units: items.reduce(0) { $0 + $1.units },
      today: items.reduce(0) { $0 + Int128($1.total.minorUnits) }, floorPercent: floorPercent,
      floor: floor, cells: cells)
  }

  /// The least a unit pays, as the pricing table rounds it.
  private static func floor(
    _ item: StudiedConsignment, _ percent: Exact?, _ amount: Exact?
  ) throws(BeyondLimits) -> Int64 {
    let currency = item.charges.currency
    var least = Exact.zero
    if let percent { least = try item.charges.exact.times(percent).divided(by: Exact(100)) }
    if let amount { least = max(least, amount) }
    return try Money(nearest: least, currency).minorUnits
  }
}
