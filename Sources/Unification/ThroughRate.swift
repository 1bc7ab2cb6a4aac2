import ExactMoney
import TariffRules

/// One price over one route: the legs' charges, the joint venture's pricing, and the division.
struct ThroughRate {
  private let tables: TablesInForce
  private let consignment: Consignment
  private let route: Route
  private var facts: Facts
  private(set) var findings: [Finding] = []
  private var consulted: Set<Int32> = []

  init(_ tables: TablesInForce, _ consignment: Consignment, _ route: Route) {
    self.tables = tables
    self.consignment = consignment
    self.route = route
    facts = consignment.facts(on: route.code, isThrough: route.lane != nil, tables)
    noteWagonOwner()
  }

  private mutating func noteWagonOwner() {
    guard let equipment = tables.equipment[consignment.equipment], equipment.ridesOnAWagon,
      consignment.facts[.wagonOwner] == Facts.absent, facts[.wagonOwner] != Facts.absent
    else { return }
    findings.append(
      Finding(
        .warning, file: tables.tables.path(equipment.mark), line: Int(equipment.mark.line),
        "wagon_owner is not given: 'owner' stands for the wagon under the \(equipment.name) too",
        remedy: "give 'wagon_owner' if someone else owns the wagon"))
  }

  mutating func result() -> Result<Price, Refusal> {
    do throws(Refusal) { return .success(try price()) } catch { return .failure(error) }
  }

  private mutating func price() throws(Refusal) -> Price {
    guard let equipment = tables.equipment[consignment.equipment] else {
      throw Refusal(
        .noRate, "no-edition", "no edition of the equipment codes is in force on \(tables.day)",
        remedy: "check the date", nearest: .edition(of: tables.equipmentBesides, tables))
    }
    try checkCustomer()
    try checkWagonOwner(equipment)
    let rule = try pricingRule()
    guard let currency = rule?.currency ?? customerCurrency ?? tables.policyCurrency else {
      throw Refusal(
        .noRate, "no-edition", "no policy is in force on \(tables.day): the currency is not known",
        remedy: "check the date, or add an edition of joint-venture/policy")
    }
    let legs = try legs(currency)
    let terms = try terms(legs, rule, currency)
    var division = Division(tables, facts, consignment.count, route, legs, terms.total)
    try division.run()
    return Price(
      lane: route.codeText, laneName: route.name, unit: equipment.unit, unitRate: terms.unitRate,
      count: consignment.count, total: terms.total, adjustmentText: terms.text,
      adjustment: terms.adjustment, pricingMark: rule?.mark, validUntil: validUntil(),
      transitDays: route.lane?.transitDays, guaranteedDays: route.lane?.guaranteedDays,
      lateRebatePerDay: route.lane?.rebatePerDay, legs: legs, shares: division.shares,
      division: division.steps, facts: facts, includes: route.lane?.includes ?? [],
      excludes: route.lane?.excludes ?? [])
  }

  private var customerCurrency: Currency? {
    consignment.customer.flatMap { tables.customers[$0]?.currency }
  }

  private func checkWagonOwner(_ equipment: Equipment) throws(Refusal) {
    let given = consignment.facts[.wagonOwner]
    guard !equipment.ridesOnAWagon, given != Facts.absent, given != facts[.owner] else { return }
    let remedy =
      facts[.owner] == Facts.absent
      ? "give it as 'owner'; 'wagon_owner' is for containers and road vehicles"
      : "leave 'wagon_owner' away: it is for containers and road vehicles"
    throw Refusal(
      .rejected, "two-owners",
      "'wagon_owner' is not 'owner', but the \(equipment.name) is the wagon",
      remedy: remedy, field: "wagon_owner")
  }

  private func checkCustomer() throws(Refusal) {
    guard let customer = consignment.customer, tables.customers[customer] == nil else { return }
    throw Refusal(
      .rejected, "unknown-customer",
      "the customer \(tables.tables.symbols.name(of: customer)) is not in force on \(tables.day)",
      remedy: "check the date, or add the customer to joint-venture/customers", field: "customer")
  }

  private mutating func legs(_ currency: Currency) throws(Refusal) -> [Leg] {
    var calculator = LegCalculator(tables, target: currency, count: consignment.count)
    var legs: [Leg] = []
    for (number, leg) in route.legs.enumerated() {
      do throws(Refusal) { legs.append(try calculator.price(leg, facts)) } catch {
        throw error.on(leg: number)
      }
    }
    consulted.formUnion(calculator.consulted)
    findings += calculator.findings
    return legs
  }

  // MARK: - The one price

