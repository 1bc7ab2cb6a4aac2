import ExactMoney
import TariffRules

/// One charge of one leg for one unit: rate, quantities, coefficients, conversion, mark-ups,
/// rounding.
struct ChargeCalculation {
  private(set) var calculator: LegCalculator
  private let setting: LegCalculator.Setting
  private let rule: ChargeRule
  private var facts: Facts
  private var value = Exact.zero
  private var currency: Currency
  private var steps: [Step] = []
  /// Whether the chargeable weight decided or multiplied anything.
  private(set) var usesWeight = false

  private var tables: TablesInForce { calculator.tables }
  private var carrierCode: String { setting.carrier.tariff.codeText }

  init(_ setting: LegCalculator.Setting, _ rule: ChargeRule, _ calculator: LegCalculator) {
    self.calculator = calculator
    self.setting = setting
    self.rule = rule
    facts = setting.facts
    facts[.charge] = rule.charge
    currency = calculator.target
  }

  mutating func run() throws(Refusal) -> Charge {
    let rate = try chooseRate()
    do {
      try takeRate(rate)
      try multiply(rate, before: true)
      let chain = try chain(rate)
      try apply(chain.filter { $0.step != .markUp })
      try convert()
      try apply(chain.filter { $0.step == .markUp })
      let unitRate = try round(rule.unitRateStep, as: .unitRate)
      value = unitRate
      let quantity = try multiply(rate, before: false)
      let amount = try round(rule.chargeStep, as: .charge)
      let perUnit = try Money(exactly: amount, calculator.target)
      return Charge(
        code: tables.tables.symbols.name(of: rule.charge), name: rule.name, unit: rate.ratedPer,
        unitRate: unitRate, quantity: quantity, perUnit: perUnit,
        amount: try perUnit.times(calculator.count), steps: steps)
    } catch let error as BeyondLimits {
      throw Refusal.beyondLimits("\(carrierCode), \(rule.name): \(error.what)")
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal.beyondLimits("\(carrierCode), \(rule.name)")
    }
  }

  private mutating func step(
    _ what: Step.What, _ name: String? = nil, _ figure: Exact? = nil, currency: Currency? = nil,
    _ mark: Mark? = nil
  ) {
    steps.append(
      Step(
        what: what, name: name, value: figure, currency: currency?.code, after: value, mark: mark))
  }

  // MARK: - The one rate row

  private mutating func chooseRate() throws(Refusal) -> Rate {
    let rows = setting.carrier.rates.lazy.flatMap(\.content).filter { [rule] in
      $0.charge == rule.charge
    }
    switch Choice(among: rows, facts, tables.groupings) {
    case .one(let rate):
      for row in rows where row.rank <= rate.rank {
        calculator.consult(row.conditions)
        calculator.note(row.conditions, row.mark, facts)
      }
      usesWeight = rate.conditions.ask(about: .chargeable)
      return rate
    case .needs(let rate, let field):
      let name = tables.tables.symbols.name(of: rate.name)
      throw calculator.needs(field, "\(carrierCode) rate '\(name)'", rate.mark, facts)
    case .several(let rates):
      let names = rates.map { "'\(tables.tables.symbols.name(of: $0.name))'" }
      throw Refusal(
        .conflict, "two-rates",
        "\(carrierCode), \(rule.name): \(names.joined(separator: " and ")) both fit",
        remedy: "narrow their conditions, or give one of them a lower rank",
        candidates: rates.map(\.mark))
    case .none:
      throw Refusal(
        .noRate, "no-rate", "\(carrierCode) has no rate for \(rule.name) of this consignment",
        remedy: "the closest row is named; change the consignment or ask the carrier",
        nearest: NearestMiss.rate(of: rule.charge, setting.carrier, facts, tables))
    }
  }

