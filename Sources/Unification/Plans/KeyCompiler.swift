import ExactMoney
import TariffRules

/// Finds out what the price of a carrier's leg depends on, for each kind of equipment: only what
/// its rows tell apart enters a key.
struct KeyCompiler {
  private let carrier: TablesInForce.Carrier
  private let plan: CarrierPlan
  private let classes: FieldClasses
  private let memory: FixedMemory
  /// By field: its classes as all rows of the carrier tell them apart. What some of the rows tell
  /// apart all do, so that one class of each kind stands for the others.
  private let kinds: [Kinds]

  /// A way to convert money that a charge may need.
  struct Conversion: Hashable {
    let from: Int32
    let by: ChargeRule.Conversion
  }

  /// The rows that can matter for one kind of equipment.
  private struct Relevant {
    var lists: [Likeness.Rows] = []
    var minimumWeights: Likeness.Rows
    var rates: [RatePlan] = []
    var conversions: Set<Conversion> = []
    var usesTonnes = false
  }

  /// The classes of a field that all rows of the carrier together tell apart.
  private struct Kinds {
    /// For each class the number of its kind.
    let numbers: [UInt16]
    /// The first class of each kind.
    let firsts: [Int]

    init(_ numbers: [UInt16]) {
      self.numbers = numbers
      firsts = numbers.indices.reduce(into: []) { firsts, number in
        if Int(numbers[number]) == firsts.count { firsts.append(number) }
      }
    }
  }

  /// The keys by the class of the equipment, and the sets of conversions by the number that the
  /// keys have of them.
  struct Keys {
    fileprivate(set) var plans: [KeyPlan] = []
    fileprivate(set) var conversions: [Set<Conversion>] = []
  }

  init(
    _ carrier: TablesInForce.Carrier, _ plan: CarrierPlan, _ classes: FieldClasses,
    _ memory: FixedMemory
  ) {
    self.carrier = carrier
    self.plan = plan
    self.classes = classes
    self.memory = memory
    let lists = [
      plan.minimumDistances, plan.minimumWeights, plan.charges, plan.rates, plan.chain,
    ].map { Likeness.Rows($0) }
    let rates = (0..<plan.ratePlans.count).map { plan.ratePlans[$0] }
    kinds = Field.allCases.map { field in
      guard Self.ofKey.contains(field) || Self.ofWeight.contains(field) else { return Kinds([]) }
      let likeness = Likeness(
        field, among: Array(0..<classes.count(field)), lists,
        columns: Self.columns(rates, by: field))
      return Kinds(likeness.numbers)
    }
  }

  /// What differs between consignments that are alike in all but their weight.
  private static let ofWeight: [Field] = [.weight, .chargeable]

  /// The fields whose classes can be parts of a key.
  private static let ofKey = Field.allCases.filter {
    !KeyPart.derived.contains($0) && $0 != .weight
  }

  /// Works out the keys: of kinds of equipment that leave the same rows once.
  func keys() -> Keys {
    var keys = Keys()
    var known: [[[UInt64]]: KeyPlan] = [:]
    for equipment in 0..<classes.count(.equipment) {
      let left = left(equipment)
      let key = known[left.map(\.mask)] ?? key(left, &keys.conversions)
      known[left.map(\.mask)] = key
      keys.plans.append(key)
    }
    return keys
  }

  /// The rows that a kind of equipment leaves: of minimum distances and weights, charges, rates and
  /// the chain.
  private func left(_ equipment: Int) -> [Likeness.Rows] {
    [plan.minimumDistances, plan.minimumWeights, plan.charges, plan.rates, plan.chain].map {
      Likeness.Rows($0, .equipment, equipment)
    }
  }

  private func key(
    _ left: [Likeness.Rows], _ conversions: inout [Set<Conversion>]
  ) -> KeyPlan {
    var relevant = relevant(left)
    var plan = KeyPlan()
    plan.asksWeight =
      relevant.usesTonnes || relevant.minimumWeights.canBeOpen
      || !Self.ofWeight.allSatisfy { likeness($0, relevant).isTotal }
    if plan.asksWeight { relevant.lists.append(relevant.minimumWeights) }
    let number = conversions.firstIndex(of: relevant.conversions) ?? conversions.count
    if number == conversions.count { conversions.append(relevant.conversions) }
    plan.conversions = Int32(number)
    setParts(relevant, &plan)
    return plan
  }

