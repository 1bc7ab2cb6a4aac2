import ExactMoney
import TariffRules

/// What the rules of a way tell apart for one equipment and load: owners, commodities, weights; and
/// what of it each leg sees.
struct CoverageClasses {
  let owners: [String]
  let commodities: CommodityKinds
  let weights: WeightKinds
  private let way: CoverageWay
  private let facts: Facts
  private var legs: [Seen] = []
  private let joint: Seen

  /// Classes with what they depend on.
  typealias Commodities = (key: [String], classes: CommodityKinds)

  /// Classes made before, and how they lie in one another.
  struct Known {
    var classes: [[String]: CommodityKinds] = [:]
    fileprivate var positions: [[[String]]: [Int]] = [:]
  }

  /// What one leg, or the joint venture's rules, see of a consignment.
  private struct Seen {
    /// For each commodity of the way the class it is in here.
    let commodities: [Int]
    let weights: WeightKinds
    let asksWeight: Bool
    let asksChargeable: Bool
  }

  init(
    _ way: CoverageWay, _ item: Equipment, _ load: String, _ days: [TablesInForce],
    known: inout Known
  ) {
    self.way = way
    let facts = Self.settled(way, item, load, days[0].tables.symbols)
    self.facts = facts
    let groupings = Self.distinctGroupings(days)
    var own: [CoverageRules] = []
    var jointRules = CoverageRules()
    for now in days {
      for (index, leg) in way.legs(now).enumerated() {
        if index == own.count { own.append(CoverageRules()) }
        guard let carrier = now.carriers[leg.carrier] else { continue }
        own[index].add(carrier, Self.facts(facts, leg, now), now)
      }
      jointRules.addJoint(facts, now)
    }
    jointRules.settle(groupings)
    var all = jointRules
    for index in own.indices {
      own[index].settle(groupings)
      all.add(own[index])
    }
    all.settle(groupings)
    owners = all.asks(.owner, .wagonOwner) ? Field.owner.words : [Field.owner.words[0]]
    let commodities = all.commodities(withMinima: true, groupings, known: &known)
    self.commodities = commodities.classes
    weights = all.weights(groupings)
    func seen(_ rules: CoverageRules) -> Seen {
      let coarse = rules.commodities(withMinima: false, groupings, known: &known)
      return Seen(
        commodities: Self.positions(of: commodities, in: coarse, &known),
        weights: rules.weights(groupings), asksWeight: rules.asks(.weight, .gross),
        asksChargeable: rules.hasChargeable)
    }
    joint = seen(jointRules)
    legs = own.map { seen($0) }
  }

  /// The class of each of the finer classes among the coarser.
  private static func positions(
    of fine: Commodities, in coarse: Commodities, _ known: inout Known
  ) -> [Int] {
    let key = [fine.key, coarse.key]
    if let made = known.positions[key] { return made }
    let made = fine.classes.classes.map { coarse.classes.index(of: $0.representative) ?? -1 }
    known.positions[key] = made
    return made
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

  // MARK: - What has the same answer

  /// All that one leg's answer depends on, of one owner's consignment on one day.
  struct Part: Hashable {
    /// Which leg; -1 for the joint venture's rules.
    let position: Int
    /// The class of the commodity for the joint venture: it may decide the currency.
    let joint: Int
    let commodity: Int
    let weight: Int
    let chargeable: Int
  }

  /// All that a consignment's answer depends on: a part for each leg, and one for the whole.
  struct Key: Hashable {
    let legs: [Part]
    let whole: Part
  }

  /// The commodities that are alike on one day, by position, each group with a key for each weight.
  func groups(owner: String, on now: TablesInForce) -> [(commodities: [Int], keys: [Key])] {
    var facts = facts
    let symbol = now.tables.symbols.number(of: owner) ?? Facts.absent
    facts[.owner] = symbol
    facts[.wagonOwner] = symbol
    let travelled = Array(way.legs(now).prefix(legs.count))
    let places = travelled.map { Self.facts(facts, $0, now) }
    var groups: [[[Int64]]: [Int]] = [:]
    for (index, group) in commodities.classes.enumerated() {
      var signature = [[Int64(joint.commodities[index])]]
      for (position, leg) in travelled.enumerated() {
        let seen = legs[position]
        var own = [Int64(seen.commodities[index])]
        if seen.asksChargeable {
          var here = places[position]
          here.setCommodity(
            group.representative.padded, digits: group.representative.digits)
          for row in (now.carriers[leg.carrier]?.minimumWeights ?? []).flatMap(\.content)
          where row.conditions.match(here, now.groupings) == .yes {
            own += [row.least, row.roundUp]
          }
        }
        signature.append(own)
      }
      groups[signature, default: []].append(index)
    }
    return groups.sorted { $0.value[0] < $1.value[0] }.map { signature, members in
      (members, weights.starts.indices.map { key(signature, weights.representative($0)) })
    }
  }

  private func key(_ signature: [[Int64]], _ weight: Int64) -> Key {
    let whole = Int(signature[0][0])
    func part(_ position: Int, _ seen: Seen, _ own: [Int64]) -> Part {
      let chargeable = seen.asksChargeable ? Self.chargeable(weight, own.dropFirst()) : 0
      return Part(
        position: position, joint: whole, commodity: Int(own[0]),
        weight: seen.asksWeight ? seen.weights.index(of: weight) : -1,
        chargeable: seen.asksChargeable ? seen.weights.index(of: chargeable) : -1)
    }
    return Key(
      legs: signature.dropFirst().enumerated().map { part($0, legs[$0], $1) },
      whole: part(-1, joint, signature[0]))
  }

  /// The greatest of the weights that minima make of an actual one; each is its least weight and
  /// the step it is rounded up to.
  private static func chargeable(_ actual: Int64, _ minima: ArraySlice<Int64>) -> Int64 {
    stride(from: minima.startIndex, to: minima.endIndex, by: 2).reduce(actual) { greatest, index in
      let step = minima[index + 1]
      return max(greatest, minima[index], (actual + step - 1) / step * step)
    }
  }

  /// A code as a consignment gives it.
  func text(of code: CommodityCode) -> String {
    String(String(100_000_000 + code.padded).dropFirst())
  }
}
