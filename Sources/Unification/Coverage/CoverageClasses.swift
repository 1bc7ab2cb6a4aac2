import ExactMoney
import TariffRules

/// What the rules of a way tell apart for one equipment and load: owners, commodities, weights.
struct CoverageClasses {
  let owners: [String]
  let commodities: CommodityClasses
  let weights: WeightClasses
  private let way: CoverageWay
  private let facts: Facts
  /// The class of each commodity without what makes the chargeable weight: commodities of one
  /// coarse class differ in it alone.
  private let coarse: [Int]
  private let asksActualWeight: Bool
  private let asksChargeableWeight: Bool

  /// Classes made before, by what they depend on.
  typealias Known = [[String]: CommodityClasses]

  init(
    _ way: CoverageWay, _ item: Equipment, _ load: String, _ days: [TablesInForce],
    known: inout Known
  ) {
    self.way = way
    var deciding: [Conditions] = []
    var columns: Set<Int> = []
    var minima: [Minimum] = []
    let facts = Self.settled(way, item, load, days[0].tables.symbols)
    self.facts = facts
    for now in days {
      for leg in way.legs(now) {
        let here = Self.facts(facts, leg, now)
        guard let carrier = now.carriers[leg.carrier] else { continue }
        for row in carrier.deciding where Self.mayFit(row.conditions, here, now) {
          deciding.append(row.conditions)
          if let column = row.column { columns.insert(column) }
        }
        deciding += carrier.minimumDistances.flatMap(\.content).map(\.conditions)
          .filter { Self.mayFit($0, here, now) }
        minima += carrier.minimumWeights.flatMap(\.content)
          .filter { Self.mayFit($0.conditions, here, now) }
      }
      deciding += now.decidingForAll.filter { Self.mayFit($0, facts, now) }
    }
    let groupings = CoverageClasses.distinctGroupings(days)
    let columnList = columns.sorted()
    asksChargeableWeight =
      deciding.contains { $0.ask(about: .chargeable) }
      || columnList.contains { column in
        groupings.contains { $0.edition(column)?.content.field == .chargeable }
      }
    let making = asksChargeableWeight ? deciding + minima.map(\.conditions) : deciding
    asksActualWeight = making.contains { $0.ask(about: .weight) || $0.ask(about: .gross) }
    let asksOwner = making.contains { $0.ask(about: .owner) || $0.ask(about: .wagonOwner) }
    owners = asksOwner ? Field.owner.words : [Field.owner.words[0]]
    func classes(_ rules: [Conditions]) -> CommodityClasses {
      let key = CommodityClasses.key(rules, columns: columnList)
      if let made = known[key] { return made }
      let made = CommodityClasses(rules, columns: columnList, on: groupings)
      known[key] = made
      return made
    }
    let coarse = classes(deciding)
    let commodities = asksChargeableWeight ? classes(making) : coarse
    self.coarse = commodities.classes.map { coarse.index(of: $0.representative) ?? -1 }
    self.commodities = commodities
    weights = WeightClasses(
      making, columns: columnList, minima: minima,
      tare: Int64(OrdinaryFields.tareKilograms) * 1000, on: groupings)
  }

  private static func distinctGroupings(_ days: [TablesInForce]) -> [GroupingsInForce] {
    var seen: Set<[Int32?]> = []
    return days.filter { seen.insert($0.tables.groupings(on: $0.day, asOf: $0.asOf)).inserted }
      .map(\.groupings)
  }

  /// What is known of every consignment that is tried.
  private static func settled(
    _ way: CoverageWay, _ item: Equipment, _ load: String, _ symbols: Symbols
  ) -> Facts {
    var facts = Facts()
    facts[.equipment] = item.code
    facts[.load] = symbols.number(of: load) ?? Facts.absent
    facts[.lane] = way.symbol
    facts[.route] = symbols.number(of: way.isThrough ? "through" : "local") ?? Facts.absent
    facts[.count] = 1000
    facts[.from] = way.from
    facts[.to] = way.to
    return facts
  }

  private static func facts(_ facts: Facts, _ leg: LaneLeg, _ now: TablesInForce) -> Facts {
    var facts = facts
    facts[.from] = leg.from
    facts[.to] = leg.to
    if let from = now.places[leg.from], let to = now.places[leg.to] {
      facts[.traffic] =
        now.tables.symbols.number(of: LegCalculator.traffic(from, to)) ?? Facts.absent
    }
    return facts
  }

  /// Whether a row can fit a consignment of this way, equipment and load at all.
  private static func mayFit(_ rule: Conditions, _ facts: Facts, _ now: TablesInForce) -> Bool {
    !rule.failures(facts, now.groupings).contains { settledFields.contains($0.field) }
  }

  private static let settledFields: Set<Field> = [
    .equipment, .load, .lane, .route, .count, .from, .to, .traffic, .unNumber, .unClass, .oversize,
    .condition, .sectionWagons, .wagonsInTrain, .width, .storageDays, .customer,
  ]

  // MARK: - What has the same answer

  /// What decides the answer of an owner's consignment on one day.
  struct Key: Hashable {
    let coarse: Int
    /// The class of the actual weight, where a rule asks for it.
    let weight: Int
    /// The class of the chargeable weight on each leg, where a rule asks for it.
    let chargeable: [Int]
  }

  /// The commodities that are alike on one day, by position, each group with a key for each weight.
  func groups(
    owner: String, _ item: Equipment, on now: TablesInForce
  ) -> [(commodities: [Int], keys: [Key])] {
    var facts = facts
    let symbol = now.tables.symbols.number(of: owner) ?? Facts.absent
    facts[.owner] = symbol
    facts[.wagonOwner] = symbol
    let legs = asksChargeableWeight ? way.legs(now) : []
    var groups: [[[Int64]]: [Int]] = [:]
    for (index, group) in commodities.classes.enumerated() {
      let code = group.representative
      facts.setCommodity(code.padded, digits: code.digits)
      let minima = legs.map { leg in
        let here = Self.facts(facts, leg, now)
        return (now.carriers[leg.carrier]?.minimumWeights ?? []).flatMap(\.content)
          .filter { $0.conditions.match(here, now.groupings) == .yes }
          .flatMap { [$0.least, $0.roundUp] }
      }
      groups[[[Int64(coarse[index])]] + minima, default: []].append(index)
    }
    return groups.sorted { $0.value[0] < $1.value[0] }.map { signature, members in
      let keys = weights.starts.indices.map { weight in
        Key(
          coarse: Int(signature[0][0]), weight: asksActualWeight ? weight : -1,
          chargeable: signature.dropFirst().map { minima in
            weights.index(of: Self.chargeable(weights.representative(weight), minima))
          })
      }
      return (members, keys)
    }
  }

  /// The greatest of the weights that minima make of an actual one; each is its least weight and
  /// the step it is rounded up to.
  private static func chargeable(_ actual: Int64, _ minima: [Int64]) -> Int64 {
    stride(from: 0, to: minima.count, by: 2).reduce(actual) { greatest, index in
      let step = minima[index + 1]
      return max(greatest, minima[index], (actual + step - 1) / step * step)
    }
  }

  /// A code as a consignment gives it.
  func text(of code: CommodityCode) -> String {
    String(String(100_000_000 + code.padded).dropFirst())
  }
}
