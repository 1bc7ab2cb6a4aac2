import ExactMoney
import TariffRules

/// All rules in force on days of equal rules, compiled; all workers share them.
final class RegimePlan: Sendable {
  let now: TablesInForce
  let classes: FieldClasses
  let currencies: [Currency]
  let carriers: FixedTable<CarrierPlan>
  /// By the place of the carrier: its charges, and the chain of its coefficients.
  let charges: [[ChargeRule]]
  let chains: [[Coefficient]]
  /// Of each carrier's code its place among the carriers.
  let positions: [Int64: Int]
  /// By symbol: the currency a customer is billed in, -1 for the joint venture's, -2 for nobody in
  /// force.
  let customers: FixedTable<Int32>
  /// By the class of the equipment.
  let equipment: FixedTable<EquipmentPlan>
  /// By the class of the equipment: how a row's key is put together.
  let rowKeys: FixedTable<RowKeyPlan>
  /// By symbol of a UN number: its class as a symbol, or `Facts.unknown`.
  let unClasses: FixedTable<Int64>
  /// The conversions that a leg may need, by the number that its key plan has.
  let conversions: [[KeyCompiler.Conversion]]
  /// By what pricing, discounts and the agreement tell consignments apart, the route aside; nil
  /// where that does not fit into a word.
  let terms: FixedTable<KeyPart>?
  /// By which their rows are chosen.
  let sieves: JointSieves
  /// The amounts of the agreement.
  let amounts: [Money]
  private let memory: FixedMemory
  /// Keeps what the carriers' rules refer to.
  let compiled: [CompiledCarrier]

  struct EquipmentPlan: BitwiseCopyable {
    var isKnown = false
    var ridesOnAWagon = false
    var teu: Ratio?
    var unit: Int32 = 0
  }

  init(
    _ now: TablesInForce, _ shared: SharedClasses, _ currencies: [Currency],
    _ compiled: [CompiledCarrier]
  ) {
    self.now = now
    classes = shared.classes
    self.currencies = currencies
    let memory = FixedMemory()
    self.memory = memory
    self.compiled = compiled
    let (plans, sets) = Self.numbered(compiled, memory)
    carriers = memory.table(plans)
    conversions = sets.map { Array($0) }
    let rules = compiled.map { now.carriers[$0.code] }
    charges = rules.map { $0?.charges?.content ?? [] }
    chains = rules.map { $0?.coefficients?.content ?? [] }
    positions = Dictionary(
      compiled.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { $1 })
    customers = memory.table(
      (0..<Int64(now.tables.symbols.count)).map { symbol in
        guard let customer = now.customers[symbol] else { return -2 }
        return customer.currency.flatMap { currencies.firstIndex(of: $0) }.map(Int32.init) ?? -1
      })
    equipment = memory.table(
      (0..<shared.classes.count(.equipment)).map { number in
        let code = shared.classes.sample(.equipment, number)[.equipment]
        guard let item = now.equipment[code] else { return EquipmentPlan() }
        return EquipmentPlan(
          isKnown: item.teu.map { Ratio($0, bits: 31) != nil } ?? true,
          ridesOnAWagon: item.ridesOnAWagon, teu: item.teu.flatMap { Ratio($0, bits: 31) },
          unit: Int32(Equipment.UnitKind.allCases.firstIndex(of: item.unit) ?? 0))
      })
    unClasses = memory.table(
      (0..<Int64(now.tables.symbols.count)).map { now.unClasses[$0]?.unClass ?? Facts.unknown })
    sieves = JointSieves(now, shared.classes, memory)
    let joint = JointKeys(sieves, shared, memory).parts
    terms = joint.map { memory.table($0) }
    rowKeys = memory.table(Self.rowKeys(plans, joint ?? [], shared.classes, memory))
    var amounts: [Money] = []
    for amount in (now.agreement?.content ?? []).compactMap(\.amount)
    where !amounts.contains(amount) { amounts.append(amount) }
    self.amounts = amounts
  }

  /// The rules of carriers, their sets of conversions numbered for all of them together.
  private static func numbered(
    _ compiled: [CompiledCarrier], _ memory: FixedMemory
  ) -> (plans: [CarrierPlan], sets: [Set<KeyCompiler.Conversion>]) {
    var sets: [Set<KeyCompiler.Conversion>] = []
    let plans = compiled.map { carrier in
      let numbers = carrier.conversions.map { set in
        let number = sets.firstIndex(of: set) ?? sets.count
        if number == sets.count { sets.append(set) }
        return Int32(number)
      }
      var plan = carrier.plan
      plan.keys = memory.table(
        (0..<plan.keys.count).map { equipment in
          var key = plan.keys[equipment]
          key.conversions = numbers[Int(key.conversions)]
          return key
        })
      return plan
    }
    return (plans, sets)
  }

  /// For each kind of equipment how a row's key is put together: of those that all carriers treat
  /// alike it is worked out once.
  private static func rowKeys(
    _ carriers: [CarrierPlan], _ joint: [KeyPart], _ classes: FieldClasses, _ memory: FixedMemory
  ) -> [RowKeyPlan] {
    var known: [[UnsafePointer<KeyPart>]: RowKeyPlan] = [:]
    return (0..<classes.count(.equipment)).map { equipment in
      let legs = carriers.map { $0.keys[equipment].parts }
      if let plan = known[legs.map(\.pointer)] { return plan }
      let parts = legs.flatMap { parts in (0..<parts.count).map { parts[$0] } }
      let made = RowKeyPlan(parts + joint, classes, memory)
      known[legs.map(\.pointer)] = made
      return made
    }
  }
}

/// By what the joint venture's own tables tell consignments apart.
private struct JointKeys {
  /// Nil where they do not fit into one word.
  let parts: [KeyPart]?

  init(_ sieves: JointSieves, _ shared: SharedClasses, _ memory: FixedMemory) {
    let rows = sieves.all.map { Likeness.Rows($0) }
    var parts: [KeyPart] = []
    var shift: Int32 = 0
    for field in Field.allCases where !KeyPart.derived.contains(field) {
      let numbers = Likeness(
        field, among: Array(0..<shared.classes.count(field)), rows
      ).numbers
      guard let most = numbers.max(), most > 0 else { continue }
      parts.append(
        KeyPart(field: Int32(field.rawValue), shift: shift, alike: memory.table(numbers)))
      shift += Int32(16 - most.leadingZeroBitCount)
    }
    let isTooLong = sieves.all.contains { $0.rows > 64 * Sieve.mostWords }
    self.parts = shift > 64 || isTooLong ? nil : parts
  }
}
