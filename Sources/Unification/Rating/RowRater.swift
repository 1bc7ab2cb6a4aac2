import CSV
import ExactMoney
import TariffRules

/// Rates plain rows by the compiled rules: each kind of consignment has a plan, and what is left
/// for a row is arithmetic. What the rules do not answer is left to the quote.
struct RowRater: ~Copyable {
  /// The row that is answered: one of those waiting.
  var row: UnsafeMutablePointer<RowFacts>
  /// Rows that were read before it is their turn, at their places among the rows ahead.
  let waiting: UnsafeMutablePointer<RowFacts>
  var days: DayPlans
  var legs: LegReckoner
  var kinds: KindBook
  var book: LaneBook
  var termsBook = TermsBook()
  var division: DivisionReckoner
  let finder: ClassFinder
  let parties: [Int64]
  /// Plans by the texts of rows; they are forgotten together.
  var texts: RowTexts
  /// Each leg's charges for one unit on the lane that is divided.
  private let legCharges: UnsafeMutablePointer<Int64>
  /// What the odd legs of each lane cost.
  private let oddCharges: UnsafeMutablePointer<Int64>
  /// The bands of the lanes of the row's plan.
  let bands: UnsafeMutablePointer<UnsafePointer<LaneBand>>
  /// The legs of a lane that is planned, as they are asked for and as they are kept, and the lanes.
  let askedLegs: UnsafeMutablePointer<LegKind>
  let legKinds: UnsafeMutablePointer<UnsafeMutablePointer<LegKind>>
  let plannedLanes: UnsafeMutablePointer<KindPlan.Lane>
  /// The plan of the row that was read, with room for its lanes.
  let rowPlan: UnsafeMutablePointer<RowPlan>
  /// The lanes of rows that were looked up before it is their turn, and those of one that was not.
  let lanesAhead: UnsafeMutablePointer<LaneAhead>
  private let lanesOfRow: UnsafeMutablePointer<LaneAhead>

  /// What becomes of a row; the shares are in `division`.
  enum Answer {
    case priced(Price)
    case refused(Int32)
    case quoted
  }

  struct Price {
    var unitRate: Int64
    var total: Int64
    var currency: Int
    var unit: Int
  }

  /// - Parameter columns: those whose text decides which plan a row has.
  init(
    _ tables: TariffTables, _ asOf: Day?, _ regimes: Regimes, columns: [Int],
    _ sizes: BookSizes = BookSizes()
  ) {
    finder = regimes.shared.finder
    waiting = .allocate(capacity: RowsAhead.most)
    row = waiting
    for index in 0..<RowsAhead.most { (waiting + index).initialize(to: RowFacts()) }
    days = DayPlans(tables, asOf, regimes)
    parties = tables.partyCodes.compactMap { tables.symbols.number(of: $0) }
    kinds = KindBook(bytes: sizes.kinds)
    book = LaneBook(bytes: sizes.lanes)
    legs = LegReckoner(
      finder, RefusalTexts(parties: parties.count), LegBook(bytes: sizes.legs))
    division = DivisionReckoner(parties: parties.count)
    texts = RowTexts(columns: columns, bytes: sizes.texts, trial: sizes.trial)
    legCharges = .allocate(capacity: LaneBand.mostLegs)
    oddCharges = .allocate(capacity: RowPlan.mostLanes * LaneBand.mostLegs)
    bands = .allocate(capacity: RowPlan.mostLanes)
    askedLegs = .allocate(capacity: LaneBand.mostLegs)
    legKinds = .allocate(capacity: LaneBand.mostLegs)
    plannedLanes = .allocate(capacity: RowPlan.mostLanes)
    rowPlan = UnsafeMutableRawPointer.allocate(
      byteCount: RowPlan.mostBytes, alignment: MemoryLayout<RowPlan.Lane>.alignment
    ).bindMemory(to: RowPlan.self, capacity: 1)
    lanesAhead = .allocate(capacity: RowsAhead.most * RowsAhead.mostLanes)
    lanesOfRow = .allocate(capacity: RowPlan.mostLanes)
  }

