import CProcessor
import ExactMoney
import TariffRules

/// Rows without a plan that are read together before they are answered one after the other: so the
/// processor fetches what many rows need at the same time, and does not wait for each.
extension RowRater {
  /// A lane of a row that is answered later.
  struct LaneAhead: BitwiseCopyable {
    let lane: UnsafePointer<KindPlan.Lane>
    let kind: UnsafePointer<LaneKind>
    let amounts: FixedTable<Int64>
    /// The number of what converts on its legs, and what that is.
    let exchange: Int32
    let exchanges: FixedTable<UInt16>
    let weight: Int64
    /// Nil where it is not known.
    var series: UnsafePointer<LaneSeries>?
    /// Whether its band is known as well.
    var isKnown = false
  }

  /// Fetches what the rows that were read will need, step by step for all of them: their plans,
  /// the series of these, their bands, and where there is none yet what it will be made of.
  /// - Parameter count: how many there are, those without a key among them.
  mutating func fetch(_ count: Int) {
    eachKey(count) { kinds.fetchSlot($0) }
    eachKey(count) { kinds.fetchPlan($0) }
    var lanes = 0
    for index in 0..<count { fetchLanes(index, &lanes) }
    for lane in 0..<lanes {
      let ahead = lanesAhead + lane
      book.fetchLane(ahead.pointee.lane.pointee, ahead.pointee.amounts, ahead.pointee.exchange)
    }
    for lane in 0..<lanes { findSeries(lanesAhead + lane) }
    for lane in 0..<lanes { findBand(lanesAhead + lane) }
    for lane in 0..<lanes where !lanesAhead[lane].isKnown { fetchLegs(lanesAhead + lane) }
  }

  /// Looks up the series of a lane, or fetches the legs that it will be made of.
  @inline(__always)
  private func findSeries(_ lane: UnsafeMutablePointer<LaneAhead>) {
    lane.pointee.series = book.known(lane.pointee.kind, lane.pointee.exchange)
    if let series = lane.pointee.series {
      LaneSeries.fetchBands(series)
    } else {
      LaneKind.fetchLegs(lane.pointee.kind)
    }
  }

  /// Looks up the band of a lane, or fetches the series of its legs.
  @inline(__always)
  private func findBand(_ lane: UnsafeMutablePointer<LaneAhead>) {
    guard let series = lane.pointee.series else {
      return eachLeg(lane) { legs.book.fetchSlot($0, $1, $2) }
    }
    if let band = LaneSeries.band(series, lane.pointee.weight) {
      lane.pointee.isKnown = true
      LaneBand.fetch(band)
    } else {
      LaneSeries.fetchLegs(series)
    }
  }

  /// Fetches the answers of the legs of a lane without a band.
  @inline(__always)
  private func fetchLegs(_ lane: UnsafeMutablePointer<LaneAhead>) {
    if let series = lane.pointee.series { return LaneSeries.fetchAnswers(series) }
    eachLeg(lane) { legs.book.fetchSeries($0, $1, $2) }
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
      let lane = KindPlan.lanes(plan) + number
      guard let setting = days.setting(waiting[index].day, Int(lane.pointee.target)) else {
        return
      }
      let exchange = days.exchange(lane.pointee.conversions, setting)
      LaneKind.fetch(lane.pointee.kind)
      book.fetchSlots(lane.pointee, setting.amounts, exchange)
      (lanesAhead + count).initialize(
        to: LaneAhead(
          lane: lane, kind: lane.pointee.kind, amounts: setting.amounts, exchange: exchange,
          exchanges: setting.exchanges, weight: waiting[index].weight))
      count &+= 1
    }
  }

  /// Goes through the legs of a lane, with what converts their money and the currency wanted.
  @inline(__always)
  private func eachLeg(
    _ lane: UnsafePointer<LaneAhead>,
    _ body: (UnsafeMutablePointer<LegKind>, UInt16, Int32) -> Void
  ) {
    let kind = lane.pointee.kind
    for number in 0..<Int(kind.pointee.legCount) {
      let leg = kind.pointee.legs[number]
      body(leg, lane.pointee.exchanges[Int(leg.pointee.conversions)], kind.pointee.target)
    }
  }
}
