import ExactMoney
import TariffRules

/// The compiled rules of all days that were asked for, shared by all workers.
final class Regimes: @unchecked Sendable {
  private let gate = Gate()
  private let tables: TariffTables
  private let asOf: Day?
  let shared: SharedClasses
  let currencies: [Currency]
  private var plans: [[Int32]: RegimePlan] = [:]
  private var carriers: CompiledCarriers

  /// More rules than this are not kept side by side: what is beyond is quoted. Keys of rows and
  /// legs have eight bits for their number.
  private static let most = 64

  /// Nil where the tables have more codes than can be compiled.
  /// - Parameter workers: how many threads may compile at once.
  init?(_ tables: TariffTables, _ asOf: Day?, workers: Int = 1) {
    guard let shared = SharedClasses(tables) else { return nil }
    self.tables = tables
    self.asOf = asOf
    self.shared = shared
    currencies = tables.currencies.values.sorted { $0.code < $1.code }
    carriers = CompiledCarriers(shared, currencies, workers: workers)
  }

  /// The rules of a day; nil where they are too many to be compiled.
  func plan(_ day: Day) -> RegimePlan? {
    let editions = tables.editionsInForce(on: day, asOf: asOf)
    return gate.pass {
      if let known = plans[editions] { return known }
      guard plans.count < Self.most, currencies.count < 250 else { return nil }
      let now = TablesInForce(tables, on: day, asOf: asOf)
      let made = RegimePlan(now, shared, currencies, carriers.carriers(now))
      plans[editions] = made
      return made
    }
  }
}

/// The compiled rules of every day that was asked for; one worker's.
struct DayPlans: ~Copyable {
  /// Days of equal rules and equal conversion.
  final class DayPlan {
    let number: Int
    let book: RouteBook
    let now: TablesInForce

    init(_ number: Int, _ book: RouteBook, _ now: TablesInForce) {
      self.number = number
      self.book = book
      self.now = now
    }
  }

  /// What every row of a day needs at once.
  struct Tables: BitwiseCopyable {
    /// The number of its rules.
    let rules: Int
    let equipment: FixedTable<RegimePlan.EquipmentPlan>
    let customers: FixedTable<Int32>
    let unClasses: FixedTable<Int64>
    let rowKeys: FixedTable<RowKeyPlan>
  }

  private struct DayKey: Hashable {
    let regime: Int
    let exchange: [Int32]
  }

  private struct ExchangeKey: Hashable {
    let regime: Int
    let conversions: Int
    let target: Int
    let factors: [Exact?]
  }

  private let source: TariffTables
  private let asOf: Day?
  private let regimes: Regimes
  /// The same for all; here, as it is asked for with each lane.
  private let currencyCount: Int
  private(set) var plans: [DayPlan] = []
  /// By the number of the plan and the target currency.
  private var settings: [LegReckoner.Setting?] = []
  /// By the number of the plan.
  let tables: UnsafeMutablePointer<Tables>
  /// By day: the number of the plan.
  private let byDay: UnsafeMutablePointer<Int16>
  /// Here, as it is asked for with each row.
  private let firstDay = Day.earliest.number
  private var known: [DayKey: Int] = [:]
  private var books: [RouteBook] = []
  private var exchanges: [ExchangeKey: UInt16] = [:]
  /// What may have to be converted on the legs of lanes: the numbers of conversions, each once; by
  /// number, and the number of each.
  private var laneConversions: [[Int32]] = []
  private var laneNumbers: [[Int32]: Int32] = [:]
  /// What converts on the legs of lanes, by what converts each of them.
  private var laneExchanges: [[UInt16]: Int32] = [:]
  /// The amounts of the agreement in the money of days: days on which they are the same share them.
  private var amounts: [[Int64]: FixedTable<Int64>] = [:]
  private let memory = FixedMemory()

  private static let dayCount = Int(Day.latest.number - Day.earliest.number) + 1
  private static let unknown = -1
  private static let mostPlans = 1 << 12
  private static let mostExchanges = 60_000

  init(_ source: TariffTables, _ asOf: Day?, _ regimes: Regimes) {
    self.source = source
    self.asOf = asOf
    self.regimes = regimes
    currencyCount = regimes.currencies.count
    tables = .allocate(capacity: Self.mostPlans)
    byDay = .allocate(capacity: Self.dayCount)
    byDay.initialize(repeating: Int16(Self.unknown), count: Self.dayCount)
  }

