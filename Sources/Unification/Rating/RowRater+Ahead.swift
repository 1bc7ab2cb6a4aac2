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

  /// Fetches what the rows that were read will need, step by step for all of them.
  /// - Parameter count: how many there are, those without a key among them.
  mutating func fetch(_ count: Int) {
    eachKey(count) { kinds.fetchSlot($0) }
    eachKey(count) { kinds.fetchPlan($0) }
    var lanes = 0
    for index in 0..<count { fetchLanes(index, &lanes) }
    for lane in 0..<lanes {
      let ahead = lanesAhead + lane
      if let series = book.known(ahead.pointee.kind, ahead.pointee.exchange) {
        LaneSeries.fetchBands(series)
        ahead.pointee.isKnown = true
      } else {
        eachLeg(ahead) { prefetch($0) }
      }
    }
    for lane in 0..<lanes where !lanesAhead[lane].isKnown {
      let (exchanges, target) = (lanesAhead[lane].exchanges, lanesAhead[lane].kind.pointee.target)
      eachLeg(lanesAhead + lane) {
        legs.book.fetchSeries($0, exchanges[Int($0.pointee.conversions)], target)
      }
    }
    for lane in 0..<lanes where !lanesAhead[lane].isKnown {
      eachLeg(lanesAhead + lane) { LegKind.fetchRecipe($0) }
    }
  }

  /// Goes through the keys of the rows.
  @inline(__always)
  private func eachKey(_ count: Int, _ body: (RowKey) -> Void) {
    for index in 0..<count {
      if let key = waiting[index].planKey { body(key) }
    }
  }

  /// Fetches what says whether the lanes of a row are known in the money of its day.
  @inline(__always)
  private mutating func fetchLanes(_ index: Int, _ count: inout Int) {
    guard let key = waiting[index].planKey, let plan = kinds.plan(key) else { return }
    for number in 0..<min(Int(plan.pointee.laneCount), RowsAhead.mostLanes) {
      let lane = KindPlan.lanes(plan)[number]
      guard let setting = days.setting(waiting[index].day, Int(lane.target)) else { return }
      let exchange = days.exchange(lane.conversions, setting)
      prefetch(lane.kind)
      book.fetchSlots(lane, setting.amounts, exchange)
      (lanesAhead + count).initialize(
        to: LaneAhead(kind: lane.kind, exchange: exchange, exchanges: setting.exchanges))
      count &+= 1
    }
  }

  /// Goes through the legs of a lane.
  @inline(__always)
  private func eachLeg(
    _ lane: UnsafePointer<LaneAhead>, _ body: (UnsafeMutablePointer<LegKind>) -> Void
  ) {
    let kind = lane.pointee.kind
    for leg in 0..<Int(kind.pointee.legCount) { body(kind.pointee.legs[leg]) }
  }
}
