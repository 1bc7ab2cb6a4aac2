import CProcessor
import ExactMoney
import TariffRules

/// What one lane costs for a stretch of weights within which every leg is charged by the same
/// rows: what is left for a row is arithmetic. What most rows need of it lies side by side: behind
/// it are the legs' charges, then those for a step, the answers for odd legs, and the kilometres.
/// Only a `LaneBandMaker` makes one.
struct LaneBand: BitwiseCopyable {
  /// The sum of the legs' charges that do not depend on the weight, and of those for a step of it.
  fileprivate var sum: Int64 = 0
  fileprivate var perStep: Int32 = 0
  /// The step, in thousandths of a kilogram.
  fileprivate var step: Int32 = 1
  /// What is passed through of one unit's price; below zero where that depends on the weight, or is
  /// more than fits. Where there is no price: for how many units the leg is sure to be refused.
  fileprivate(set) var passed: Int32 = -1
  /// The legs that go by steps of their own, or whose charges have to be rounded, as a mask.
  fileprivate var odd: UInt32 = 0
  /// Why there is no price.
  fileprivate(set) var refusal: Int32 = -1
  let legCount: UInt8
  fileprivate(set) var outcome = LegAnswer.Outcome.priced
  /// Whether some partner earns, for all weights of the band.
  fileprivate var isEarning = false
  /// Whether no charge is below zero.
  fileprivate var isNeverNegative = true

  /// A lane with more legs is left to the quote.
  static let mostLegs = 32

  fileprivate init(legs: Int) { legCount = UInt8(truncatingIfNeeded: legs) }

  // MARK: - What a row costs

  @inline(__always)
  var isPriced: Bool { outcome == .priced }

  /// Whether some partner earns whatever the weight, and nobody's charges are below zero.
  @inline(__always)
  var isEarningOnly: Bool { isNeverNegative && isEarning }

  /// The same as far as a division asks.
  @inline(__always)
  func earns(_ division: UnsafePointer<DivisionPlan>) -> Bool {
    isNeverNegative && (isEarning || !division.pointee.isByCharges)
  }

  /// Whether a lane without a price is refused for the reason that is known: what its legs before
  /// cost so many units must be within the limits, else that is the reason.
  /// - Parameter odd: room for what the odd legs cost.
  static func isRefused(
    _ band: UnsafePointer<LaneBand>, _ weight: Int64, _ count: Int64,
    odd: UnsafeMutablePointer<Int64>
  ) -> Bool {
    guard band.pointee.outcome == .refused, band.pointee.refusal >= 0,
      count <= Int64(band.pointee.passed), band.pointee.isNeverNegative,
      let sum = sum(band, weight, odd: odd)
    else { return false }
    let (charged, overflow) = sum.multipliedReportingOverflow(by: count)
    return !overflow && charged <= Money.limit
  }

  /// The charges for one unit of a weight, added up; nil where one is beyond the limits.
  /// - Parameter odd: room for what the odd legs cost.
  @inline(__always)
  static func sum(
    _ band: UnsafePointer<LaneBand>, _ weight: Int64, odd: UnsafeMutablePointer<Int64>
  ) -> Int64? {
    if band.pointee.odd != 0 || !band.pointee.isNeverNegative { return oddSum(band, weight, odd) }
    var sum = band.pointee.sum
    if band.pointee.perStep != 0 {
      sum &+= Int64(band.pointee.perStep) &* LegAnswer.steps(weight, band.pointee.step)
    }
    return sum <= Money.limit ? sum : nil
  }

