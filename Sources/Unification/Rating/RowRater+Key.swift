import ExactMoney
import TariffRules

/// By what the plan of a row is found, once its fields are read.
extension RowRater {
  /// Puts together by what the plan of a row that was read is found, unless a quote must answer.
  /// - Parameter index: the row's place among those that wait.
  mutating func setKey(_ index: Int) {
    let row = waiting + index
    (row.pointee.planKey, row.pointee.ahead) = (nil, nil)
    row.pointee.day = days.number(row.pointee.dayNumber)
    guard row.pointee.day >= 0 else { return }
    let tables = days.tables + row.pointee.day
    row.pointee.rules = tables.pointee.rules
    let equipmentClass = Int(row.pointee.classes[Field.equipment.rawValue])
    guard setOwner(row, tables.pointee.equipment[equipmentClass]) else { return }
    if row.pointee.customer >= 0 {
      row.pointee.currency = tables.pointee.customers[Int(row.pointee.customer)]
      if row.pointee.currency == -2 { return }
    }
    let count = row.pointee.count &* 1000
    row.pointee.set(.count, count, finder.number(of: count, .count))
    let number = row.pointee.values[Field.unNumber.rawValue]
    if number != Facts.absent {
      let unClass = number >= 0 ? tables.pointee.unClasses[Int(number)] : Facts.unknown
      row.pointee.set(
        .unClass, unClass, unClass >= 0 ? finder.word(unClass, .unClass) : FieldClasses.unknown)
    }
    let keyPlan = tables.pointee.rowKeys.pointer + equipmentClass
    guard !keyPlan.pointee.isTooWide else { return }
    row.pointee.planKey = row.pointee.key(keyPlan)
  }

  /// The owner of the wagon where only one owner is given.
  @inline(__always)
  private func setOwner(
    _ row: UnsafeMutablePointer<RowFacts>, _ equipment: RegimePlan.EquipmentPlan
  ) -> Bool {
    guard equipment.isKnown else { return false }
    let owner = row.pointee.values[Field.owner.rawValue]
    var wagon = row.pointee.values[Field.wagonOwner.rawValue]
    if !equipment.ridesOnAWagon {
      if wagon != Facts.absent && wagon != owner { return false }
      wagon = owner
    } else if wagon == Facts.absent {
      wagon = owner
    }
    if wagon != Facts.absent {
      row.pointee.set(.wagonOwner, wagon, finder.word(wagon, .wagonOwner))
    }
    return true
  }
}
