import ExactMoney
import TariffRules

/// Prices one carrier's part of a route: the steps of one leg's charge, in their order.
struct LegCalculator {
  let tables: TablesInForce
  /// The currency of the through-rate.
  let target: Currency
  let count: Int
  /// Files whose next edition ends the quote.
  private(set) var consulted: Set<Int32> = []
  /// Doubts worth telling, such as a commodity code given short.
  private(set) var findings: [Finding] = []

  private var words: FactWords { FactWords(tables: tables.tables) }

  init(_ tables: TablesInForce, target: Currency, count: Int) {
    self.tables = tables
    self.target = target
    self.count = count
  }

  /// What is known of a leg before any charge: its carrier, ends, traffic, distance and weight.
  struct Setting {
    let carrier: TablesInForce.Carrier
    let leg: LaneLeg
    let traffic: String
    var facts: Facts
    var distance: Int?
    var distanceMark: Mark?
    var weightMark: Mark?
  }

  /// Prices a leg; the facts are those of the consignment on its route.
  mutating func price(_ leg: LaneLeg, _ consignment: Facts) throws(Refusal) -> Leg {
    let setting = try setting(leg, consignment)
    let carrier = setting.carrier
    guard let rules = carrier.charges else {
      throw noEdition(
        carrier.tariff.codeText, "charges",
        .edition(of: tables.chargesBesides(carrier.tariff), tables))
    }
    var charges: [Charge] = []
    var seen: Set<Int64> = []
    var usesWeight = false
    if carrier.rates.isEmpty {
      throw noEdition(
        carrier.tariff.codeText, "rates",
        .edition(of: tables.ratesBesides(carrier.tariff), tables))
    }
    for rule in rules.content {
      note(rule.conditions, rule.mark, setting.facts)
      consult(rule.conditions)
      switch rule.conditions.match(setting.facts, tables.groupings) {
      case .no: continue
      case .needs(let field):
        throw needs(field, "charge '\(rule.name)'", rule.mark, setting.facts)
      case .yes: break
      }
      guard seen.insert(rule.charge).inserted else {
        throw Refusal(
          .conflict, "two-charges",
          "\(carrier.tariff.codeText): two rows of the charges table fit '\(rule.name)'",
          remedy: "narrow their conditions so that one of them fits",
          candidates: rules.content.filter { $0.charge == rule.charge }.map(\.mark))
      }
      var calculation = ChargeCalculation(setting, rule, self)
      charges.append(try calculation.run())
      usesWeight = usesWeight || calculation.usesWeight
      self = calculation.calculator
    }
    guard !charges.isEmpty else { throw nothingDue(setting, rules) }
    let weight = setting.facts[.chargeable]
    return Leg(
      carrier: carrier.tariff.code, carrierCode: carrier.tariff.codeText,
      country: carrier.tariff.country, from: leg.from, to: leg.to, traffic: setting.traffic,
      distanceKilometres: setting.distance,
      chargeableWeight: usesWeight && weight != Facts.absent ? weight : nil, charges: charges,
      amount: try total(charges))
  }

  private func total(_ charges: [Charge]) throws(Refusal) -> Money {
    do {
      var sum = Money.zero(target)
      for charge in charges { sum = try sum.plus(charge.amount) }
      return sum
    } catch { throw .beyondLimits(error.what) }
  }

  // MARK: - Traffic, distance and weight

  private mutating func setting(
    _ leg: LaneLeg, _ consignment: Facts
  ) throws(Refusal) -> Setting {
    guard let carrier = tables.carriers[leg.carrier] else {
      throw noEdition(tables.tables.symbols.name(of: leg.carrier), "tariff")
    }
    guard let from = tables.places[leg.from], let to = tables.places[leg.to] else {
      let missing = tables.places[leg.from] == nil ? leg.from : leg.to
      throw Refusal(
        .noRate, "no-edition",
        "the place \(tables.tables.directory.label(missing)) is in no edition in force on "
          + dayText, remedy: "check the date, or add the edition of its places table",
        nearest: .edition(of: tables.placesBesides(missing), tables))
    }
    let traffic = Self.traffic(from: from.isBorder, to: to.isBorder)
    var facts = consignment
    facts[.from] = leg.from
    facts[.to] = leg.to
    facts[.traffic] = tables.tables.symbols.number(of: traffic) ?? Facts.absent
    var setting = Setting(carrier: carrier, leg: leg, traffic: traffic, facts: facts)
    try setDistance(&setting)
    try setWeight(&setting)
    return setting
  }