  @inline(never)
  private static func oddSum(
    _ band: UnsafePointer<LaneBand>, _ weight: Int64, _ odd: UnsafeMutablePointer<Int64>
  ) -> Int64? {
    var sum = band.pointee.sum
    if band.pointee.perStep != 0 {
      let stepped = Int64(band.pointee.perStep) &* LegAnswer.steps(weight, band.pointee.step)
      // One below zero could hide another that is beyond the limits: only far below them is sure.
      guard band.pointee.isNeverNegative || stepped <= Money.limit / 2 else { return nil }
      sum &+= stepped
    }
    if band.pointee.odd != 0 {
      let answers = answers(band)
      for index in 0..<band.pointee.odd.nonzeroBitCount {
        let amount = answers[index].pointee.perUnit(weight)
        guard amount.magnitude <= Money.limit.magnitude else { return nil }
        odd[index] = amount
        sum &+= amount
      }
    }
    return sum.magnitude <= Money.limit.magnitude ? sum : nil
  }

  /// Writes each leg's charges for one unit of a weight.
  /// - Parameter odd: what the odd legs cost, as it was added up before.
  @inline(__always)
  static func write(
    _ band: UnsafePointer<LaneBand>, _ weight: Int64, odd: UnsafePointer<Int64>,
    to list: UnsafeMutablePointer<Int64>
  ) {
    let (count, legs) = (Int(band.pointee.legCount), legs(band))
    for leg in 0..<count { list[leg] = Int64(legs[leg]) }
    if band.pointee.perStep != 0 {
      let steps = LegAnswer.steps(weight, band.pointee.step)
      for leg in 0..<count { list[leg] &+= Int64(legs[count &+ leg]) &* steps }
    }
    var (rest, index) = (band.pointee.odd, 0)
    while rest != 0 {
      list[rest.trailingZeroBitCount] = odd[index]
      rest &= rest &- 1
      index &+= 1
    }
  }

  /// The kilometres of each leg.
  @inline(__always)
  static func kilometres(_ band: UnsafePointer<LaneBand>) -> UnsafePointer<Int32> {
    UnsafeRawPointer(answers(band) + band.pointee.odd.nonzeroBitCount)
      .assumingMemoryBound(to: Int32.self)
  }

  /// The charges of each leg, then those for a step, if there are such.
  @inline(__always)
  private static func legs(_ band: UnsafePointer<LaneBand>) -> UnsafePointer<Int32> {
    UnsafeRawPointer(band + 1).assumingMemoryBound(to: Int32.self)
  }

  /// How many numbers a band with so many legs has before the answers, which begin at whole words.
  @inline(__always)
  fileprivate static func charges(_ legCount: UInt8, isStepped: Bool) -> Int {
    ((isStepped ? 2 &* Int(legCount) : Int(legCount)) &+ 1) & ~1
  }

  /// The answers for the odd legs.
  @inline(__always)
  private static func answers(
    _ band: UnsafePointer<LaneBand>
  ) -> UnsafePointer<UnsafePointer<LegAnswer>> {
    let count = charges(band.pointee.legCount, isStepped: band.pointee.perStep != 0)
    return UnsafeRawPointer(legs(band) + count)
      .assumingMemoryBound(to: UnsafePointer<LegAnswer>.self)
  }

  /// Fetches what a row needs of a band.
  @inline(__always)
  static func fetch(_ band: UnsafePointer<LaneBand>) {
    prefetch(band)
    prefetch(UnsafeRawPointer(band) + 64)
  }

  /// Fetches the answers for its odd legs.
  @inline(__always)
  static func fetchAnswers(_ band: UnsafePointer<LaneBand>) {
    if band.pointee.odd == 0 { return }
    let answers = answers(band)
    for index in 0..<band.pointee.odd.nonzeroBitCount { prefetch(answers[index]) }
  }
}

/// Makes a band from the answers for the legs of a lane.
struct LaneBandMaker {
  private var band: LaneBand
  private let answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>>

  /// A band of which nothing is known yet.
  /// - Parameter answers: room for the answers for its legs.
  init(_ answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>>, legs: Int) {
    self.answers = answers
    band = LaneBand(legs: legs)
  }

  /// The lowest weight for which all answers so far hold, in thousandths of a kilogram; one that is
  /// not given is below all.
  private(set) var low = Int64.min

