import ExactMoney
import TariffRules

/// What one lane costs for a stretch of weights within which every leg is charged by the same
/// rows: what is left for a row is arithmetic. What a row needs of it lies side by side, behind it
/// the legs' charges, kilometres and charges for a step. Only a `LaneBandMaker` makes one.
struct LaneBand: BitwiseCopyable {
  /// The lowest weight for which it holds, in thousandths of a kilogram; one that is not given is
  /// below all.
  fileprivate(set) var low = Int64.min
  /// The sum of the legs' charges that do not depend on the weight, and of those for a step of it.
  fileprivate var sum: Int64 = 0, perStep: Int64 = 0
  /// What is passed through of one unit's price; below zero where that depends on the weight.
  fileprivate(set) var passed: Int64 = -1
  /// The answers for the odd legs.
  fileprivate var answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>>
  /// The legs that go by steps of their own, or whose charges have to be rounded, as a mask.
  fileprivate var odd: UInt32 = 0
  /// The step, in thousandths of a kilogram.
  fileprivate var step: Int32 = 1
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

  fileprivate init(_ answers: UnsafeMutablePointer<UnsafePointer<LegAnswer>>, legs: Int) {
    self.answers = answers
    legCount = UInt8(truncatingIfNeeded: legs)
  }

  // MARK: - What a row costs

  @inline(__always)
  var isPriced: Bool { outcome == .priced }

  /// Whether some partner earns whatever the weight, as far as the division asks, and nobody's
  /// charges are below zero.
  @inline(__always)
  func earns(_ division: UnsafePointer<DivisionPlan>) -> Bool {
    isNeverNegative && (isEarning || !division.pointee.isByCharges)
  }

  /// Whether a lane without a price is refused for the reason that is known: what its legs before
  /// cost so many units must be within the limits, else that is the reason.
  func isRefused(_ weight: Int64, _ count: Int64) -> Bool {
    guard outcome == .refused, refusal >= 0, isNeverNegative, let sum = sum(weight) else {
      return false
    }
    let (charged, overflow) = sum.multipliedReportingOverflow(by: count)
    return !overflow && charged <= Money.limit
  }

  /// The charges for one unit of a weight, added up; nil where one is beyond the limits.
  @inline(__always)
  func sum(_ weight: Int64) -> Int64? {
    var sum = sum
    if perStep != 0 {
      let stepped = perStep &* LegAnswer.steps(weight, step)
      // One below zero could hide another that is beyond the limits: only far below them is sure.
      guard isNeverNegative || stepped <= Money.limit / 2 else { return nil }
      sum &+= stepped
    }
    if odd != 0 {
      for index in 0..<odd.nonzeroBitCount {
        let amount = answers[index].pointee.perUnit(weight)
        guard amount.magnitude <= Money.limit.magnitude else { return nil }
        sum &+= amount
      }
    }
    return sum.magnitude <= Money.limit.magnitude ? sum : nil
  }

  /// Writes each leg's charges for one unit of a weight.
  @inline(__always)
  static func write(
    _ band: UnsafePointer<LaneBand>, _ weight: Int64, to list: UnsafeMutablePointer<Int64>
  ) {
    let (count, legs) = (Int(band.pointee.legCount), legs(band))
    for leg in 0..<count { list[leg] = Int64(legs[leg]) }
    if band.pointee.perStep != 0 {
      let steps = LegAnswer.steps(weight, band.pointee.step)
      for leg in 0..<count { list[leg] &+= Int64(legs[2 &* count &+ leg]) &* steps }
    }
    var (rest, index) = (band.pointee.odd, 0)
    while rest != 0 {
      list[rest.trailingZeroBitCount] = band.pointee.answers[index].pointee.perUnit(weight)
      rest &= rest &- 1
      index &+= 1
    }
  }

