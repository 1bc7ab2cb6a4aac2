import ExactMoney
import TariffRules

/// What the rules of a way tell apart for one equipment and load: owners, commodities, weights.
struct CoverageClasses {
  let owners: [String]
  let commodities: CommodityClasses
  let weights: WeightClasses
  private let way: CoverageWay
  private let facts: Facts
  /// Without what makes the chargeable weight: commodities of one coarse class differ in it alone.
  private let coarse: CommodityClasses

  init(_ way: CoverageWay, _ item: Equipment, _ load: String, _ days: [TablesInForce]) {
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
    let groupings = days.map(\.groupings)
    let columnList = columns.sorted()
    let asksWeight =
      deciding.contains { $0.ask(about: .chargeable) }
      || columnList.contains { column in
        groupings.contains { $0.edition(column)?.content.field == .chargeable }
      }
    let asksOwner = (deciding + (asksWeight ? minima.map(\.conditions) : [])).contains {
      $0.ask(about: .owner) || $0.ask(about: .wagonOwner)
    }
    owners = asksOwner ? Field.owner.words : [Field.owner.words[0]]
    coarse = CommodityClasses(deciding, columns: columnList, on: groupings)
    commodities =
      asksWeight
      ? CommodityClasses(
        deciding + minima.map(\.conditions), columns: columnList, on: groupings) : coarse
    weights = WeightClasses(
      deciding + (asksWeight ? minima.map(\.conditions) : []), columns: columnList, minima: minima,
      tare: Int64(OrdinaryFields.tareKilograms) * 1000, on: groupings)
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

  /// The commodities by their coarse class, in each first the one with the least minimum weights.
  func groups(on now: TablesInForce) -> [[Int]] {
    let members = Dictionary(grouping: commodities.classes.indices) { index in
      coarse.index(of: commodities.classes[index].representative) ?? -1
    }
    return members.keys.sorted().map { key in
      let indices = members[key] ?? []
      if indices.count == 1 { return indices }
      let weights = Dictionary(uniqueKeysWithValues: indices.map { ($0, least($0, now)) })
      return indices.sorted { one, other in
        (weights[one] ?? 0, one) < (weights[other] ?? 0, other)
      }
    }
  }

  private func least(_ commodity: Int, _ now: TablesInForce) -> Int64 {
    var facts = facts
    let code = commodities.classes[commodity].representative
    facts.setCommodity(code.padded, digits: code.digits)
    var sum: Int64 = 0
    for leg in way.legs(now) {
      let here = Self.facts(facts, leg, now)
      let rows = (now.carriers[leg.carrier]?.minimumWeights ?? []).flatMap(\.content)
      sum +=
        rows.filter { $0.conditions.match(here, now.groupings) == .yes }.map(\.least).max() ?? 0
    }
    return sum
  }

  /// A code as a consignment gives it.
  func text(of code: CommodityCode) -> String {
    String(String(100_000_000 + code.padded).dropFirst())
  }
}