  /// Whether all legs so far have a price.
  var isPriced: Bool { band.isPriced }

  /// Adds the answer for a leg, in their order; false where no other leg matters.
  @inline(__always)
  mutating func add(_ leg: Int, _ answer: UnsafePointer<LegAnswer>) -> Bool {
    low = max(low, answer.pointee.low)
    guard answer.pointee.isPriced else {
      (band.outcome, band.refusal) = (answer.pointee.outcome, answer.pointee.refusal)
      band.passed = answer.pointee.mostUnits
      return false
    }
    answers[leg] = answer
    let amount = answer.pointee.amount
    let isFlat = answer.pointee.isFlat
    if isFlat && amount < 0 { band.isNeverNegative = false }
    if amount.magnitude <= Int32.max && (isFlat || isInStep(answer)) {
      band.sum &+= amount
      if !isFlat {
        band.perStep &+= Int32(truncatingIfNeeded: answer.pointee.perStep)
        band.step = answer.pointee.step
      }
    } else {
      band.odd |= 1 &<< UInt32(truncatingIfNeeded: leg)
    }
    return true
  }

  /// Whether a leg goes by the same steps as those before, and what a step costs is so little that
  /// no product with a number of steps can overflow.
  private func isInStep(_ answer: UnsafePointer<LegAnswer>) -> Bool {
    guard answer.pointee.rounded == nil, answer.pointee.amount >= 0,
      answer.pointee.perStep <= Int32.max
    else { return false }
    let (step, perStep) = (answer.pointee.step, Int64(band.perStep) + answer.pointee.perStep)
    return perStep <= Int32.max && perStep < LegAnswer.mostPerStep(step)
      && (band.perStep == 0 || step == band.step)
  }

  /// Notes what can be told of all weights of the band, once all legs are there.
  mutating func close(_ division: UnsafePointer<DivisionPlan>) {
    var isSteady = true
    var passed: Int64 = 0
    let legs = division.pointee.legs.pointer
    for leg in 0..<Int(band.legCount) {
      let answer = answers[leg]
      if legs[leg].carrier < 0 {
        isSteady = isSteady && answer.pointee.isFlat
        passed &+= answer.pointee.amount
      } else if answer.pointee.amount > 0 || (answer.pointee.perStep > 0 && low > 0) {
        band.isEarning = true
      }
    }
    let isKnown = isSteady && band.isNeverNegative && passed <= Int32.max
    band.passed = isKnown ? Int32(truncatingIfNeeded: passed) : -1
  }

  /// Puts the band into memory, with what lies behind it.
  func kept(in memory: inout Arena) -> UnsafePointer<LaneBand> {
    let count = Int(band.legCount)
    let place = memory.take(LaneBand.self, 1, alignment: 64)
    place.initialize(to: band)
    let isStepped = band.perStep != 0
    let legs = memory.take(
      Int32.self, LaneBand.charges(band.legCount, isStepped: isStepped), alignment: 4)
    let own = memory.take(UnsafePointer<LegAnswer>.self, band.odd.nonzeroBitCount)
    let kilometres = memory.take(Int32.self, count, alignment: 4)
    var (rest, index) = (band.odd, 0)
    while rest != 0 {
      own[index] = answers[rest.trailingZeroBitCount]
      rest &= rest &- 1
      index &+= 1
    }
    guard band.isPriced else { return UnsafePointer(place) }
    for leg in 0..<count {
      let answer = answers[leg]
      let isOdd = band.odd &>> UInt32(truncatingIfNeeded: leg) & 1 != 0
      legs[leg] = isOdd ? 0 : Int32(truncatingIfNeeded: answer.pointee.amount)
      if isStepped {
        legs[count &+ leg] = isOdd ? 0 : Int32(truncatingIfNeeded: answer.pointee.perStep)
      }
      kilometres[leg] = answer.pointee.kilometres
    }
    return UnsafePointer(place)
  }
}