  private mutating func pricingRule() throws(Refusal) -> PricingRule? {
    guard let edition = tables.pricing else { return nil }
    for rule in edition.content { consult(rule.conditions) }
    switch Choice(among: edition.content, facts, tables.groupings) {
    case .one(let rule): return rule
    case .none: return nil
    case .several(let rules):
      throw Refusal(
        .conflict, "two-prices",
        "pricing: "
          + rules.map { "'\(tables.tables.symbols.name(of: $0.name))'" }
          .joined(separator: " and ") + " both fit",
        remedy: "narrow their conditions, or give one of them a lower rank",
        candidates: rules.map(\.mark))
    case .needs(let rule, let field):
      throw needs(field, "pricing '\(tables.tables.symbols.name(of: rule.name))'", rule.mark)
    }
  }

  private func needs(_ field: Field, _ what: String, _ mark: Mark) -> Refusal {
    .needs(field, what, mark, facts, tables)
  }

  private struct Terms {
    let unitRate: Money
    let total: Money
    let text: String
    let adjustment: Money
  }

  private mutating func terms(
    _ legs: [Leg], _ rule: PricingRule?, _ currency: Currency
  ) throws(Refusal) -> Terms {
    do {
      var sum = Money.zero(currency)
      for charge in legs.flatMap(\.charges) { sum = try sum.plus(charge.perUnit) }
      var value = sum.exact
      var words: [String] = []
      if let rule { (value, words) = try applied(rule, value) }
      let rounding = rule?.rounding ?? Rounding(to: currency, mode: .halfAway)
      let rounded = try value.rounded(rounding)
      words.append(
        rounding.step == currency.step
          ? "to the minor unit" : "to \(rounding.step) \(currency.code) (\(rounding.mode.rawValue))"
      )
      let unitRate = try Money(exactly: rounded, currency)
      let adjustment = try unitRate.minus(sum).times(consignment.count)
      return Terms(
        unitRate: unitRate, total: try unitRate.times(consignment.count),
        text: words.joined(separator: "; "), adjustment: adjustment)
    } catch let refusal as Refusal {
      throw refusal
    } catch let error as BeyondLimits {
      throw .beyondLimits(error.what)
    } catch { throw .beyondLimits("the through-rate") }
  }

  /// Method, discounts, floor and cap, in this order; and what was done, in words.
  private mutating func applied(
    _ rule: PricingRule, _ sum: Exact
  ) throws -> (value: Exact, words: [String]) {
    let name = tables.tables.symbols.name(of: rule.name)
    var value = sum
    var words: [String] = []
    if rule.method == .fixed, let rate = rule.rate {
      value = rate
      words.append("unified rate '\(name)' \(rate)")
    }
    facts[.pricing] = rule.name
    for link in try discounts() {
      if !link.isIncluded { value = try value.times(link.value) }
      words.append("'\(link.name)' \(link.isIncluded ? "included" : "× \(link.value)")")
    }
    func percent(_ figure: Exact?) throws -> Exact? {
      guard let figure else { return nil }
      return try sum.times(figure).divided(by: Exact(100))
    }
    for floor in [rule.floor, try percent(rule.floorPercent)].compactMap(\.self)
    where value < floor {
      value = floor
      words.append("raised to the floor of '\(name)'")
    }
    for cap in [rule.cap, try percent(rule.capPercent)].compactMap(\.self) where value > cap {
      value = cap
      words.append("lowered to the cap of '\(name)'")
    }
    return (value, words)
  }

  private mutating func discounts() throws(Refusal) -> [Coefficient] {
    guard let edition = tables.discounts else { return [] }
    for link in edition.content { consult(link.conditions) }
    var matches: [Bool] = []
    for link in edition.content {
      switch link.conditions.match(facts, tables.groupings) {
      case .yes: matches.append(true)
      case .no: matches.append(false)
      case .needs(let field): throw needs(field, "discount '\(link.name)'", link.mark)
      }
    }
    return Coefficient.applying(edition.content, matches: matches).map { edition.content[$0] }
  }

  private mutating func consult(_ conditions: Conditions) {
    for number in conditions.groupings {
      if let edition = tables.groupings.edition(number) { consulted.insert(edition.file) }
    }
  }

  /// The earlier of the day before the next known edition of what was used, and the policy's number
  /// of days.
  private func validUntil() -> Day {
    let start = tables.asOf ?? consignment.date
    var last = start.adding(days: tables.quoteDays) ?? start
    let next = tables.nextChange(
      carriers: route.legs.map(\.carrier), throughLane: route.lane != nil)
    if let day = next?.adding(days: -1), day < last { last = day }
    for file in consulted {
      let change = tables.tables.nextChange(of: file, after: consignment.date, asOf: tables.asOf)
      if let day = change?.adding(days: -1), day < last { last = day }
    }
    return last
  }
}