  private mutating func takeRate(_ rate: Rate) throws {
    let name = tables.tables.symbols.name(of: rate.name)
    switch rate.figure {
    case .onRequest:
      throw Refusal(
        .onRequest, "on-request",
        "\(carrierCode), \(rule.name): the price of '\(name)' is on request",
        remedy: "ask \(carrierCode) for a price", candidates: [rate.mark])
    case .amount(let amount, let own):
      value = amount
      currency = own
      step(.rate, name, amount, currency: own, rate.mark)
    case .grid(let number, let column):
      try takeCell(rate, name, number, column)
      facts[.grid] = setting.carrier.tariff.gridNames[number]
    }
    facts[.rate] = rate.name
    facts[.unit] = tables.tables.symbols.number(of: rate.unit.rawValue) ?? Facts.absent
  }

  private mutating func takeCell(
    _ rate: Rate, _ name: String, _ number: Int, _ column: Rate.Column
  ) throws {
    let schedule = setting.carrier.tariff.grids[number].name
    guard let edition = setting.carrier.grids[number] else {
      throw Refusal(
        .noRate, "no-edition", "\(carrierCode): no edition of '\(schedule)' is in force",
        remedy: "check the date, or add the edition",
        nearest: .edition(of: tables.gridsBesides(setting.carrier.tariff, grid: number), tables),
        candidates: [rate.mark])
    }
    calculator.consult(edition.file)
    let (symbol, columnMark) = try pickColumn(rate, column)
    let columnName = tables.tables.symbols.name(of: symbol)
    guard let position = edition.content.columns.firstIndex(of: symbol) else {
      throw Refusal(
        .noRate, "no-column", "\(carrierCode): '\(schedule)' has no column '\(columnName)'",
        remedy: "check the rates row", candidates: [rate.mark])
    }
    let cell: Grid.Cell
    let has: Int
    let isSteps = edition.content.isSteps
    if isSteps {
      let days = facts[.storageDays]
      guard days != Facts.absent else {
        throw calculator.needs(.storageDays, "\(carrierCode) rate '\(name)'", rate.mark, facts)
      }
      has = Int(days / 1000)
      cell = try edition.content.sum(days: has, column: position)
    } else {
      guard let distance = setting.distance else { throw noDistance(rate) }
      has = distance
      cell = edition.content.rate(at: distance, column: position)
    }
    switch cell {
    case .rate(let amount, let mark):
      value = amount
      currency = edition.content.currency
      step(.rate, "\(name): \(schedule), \(columnName)", amount, currency: currency, mark)
      if let columnMark { step(.column, columnName, nil, columnMark) }
      if !isSteps, let distance = setting.distance {
        step(.distance, "tariff distance", Exact(distance), setting.distanceMark)
      }
    case .empty(let belt):
      throw Refusal(
        .noRate, "empty-cell",
        "\(carrierCode): '\(schedule)' has no rate in column '\(columnName)' for \(has)",
        remedy: "the cell is empty in the table (\(tables.tables.path(belt.mark)):"
          + "\(belt.mark.line))",
        nearest: NearestMiss.cell(edition.content, column: position, at: has, tables)
          ?? .init(mark: belt.mark, field: columnName, wanted: "a rate", has: "empty"))
    case .noBelt:
      throw Refusal(
        .noRate, "no-belt",
        "\(carrierCode): '\(schedule)' has no row for \(has)" + (isSteps ? " days" : " km"),
        remedy: "the table does not reach there or has a gap",
        nearest: NearestMiss.cell(edition.content, column: position, at: has, tables))
    }
  }

