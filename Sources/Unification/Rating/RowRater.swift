import CSV
import ExactMoney
import TariffRules

/// Rates plain rows by the compiled rules. A row with any answer but a price is left to the quote.
struct RowRater: ~Copyable {
  private var reader: PlainRowReader
  private var row = RowFacts()
  private var days: DayPlans
  private var legs = LegReckoner()
  private var division: DivisionReckoner
  private let shared: SharedClasses
  private let parties: [Int64]
  private var terms: [TermsKey: TermsPlan?] = [:]
  private let recent: UnsafeMutablePointer<(key: TermsKey, plan: TermsPlan?)>
  private static let recentBits = 12
  private var routeCount = 0
  private let best: UnsafeMutablePointer<Int64>
  private let perLeg: UnsafeMutablePointer<Int64>
  private let kilometres: UnsafeMutablePointer<Int32>
  private var sums: ChunkSums
  private static let mostLegs = 64

  struct TermsKey: Hashable {
    let route: Int32, lane: Int32, currency: Int32, epoch: Int32, regime: Int32
    let classes: UInt64

    static let none = TermsKey(
      route: -1, lane: -1, currency: -1, epoch: -1, regime: -1, classes: 0)

    /// A place in a table of so many bits.
    func slot(_ bits: Int) -> Int {
      var mixed = classes &* 0x9E37_79B9_7F4A_7C15
      mixed ^= UInt64(truncatingIfNeeded: route) << 40 ^ UInt64(truncatingIfNeeded: lane) << 32
      mixed ^= UInt64(truncatingIfNeeded: currency) << 24 ^ UInt64(truncatingIfNeeded: epoch)
      mixed = (mixed ^ mixed >> 31) &* 0xFF51_AFD7_ED55_8CCD
      return Int(truncatingIfNeeded: mixed >> UInt64(64 - bits))
    }
  }

  init(_ tables: TariffTables, _ asOf: Day?, _ file: ConsignmentFile, _ shared: SharedClasses) {
    self.shared = shared
    reader = PlainRowReader(tables, file, shared)
    days = DayPlans(tables, asOf, shared)
    parties = tables.partyCodes.compactMap { tables.symbols.number(of: $0) }
    division = DivisionReckoner(parties: parties.count)
    best = .allocate(capacity: parties.count)
    perLeg = .allocate(capacity: Self.mostLegs)
    kilometres = .allocate(capacity: Self.mostLegs)
    recent = .allocate(capacity: 1 << Self.recentBits)
    recent.initialize(repeating: (TermsKey.none, nil), count: 1 << Self.recentBits)
    sums = ChunkSums(currencies: days.currencies, parties: parties.count)
  }

  deinit {
    best.deallocate()
    recent.deinitialize(count: 1 << Self.recentBits)
    recent.deallocate()
    perLeg.deallocate()
    kilometres.deallocate()
  }

  private struct Price {
    var unitRate: Int64
    var total: Int64
    var currency: Int
    var order: Int
  }

  /// Rates the row at a place and writes it; nil where it is left to the quote, else the next
  /// place.
  mutating func rate(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ out: inout ByteBuffer
  ) -> Int? {
    guard let found = reader.read(base, start, end, &row), let plan = days.plan(row.day),
      let price = price(plan)
    else { return nil }
    let equipment = plan.regime.equipment[Int(row.classes[Field.equipment.rawValue])]
    let text = found.text - start
    out.reserve(text + 96 + parties.count * 28)
    out.store(base + start, text)
    sums.write(
      price.unitRate, price.total, currency: price.currency, unit: Int(equipment.unit), best, &out)
    return found.next
  }

  /// Adds up what was rated since the last time.
  mutating func settle(_ totals: inout RatingTotals) { sums.settle(&totals) }

