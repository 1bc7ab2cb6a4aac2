import ExactMoney
import TariffRules

/// What a leg's price depends on, packed, the weight and the money aside.
struct LegKey: BitwiseCopyable, Equatable {
  var first: UInt64 = 0
  var second: UInt64 = 0
  /// The leg and its day's rules.
  var place: UInt64 = 0

  init(first: UInt64 = 0, second: UInt64 = 0, place: UInt64 = 0) {
    (self.first, self.second, self.place) = (first, second, place)
  }

  /// For a leg under the rules of a regime.
  init(_ leg: UInt64, regime: Int) { place = leg << 8 | UInt64(regime) }

  @inline(__always)
  static func == (one: LegKey, other: LegKey) -> Bool {
    (one.first ^ other.first) | (one.second ^ other.second) | (one.place ^ other.place) == 0
  }

  /// A number for looking it up.
  @inline(__always)
  var mixed: UInt64 {
    var mixed = (first ^ place &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 29 ^ second) &* 0xC2B2_AE3D_27D4_EB4F
    return mixed
  }
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

/// The answer for one leg: its charges for one unit, in minor units, or why there are none. There
/// are many, and what is small stays with the processor: the two kinds share their room.
struct LegAnswer: BitwiseCopyable {
  /// How a leg ended.
  enum Outcome: UInt8 {
    case priced
    /// No price, for a reason that is known by its number.
    case refused
    /// Anything that only a quote can tell.
    case unclear
  }

  /// What does not depend on the weight.
  var amount: Int64 = 0
  /// What each started step of weight costs.
  var perStep: Int64 = 0
  /// What the weight costs besides that has to be rounded.
  var rounded: UnsafePointer<PerWeight>?
  /// The weights for which it holds, in thousandths of a kilogram; one that is not given is below
  /// all. The highest stands for all above it, too.
  var low = Int32.min, high = Int32.max
  /// The only day on which it holds, unless it is any.
  var day = LegAnswer.anyDay
  private var first: Int32, second: Int32 = -1
  private let outcomeCode: UInt8
  /// Whether it is a price of any day that no weight changes, not below zero and of 31 bits: most
  /// are.
  private(set) var isPlain = false

  static let anyDay = Int32.min

  init(_ outcome: Outcome) {
    outcomeCode = outcome.rawValue
    first = outcome == .priced ? 1 : 0
  }

  var outcome: Outcome { Outcome(rawValue: outcomeCode) ?? .unclear }

  @inline(__always)
  var isPriced: Bool { outcomeCode == 0 }

  // MARK: - Where there is a price

  /// The step, in thousandths of a kilogram.
  @inline(__always)
  var step: Int32 {
    get {
      assert(isPriced)
      return first
    }
    set { first = newValue }
  }

  @inline(__always)
  var kilometres: Int32 {
    get {
      assert(isPriced)
      return second
    }
    set { second = newValue }
  }

  // MARK: - Where there is none

  /// For how many units the reason is sure to be the one.
  @inline(__always)
  var mostUnits: Int32 {
    get {
      assert(!isPriced)
      return first
    }
    set { first = newValue }
  }

  /// The number of the reason.
  @inline(__always)
  var refusal: Int32 {
    get {
      assert(!isPriced)
      return second
    }
    set { second = newValue }
  }

  // MARK: - What it says of a weight

  /// Whether all weights for which it holds cost the same.
  var isFlat: Bool { perStep == 0 && rounded == nil }

  /// Sets the weights for which it holds.
  mutating func setWeights(_ least: Int64, _ most: Int64) {
    (low, high) = (Int32(clamping: least), Int32(clamping: most))
  }

  /// Whether it holds for the one weight that was asked for.
  var isForOneWeight: Bool { low == high && low != Int32.min }

  /// Notes whether it is plain, once all is set, what is rounded too.
  mutating func close() {
    isPlain = isPriced && isFlat && day == Self.anyDay && (0...Int64(Int32.max)).contains(amount)
  }

  /// Whether it holds for a weight that is kept, see `LaneSeries.tooHeavy`.
  @inline(__always)
  func holds(_ weight: Int32, _ day: Int32) -> Bool {
    low <= weight && weight <= high && (self.day == day || self.day == Self.anyDay)
  }

  /// The charges for a unit of a weight.
  @inline(__always)
  func perUnit(_ weight: Int64) -> Int64 {
    if isFlat { return amount }
    let steps = Self.steps(weight, step)
    let sum = amount &+ perStep &* steps
    guard let rounded else { return sum }
    let charged = steps &* Int64(step)
    return sum &+ rounded[0].units(charged) &+ rounded[1].units(charged)
  }

  /// How many steps a weight begins.
  @inline(__always)
  static func steps(_ weight: Int64, _ step: Int32) -> Int64 {
    // Whole tonnes, as most are, without a division.
    step == 1_000_000
      ? (weight &+ 999_999) / 1_000_000 : (weight &+ Int64(step) &- 1) / Int64(step)
  }

  /// What a step costs is below this: no product with a number of steps can overflow.
  static func mostPerStep(_ step: Int32) -> Int64 { 1 << (step >= 1000 ? 37 : 27) }
}