  deinit {
    waiting.deinitialize(count: RowsAhead.most)
    waiting.deallocate()
    legCharges.deallocate()
    oddCharges.deallocate()
    bands.deallocate()
    askedLegs.deallocate()
    legKinds.deallocate()
    plannedLanes.deallocate()
    rowPlan.deallocate()
    lanesAhead.deallocate()
    lanesOfRow.deallocate()
  }

  // MARK: - One row

  /// Answers a row whose plan and bands are known; nil where it has to be read.
  @inline(__always)
  mutating func answer(
    _ plan: UnsafePointer<RowPlan>, _ bands: UnsafePointer<UnsafePointer<LaneBand>>,
    _ quantities: RowReader.Quantities
  ) -> Answer? {
    compared(plan, bands, quantities.weight, quantities.count)
  }

  /// Answers a row whose plan is known, and makes the bands that are missing; nil where a leg has
  /// no answer yet, or a lane no price: then it has to be read.
  @inline(never)
  mutating func answer(
    _ plan: UnsafePointer<RowPlan>, _ quantities: RowReader.Quantities
  ) -> Answer? {
    guard book.hasRoom else { return nil }
    clearPassing()
    for number in 0..<Int(plan.pointee.laneCount) {
      let lane = RowPlan.lanes(plan)[number]
      let known = LaneSeries.band(lane.series, quantities.weight)
      guard let band = known ?? makeBand(lane, quantities.weight), band.pointee.isPriced else {
        return nil
      }
      bands[number] = band
    }
    return compared(plan, UnsafePointer(bands), quantities.weight, quantities.count)
  }

  /// Answers one of the rows that were read.
  /// - Parameter text: its text, by which its plan can be kept.
  mutating func answer(waiting index: Int, _ text: RowTexts.Text? = nil) -> Answer {
    row = waiting + index
    if isFull { forget() }
    guard let key = row.pointee.planKey else { return .quoted }
    guard let (plan, lanes) = row.pointee.ahead ?? planned(key) else { return .quoted }
    setPlan(plan, lanes)
    if let text, texts.plan(text) == nil { texts.keep(text, rowPlan) }
    guard plan.pointee.laneCount > 0, findBands(lanes) else { return .quoted }
    return compared(rowPlan, UnsafePointer(bands), row.pointee.weight, row.pointee.count) ?? .quoted
  }

  /// The plan and the lanes of a row that was not looked up ahead of its turn, or that has a new
  /// plan; nil where there are too many ways to convert its money.
  @inline(never)
  private mutating func planned(_ key: RowKey) -> RowFacts.Ahead? {
    let plan = kinds.plan(key) ?? make(key)
    return convert(plan, row, to: lanesOfRow) ? (plan, lanesOfRow) : nil
  }

  /// Forgets what was for one row only.
  mutating func clearPassing() {
    book.passing.clear()
    legs.book.passing.clear()
  }

  /// Forgets what has no room for another plan, and what refers to it: plans of texts refer to
  /// lanes, lanes to the answers of legs and to kinds, answers to kinds, kinds to terms, and these
  /// to nothing. A kind of leg refers to answers as well, but only to those of a book that was not
  /// cleared since.
  @inline(never)
  private mutating func forget() {
    let isEmptied = termsBook.isFull || !kinds.hasRoom
    if termsBook.isFull { termsBook.clear() }
    if isEmptied { kinds.clear() }
    if isEmptied || legs.book.isFull || !legs.book.hasRoom { legs.book.clear() }
    texts.clear()
    book.clear()
    forgetAhead()
  }

  /// Whether there is no room for another plan.
  @inline(__always)
  private var isFull: Bool {
    legs.book.isFull || !legs.book.hasRoom || !book.hasRoom || !kinds.hasRoom || termsBook.isFull
  }

  // MARK: - Comparing lanes

  /// The lanes without a price: the first of each status, and the first of all; -1 for none.
  private struct Refused {
    private var conflict = -1, rejected = -1, onRequest = -1, first = -1

    mutating func note(_ lane: Int, _ status: Status) {
      switch status {
      case .conflict: if conflict < 0 { conflict = lane }
      case .rejected: if rejected < 0 { rejected = lane }
      case .onRequest: if onRequest < 0 { onRequest = lane }
      case .noRate, .priced: break
      }
      if first < 0 { first = lane }
    }

