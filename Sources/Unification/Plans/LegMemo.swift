import ExactMoney
import TariffRules

/// What a leg's price depends on, packed, the class of the actual weight aside.
struct LegKey: BitwiseCopyable {
  var first: UInt64 = 0
  var second: UInt64 = 0
  /// The leg, its day's rules and conversions, and the currency; the lowest eight bits are free for
  /// the class of the weight.
  var place: UInt64 = 0
  /// The parts do not fit: nothing is remembered.
  var isTooWide = false
}

/// Minor units for each thousandth of a kilogram, rounded at the end.
struct PerWeight: BitwiseCopyable {
  var top: Int64 = 0
  var below: Int64 = 1
  var mode = RoundingMode.halfAway

  /// So small that no product with a weight within the limits can overflow.
  static let mostTop: Int64 = 1 << 27

  @inline(__always)
  func units(_ weight: Int64) -> Int64 { mode.whole(top &* weight, over: below) }
}

/// The answer for one leg: its charges for one unit, in minor units, or why there are none.
struct LegAnswer: BitwiseCopyable {
  /// How a leg ended.
  enum Outcome: UInt8 {
    case priced
    /// No price, for a reason that is known by its number.
    case refused
    /// Anything that only a quote can tell.
    case unclear
  }

  /// For which consignments with the same key it holds.
  enum Scope: UInt8 {
    /// For all.
    case all
    /// For those of the same weight.
    case weight
    /// For those of the same day.
    case day
  }

  var first: UInt64 = 0, second: UInt64 = 0, place: UInt64 = .max
  /// What does not depend on the weight.
  var amount: Int64 = 0
  /// What each started step of weight costs.
  var perStep: Int64 = 0
  /// That step, in thousandths of a kilogram; or the weight or day that it holds for.
  var step: Int64 = 1
  /// What the weight costs besides that has to be rounded.
  var rounded = PerWeight()
  var kilometres: Int32 = -1
  /// Why there is no price.
  var refusal: Int32 = -1
  private var outcomeCode: UInt8 = 0
  private var scopeCode: UInt8 = 0
  /// Whether another weight could have another answer.
  var weighs = false

  init(_ outcome: Outcome) { outcomeCode = outcome.rawValue }

  var outcome: Outcome {
    get { Outcome(rawValue: outcomeCode) ?? .unclear }
    set { outcomeCode = newValue.rawValue }
  }

  var scope: Scope {
    get { Scope(rawValue: scopeCode) ?? .all }
    set { scopeCode = newValue.rawValue }
  }

  @inline(__always)
  var isPriced: Bool { outcomeCode == 0 }

  /// Whether it holds for a weight, or a day.
  @inline(__always)
  func holds(_ weight: Int64, _ day: Int32) -> Bool {
    scopeCode == 0 || (scopeCode == 1 ? step == weight : step == Int64(day))
  }

  /// The charges for a unit of a weight.
  @inline(__always)
  func perUnit(_ weight: Int64) -> Int64 {
    if perStep | rounded.top == 0 { return amount }
    let steps = step == 1_000_000 ? (weight &+ 999_999) / 1_000_000 : (weight &+ step &- 1) / step
    let sum = amount &+ perStep &* steps
    return rounded.top == 0 ? sum : sum &+ rounded.units(steps &* step)
  }
}

/// Answers for legs, of fixed size: a new one takes the place of an old one.
struct LegMemo: ~Copyable {
  private let answers: UnsafeMutablePointer<LegAnswer>
  private static let bits: UInt64 = 15

  init() {
    answers = .allocate(capacity: (1 << Self.bits) + 1)
    answers.initialize(repeating: LegAnswer(.unclear), count: (1 << Self.bits) + 1)
  }

  deinit { answers.deallocate() }

  /// The place of an answer that is not to be remembered.
  var spare: UnsafeMutablePointer<LegAnswer> { answers + (1 << Self.bits) }

  /// Where the answer is, or will be.
  @inline(__always)
  func slot(_ key: LegKey, _ weightClass: UInt64) -> UnsafeMutablePointer<LegAnswer> {
    let place = key.place | weightClass
    var mixed = (key.first ^ place &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 29 ^ key.second) &* 0xC2B2_AE3D_27D4_EB4F
    return answers + Int(truncatingIfNeeded: mixed &>> (64 &- Self.bits))
  }

  /// Whether the answer at a slot is that of a key.
  @inline(__always)
  static func isOf(
    _ answer: UnsafePointer<LegAnswer>, _ key: LegKey, _ weightClass: UInt64
  ) -> Bool {
    answer.pointee.place == key.place | weightClass && answer.pointee.first == key.first
      && answer.pointee.second == key.second
  }
}