  /// The kilometres of each leg.
  @inline(__always)
  static func kilometres(_ band: UnsafePointer<LaneBand>) -> UnsafePointer<Int32> {
    legs(band) + Int(band.pointee.legCount)
  }

  @inline(__always)
  private static func legs(_ band: UnsafePointer<LaneBand>) -> UnsafePointer<Int32> {
    UnsafeRawPointer(band + 1).assumingMemoryBound(to: Int32.self)
  }

  /// Something of what a row needs of a band, so that it must be read.
  @inline(__always)
  static func touch(_ band: UnsafePointer<LaneBand>) -> UInt64 {
    UInt64(truncatingIfNeeded: band.pointee.sum) ^ UInt64(kilometres(band).pointee.magnitude)
  }

  /// Something of the answers for its odd legs.
  @inline(__always)
  var touchedAnswers: UInt64 {
    var touched: UInt64 = 0
    if odd == 0 { return touched }
    for index in 0..<odd.nonzeroBitCount {
      touched ^= UInt64(bitPattern: answers[index].pointee.amount)
    }
    return touched
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
    band = LaneBand(answers, legs: legs)
  }

  /// The lowest weight for which all answers so far hold.
  var low: Int64 { band.low }

  /// Whether all legs so far have a price.
  var isPriced: Bool { band.isPriced }

  /// Adds the answer for a leg, in their order; false where no other leg matters.
  @inline(__always)
  mutating func add(_ leg: Int, _ answer: UnsafePointer<LegAnswer>) -> Bool {
    band.low = max(band.low, answer.pointee.low)
    guard answer.pointee.isPriced else {
      (band.outcome, band.refusal) = (answer.pointee.outcome, answer.pointee.refusal)
      return false
    }
    answers[leg] = answer
    let amount = answer.pointee.amount
    let isFlat = answer.pointee.isFlat
    if isFlat && amount < 0 { band.isNeverNegative = false }
    if amount.magnitude <= Int32.max && (isFlat || isInStep(answer)) {
      band.sum &+= amount
      if !isFlat {
        band.perStep &+= answer.pointee.perStep
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
    answer.pointee.rounded == nil && answer.pointee.amount >= 0
      && answer.pointee.perStep <= Int32.max
      && (band.perStep == 0 || answer.pointee.step == band.step)
      && band.perStep + answer.pointee.perStep < LegAnswer.mostPerStep(answer.pointee.step)
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
      } else if answer.pointee.amount > 0 || (answer.pointee.perStep > 0 && band.low > 0) {
        band.isEarning = true
      }
    }
    band.passed = isSteady && band.isNeverNegative ? passed : -1
  }

  /// Puts the band into memory, with what lies behind it.
  func kept(in memory: inout Arena) -> UnsafePointer<LaneBand> {
    let count = Int(band.legCount)
    let place = memory.take(LaneBand.self, 1, alignment: 64)
    let legs = memory.take(Int32.self, count &* (band.perStep == 0 ? 2 : 3))
    place.initialize(to: band)
    guard band.isPriced else { return UnsafePointer(place) }
    for leg in 0..<count {
      let answer = answers[leg]
      let isOdd = band.odd &>> UInt32(truncatingIfNeeded: leg) & 1 != 0
      legs[leg] = isOdd ? 0 : Int32(truncatingIfNeeded: answer.pointee.amount)
      legs[count &+ leg] = answer.pointee.kilometres
      if band.perStep != 0 {
        legs[2 &* count &+ leg] = isOdd ? 0 : Int32(truncatingIfNeeded: answer.pointee.perStep)
      }
    }
    if band.odd != 0 {
      let own = memory.take(UnsafePointer<LegAnswer>.self, band.odd.nonzeroBitCount)
      place.pointee.answers = own
      var (rest, index) = (band.odd, 0)
      while rest != 0 {
        own[index] = answers[rest.trailingZeroBitCount]
        rest &= rest &- 1
        index &+= 1
      }
    }
    return UnsafePointer(place)
  }
}
