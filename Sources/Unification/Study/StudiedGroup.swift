import ExactMoney
import TariffRules

/// The consignments that one proposed rate is for: one or more lanes that a shipper may choose
/// between, one kind of equipment, loaded or empty, one currency.
public struct StudiedGroup: Sendable {
  /// What tells a group from another.
  public struct Key: Hashable, Sendable {
    /// The lanes. Those between which a consignment of the file may choose have one rate together:
    /// with two rates the cheaper one would take all, and the revenue would not be kept.
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
    /// Units that one minor unit more would be paid for, and the least they pay.
    let units: [(units: Int, floor: Int64)]
    /// The rate per unit, in minor units.
    public internal(set) var rate: Int64 = 0
    /// The rate before it was rounded.
    public internal(set) var exact = Exact.zero

    init(from: String?, to: String?, base: Exact, units: [(units: Int, floor: Int64)]) {
      self.from = from
      self.to = to
      self.base = base
      self.units = units
    }

    /// What the rate would bring: a unit pays the rate or its floor, whichever is more.
    func revenue(at rate: Int64) -> Int128 {
      units.reduce(0) { $0 + Int128($1.units) * Int128(max(rate, $1.floor)) }
    }

    /// The lowest floor: a rate below it says the same.
    var lowestFloor: Int64 { units.map(\.floor).min() ?? 0 }
  }

  /// What tells it from the others.
  public let key: Key
  /// What one unit is.
  public let unit: Equipment.UnitKind
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

  /// The lowest and the highest rate.
  public var rates: (lowest: Int64, highest: Int64) {
    (cells.map(\.rate).min() ?? 0, cells.map(\.rate).max() ?? 0)
  }

  /// By the kilometre a place pair has a rate of its own, the exact rate times the kilometres.
  init(
    _ key: Key, _ items: [StudiedConsignment], perKilometre: Bool, floorPercent given: Exact?
  ) throws(BeyondLimits) {
    self.key = key
    unit = items[0].unit
    customers = Set(items.map(\.customer)).sorted()
    consignments = items.count
    units = items.reduce(0) { $0 + $1.units }
    today = items.reduce(0) { $0 + Int128($1.total.minorUnits) }
    floorPercent = given ?? items.compactMap(\.floorPercent).max()
    floor = given == nil ? items.compactMap(\.floor).max() : nil
    var cells: [Cell] = []
    let byPlaces =
      perKilometre ? Dictionary(grouping: items) { [$0.from, $0.to] } : [[]: items]
    for (places, items) in byPlaces.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      var byFloor: [Int64: Int] = [:]
      for item in items {
        byFloor[try Self.floor(item, floorPercent, floor), default: 0] += item.units
      }
      let units = byFloor.sorted { $0.key < $1.key }.map { (units: $0.value, floor: $0.key) }
      var base = Exact.one
      if perKilometre {
        // Of one pair of places the distance may differ with the goods and the day.
        let whole = items.reduce(0) { $0 + $1.units }
        let kilometres = items.reduce(0) { $0 + $1.units * $1.kilometres }
        base = try Exact(kilometres).divided(by: Exact(whole))
      }
      cells.append(Cell(from: places.first, to: places.last, base: base, units: units))
    }
    self.cells = cells
  }

  /// The least a unit pays, as the pricing table rounds it.
  private static func floor(
    _ item: StudiedConsignment, _ percent: Exact?, _ amount: Exact?
  ) throws(BeyondLimits) -> Int64 {
    let currency = item.charges.currency
    var least = Exact.zero
    if let percent { least = try item.charges.exact.times(percent).divided(by: Exact(100)) }
    if let amount { least = max(least, amount) }
    let rounded = try least.rounded(Rounding(to: currency, mode: .halfAway))
    return try Money(exactly: rounded, currency).minorUnits
  }
}
