import ExactMoney
import TariffRules

/// What a leg's price depends on, packed, the weight aside.
struct LegKey: BitwiseCopyable {
  var first: UInt64 = 0
  var second: UInt64 = 0
  /// The leg, its day's rules and conversions, and the currency.
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

/// For which weights and on which day something holds.
struct Reach: BitwiseCopyable {
  /// In thousandths of a kilogram; one that is not given is below all.
  var low = Int64.min, high = Int64.max
  /// Only on this day, unless it is any.
  var day = Reach.anyDay

  static let anyDay = Int32.min

  @inline(__always)
  func holds(_ weight: Int64, _ day: Int32) -> Bool {
    low <= weight && weight <= high && (self.day == day || self.day == Self.anyDay)
  }

  /// Narrows it to what holds for another, too.
  mutating func meet(_ other: Reach) {
    low = max(low, other.low)
    high = min(high, other.high)
    if other.day != Self.anyDay { day = other.day }
  }
}

/// What a leg costs a unit of any weight within a reach, in minor units.
struct LegFormula: BitwiseCopyable {
  /// What does not depend on the weight.
  var amount: Int64 = 0
  /// What each started step of weight costs.
  var perStep: Int64 = 0
  /// That step, in thousandths of a kilogram.
  var step: Int64 = 1
  /// What the weight costs besides that has to be rounded, each by itself.
  var rounded = (PerWeight(), PerWeight())

  /// Whether all weights cost the same.
  @inline(__always)
  var isFlat: Bool { perStep | rounded.0.top | rounded.1.top == 0 }

  @inline(__always)
  func perUnit(_ weight: Int64) -> Int64 {
    if isFlat { return amount }
    let steps = step == 1_000_000 ? (weight &+ 999_999) / 1_000_000 : (weight &+ step &- 1) / step
    var sum = amount &+ perStep &* steps
    if rounded.0.top != 0 { sum &+= rounded.0.units(steps &* step) }
    if rounded.1.top != 0 { sum &+= rounded.1.units(steps &* step) }
    return sum
  }

  /// Whether it differs from another by the same amount for every weight.
  func runsBeside(_ other: LegFormula) -> Bool {
    func alike(_ one: PerWeight, _ other: PerWeight) -> Bool {
      one.top == other.top && one.below == other.below && one.mode == other.mode
    }
    return perStep == other.perStep && (isFlat || step == other.step)
      && alike(rounded.0, other.rounded.0) && alike(rounded.1, other.rounded.1)
  }
}

/// The answer for one leg: its charges for one unit, or why there are none.
struct LegAnswer: BitwiseCopyable {
  /// How a leg ended.
  enum Outcome: UInt8 {
    case priced
    /// No price, for a reason that is known by its number.
    case refused
    /// Anything that only a quote can tell.
    case unclear
  }

  var first: UInt64 = 0, second: UInt64 = 0, place: UInt64 = .max
  /// For which consignments with the same key it holds.
  var reach = Reach()
  var formula = LegFormula()
  var kilometres: Int32 = -1
  /// Why there is no price.
  var refusal: Int32 = -1
  private var outcomeCode: UInt8 = 0

  init(_ outcome: Outcome) { outcomeCode = outcome.rawValue }

  var outcome: Outcome {
    get { Outcome(rawValue: outcomeCode) ?? .unclear }
    set { outcomeCode = newValue.rawValue }
  }
}

/// Answers for legs, in memory of fixed size: each key has a few places, and a new answer takes
/// that of an old one.
struct LegMemo: ~Copyable {
  private let answers: UnsafeMutablePointer<LegAnswer>
  private let turns: UnsafeMutablePointer<UInt8>
  private static let bits: UInt64 = 12
  private static let places = 4

  init() {
    let sets = 1 << Int(Self.bits)
    answers = .allocate(capacity: sets * Self.places + 1)
    answers.initialize(repeating: LegAnswer(.unclear), count: sets * Self.places + 1)
    turns = .allocate(capacity: sets)
    turns.initialize(repeating: 0, count: sets)
  }

  deinit {
    answers.deallocate()
    turns.deallocate()
  }

  /// The place of an answer that is not to be remembered.
  private var spare: UnsafeMutablePointer<LegAnswer> {
    answers + (1 << Int(Self.bits)) * Self.places
  }

  @inline(__always)
  private static func set(_ key: LegKey) -> Int {
    var mixed = (key.first ^ key.place &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 29 ^ key.second) &* 0xC2B2_AE3D_27D4_EB4F
    return Int(truncatingIfNeeded: mixed &>> (64 &- bits))
  }

  /// The answer that is remembered for a key; nil if there is none that holds.
  func answer(_ key: LegKey, _ weight: Int64, _ day: Int32) -> UnsafePointer<LegAnswer>? {
    if key.isTooWide { return nil }
    let first = answers + Self.set(key) * Self.places
    for place in 0..<Self.places {
      let known = first + place
      if known.pointee.place == key.place && known.pointee.first == key.first
        && known.pointee.second == key.second && known.pointee.reach.holds(weight, day)
      {
        return UnsafePointer(known)
      }
    }
    return nil
  }

  /// Keeps the answer for a key.
  func keep(_ answer: LegAnswer, _ key: LegKey) -> UnsafePointer<LegAnswer> {
    var place = spare
    if !key.isTooWide {
      let set = Self.set(key)
      place = answers + set * Self.places + Int(turns[set])
      turns[set] = (turns[set] &+ 1) % UInt8(Self.places)
    }
    place.pointee = answer
    (place.pointee.first, place.pointee.second) = (key.first, key.second)
    place.pointee.place = key.place
    return UnsafePointer(place)
  }
}
