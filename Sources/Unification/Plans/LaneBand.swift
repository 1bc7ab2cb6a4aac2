import ExactMoney
import TariffRules

/// What one lane costs for a stretch of weights within which every leg is charged by the same
/// rows: what is left for a row is arithmetic.
struct LaneBand: BitwiseCopyable {
  /// The weights for which it holds, in thousandths of a kilogram; one that is not given is below
  /// all.
  private(set) var low = Int64.min, high = Int64.max
  /// The sum of the legs' charges that do not depend on the weight, and of those for a step of it.
  private var sum: Int64 = 0, perStep: Int64 = 0
  /// The answers for the legs.
  private var answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>>
  /// The legs that go by steps of their own, or whose charges have to be rounded, as a mask.
  private var odd: UInt64 = 0
  /// What is passed through of one unit's price; below zero where that depends on the weight.
  private(set) var passed: Int64 = -1
  /// The step, in thousandths of a kilogram.
  private var step: Int32 = 1
  /// Why there is no price.
  private(set) var refusal: Int32 = -1
  let legCount: UInt8
  private(set) var outcome = LegAnswer.Outcome.priced
  /// Whether it is for one day only.
  private var isOfDay = false
  /// Whether some partner earns, for all weights of the band.
  private var isEarning = false
  /// Whether no charge is below zero.
  private var isNeverNegative = true

  /// A band of which nothing is known yet.
  init(legs count: Int, _ memory: inout Arena) {
    legCount = UInt8(truncatingIfNeeded: count)
    answers = memory.take(UnsafePointer<LegAnswer>.self, count)
  }

  /// The same in other memory, behind itself.
  func moved(to memory: inout Arena) -> UnsafePointer<LaneBand> {
    let place = memory.take(LaneBand.self, 1)
    place.initialize(to: self)
    let moved = memory.take(UnsafePointer<LegAnswer>.self, Int(legCount))
    moved.update(from: answers, count: Int(legCount))
    place.pointee.answers = moved
    return UnsafePointer(place)
  }

  /// Whether it can be asked again.
  var isWorthKeeping: Bool { !isOfDay && (low < high || high == Facts.absent) }

  // MARK: - How it comes about

  /// Adds the answer for a leg, in their order; false where no other leg matters.
  mutating func add(_ leg: Int, _ answer: UnsafePointer<LegAnswer>) -> Bool {
    low = max(low, answer.pointee.low)
    high = min(high, answer.pointee.high)
    if answer.pointee.day != LegAnswer.anyDay { isOfDay = true }
    outcome = answer.pointee.outcome
    refusal = answer.pointee.refusal
    guard isPriced else { return false }
    answers[leg] = answer
    let isFlat = answer.pointee.isFlat
    if isFlat || isInStep(answer) {
      sum &+= answer.pointee.amount
      perStep &+= answer.pointee.perStep
      if !isFlat { step = answer.pointee.step }
    } else {
      odd |= 1 << UInt64(leg)
    }
    return true
  }

  /// Whether a leg goes by the same steps as those before, and the sum stays so small that no
  /// product with a number of steps can overflow.
  private func isInStep(_ answer: UnsafePointer<LegAnswer>) -> Bool {
    answer.pointee.rounded == nil && answer.pointee.amount >= 0
      && (perStep == 0 || answer.pointee.step == step)
      && perStep + answer.pointee.perStep < LegAnswer.mostPerStep(answer.pointee.step)
  }

  /// Notes what can be told of all weights of the band, once all legs are there.
  mutating func close(_ division: UnsafePointer<DivisionPlan>) {
    var isSteady = true
    passed = 0
    for leg in 0..<Int(legCount) {
      let answer = answers[leg].pointee
      if answer.isFlat && answer.amount < 0 { isNeverNegative = false }
      if division.pointee.legs[leg].carrier < 0 {
        isSteady = isSteady && answer.isFlat
        passed &+= answer.amount
      } else if answer.amount > 0 || (answer.perStep > 0 && low > 0) {
        isEarning = true
      }
    }
    if !isSteady || !isNeverNegative { passed = -1 }
  }

  // MARK: - What is fetched beforehand

  /// Something of the answers of its legs, so that they must be read.
  @inline(__always)
  var touchedAnswers: UInt64 {
    guard isPriced else { return 0 }
    var touched: UInt64 = 0
    for leg in 0..<Int(legCount) { touched ^= UInt64(bitPattern: answers[leg].pointee.amount) }
    return touched
  }

  // MARK: - What a row costs

  @inline(__always)
  var isPriced: Bool { outcome == .priced }

  @inline(__always)
  func holds(_ weight: Int64) -> Bool { low <= weight && weight <= high }

  /// Whether some partner earns whatever the weight, as far as the division asks, and nobody's
  /// charges are below zero.
  @inline(__always)
  func earns(_ division: UnsafePointer<DivisionPlan>) -> Bool {
    isNeverNegative && (isEarning || !division.pointee.isByCharges)
  }

  /// The charges for one unit of a weight, added up; nil where one is beyond the limits.
  @inline(__always)
  func sum(_ weight: Int64) -> Int64? {
    var sum = sum
    if perStep != 0 { sum &+= perStep &* LegAnswer.steps(weight, step) }
    var rest = odd
    while rest != 0 {
      let amount = answers[rest.trailingZeroBitCount].pointee.perUnit(weight)
      guard amount >= 0, amount <= Money.limit else { return nil }
      sum &+= amount
      rest &= rest &- 1
    }
    return sum.magnitude <= Money.limit.magnitude ? sum : nil
  }

  /// Writes each leg's charges for one unit of a weight, and its kilometres.
  @inline(__always)
  func write(
    _ weight: Int64, to list: UnsafeMutablePointer<Int64>,
    _ kilometres: UnsafeMutablePointer<Int32>
  ) {
    for leg in 0..<Int(legCount) {
      list[leg] = answers[leg].pointee.perUnit(weight)
      kilometres[leg] = answers[leg].pointee.kilometres
    }
  }
}
