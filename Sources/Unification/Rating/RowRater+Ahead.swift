import CProcessor
import ExactMoney
import TariffRules

/// Rows without a plan that are read together before they are answered one after the other: so the
/// processor fetches what many rows need at the same time, and does not wait for each.
extension RowRater {
  /// A lane of a row that is answered later.
  struct LaneAhead: BitwiseCopyable {
    let kind: UnsafePointer<LaneKind>
    /// The number of what converts on its legs, and what that is.
    let exchange: Int32
    let exchanges: FixedTable<UInt16>
    var isKnown = false
  }

  // MARK: - By what a plan is found

  /// Puts together by what the plan of a row that was read is found, unless a quote must answer.
  mutating func setKey(_ index: Int) {
    let row = read + index
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
    row.pointee.key = row.pointee.key(keyPlan)
    row.pointee.isKeyed = true
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

  // MARK: - What will be needed

  /// Fetches what the rows that were read will need, step by step for all of them.
  /// - Parameter count: how many there are, those without a key among them.
  mutating func fetch(_ count: Int) {
    for index in 0..<count where read[index].isKeyed { kinds.fetchSlot(read[index].key) }
    for index in 0..<count where read[index].isKeyed { kinds.fetchPlan(read[index].key) }
    var lanes = 0
    for index in 0..<count where read[index].isKeyed { fetchLanes(index, &lanes) }
    for lane in 0..<lanes {
      let ahead = lanesAhead + lane
      if let series = book.known(ahead.pointee.kind, ahead.pointee.exchange) {
        prefetch(series)
        ahead.pointee.isKnown = true
      } else {
        eachLeg(ahead) { kind, _ in prefetch(kind) }
      }
    }
    for lane in 0..<lanes where !lanesAhead[lane].isKnown {
      let target = lanesAhead[lane].kind.pointee.target
      eachLeg(lanesAhead + lane) { kind, exchange in
        legs.book.fetchSeries(kind, exchange, target)
      }
    }
    for lane in 0..<lanes where !lanesAhead[lane].isKnown {
      eachLeg(lanesAhead + lane) { kind, _ in LegKind.fetchRecipe(kind) }
    }
  }

  /// Fetches what says whether the lanes of a row are known in the money of its day.
  @inline(__always)
  private mutating func fetchLanes(_ index: Int, _ count: inout Int) {
    guard let plan = kinds.plan(read[index].key) else { return }
    for number in 0..<min(Int(plan.pointee.laneCount), RowsAhead.mostLanes) {
      let lane = KindPlan.lanes(plan)[number]
      guard let setting = days.setting(read[index].day, Int(lane.target)) else { return }
      let exchange = days.exchange(lane.conversions, setting)
      prefetch(lane.kind)
      book.fetchSlots(lane, setting.amounts, exchange)
      (lanesAhead + count).initialize(
        to: LaneAhead(kind: lane.kind, exchange: exchange, exchanges: setting.exchanges))
      count &+= 1
    }
  }

  /// Goes through the legs of a lane, with the number of what converts on each.
  @inline(__always)
  private func eachLeg(
    _ lane: UnsafePointer<LaneAhead>, _ body: (UnsafeMutablePointer<LegKind>, UInt16) -> Void
  ) {
    let kind = lane.pointee.kind
    for leg in 0..<Int(kind.pointee.legCount) {
      let own = kind.pointee.legs[leg]
      body(own, lane.pointee.exchanges[Int(own.pointee.conversions)])
    }
  }
}