  deinit {
    tables.deallocate()
    byDay.deallocate()
  }

  /// The number of a day's rules; below zero where they are too many to be compiled.
  @inline(__always)
  mutating func number(_ day: Int32) -> Int {
    let place = Int(day &- firstDay)
    let known = Int(byDay[place])
    return known == Self.unknown ? learn(day, place) : known
  }

  @inline(never)
  private mutating func learn(_ day: Int32, _ place: Int) -> Int {
    let number = Day(number: day).flatMap { make($0) } ?? Self.unknown - 1
    byDay[place] = Int16(truncatingIfNeeded: number)
    return number
  }

  private mutating func make(_ day: Day) -> Int? {
    guard let regime = regimes.plan(day) else { return nil }
    let book = books.first { $0.regime === regime } ?? RouteBook(regime, books.count)
    if book.number == books.count { books.append(book) }
    let key = DayKey(
      regime: book.number, exchange: source.exchangeInForce(on: day, asOf: asOf))
    if let number = known[key] { return number }
    guard plans.count < Self.mostPlans else { return nil }
    let number = plans.count
    plans.append(DayPlan(number, book, regime.now.moved(to: day)))
    settings.append(contentsOf: regimes.currencies.map { _ in nil })
    (tables + number).initialize(
      to: Tables(
        rules: book.number, equipment: regime.equipment, customers: regime.customers,
        unClasses: regime.unClasses, rowKeys: regime.rowKeys))
    known[key] = number
    return number
  }

  /// The setting of legs that are wanted in a currency; nil where there are too many.
  @inline(__always)
  mutating func setting(_ plan: Int, _ target: Int) -> LegReckoner.Setting? {
    settings[plan &* currencyCount &+ target] ?? makeSetting(plan, target)
  }

  @inline(never)
  private mutating func makeSetting(_ plan: Int, _ target: Int) -> LegReckoner.Setting? {
    let day = plans[plan]
    let regime = day.book.regime
    guard exchanges.count + regime.conversions.count < Self.mostExchanges else { return nil }
    let currency = regime.currencies[target]
    var way = ChainFactors.Way()
    let numbers = regime.conversions.enumerated().map { number, conversions in
      let key = ExchangeKey(
        regime: day.book.number, conversions: number, target: target,
        factors: conversions.map { conversion in
          guard conversion.from >= 0 else { return nil }
          let from = regime.currencies[Int(conversion.from)]
          return try? ChainFactors.converted(
            .one, from, conversion.by, day.now, to: currency, &way)
        })
      let number = exchanges[key] ?? UInt16(exchanges.count)
      exchanges[key] = number
      return number
    }
    let made = LegReckoner.Setting(
      day, target, memory.table(numbers),
      amounts(regime.amounts.map { DivisionPlan.units($0, day.now, in: currency) ?? Int64.min }),
      memory)
    settings[plan * currencyCount + target] = made
    return made
  }

  /// The number of what may have to be converted on a lane's legs.
  mutating func conversions(_ legs: LaneKind.Legs) -> Int32 {
    var list: [Int32] = []
    for leg in legs where !list.contains(leg.pointee.conversions) {
      list.append(leg.pointee.conversions)
    }
    list.sort()
    if let known = laneNumbers[list] { return known }
    let number = Int32(laneConversions.count)
    laneConversions.append(list)
    laneNumbers[list] = number
    return number
  }

  /// The number of what converts on a lane's legs: equal for days of equal conversion.
  @inline(__always)
  mutating func exchange(_ conversions: Int32, _ setting: LegReckoner.Setting) -> Int32 {
    let known = setting.known(conversions)
    return known >= 0 ? known : makeExchange(conversions, setting)
  }

  @inline(never)
  private mutating func makeExchange(
    _ conversions: Int32, _ setting: LegReckoner.Setting
  ) -> Int32 {
    let list = laneConversions[Int(conversions)].map { setting.exchanges[Int($0)] }
    let number = laneExchanges[list] ?? Int32(laneExchanges.count)
    laneExchanges[list] = number
    setting.note(conversions, number)
    return number
  }

  private mutating func amounts(_ list: [Int64]) -> FixedTable<Int64> {
    if let known = amounts[list] { return known }
    let made = memory.table(list)
    amounts[list] = made
    return made
  }
}