  /// The charges for one unit of every leg of every lane of a row, in minor units, as the compiled
  /// rules have them: for tests that hold them against the quote's.
  mutating func charges(_ line: [UInt8]) -> [[[Int64]]]? {
    let bytes = line + [UInt8](repeating: 0, count: 64)
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, reader.read(base, 0, line.count, &row) != nil,
        let day = days.plan(row.day), setOwner(day.regime)
      else { return nil }
      guard let route = day.regime.route(row, &routeCount) else { return nil }
      legs.keepsCharges = true
      defer { legs.keepsCharges = false }
      return (0..<route.lanes.count).map { index in
        guard let terms = terms(route, index, day, -1) else { return [] }
        let lane = route.lanes[index]
        return (0..<lane.legs.count).map { number in
          let leg = lane.legs[number]
          let answer = legs.answer(
            leg, lane, day.regime.carriers.pointer + leg.carrier, row, day.setting(terms.currency))
          return answer.outcome == LegReckoner.Outcome.priced.rawValue ? legs.charges : []
        }
      }
    }
  }

  // MARK: - One row

  private mutating func price(_ day: DayPlans.DayPlan) -> Price? {
    let regime = day.regime
    var customerCurrency: Int32 = -1
    if row.customer >= 0 {
      customerCurrency = regime.customers[Int(row.customer)]
      if customerCurrency == -2 { return nil }
    }
    guard setOwner(regime) else { return nil }
    row.classes[Field.count.rawValue] = shared.finder.number(
      of: row.count &* 1000, Field.count.rawValue)
    row.values[Field.count.rawValue] = row.count &* 1000
    guard let route = regime.route(row, &routeCount) else { return nil }
    var found: Price?
    for index in 0..<route.lanes.count {
      guard let terms = terms(route, index, day, customerCurrency) else { return nil }
      switch lane(route, index, day, terms) {
      case .unclear: return nil
      case .out: continue
      case .priced(let price):
        if let known = found {
          // Totals of two currencies are compared by the quote.
          guard known.currency == price.currency else { return nil }
          if (known.total, known.order) <= (price.total, price.order) { continue }
        }
        found = price
        best.update(from: division.shares, count: parties.count)
      }
    }
    return found
  }

  /// The owner of the wagon where only one owner is given.
  private mutating func setOwner(_ regime: RegimePlan) -> Bool {
    let equipment = regime.equipment[Int(row.classes[Field.equipment.rawValue])]
    guard equipment.isKnown else { return false }
    let (owner, wagon) = (Field.owner.rawValue, Field.wagonOwner.rawValue)
    if !equipment.ridesOnAWagon {
      let given = row.values[wagon]
      if given != Facts.absent && given != row.values[owner] { return false }
      row.values[wagon] = row.values[owner]
    } else if row.values[wagon] == Facts.absent {
      row.values[wagon] = row.values[owner]
    }
    row.classes[wagon] =
      row.values[wagon] == Facts.absent
      ? FieldClasses.absent : shared.wordClass(row.values[wagon], wagon)
    return true
  }

  private enum LaneOutcome {
    case priced(Price)
    case out
    case unclear
  }

  private mutating func lane(
    _ route: RoutePlan, _ index: Int, _ day: DayPlans.DayPlan, _ terms: TermsPlan
  ) -> LaneOutcome {
    let lane = route.lanes[index]
    let setting = day.setting(terms.currency)
    guard lane.legs.count <= Self.mostLegs else { return .unclear }
    var sum: Int64 = 0
    for number in 0..<lane.legs.count {
      let leg = lane.legs[number]
      let carrier = day.regime.carriers.pointer + leg.carrier
      var answer = legs.answer(leg, lane, carrier, row, setting)
      if answer.outcome == LegReckoner.Outcome.beyond.rawValue {
        answer = legs.keep(exact(route.routes[index], number, setting), for: answer)
      }
      if answer.outcome == LegReckoner.Outcome.out.rawValue { return .out }
      if answer.outcome != LegReckoner.Outcome.priced.rawValue { return .unclear }
      perLeg[number] = answer.perUnit
      kilometres[number] = answer.kilometres
      sum &+= answer.perUnit
    }
    guard sum <= Money.limit, let unitRate = terms.unitRate(sum) else { return .unclear }
    let (total, overflow) = unitRate.multipliedReportingOverflow(by: row.count)
    let (charged, tooMuch) = sum.multipliedReportingOverflow(by: row.count)
    guard !overflow, !tooMuch, total.magnitude <= Money.limit.magnitude, charged <= Money.limit,
      division.divide(total, count: row.count, terms.division, perLeg, kilometres)
    else { return .unclear }
    return .priced(
      Price(unitRate: unitRate, total: total, currency: terms.currency, order: lane.order))
  }

  /// One leg by the calculator of quotes.
  private func exact(
    _ route: Route, _ number: Int, _ setting: LegReckoner.Setting
  ) -> LegReckoner.Answer {
    var calculator = LegCalculator(setting.now, target: setting.targetCurrency, count: 1)
    var answer = LegReckoner.Answer(.unclear)
    do throws(Refusal) {
      let leg = try calculator.price(route.legs[number], facts(route, setting.now))
      answer.perUnit = leg.amount.minorUnits
      answer.kilometres = Int32(leg.distanceKilometres ?? -1)
      answer.outcome = LegReckoner.Outcome.priced.rawValue
    } catch {
      if error.status == .noRate || error.status == .onRequest {
        answer.outcome = LegReckoner.Outcome.out.rawValue
      }
    }
    return answer
  }

  private func facts(_ route: Route, _ now: TablesInForce) -> Facts {
    var facts = row.facts
    facts[.chargeable] = Facts.absent
    facts[.from] = row.from
    facts[.to] = row.to
    facts[.lane] = route.code
    facts[.route] =
      now.tables.symbols.number(of: route.lane == nil ? "local" : "through") ?? Facts.absent
    return facts
  }

  private mutating func terms(
    _ route: RoutePlan, _ lane: Int, _ day: DayPlans.DayPlan, _ customerCurrency: Int32
  ) -> TermsPlan? {
    guard let parts = shared.terms else { return nil }
    var classes: UInt64 = 0
    for part in parts { classes |= UInt64(row.classes[Int(part.field)]) &<< UInt64(part.shift) }
    let key = TermsKey(
      route: Int32(route.number), lane: Int32(lane), currency: customerCurrency,
      epoch: Int32(day.epoch), regime: Int32(day.regime.number), classes: classes)
    let slot = recent + key.slot(Self.recentBits)
    if slot.pointee.key == key { return slot.pointee.plan }
    let plan = terms(key, route, lane, day)
    slot.pointee = (key, plan)
    return plan
  }

  @inline(never)
  private mutating func terms(
    _ key: TermsKey, _ route: RoutePlan, _ lane: Int, _ day: DayPlans.DayPlan
  ) -> TermsPlan? {
    if let known = terms[key] { return known }
    if terms.count >= 20_000 { terms.removeAll() }
    let currency = key.currency >= 0 ? days.currencies[Int(key.currency)] : nil
    let made = TermsPlan(
      TermsSetting(
        now: day.now, customerCurrency: currency, currencies: days.currencies, parties: parties),
      facts(route.routes[lane], day.now), route.routes[lane])
    terms[key] = .some(made)
    return made
  }
}
