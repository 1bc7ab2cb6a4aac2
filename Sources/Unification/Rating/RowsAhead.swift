import CProcessor
import TariffRules

/// Rows that are found and looked up together before they are answered one after the other: so the
/// processor fetches what many rows need at the same time, and does not wait for each.
struct RowsAhead: ~Copyable {
  /// One row.
  struct Row: BitwiseCopyable {
    /// Where it begins, where its text ends, and where the next one begins.
    var start = 0, end = 0, next = 0
    var quantities = RowReader.Quantities()
    /// Whether they could be read.
    var hasQuantities = false
    var text: RowTexts.Text
    /// Whether its plan can be looked up by its text.
    var hasText = false
    /// Its plan; nil where it is not known.
    var plan: UnsafePointer<RowPlan>?
    /// Whether all its fields could be read as well; nil where nobody tried, as its plan is known.
    var isRead: Bool?
    /// Whether the bands of all its lanes are known as well.
    var isWhole = false
  }

  let rows: UnsafeMutablePointer<Row>
  private(set) var count = 0
  /// How many have a plan.
  private(set) var known = 0
  /// How many are found at once: fewer after a row that was left to the quote, as those behind it
  /// are found again.
  private var room = RowsAhead.most
  private let scanner: RowScanner
  private let starts: UnsafeMutablePointer<Int>
  private let words: UnsafeMutablePointer<RowTexts.Words>
  private let bands: UnsafeMutablePointer<UnsafePointer<LaneBand>>
  /// Lanes without the band that is asked for.
  private let lacking: UnsafeMutablePointer<UnsafePointer<LaneSeries>>

  static let most = 16, mostLanes = 8

  init(_ scanner: RowScanner) {
    self.scanner = scanner
    starts = .allocate(capacity: Self.most * scanner.placeCount)
    rows = .allocate(capacity: Self.most)
    words = .allocate(capacity: Self.most * RowTexts.mostWords)
    bands = .allocate(capacity: Self.most * Self.mostLanes)
    lacking = .allocate(capacity: Self.most * Self.mostLanes)
    for index in 0..<Self.most {
      let text = RowTexts.Text(words + index * RowTexts.mostWords)
      (rows + index).initialize(to: Row(text: text))
    }
  }

  deinit {
    starts.deallocate()
    rows.deallocate()
    words.deallocate()
    bands.deallocate()
    lacking.deallocate()
  }

  /// Where the fields of a row start.
  @inline(__always)
  func starts(_ index: Int) -> UnsafeMutablePointer<Int> { starts + index &* scanner.placeCount }

  /// The bands of a row's lanes, where its plan is known.
  @inline(__always)
  func bands(_ index: Int) -> UnsafePointer<UnsafePointer<LaneBand>> {
    UnsafePointer(bands + index &* Self.mostLanes)
  }

  /// Finds the next plain rows.
  @inline(__always)
  mutating func find(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ reader: inout RowReader,
    _ texts: borrowing RowTexts
  ) {
    (count, known) = (0, 0)
    var at = start
    while count < room, let found = scanner.fields(base, at, end, starts(count)) {
      let row = rows + count
      (row.pointee.start, row.pointee.end, row.pointee.next) = (at, found.text, found.next)
      (row.pointee.hasQuantities, row.pointee.hasText) = (false, false)
      row.pointee.isRead = nil
      if let quantities = reader.quantities(base, starts(count)) {
        row.pointee.quantities = quantities
        row.pointee.hasQuantities = true
        if texts.isUseful {
          row.pointee.hasText = texts.take(
            base, starts(count), quantities.classes, &row.pointee.text)
          if row.pointee.hasText { texts.fetchSlot(row.pointee.text) }
        }
      }
      count &+= 1
      at = found.next
    }
    room = min(room &* 2, Self.most)
  }

  /// Notes that a row was left to the quote.
  mutating func noteQuoted() { room = 1 }

  /// Looks up the plan and the bands of a row by itself.
  mutating func lookUp(_ index: Int, _ texts: borrowing RowTexts) {
    let row = rows + index
    findPlan(row, texts)
    guard let plan = row.pointee.plan else { return }
    for number in 0..<Int(plan.pointee.laneCount) {
      findBand(index, number, RowPlan.lanes(plan) + number)
    }
  }

  @inline(__always)
  private func findPlan(_ row: UnsafeMutablePointer<Row>, _ texts: borrowing RowTexts) {
    row.pointee.plan = row.pointee.hasText ? texts.plan(row.pointee.text) : nil
    row.pointee.isWhole = row.pointee.plan != nil
  }

  /// Finds the band of a lane.
  @inline(__always)
  private func findBand(_ index: Int, _ number: Int, _ lane: UnsafePointer<RowPlan.Lane>) {
    let weight = rows[index].quantities.weight
    guard number < Self.mostLanes, let band = LaneSeries.band(lane.pointee.series, weight)
    else { return rows[index].isWhole = false }
    bands[index &* Self.mostLanes &+ number] = band
    LaneBand.fetch(band)
  }

  /// Looks up the plans and bands of the rows, step by step for all of them. They are good until
  /// one of the rows is planned.
  @inline(__always)
  mutating func lookUp(_ texts: borrowing RowTexts) {
    for index in 0..<count where rows[index].hasText { texts.fetchText(rows[index].text) }
    for index in 0..<count {
      findPlan(rows + index, texts)
      if rows[index].plan != nil { known &+= 1 }
    }
    each { _, _, lane in
      prefetch(lane.pointee.series)
      prefetch(lane.pointee.terms)
    }
    each { _, _, lane in LaneSeries.fetchBands(lane.pointee.series) }
    each { index, number, lane in findBand(index, number, lane) }
    if (0..<count).contains(where: { rows[$0].plan != nil && !rows[$0].isWhole }) { fetchLegs() }
    each { index, number, _ in
      LaneBand.fetchAnswers(bands[index &* Self.mostLanes &+ number])
    }
  }

  /// Fetches what the bands that are missing will be made of.
  @inline(never)
  private func fetchLegs() {
    var count = 0
    for index in 0..<self.count {
      guard let plan = rows[index].plan, !rows[index].isWhole else { continue }
      let (weight, lanes) = (rows[index].quantities.weight, RowPlan.lanes(plan))
      for number in 0..<min(Int(plan.pointee.laneCount), Self.mostLanes)
      where LaneSeries.band(lanes[number].series, weight) == nil {
        lacking[count] = lanes[number].series
        LaneSeries.fetch(lanes[number].series)
        count &+= 1
      }
    }
    for index in 0..<count { LaneSeries.fetchLegs(lacking[index]) }
    for index in 0..<count { LaneSeries.fetchAnswers(lacking[index]) }
  }

  /// Goes through the lanes of all rows of which nothing was missing so far.
  @inline(__always)
  private func each(_ body: (Int, Int, UnsafePointer<RowPlan.Lane>) -> Void) {
    for index in 0..<count {
      guard let plan = rows[index].plan, rows[index].isWhole else { continue }
      let lanes = RowPlan.lanes(plan)
      for number in 0..<Int(plan.pointee.laneCount) { body(index, number, lanes + number) }
    }
  }
}
