import TariffRules

/// Rows that are found and looked up together before they are answered one after the other: so the
/// processor fetches what many rows need at the same time, and does not wait for each.
struct RowsAhead: ~Copyable {
  /// One row.
  struct Row: BitwiseCopyable {
    /// Where it begins, where its text ends, and where the next one begins.
    var start = 0, end = 0, next = 0
    var quantities = RowReader.Quantities()
    var text: RowTexts.Text
    /// Whether its plan can be looked up by its text.
    var hasText = false
  }

  let rows: UnsafeMutablePointer<Row>
  private(set) var count = 0
  /// How many are found at once: fewer after a row that was left to the quote, as those behind it
  /// are found again.
  private var room = RowsAhead.most
  private let words: UnsafeMutablePointer<UInt64>
  private let plans: UnsafeMutablePointer<UnsafePointer<RowPlan>?>
  private let bands: UnsafeMutablePointer<UnsafePointer<LaneBand>>
  /// What was touched, so that it must be read.
  private var touched: UInt64 = 0

  static let most = 32
  private static let mostBands = most * 4

  init() {
    rows = .allocate(capacity: Self.most)
    words = .allocate(capacity: Self.most * RowTexts.mostWords)
    plans = .allocate(capacity: Self.most)
    bands = .allocate(capacity: Self.mostBands)
    for index in 0..<Self.most {
      let text = RowTexts.Text(words + index * RowTexts.mostWords)
      (rows + index).initialize(to: Row(text: text))
    }
  }

  deinit {
    rows.deallocate()
    words.deallocate()
    plans.deallocate()
    bands.deallocate()
  }

  /// Finds the next plain rows.
  @inline(__always)
  mutating func find(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ scanner: borrowing RowScanner,
    _ reader: inout RowReader, _ texts: borrowing RowTexts
  ) {
    count = 0
    var at = start
    while count < room, let found = scanner.fields(base, at, end) {
      let row = rows + count
      (row.pointee.start, row.pointee.end, row.pointee.next) = (at, found.text, found.next)
      row.pointee.hasText = false
      if let quantities = reader.quantities(base, scanner.starts) {
        row.pointee.quantities = quantities
        row.pointee.hasText = texts.take(
          base, scanner.starts, quantities.classes, &row.pointee.text)
      }
      count &+= 1
      at = found.next
    }
    room = min(room &* 2, Self.most)
  }

  /// Notes that a row was left to the quote.
  mutating func stop() { room = 1 }

  /// Reads what the rows need, step by step for all of them. What is found is looked up once more
  /// when a row's turn comes.
  @inline(__always)
  mutating func fetch(_ texts: borrowing RowTexts) {
    var touched = touched
    for index in 0..<count { texts.touch(rows[index].text, &touched) }
    for index in 0..<count {
      plans[index] =
        rows[index].hasText ? texts.likelyPlan(rows[index].text, &touched) : nil
    }
    for index in 0..<count {
      if let lanes = plans[index]?.pointee.lanes { touched ^= UInt64(lanes.pointee.order) }
    }
    for index in 0..<count {
      each(index) { touched ^= UInt64(truncatingIfNeeded: $0.pointee.series.pointee.legCount) }
    }
    var bandCount = 0
    for index in 0..<count {
      let weight = rows[index].quantities.weight
      each(index) { lane in
        guard bandCount < Self.mostBands,
          let band = LaneSeries.likelyBand(lane.pointee.series, weight)
        else { return }
        bands[bandCount] = band
        bandCount &+= 1
      }
    }
    for index in 0..<bandCount { touched ^= bands[index].pointee.touched }
    for index in 0..<bandCount { touched ^= bands[index].pointee.touchedAnswers }
    self.touched = touched
  }

  @inline(__always)
  private func each(_ index: Int, _ body: (UnsafePointer<PlannedLane>) -> Void) {
    guard let plan = plans[index], let lanes = plan.pointee.lanes else { return }
    for number in 0..<Int(plan.pointee.laneCount) { body(lanes + number) }
  }
}
