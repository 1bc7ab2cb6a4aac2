import ExactMoney
import TariffRules

/// The compiled rules of every day that was asked for; one worker's.
struct DayPlans: ~Copyable {
  /// One day: its rules, and which figures convert money.
  final class DayPlan {
    let regime: RegimePlan
    let now: TablesInForce
    let epoch: Int
    private var settings: [LegReckoner.Setting?]

    init(_ regime: RegimePlan, _ now: TablesInForce, _ epoch: Int) {
      self.regime = regime
      self.now = now
      self.epoch = epoch
      settings = regime.currencies.map { _ in nil }
    }

    /// The setting of legs that are wanted in a currency.
    func setting(_ target: Int) -> LegReckoner.Setting {
      if let known = settings[target] { return known }
      let made = LegReckoner.Setting(regime, now, epoch: epoch, target: target)
      settings[target] = made
      return made
    }
  }

  private let tables: TariffTables
  private let asOf: Day?
  private let shared: SharedClasses
  let currencies: [Currency]
  private var byDay: [Int32: DayPlan] = [:]
  private var last: (day: Int32, plan: DayPlan)?
  private var regimes: [[Int32]: RegimePlan] = [:]
  private var epochs: [[Int32]: Int] = [:]

  /// More rules than this are not kept side by side: what is beyond is quoted.
  private static let most = 4000

  init(_ tables: TariffTables, _ asOf: Day?, _ shared: SharedClasses) {
    self.tables = tables
    self.asOf = asOf
    self.shared = shared
    currencies = tables.currencies.values.sorted { $0.code < $1.code }
  }

  /// The rules of a day; nil where they are too many to be compiled.
  @inline(__always)
  mutating func plan(_ number: Int32) -> DayPlan? {
    if let last, last.day == number { return last.plan }
    guard let plan = byDay[number] ?? make(number) else { return nil }
    last = (number, plan)
    return plan
  }

  private mutating func make(_ number: Int32) -> DayPlan? {
    guard let day = Day(number: number), currencies.count < 250, byDay.count < Self.most else {
      return nil
    }
    let now = TablesInForce(tables, on: day, asOf: asOf)
    let editions = tables.editionsInForce(on: day, asOf: asOf)
    let regime = regimes[editions] ?? RegimePlan(now, regimes.count, shared, currencies)
    regimes[editions] = regime
    let exchange = tables.exchangeInForce(on: day, asOf: asOf)
    let epoch = epochs[exchange] ?? epochs.count
    epochs[exchange] = epoch
    let plan = DayPlan(regime, now, epoch)
    byDay[number] = plan
    return plan
  }
}
