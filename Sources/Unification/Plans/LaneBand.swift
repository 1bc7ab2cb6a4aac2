import CProcessor
import ExactMoney
import TariffRules

/// What one lane costs for a stretch of weights within which every leg is charged by the same
/// rows: what is left for a row is arithmetic. What most rows need of it lies side by side: behind
/// it are the legs' charges, then those for a step, and the answers for odd legs.
/// Only a `LaneBandMaker` makes one.
struct LaneBand: BitwiseCopyable {
  /// How far from here the kilometres of the legs stand, which bands of a lane mostly share; where
  /// there is no price: why.
  fileprivate var kilometresOrRefusal = -1
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
  let legCount: UInt8
  fileprivate(set) var outcome = LegAnswer.Outcome.priced
  /// Whether some partner earns, for all weights of the band.
  fileprivate var isEarning = false
  /// Whether no charge is below zero.
  fileprivate var isNeverNegative = true

  /// A lane with more legs is left to the quote.
  static let mostLegs = 32

  fileprivate init(legs: Int) { legCount = UInt8(truncatingIfNeeded: legs) }

  /// Goes through the legs of a mask, with their number among them.
  @inline(__always)
  fileprivate static func eachLeg(_ mask: UInt32, _ body: (_ leg: Int, _ index: Int) -> Void) {
    var (rest, index) = (mask, 0)
    while rest != 0 {
      body(rest.trailingZeroBitCount, index)
      rest &= rest &- 1
      index &+= 1
    }
  }

  // MARK: - What a row costs

  @inline(__always)
  var isPriced: Bool { outcome == .priced }

