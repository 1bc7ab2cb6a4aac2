import ExactMoney
import TariffRules

/// Finds out what the price of a carrier's leg depends on, for each kind of equipment: only what
/// its rows tell apart enters a key.
struct KeyCompiler {
  let tables: TablesInForce
  let carrier: TablesInForce.Carrier
  let plan: CarrierPlan
  let classes: FieldClasses
  let memory: FixedMemory

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

  /// The keys by the class of the equipment.
  /// - Parameter numbered: gives a set of conversions its number.
  func keys(_ numbered: (Set<Conversion>) -> Int32) -> [KeyPlan] {
    (0..<classes.count(.equipment)).map { equipment in
      var relevant = relevant(equipment)
      var plan = KeyPlan()
      plan.asksWeight =
        relevant.usesTonnes || relevant.minimumWeights.canBeOpen
        || !likeness(.chargeable, relevant).isTotal || !likeness(.weight, relevant).isTotal
      if plan.asksWeight { relevant.lists.append(relevant.minimumWeights) }
      plan.conversions = numbered(relevant.conversions)
      setParts(relevant, &plan)
      return plan
    }
  }

  private func relevant(_ equipment: Int) -> Relevant {
    func rows(_ sieve: Sieve) -> Likeness.Rows { Likeness.Rows(sieve, .equipment, equipment) }
    let due = rows(plan.charges)
    var rates = rows(plan.rates)
    var chain = rows(plan.chain)
    var relevant = Relevant(minimumWeights: rows(plan.minimumWeights))
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
    relevant.lists = [rows(plan.minimumDistances), due, rates, chain]
    return relevant
  }

  private func likeness(_ field: Field, _ relevant: Relevant) -> Likeness {
    Likeness(
      field, count: classes.count(field), relevant.lists,
      columns: relevant.rates.filter {
        $0.column < 0 && $0.grid >= 0 && Int($0.columnField) == field.rawValue
      }.map(\.columns))
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
    for field in Field.allCases where !KeyPart.derived.contains(field) && field != .weight {
      // What is left of the rows is another for each kind of equipment, so that it counts itself.
      let numbers =
        field == .equipment
        ? (0..<classes.count(field)).map { UInt16($0) } : likeness(field, relevant).numbers
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
