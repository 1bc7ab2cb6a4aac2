import ExactMoney
import TariffRules

/// Compiles the rules of a carrier that are in force on a day.
struct CarrierCompiler {
  let tables: TablesInForce
  let carrier: TablesInForce.Carrier
  let classes: FieldClasses
  let memory: FixedMemory
  let currencies: [Currency]

  /// The rules, without the keys.
  func plan(_ number: Int) -> CarrierPlan {
    let minimumDistances = carrier.minimumDistances.flatMap(\.content)
    let minimumWeights = carrier.minimumWeights.flatMap(\.content)
    let charges = carrier.charges?.content ?? []
    let rates = carrier.rates.flatMap(\.content).enumerated()
      .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
    let chain = carrier.coefficients?.content ?? []
    let rateSieve = sieve(rates.map(\.conditions))
    let columns = columns(rates)
    let ratePlans = rates.map { rate($0, chain, columns) }
    let lists = [
      minimumDistances.count, minimumWeights.count, charges.count, rates.count,
    ]
    return CarrierPlan(
      number: number,
      minimumDistances: sieve(minimumDistances.map(\.conditions)),
      leastKilometres: memory.table(minimumDistances.map(\.least)),
      minimumWeights: sieve(minimumWeights.map(\.conditions)),
      leastWeights: memory.table(minimumWeights.map(\.least)),
      roundUps: memory.table(minimumWeights.map(\.roundUp)),
      charges: sieve(charges.map(\.conditions)),
      chargePlans: memory.table(charges.map { charge($0, charges, rates, rateSieve.words) }),
      rates: rateSieve, ratePlans: memory.table(ratePlans),
      rankMasks: memory.table(
        rates.flatMap { row in mask(rates.map { $0.rank == row.rank }, rateSieve.words) }),
      chain: sieve(chain.map(\.conditions)), grids: memory.table(grids()),
      isExactOnly: chain.count > 64 || lists.contains { $0 > 64 * Sieve.mostWords }
        || charges.isEmpty || rates.isEmpty || number > 4000,
      asksLane: asksLane(
        [minimumDistances, minimumWeights].flatMap { $0.map(\.conditions) }
          + charges.map(\.conditions) + rates.map(\.conditions) + chain.map(\.conditions),
        ratePlans))
  }

  private func asksLane(_ list: [Conditions], _ rates: [RatePlan]) -> Bool {
    let ofLane: [Field] = [.lane, .route]
    return list.flatMap(\.fields).contains(where: ofLane.contains)
      || rates.contains { rate in
        rate.column < 0 && ofLane.contains { Int32($0.rawValue) == rate.columnField }
      }
  }

  private func sieve(_ list: [Conditions]) -> Sieve {
    Sieve(list, classes, tables.groupings, memory)
  }

  private func mask(_ bits: [Bool], _ words: Int) -> [UInt64] {
    var mask = [UInt64](repeating: 0, count: words)
    for (index, bit) in bits.enumerated() where bit { mask[index / 64] |= 1 << UInt64(index % 64) }
    return mask
  }

  private func charge(
    _ rule: ChargeRule, _ all: [ChargeRule], _ rates: [Rate], _ words: Int
  ) -> ChargePlan {
    var plan = ChargePlan()
    plan.rates = memory.table(mask(rates.map { $0.charge == rule.charge }, words))
    switch rule.unitRateStep {
    case .amount(let step):
      plan.unitStep = Ratio(step, bits: 31)
      plan.isExactOnly = plan.unitStep == nil
    case .minor: break
    case .exact: plan.isUnitExact = true
    }
    switch rule.chargeStep {
    case .amount(let step):
      plan.chargeStep = Ratio(step, bits: 31)
      plan.isExactOnly = plan.isExactOnly || plan.chargeStep == nil
    case .minor: break
    case .exact: plan.isExactOnly = true
    }
    plan.mode = rule.mode
    plan.code = Int32(all.firstIndex { $0.charge == rule.charge } ?? 0)
    return plan
  }