  /// The traffic of a leg, from whether its ends are borders.
  static func traffic(from isFirstBorder: Bool, to isLastBorder: Bool) -> String {
    switch (isFirstBorder, isLastBorder) {
    case (true, true): "transit"
    case (true, false): "import"
    case (false, true): "export"
    case (false, false): "domestic"
    }
  }

  private mutating func setDistance(_ setting: inout Setting) throws(Refusal) {
    // Handling at one place has no distance.
    guard setting.leg.from != setting.leg.to else { return }
    for edition in setting.carrier.distances {
      if let found = edition.content.distance(setting.leg.from, setting.leg.to) {
        setting.distance = found.kilometres
        setting.distanceMark = found.mark
        break
      }
    }
    guard setting.distance != nil else { return }
    for edition in setting.carrier.minimumDistances {
      for row in edition.content {
        note(row.conditions, row.mark, setting.facts)
        consult(row.conditions)
        switch row.conditions.match(setting.facts, tables.groupings) {
        case .no: continue
        case .needs(let field):
          throw needs(field, "minimum distance '\(row.name)'", row.mark, setting.facts)
        case .yes: break
        }
        if row.least > Int64(setting.distance ?? 0) {
          setting.distance = Int(row.least)
          setting.distanceMark = row.mark
        }
      }
    }
    setting.facts[.distance] = Int64(setting.distance ?? 0) * 1000
  }

  private mutating func setWeight(_ setting: inout Setting) throws(Refusal) {
    let actual = setting.facts[.weight]
    guard actual != Facts.absent else { return }
    var greatest = actual
    for edition in setting.carrier.minimumWeights {
      for row in edition.content {
        note(row.conditions, row.mark, setting.facts)
        consult(row.conditions)
        switch row.conditions.match(setting.facts, tables.groupings) {
        case .no: continue
        case .needs(let field):
          throw needs(field, "minimum weight '\(row.name)'", row.mark, setting.facts)
        case .yes: break
        }
        let rounded = (actual + row.roundUp - 1) / row.roundUp * row.roundUp
        let weight = max(rounded, row.least)
        if weight > greatest || setting.weightMark == nil {
          greatest = max(weight, greatest)
          setting.weightMark = row.mark
        }
      }
    }
    setting.facts[.chargeable] = greatest
  }

  // MARK: - What was looked at, and refusals

  mutating func consult(_ file: Int32) { consulted.insert(file) }

  mutating func consult(_ conditions: Conditions) {
    for number in conditions.groupings {
      if let edition = tables.groupings.edition(number) { consult(edition.file) }
    }
  }

  /// Notes that a commodity code was given short where a longer listed prefix could change the
  /// price.
  mutating func note(_ conditions: Conditions, _ mark: Mark, _ facts: Facts) {
    guard facts.commodityDigits < 8 else { return }
    note(conditions.longerPrefixes(facts, tables.groupings), mark, facts)
  }

  mutating func note(_ longer: [CommodityCode], _ mark: Mark, _ facts: Facts) {
    guard let first = longer.first else { return }
    let listed = String(String(100_000_000 + first.padded).dropFirst().prefix(first.digits))
    let finding = Finding(
      .warning, file: tables.tables.path(mark), line: Int(mark.line),
      "the commodity \(words.text(.commodity, facts)) is given short; "
        + "the listed \(listed)* could decide otherwise",
      remedy: "give all eight digits of the code")
    if !findings.contains(finding) { findings.append(finding) }
  }

  func needs(_ field: Field, _ what: String, _ mark: Mark, _ facts: Facts) -> Refusal {
    .needs(field, what, mark, facts, tables)
  }

  /// The day, and as known on which one.
  private var dayText: String { "\(tables.day)" + (tables.asOf.map { " as known on \($0)" } ?? "") }

  private func noEdition(
    _ carrier: String, _ kind: String, _ nearest: Refusal.Nearest? = nil
  ) -> Refusal {
    Refusal(
      .noRate, "no-edition", "\(carrier): no edition of its \(kind) is in force on \(dayText)",
      remedy: "check the date, or add the edition under TariffTables", nearest: nearest)
  }

  private func nothingDue(_ setting: Setting, _ rules: Edition<[ChargeRule]>) -> Refusal {
    Refusal(
      .noRate, "nothing-due",
      "\(setting.carrier.tariff.codeText) lists no charge for this consignment",
      remedy: "see the closest row of its charges table",
      nearest: NearestMiss.charge(setting.carrier, setting.facts, tables))
  }
}