    /// The lane whose refusal is the answer; -1 where there is a price.
    @inline(__always)
    func decisive(hasPrice: Bool) -> Int {
      if first < 0 { return -1 }
      if conflict >= 0 { return conflict }
      if rejected >= 0 { return rejected }
      if hasPrice { return -1 }
      return onRequest >= 0 ? onRequest : first
    }
  }

  /// Answers a row whose bands were found; nil where it has to be read.
  @inline(__always)
  private mutating func compared(
    _ plan: UnsafePointer<RowPlan>, _ bands: UnsafePointer<UnsafePointer<LaneBand>>,
    _ weight: Int64, _ count: Int64
  ) -> Answer? {
    let lanes = RowPlan.lanes(plan)
    var refused = Refused()
    var best = -1
    var unitRate: Int64 = 0
    for number in 0..<Int(plan.pointee.laneCount) {
      let band = bands[number]
      guard band.pointee.isPriced else {
        guard LaneBand.isRefused(band, weight, count, odd: odd(number)) else { return .quoted }
        refused.note(number, legs.refusals.status(band.pointee.refusal))
        continue
      }
      let terms = UnsafePointer(lanes[number].terms)
      guard let price = price(number, terms, band, weight, count) else { return .quoted }
      if best >= 0 {
        let known = lanes[best].terms
        // Totals of two currencies are compared by the quote.
        guard known.pointee.currency == terms.pointee.currency else { return .quoted }
        if (unitRate, known.pointee.order) <= (price, terms.pointee.order) { continue }
      }
      (best, unitRate) = (number, price)
    }
    let decisive = refused.decisive(hasPrice: best >= 0)
    if decisive >= 0 {
      let said = lanes[decisive].terms.pointee.refusal
      guard said.ofLeg == bands[decisive].pointee.refusal else { return nil }
      return said.ofLane >= 0 ? .refused(said.ofLane) : .quoted
    }
    guard best >= 0 else { return .quoted }
    let terms = UnsafePointer(lanes[best].terms)
    let total = unitRate &* count
    guard divide(total, best, terms, bands[best], weight, count) else { return .quoted }
    return .priced(
      Price(
        unitRate: unitRate, total: total, currency: Int(terms.pointee.currency),
        unit: Int(plan.pointee.unit)))
  }

  /// The price per unit on a lane; nil where only a quote can tell.
  @inline(__always)
  private mutating func price(
    _ lane: Int, _ terms: UnsafePointer<LaneTerms>, _ band: UnsafePointer<LaneBand>,
    _ weight: Int64, _ count: Int64
  ) -> Int64? {
    guard let sum = LaneBand.sum(band, weight, odd: odd(lane)),
      let unitRate = terms.pointee.unitRate(sum)
    else { return nil }
    // Each is within the limits, so that their sum is far from an overflow.
    let perUnit = Int64(unitRate.magnitude &+ sum.magnitude) &+ terms.pointee.agreed
    let (most, overflow) = perUnit.multipliedReportingOverflow(by: count)
    guard !overflow, most <= Money.limit else { return nil }
    let isSafe = LaneTerms.isSafe(terms, unitRate, band)
    guard isSafe || divide(unitRate &* count, lane, terms, band, weight, count) else { return nil }
    return unitRate
  }

  @inline(__always)
  private mutating func divide(
    _ total: Int64, _ lane: Int, _ terms: UnsafePointer<LaneTerms>,
    _ band: UnsafePointer<LaneBand>, _ weight: Int64, _ count: Int64
  ) -> Bool {
    LaneBand.write(band, weight, odd: odd(lane), to: legCharges)
    return division.divide(
      DivisionReckoner.Task(
        total: total, count: count, amounts: terms.pointee.amounts, legs: legCharges,
        kilometres: LaneBand.kilometres(band)), terms.pointee.division)
  }

  /// What the odd legs of a lane cost, once its charges are added up.
  @inline(__always)
  private func odd(_ lane: Int) -> UnsafeMutablePointer<Int64> {
    oddCharges + lane &* LaneBand.mostLegs
  }
}
