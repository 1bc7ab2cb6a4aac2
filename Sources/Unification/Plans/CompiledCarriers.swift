import ExactMoney
import TariffRules

/// The rules of one carrier, compiled; all days on which the same editions are in force share them.
final class CompiledCarrier: Sendable {
  /// The carrier's code.
  let code: Int64
  /// The rules; their keys have the numbers of `conversions`.
  let plan: CarrierPlan
  /// The sets of conversions that the legs of some kind of equipment may need.
  let conversions: [Set<KeyCompiler.Conversion>]
  /// Of its own: carriers are compiled side by side.
  private let memory = FixedMemory()

  init(
    _ number: Int, _ carrier: TablesInForce.Carrier, _ now: TablesInForce,
    _ shared: SharedClasses, _ currencies: [Currency]
  ) {
    code = carrier.tariff.code
    let compiler = CarrierCompiler(
      tables: now, carrier: carrier, classes: shared.classes, memory: memory,
      currencies: currencies)
    var plan = compiler.plan(number)
    let keys = KeyCompiler(carrier, plan, shared.classes, memory).keys()
    plan.keys = memory.table(keys.plans)
    self.plan = plan
    conversions = keys.conversions
  }
}

/// The carriers that were compiled for some day.
struct CompiledCarriers {
  /// All that the rules of a carrier are compiled from, but for what no day changes: its place
  /// among the carriers, and the files of the editions in force.
  private struct Editions: Hashable {
    let number: Int
    let carrier: Int64
    let minimumDistances, minimumWeights, charges, rates, coefficients: [Int32]
    /// By the number that rates and rows have of them; -1 for none.
    let grids, groupings: [Int32]

    init(_ number: Int, _ carrier: TablesInForce.Carrier, _ groupings: GroupingsInForce) {
      self.number = number
      self.carrier = carrier.tariff.code
      minimumDistances = carrier.minimumDistances.map(\.file)
      minimumWeights = carrier.minimumWeights.map(\.file)
      charges = [carrier.charges?.file ?? -1]
      rates = carrier.rates.map(\.file)
      coefficients = [carrier.coefficients?.file ?? -1]
      grids = carrier.grids.map { $0?.file ?? -1 }
      self.groupings = groupings.files
    }
  }

  private var known: [Editions: CompiledCarrier] = [:]
  private let shared: SharedClasses
  private let currencies: [Currency]
  private let workers: Int

  /// - Parameter workers: how many threads may compile at once.
  init(_ shared: SharedClasses, _ currencies: [Currency], workers: Int) {
    self.shared = shared
    self.currencies = currencies
    self.workers = workers
  }

  /// The carriers in force, in the order of the tables. Those whose editions were met before are
  /// the same objects.
  mutating func carriers(_ now: TablesInForce) -> [CompiledCarrier] {
    let carriers = now.tables.tariffs.compactMap { now.carriers[$0.code] }
    let editions = carriers.enumerated().map { Editions($0, $1, now.groupings) }
    let missing = editions.indices.filter { known[editions[$0]] == nil }
    let (shared, currencies) = (shared, currencies)
    let made = WorkerThreads.map(missing.count, workers: workers) { place in
      let number = missing[place]
      return CompiledCarrier(number, carriers[number], now, shared, currencies)
    }
    for (number, made) in zip(missing, made) { known[editions[number]] = made }
    return editions.compactMap { known[$0] }
  }
}