  private func rate(
    _ rate: Rate, _ chain: [Coefficient], _ columns: [Picking: FixedTable<Int16>]
  ) -> RatePlan {
    var plan = RatePlan()
    var grid = Facts.absent
    switch rate.figure {
    case .onRequest: plan.isExactOnly = true
    case .amount(let amount, let currency):
      plan.amount = Ratio(amount)
      plan.currency = Int32(currencies.firstIndex(of: currency) ?? 0)
      plan.isExactOnly = plan.amount == nil
    case .grid(let number, let column):
      grid = carrier.tariff.gridNames[number]
      plan.grid = Int32(number)
      pick(column, number, columns, &plan)
    }
    func pair(_ list: [Unit.Quantity]) -> (Unit.Quantity?, Unit.Quantity?) {
      (list.first, list.dropFirst().first)
    }
    plan.isPerTonne = rate.unit.quantities.contains(.tonnes)
    plan.after = pair(rate.ratedPer.quantities)
    plan.before = pair(rate.unit.quantities.filter { !rate.ratedPer.quantities.contains($0) })
    plan.startedKilometres = Int32(rate.perStartedKilometres ?? 0)
    if let deemed = rate.deemed {
      plan.deemed = Ratio(deemed, bits: 40)
      plan.isExactOnly = plan.isExactOnly || plan.deemed == nil
    }
    var facts = Facts()
    facts[.charge] = rate.charge
    facts[.rate] = rate.name
    facts[.grid] = grid
    facts[.unit] = tables.tables.symbols.number(of: rate.unit.rawValue) ?? Facts.absent
    for index in chain.indices.prefix(64) {
      let match = chain[index].conditions.match(
        among: [.charge, .rate, .grid, .unit], facts, tables.groupings)
      if match != .no { plan.chain |= 1 << UInt64(index) }
      if match != .no && match != .yes { plan.openChain |= 1 << UInt64(index) }
    }
    return plan
  }

  /// A grid and the grouping by which its column is picked.
  private struct Picking: Hashable {
    let grid: Int
    let grouping: Int
  }

  private func pick(
    _ column: Rate.Column, _ number: Int, _ columns: [Picking: FixedTable<Int16>],
    _ plan: inout RatePlan
  ) {
    guard let grid = carrier.grids[number]?.content else {
      plan.isExactOnly = true
      return
    }
    // The column is known even so: the key of a leg has what picks it.
    plan.isExactOnly = grid.isSteps
    switch column {
    case .named(let symbol):
      guard let position = grid.columns.firstIndex(of: symbol) else {
        plan.isExactOnly = true
        return
      }
      plan.column = Int32(position)
    case .grouping(let grouping):
      guard let picked = columns[Picking(grid: number, grouping: grouping)],
        let edition = tables.groupings.edition(grouping)
      else {
        plan.isExactOnly = true
        return
      }
      plan.columnField = Int32(edition.content.field.rawValue)
      plan.columns = picked
    }
  }

  /// The columns that classes pick, for each grid and grouping that rates name.
  private func columns(_ rates: [Rate]) -> [Picking: FixedTable<Int16>] {
    var columns: [Picking: FixedTable<Int16>] = [:]
    for rate in rates {
      guard case .grid(let number, .grouping(let grouping)) = rate.figure,
        let grid = carrier.grids[number]?.content, tables.groupings.edition(grouping) != nil
      else { continue }
      let picking = Picking(grid: number, grouping: grouping)
      if columns[picking] == nil { columns[picking] = memory.table(picked(from: grid, grouping)) }
    }
    return columns
  }

  /// For each class of a grouping's field the column of its group; -1 for none.
  private func picked(from grid: Grid, _ grouping: Int) -> [Int16] {
    guard let field = tables.groupings.edition(grouping)?.content.field else { return [] }
    var facts = Facts()
    return (0..<classes.count(field)).map { number in
      guard number >= Int(FieldClasses.other) else { return -1 }
      classes.set(field, number, in: &facts)
      let found = tables.groupings.memberships(of: facts, value: facts[field], in: grouping)
      return found.first.flatMap { grid.columns.firstIndex(of: $0.group) }.map(Int16.init) ?? -1
    }
  }

  private func grids() -> [GridPlan] {
    carrier.grids.map { edition in
      guard let grid = edition?.content else { return GridPlan() }
      return GridPlan(
        currency: Int32(currencies.firstIndex(of: grid.currency) ?? -1), scale: grid.scale,
        columns: grid.columns.count, beltAt: memory.table(grid.beltAt),
        cells: memory.table(grid.cells))
    }
  }
}