  private mutating func pickColumn(
    _ rate: Rate, _ column: Rate.Column
  ) throws(Refusal) -> (Int64, Mark?) {
    switch column {
    case .named(let symbol): return (symbol, nil)
    case .grouping(let number):
      guard let edition = tables.groupings.edition(number) else {
        throw Refusal(
          .noRate, "no-edition",
          "\(carrierCode): the grouping that picks the column of rate "
            + "'\(tables.tables.symbols.name(of: rate.name))' is not in force",
          remedy: "check the date, or add an edition of the grouping",
          nearest: .edition(of: tables.groupingsBesides(number), tables), candidates: [rate.mark])
      }
      calculator.consult(edition.file)
      let field = edition.content.field
      guard facts[field] != Facts.absent else {
        let name = tables.tables.symbols.name(of: rate.name)
        throw calculator.needs(field, "\(carrierCode) rate '\(name)'", rate.mark, facts)
      }
      if field == .chargeable { usesWeight = true }
      calculator.note(edition.content.longerPrefixes(facts), rate.mark, facts)
      let found = tables.groupings.memberships(of: facts, value: facts[field], in: number)
      if let first = found.first { return (first.group, first.mark) }
      throw Refusal(
        .noRate, "no-column",
        "\(carrierCode): no column for \(field.column) "
          + FactWords(tables: tables.tables).text(field, facts),
        remedy: "the carrier's list of columns has no row for it: look for a slip, or ask the "
          + "carrier",
        nearest: NearestMiss.member(of: edition.content, facts[field], facts, tables.tables))
    }
  }

  private func noDistance(_ rate: Rate) -> Refusal {
    let directory = tables.tables.directory
    return Refusal(
      .noRate, "no-distance",
      "\(carrierCode) has no distance from \(directory.label(setting.leg.from)) to "
        + directory.label(setting.leg.to),
      remedy: "choose places of its distance table, or add the distance", candidates: [rate.mark])
  }

  // MARK: - Quantities

  /// Multiplies by the quantities that enter before rounding, or by those that enter after it.
  @discardableResult
  private mutating func multiply(_ rate: Rate, before: Bool) throws -> Exact {
    let after = rate.ratedPer.quantities
    let quantities =
      before ? rate.unit.quantities.filter { !after.contains($0) } : after
    var product = Exact.one
    if before, let started = rate.perStartedKilometres {
      guard let distance = setting.distance else { throw noDistance(rate) }
      let number = Exact((distance + started - 1) / started)
      product = try multiply(number, "started \(started) km", setting.distanceMark)
    }
    for quantity in quantities {
      let (number, mark) = try measure(quantity, rate)
      product = try product.times(multiply(number, quantity.rawValue, mark))
    }
    return product
  }

  private mutating func multiply(_ number: Exact, _ name: String, _ mark: Mark?) throws -> Exact {
    value = try value.times(number)
    step(.quantity, name, number, mark)
    return number
  }

  private mutating func measure(
    _ quantity: Unit.Quantity, _ rate: Rate
  ) throws -> (Exact, Mark?) {
    func given(_ field: Field) throws(Refusal) -> Exact {
      let name = tables.tables.symbols.name(of: rate.name)
      guard facts[field] != Facts.absent, let value = Exact(Int128(facts[field]), over: 1000) else {
        throw calculator.needs(field, "\(carrierCode) rate '\(name)'", rate.mark, facts)
      }
      return value
    }
    switch quantity {
    case .tonnes:
      usesWeight = true
      return (try given(.chargeable).divided(by: Exact(1000)), setting.weightMark)
    case .kilometres:
      guard let distance = setting.distance else { throw noDistance(rate) }
      return (Exact(distance), setting.distanceMark)
    case .metres:
      if let deemed = rate.deemed { return (deemed, rate.mark) }
      return (try given(.length), nil)
    case .grt: return (rate.deemed ?? .zero, rate.mark)
    case .axles: return (try given(.axles), nil)
    case .persons: return (try given(.persons), nil)
    case .teu, .feu:
      guard let equipment = tables.equipment[facts[.equipment]], let teu = equipment.teu else {
        throw Refusal(
          .rejected, "no-teu", "\(carrierCode): a rate per TEU for equipment that has none",
          remedy: "fill in 'teu' in codes/equipment, or narrow the rate", candidates: [rate.mark])
      }
      return (quantity == .teu ? teu : try teu.divided(by: Exact(2)), equipment.mark)
    }
  }

