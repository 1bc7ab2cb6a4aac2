import ExactMoney
import TariffRules

/// The rows that decide whether one leg has a price, or the whole of a way, on any of some days:
/// only those that can fit the equipment and load in question.
struct CoverageRules {
  private(set) var deciding: [Conditions] = []
  private(set) var columns: Set<Int> = []
  private(set) var minima: [Minimum] = []

  /// Adds the rows of a carrier on a day; the facts are those of the leg.
  mutating func add(_ carrier: TablesInForce.Carrier, _ facts: Facts, _ now: TablesInForce) {
    for row in carrier.deciding where Self.mayFit(row.conditions, facts, now) {
      deciding.append(row.conditions)
      if let column = row.column { columns.insert(column) }
    }
    deciding += carrier.minimumDistances.flatMap(\.content).map(\.conditions)
      .filter { Self.mayFit($0, facts, now) }
    minima += carrier.minimumWeights.flatMap(\.content)
      .filter { Self.mayFit($0.conditions, facts, now) }
  }

  /// Adds the joint venture's rows of a day; the facts are those of the consignment.
  mutating func addJoint(_ facts: Facts, _ now: TablesInForce) {
    deciding += now.decidingForAll.filter { Self.mayFit($0, facts, now) }
  }

  /// Adds the rows of other rules.
  mutating func add(_ other: CoverageRules) {
    deciding += other.deciding
    columns.formUnion(other.columns)
    // What makes the chargeable weight does not count where nothing asks for it.
    if other.hasChargeable { minima += other.minima }
  }

  /// Whether a row can fit a consignment of this way, equipment and load at all.
  private static func mayFit(_ rule: Conditions, _ facts: Facts, _ now: TablesInForce) -> Bool {
    !rule.failures(facts, now.groupings).contains { settledFields.contains($0.field) }
  }

  private static let settledFields: Set<Field> = [
    .equipment, .load, .lane, .route, .count, .from, .to, .traffic, .unNumber, .unClass, .oversize,
    .condition, .sectionWagons, .wagonsInTrain, .width, .storageDays, .customer,
  ]

  // MARK: - What the rows ask

  /// Set once the groupings that pick columns are known.
  private(set) var hasChargeable = false

  /// Settles whether the chargeable weight decides anything.
  mutating func settle(_ groupings: [GroupingsInForce]) {
    hasChargeable =
      asks(.chargeable)
      || columns.contains { column in
        groupings.contains { $0.edition(column)?.content.field == .chargeable }
      }
  }

  private var making: [Conditions] {
    hasChargeable ? deciding + minima.map(\.conditions) : deciding
  }

  func asks(_ fields: Field...) -> Bool {
    fields.contains { field in making.contains { $0.ask(about: field) } }
  }

  /// The commodities that are told apart; without the minimum weights, if so asked.
  func commodities(
    withMinima: Bool, _ groupings: [GroupingsInForce], known: inout CoverageClasses.Known
  ) -> CoverageClasses.Commodities {
    let rules = withMinima ? making : deciding
    let list = columns.sorted()
    let key = CommodityKinds.key(rules, columns: list)
    if let made = known.classes[key] { return (key, made) }
    let made = CommodityKinds(rules, columns: list, on: groupings)
    known.classes[key] = made
    return (key, made)
  }

  /// The weights that are told apart.
  func weights(_ groupings: [GroupingsInForce]) -> WeightKinds {
    WeightKinds(
      making, columns: columns.sorted(), minima: minima,
      tare: Int64(OrdinaryFields.tareKilograms) * 1000, on: groupings)
  }
}