  /// The number of the reason why there is no price; -1 where it is not known, or there is one.
  var refusal: Int32 { isPriced ? -1 : Int32(truncatingIfNeeded: kilometresOrRefusal) }

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
      var isWithin = true
      eachLeg(band.pointee.odd) { _, index in
        let amount = answers[index].pointee.perUnit(weight)
        if amount.magnitude > Money.limit.magnitude { isWithin = false }
        odd[index] = amount
        sum &+= amount
      }
      guard isWithin else { return nil }
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
    eachLeg(band.pointee.odd) { leg, index in list[leg] = odd[index] }
  }

  /// The kilometres of each leg of a band that has a price.
  @inline(__always)
  static func kilometres(_ band: UnsafePointer<LaneBand>) -> UnsafePointer<Int32> {
    (UnsafeRawPointer(band) + band.pointee.kilometresOrRefusal).assumingMemoryBound(to: Int32.self)
  }

  /// The charges of each leg, then those for a step, if there are such.
  @inline(__always)
  fileprivate static func legs(_ band: UnsafePointer<LaneBand>) -> UnsafePointer<Int32> {
    (UnsafeRawPointer(band) + MemoryLayout<LaneBand>.size).assumingMemoryBound(to: Int32.self)
  }

  /// How many numbers of half a word a band with so many legs has: an odd number of them, as the
  /// answers behind begin at whole words, and the numbers in the midst of one.
  @inline(__always)
  fileprivate static func charges(_ legCount: UInt8, isStepped: Bool) -> Int {
    (isStepped ? 2 &* Int(legCount) : Int(legCount)) | 1
  }

  /// How many bytes it takes with what lies behind it.
  @inline(__always)
  fileprivate var bytes: Int {
    let numbers = Self.charges(legCount, isStepped: perStep != 0)
    return MemoryLayout<Self>.size &+ 4 &* numbers &+ 8 &* odd.nonzeroBitCount
  }

  /// The answers for the odd legs.
  @inline(__always)
  fileprivate static func answers(
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
    prefetch(UnsafeRawPointer(band) + 96)
  }

  /// Fetches the answers for its odd legs.
  @inline(__always)
  static func fetchAnswers(_ band: UnsafePointer<LaneBand>) {
    if band.pointee.odd == 0 { return }
    let answers = answers(band)
    eachLeg(band.pointee.odd) { _, index in prefetch(answers[index]) }
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
  private(set) var low = Int32.min

  /// The legs that cost something by themselves, those that do by the step, and those that do by
  /// the weight in any way, as masks.
  private var costing: UInt32 = 0, stepping: UInt32 = 0, weighing: UInt32 = 0

  /// Whether all legs so far have a price.
  var isPriced: Bool { band.isPriced }

  /// Adds the answer for a leg, in their order; false where no other leg matters.
  @inline(__always)
  mutating func add(_ leg: Int, _ answer: UnsafePointer<LegAnswer>) -> Bool {
    low = max(low, answer.pointee.low)
    answers[leg] = answer
    guard answer.pointee.isPlain else { return addOther(leg, answer) }
    let amount = answer.pointee.amount
    if amount > 0 { costing |= 1 &<< UInt32(truncatingIfNeeded: leg) }
    band.sum &+= amount
    return true
  }

  /// Adds one that is not plain.
  private mutating func addOther(_ leg: Int, _ answer: UnsafePointer<LegAnswer>) -> Bool {
    guard answer.pointee.isPriced else {
      band.outcome = answer.pointee.outcome
      band.kilometresOrRefusal = Int(answer.pointee.refusal)
      band.passed = answer.pointee.mostUnits
      return false
    }
    let mask: UInt32 = 1 &<< UInt32(truncatingIfNeeded: leg)
    let amount = answer.pointee.amount
    let isFlat = answer.pointee.isFlat
    if amount > 0 { costing |= mask }
    if answer.pointee.perStep > 0 { stepping |= mask }
    if !isFlat { weighing |= mask }
    if isFlat && amount < 0 { band.isNeverNegative = false }
    if amount.magnitude <= Int32.max && (isFlat || isInStep(answer)) {
      band.sum &+= amount
      if !isFlat {
        band.perStep &+= Int32(truncatingIfNeeded: answer.pointee.perStep)
        band.step = answer.pointee.step
      }
    } else {
      band.odd |= mask
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
    let passing = division.pointee.passedLegs
    let earning = low > 0 ? costing | stepping : costing
    band.isEarning = earning & ~passing != 0
    var passed: Int64 = 0
    LaneBand.eachLeg(passing) { leg, _ in passed &+= answers[leg].pointee.amount }
    let isKnown = weighing & passing == 0 && band.isNeverNegative && passed <= Int32.max
    band.passed = isKnown ? Int32(truncatingIfNeeded: passed) : -1
  }

  /// Puts the band into memory, with what lies behind it.
  /// - Parameter other: another band of the lane, that stands as long.
  func kept(
    in memory: inout Arena, beside other: UnsafePointer<LaneBand>? = nil
  ) -> UnsafePointer<LaneBand> {
    let count = Int(band.legCount)
    let place = UnsafeMutableRawPointer(memory.take(UInt8.self, band.bytes, alignment: 32))
      .bindMemory(to: LaneBand.self, capacity: 1)
    place.initialize(to: band)
    let isStepped = band.perStep != 0
    let legs = UnsafeMutablePointer(mutating: LaneBand.legs(place))
    let own = UnsafeMutablePointer(mutating: LaneBand.answers(place))
    if band.isPriced {
      for leg in 0..<count {
        legs[leg] = Int32(truncatingIfNeeded: answers[leg].pointee.amount)
      }
      if isStepped {
        for leg in 0..<count {
          legs[count &+ leg] = Int32(truncatingIfNeeded: answers[leg].pointee.perStep)
        }
      }
    }
    LaneBand.eachLeg(band.odd) { leg, index in
      own[index] = answers[leg]
      legs[leg] = 0
      if isStepped { legs[count &+ leg] = 0 }
    }
    guard band.isPriced else { return UnsafePointer(place) }
    let kilometres = kilometres(beside: other) ?? keptKilometres(in: &memory)
    place.pointee.kilometresOrRefusal = UnsafeRawPointer(kilometres) - UnsafeRawPointer(place)
    return UnsafePointer(place)
  }

  /// The kilometres of another band, if they are the same.
  private func kilometres(beside other: UnsafePointer<LaneBand>?) -> UnsafePointer<Int32>? {
    guard let other, other.pointee.isPriced else { return nil }
    let kilometres = LaneBand.kilometres(other)
    for leg in 0..<Int(band.legCount)
    where kilometres[leg] != answers[leg].pointee.kilometres { return nil }
    return kilometres
  }

  private func keptKilometres(in memory: inout Arena) -> UnsafePointer<Int32> {
    let count = Int(band.legCount)
    let kilometres = memory.take(Int32.self, count, alignment: 4)
    for leg in 0..<count { kilometres[leg] = answers[leg].pointee.kilometres }
    return UnsafePointer(kilometres)
  }
}