  // MARK: - Coefficients, conversion, rounding

  private mutating func chain(_ rate: Rate) throws(Refusal) -> [Coefficient] {
    guard let edition = setting.carrier.coefficients else { return [] }
    var matches: [Bool] = []
    for link in edition.content {
      switch link.conditions.match(facts, tables.groupings) {
      case .needs(let field):
        throw calculator.needs(
          field, "\(carrierCode) coefficient '\(link.name)'", link.mark, facts)
      case .yes: matches.append(true)
      case .no: matches.append(false)
      }
      calculator.consult(link.conditions)
      calculator.note(link.conditions, link.mark, facts)
    }
    return Coefficient.applying(edition.content, matches: matches).map { edition.content[$0] }
  }

  private mutating func apply(_ chain: [Coefficient]) throws {
    for link in chain {
      if link.isIncluded {
        step(.included, link.name, link.value, link.mark)
        continue
      }
      switch link.step {
      case .coefficient, .markUp: value = try value.times(link.value)
      case .floor: value = max(value, link.value)
      case .ceiling: value = min(value, link.value)
      }
      let what: Step.What =
        switch link.step {
        case .coefficient: .coefficient
        case .markUp: .markUp
        case .floor: .floor
        case .ceiling: .ceiling
        }
      step(what, link.name, link.value, link.mark)
    }
  }

  private mutating func convert() throws {
    let target = calculator.target
    if currency == target { return }
    if case .divisor(let number) = rule.conversion {
      let divisors = tables.tables.divisors[number]
      guard divisors.from == currency else {
        throw Refusal(
          .rejected, "wrong-divisor",
          "\(carrierCode), \(rule.name): '\(divisors.name)' divides \(divisors.from), "
            + "the rate is in \(currency)",
          remedy: "correct 'convert' in the charges table", candidates: [rule.mark])
      }
      guard let period = divisors.period(on: tables.day, asOf: tables.asOf) else {
        throw Refusal(
          .noRate, "no-divisor",
          "no coefficient of '\(divisors.name)' covers \(tables.day)"
            + (tables.asOf.map { " as known on \($0)" } ?? ""),
          remedy: "add the period to the divisors table",
          nearest: NearestMiss.period(of: divisors, tables), candidates: [rule.mark])
      }
      calculator.consult(period.mark.file)
      value = try Exchange.divide(by: period.divisor).convert(value)
      currency = divisors.to
      step(.conversion, "÷ \(divisors.name)", period.divisor, currency: currency, period.mark)
    }
    if currency == target { return }
    guard let official = tables.officialRate(from: currency, to: target) else {
      throw Refusal(
        .noRate, "no-exchange-rate",
        "no official rate from \(currency) to \(target) within ten days up to \(tables.day)",
        remedy: "add the day's rate under exchange-rates",
        nearest: NearestMiss.officialRate(from: currency, to: target, tables),
        candidates: [rule.mark])
    }
    value = try official.exchange.convert(value)
    let sign = if case .multiply = official.exchange { "×" } else { "÷" }
    let from = currency.code
    currency = target
    step(
      .conversion, "\(sign) official rate \(from) to \(target) of \(official.rate.date)",
      official.rate.rate, currency: target, official.rate.mark)
  }

  private mutating func round(_ to: ChargeRule.Step, as what: Step.What) throws -> Exact {
    let rounding: Rounding?
    switch to {
    case .exact: rounding = nil
    case .minor: rounding = Rounding(to: calculator.target, mode: rule.mode)
    case .amount(let step): rounding = Rounding(step: step, mode: rule.mode)
    }
    if let rounding { value = try value.rounded(rounding) }
    step(what, rounding == nil ? "not rounded" : rule.mode.rawValue, rounding?.step, rule.mark)
    return value
  }
}
