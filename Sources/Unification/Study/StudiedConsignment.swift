import ExactMoney
import TariffRules

/// A consignment of a study, with what a rate for it depends on.
struct StudiedConsignment {
  let fields: [String: String]
  let customer: String
  let lane: String
  /// The lane and the others that are priced for it: it may be sent by any of them.
  let lanes: [String]
  let equipment: String
  let load: String
  let from: String, to: String
  let units: Int
  let total: Money
  /// The lane it takes at the proposed rates: known after the first rating with them.
  var taken: String?
  /// The tariff kilometres of all legs.
  let kilometres: Int
  /// The sum of the charges for one unit.
  var charges: Money
  /// What the pricing row that gave the price says of a floor.
  let floorPercent: Exact?, floor: Exact?

  /// Nil for a price within one carrier's own tariff, which is no through-rate.
  init?(_ row: ConsignmentFile.Row, _ quote: Quote, _ now: TablesInForce) {
    guard let price = quote.price, let consignment = quote.consignment else { return nil }
    let symbols = now.tables.symbols
    guard now.lanes.contains(where: { $0.codeText == price.lane }) else { return nil }
    fields = row.fields
    customer = row.fields["customer"] ?? ""
    lane = price.lane
    lanes = [price.lane] + quote.alternatives.filter { $0.status == .priced }.map(\.lane)
    equipment = symbols.name(of: consignment.equipment)
    load = symbols.name(of: price.facts[.load])
    from = symbols.name(of: consignment.from)
    to = symbols.name(of: consignment.to)
    units = price.count
    total = price.total
    kilometres = price.legs.reduce(0) { $0 + ($1.distanceKilometres ?? 0) }
    guard let charges = price.chargesPerUnit else { return nil }
    self.charges = charges
    let rule = now.pricing?.content.first { $0.mark == price.pricingMark }
    floorPercent = rule?.floorPercent
    floor = rule?.floor
  }
}

extension StudiedConsignment {
  /// The lane it may be expected to take at one rate for several: the first if it has the choice.
  func laneAtFirst(_ lanes: [String]) -> String {
    guard let first = lanes.first, self.lanes.contains(first) else { return lane }
    return first
  }
}

extension Price {
  /// The sum of the charges for one unit.
  var chargesPerUnit: Money? {
    var sum = Money.zero(total.currency)
    for charge in legs.flatMap(\.charges) {
      guard let more = try? sum.plus(charge.perUnit) else { return nil }
      sum = more
    }
    return sum
  }
}
