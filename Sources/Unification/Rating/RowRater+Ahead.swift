import CProcessor
import ExactMoney
import TariffRules

/// A lane of a row in the money of its day, and what of it is known already.
struct LaneAhead: BitwiseCopyable {
  let lane: UnsafePointer<KindPlan.Lane>
  let kind: UnsafePointer<LaneKind>
  let amounts: FixedTable<Int64>
  /// The number of what converts on its legs, and what that is.
  let exchange: Int32
  let exchanges: FixedTable<UInt16>
  let weight: Int64
  var terms: UnsafeMutablePointer<LaneTerms>?
  var series: UnsafePointer<LaneSeries>?
  var band: UnsafePointer<LaneBand>?
}

/// Rows without a plan that are read together before they are answered one after the other: so the
/// processor fetches what many rows need at the same time, and does not wait for each.
extension RowRater {
  /// Looks up what the rows that were read will need, step by step for all of them: their plans,
  /// the series of these, their bands. Where there is none yet, what it will be made of is fetched.
  /// - Parameter count: how many there are, those without a key among them.
  mutating func lookUp(_ count: Int) {
    eachKey(count) { kinds.fetchSlot($0) }
    eachKey(count) { kinds.fetchPlan($0) }
    var lanes = lanesAhead
    for index in 0..<count { findLanes(waiting + index, &lanes) }
    let all = lanes - lanesAhead
    for lane in 0..<all {
      let ahead = lanesAhead + lane
      book.fetchLane(ahead.pointee.lane.pointee, ahead.pointee.amounts, ahead.pointee.exchange)
    }
    for lane in 0..<all { findSeries(lanesAhead + lane) }
    for lane in 0..<all { findBand(lanesAhead + lane) }
    for lane in 0..<all where lanesAhead[lane].band == nil { fetchAnswers(lanesAhead + lane) }
    for lane in 0..<all where lanesAhead[lane].series == nil {
      eachLeg(lanesAhead + lane) { legs.book.fetchSeries($0, $1, $2) }
    }
  }

  /// Forgets what was looked up for rows whose turn it is not yet.
  func forgetAhead() {
    for index in 0..<RowsAhead.most { waiting[index].ahead = nil }
  }

  /// Finds the lanes of a row, and fetches what says whether they are known in the money of its
  /// day.
  @inline(__always)
  private mutating func findLanes(
    _ row: UnsafeMutablePointer<RowFacts>, _ lanes: inout UnsafeMutablePointer<LaneAhead>
  ) {
    guard let key = row.pointee.planKey, let plan = kinds.plan(key),
      Int(plan.pointee.laneCount) <= RowsAhead.mostLanes, convert(plan, row, to: lanes)
    else { return }
    row.pointee.ahead = (plan, lanes)
    for _ in 0..<Int(plan.pointee.laneCount) {
      book.fetchSlots(lanes.pointee.lane.pointee, lanes.pointee.amounts, lanes.pointee.exchange)
      lanes += 1
    }
  }

  /// Puts the lanes of a plan into the money of a row's day; false where there are too many ways to
  /// convert it.
  @inline(__always)
  mutating func convert(
    _ plan: UnsafePointer<KindPlan>, _ row: UnsafeMutablePointer<RowFacts>,
    to lanes: UnsafeMutablePointer<LaneAhead>
  ) -> Bool {
    var setting: LegReckoner.Setting?
    for number in 0..<Int(plan.pointee.laneCount) {
      let lane = KindPlan.lanes(plan) + number
      let target = Int(lane.pointee.target)
      if setting?.target != target { setting = days.setting(row.pointee.day, target) }
      guard let setting else { return false }
      (lanes + number).initialize(
        to: LaneAhead(
          lane: lane, kind: lane.pointee.kind, amounts: setting.amounts,
          exchange: days.exchange(lane.pointee.conversions, setting),
          exchanges: setting.exchanges, weight: row.pointee.weight))
    }
    return true
  }

  /// Looks up the terms and the series of a lane.
  @inline(__always)
  private func findSeries(_ lane: UnsafeMutablePointer<LaneAhead>) {
    lane.pointee.terms = book.knownTerms(lane.pointee.lane.pointee, lane.pointee.amounts)
    lane.pointee.series = book.known(lane.pointee.kind, lane.pointee.exchange)
    if let series = lane.pointee.series {
      LaneSeries.fetchBands(series)
    } else {
      LaneKind.fetch(lane.pointee.kind)
    }
  }

  /// Looks up the band of a lane, or fetches its legs.
  @inline(__always)
  private func findBand(_ lane: UnsafeMutablePointer<LaneAhead>) {
    guard let series = lane.pointee.series else { return LaneKind.fetchLegs(lane.pointee.kind) }
    lane.pointee.band = LaneSeries.band(series, lane.pointee.weight)
    if let band = lane.pointee.band {
      LaneBand.fetch(band)
    } else {
      LaneSeries.fetchLegs(series)
    }
  }

  /// Fetches the answers of the legs of a lane without a band, or where their series are found.
  @inline(__always)
  private func fetchAnswers(_ lane: UnsafeMutablePointer<LaneAhead>) {
    if let series = lane.pointee.series { return LaneSeries.fetchAnswers(series) }
    eachLeg(lane) { legs.book.fetchSlot($0, $1, $2) }
  }

  /// Goes through the keys of the rows.
  @inline(__always)
  private func eachKey(_ count: Int, _ body: (RowKey) -> Void) {
    for index in 0..<count {
      if let key = waiting[index].planKey { body(key) }
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