  private func relevant(_ left: [Likeness.Rows]) -> Relevant {
    let due = left[2]
    var (rates, chain) = (left[3], left[4])
    var relevant = Relevant(minimumWeights: left[1])
    var charged = [UInt64](repeating: 0, count: rates.mask.count)
    var linked: UInt64 = 0
    let rules = carrier.charges?.content ?? []
    for (index, rule) in rules.enumerated() where due.contains(index) {
      for word in charged.indices { charged[word] |= plan.chargePlans[index].rates[word] }
      for row in 0..<plan.ratePlans.count
      where rates.contains(row) && plan.chargePlans[index].rates[row / 64] >> (row % 64) & 1 == 1 {
        let rate = plan.ratePlans[row]
        relevant.rates.append(rate)
        relevant.usesTonnes = relevant.usesTonnes || rate.isPerTonne
        linked |= rate.chain | rate.openChain
        let from = rate.grid >= 0 ? plan.grids[Int(rate.grid)].currency : rate.currency
        relevant.conversions.insert(Conversion(from: from, by: rule.conversion))
      }
    }
    for word in charged.indices { rates.mask[word] &= charged[word] }
    if chain.mask.count == 1 { chain.mask[0] &= linked }
    relevant.lists = [left[0], due, rates, chain]
    return relevant
  }

  private func likeness(_ field: Field, _ relevant: Relevant) -> Likeness {
    Likeness(
      field, among: kinds[field.rawValue].firsts, relevant.lists,
      columns: Self.columns(relevant.rates, by: field))
  }

  /// The columns of the grids that a field picks for some rates, each once.
  private static func columns(_ rates: [RatePlan], by field: Field) -> [FixedTable<Int16>] {
    rates.reduce(into: []) { columns, rate in
      guard rate.column < 0, rate.columns.count > 0, Int(rate.columnField) == field.rawValue,
        !columns.contains(where: { $0.pointer == rate.columns.pointer })
      else { return }
      columns.append(rate.columns)
    }
  }

  // MARK: - The parts of a key

  private func setParts(_ relevant: Relevant, _ plan: inout KeyPlan) {
    var parts: [KeyPart] = []
    var shift: Int32 = 0
    func add(_ field: Field, _ bits: Int32, _ alike: FixedTable<UInt16>) {
      // No part lies across the two words of the key.
      if shift < 64 && shift + bits > 64 { shift = 64 }
      parts.append(KeyPart(field: Int32(field.rawValue), shift: shift, alike: alike))
      shift += bits
    }
    for field in Self.ofKey {
      // What is left of the rows is another for each kind of equipment, so that it counts itself,
      // even where no row asks about it: what is loaded on it depends on it as well.
      let numbers =
        field == .equipment
        ? (0..<classes.count(field)).map { UInt16($0) } : numbers(field, relevant)
      guard let most = numbers.max(), most > 0 else { continue }
      add(field, Int32(16 - most.leadingZeroBitCount), memory.table(numbers))
    }
    for field in KeyPart.valued where isMultiplied(by: field, relevant) {
      // A value in thousandths; what is not given has none of its bits.
      add(field, RowKeyPlan.valueBits, FixedTable())
    }
    plan.isTooWide = shift > 128
    plan.parts = memory.table(parts)
  }

  /// For each class a number; those that the rows left do not tell apart have the same.
  private func numbers(_ field: Field, _ relevant: Relevant) -> [UInt16] {
    // What all rows together do not tell apart, none of them does.
    guard kinds[field.rawValue].firsts.count > 1 else { return [] }
    let ofKinds = likeness(field, relevant).numbers
    return kinds[field.rawValue].numbers.map { ofKinds[Int($0)] }
  }

  private func isMultiplied(by field: Field, _ relevant: Relevant) -> Bool {
    relevant.rates.contains { rate in
      if field == .storageDays {
        return rate.grid >= 0 && carrier.grids[Int(rate.grid)]?.content.isSteps == true
      }
      return [rate.before.0, rate.before.1, rate.after.0, rate.after.1].contains { quantity in
        switch quantity {
        case .metres: return field == .length && rate.deemed == nil
        case .axles: return field == .axles
        case .persons: return field == .persons
        case .tonnes, .kilometres, .teu, .feu, .grt, nil: return false
        }
      }
    }
  }
}
