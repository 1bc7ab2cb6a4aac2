import ExactMoney
import TariffRules

/// The terms that were asked for; one worker's.
struct TermsBook: ~Copyable {
  /// What terms depend on: the lane, the customer's currency, and what the joint venture's tables
  /// tell apart.
  struct Key: Hashable {
    let book: Int32, route: Int32, lane: Int32, currency: Int32
    let joint: UInt64

    static let none = Key(book: -1, route: -1, lane: -1, currency: -1, joint: 0)

    /// A place in a table of so many bits.
    @inline(__always)
    func slot(_ bits: Int) -> Int {
      var mixed = joint &* 0x9E37_79B9_7F4A_7C15
      mixed ^= UInt64(truncatingIfNeeded: route) << 40 ^ UInt64(truncatingIfNeeded: lane) << 32
      mixed ^= UInt64(truncatingIfNeeded: currency) << 24 ^ UInt64(truncatingIfNeeded: book)
      mixed = (mixed ^ mixed >> 31) &* 0xFF51_AFD7_ED55_8CCD
      return Int(truncatingIfNeeded: mixed >> UInt64(64 - bits))
    }
  }

  /// What they come down to: the rows that fit, on a lane.
  private struct Chosen: Hashable {
    let book: Int32, route: Int32, lane: Int32, currency: Int32
    let choice: TermsChoice
  }

  /// What a division depends on: the lane, and the rows of the agreement that fit.
  private struct Divided: Hashable {
    let book: Int32, route: Int32, lane: Int32
    let agreement: [Int]
  }

  private var known: [Key: UnsafePointer<TermsPlan>?] = [:]
  private var chosen: [Chosen: UnsafePointer<TermsPlan>?] = [:]
  private var divisions: [Divided: UnsafePointer<DivisionPlan>?] = [:]
  private let recent: UnsafeMutablePointer<(key: Key, plan: UnsafePointer<TermsPlan>?)>
  private(set) var memory = FixedMemory()
  private static let recentBits = 12
  private static let most = 60_000, mostChosen = 10_000

  init() {
    recent = .allocate(capacity: 1 << Self.recentBits)
    recent.initialize(repeating: (Key.none, nil), count: 1 << Self.recentBits)
  }

  deinit { recent.deallocate() }

  /// Whether there are so many that all should be forgotten, together with what refers to them.
  var isFull: Bool { known.count >= Self.most || chosen.count >= Self.mostChosen }

  mutating func clear() {
    known = [:]
    chosen = [:]
    divisions = [:]
    recent.update(repeating: (Key.none, nil), count: 1 << Self.recentBits)
    memory = FixedMemory()
  }

  /// The terms of a key: nil where they were not asked for yet, none where only a quote can tell.
  mutating func terms(_ key: Key) -> UnsafePointer<TermsPlan>?? {
    let slot = recent + key.slot(Self.recentBits)
    if slot.pointee.key == key { return .some(slot.pointee.plan) }
    guard let found = known[key] else { return nil }
    slot.pointee = (key, found)
    return .some(found)
  }

  /// The terms of a key whose rows were found; nil where these were not met yet.
  mutating func terms(_ key: Key, _ choice: TermsChoice) -> UnsafePointer<TermsPlan>?? {
    guard let found = chosen[Self.chosen(key, choice)] else { return nil }
    known[key] = .some(found)
    return .some(found)
  }

  /// Keeps the terms of a key.
  mutating func keep(
    _ plan: TermsPlan?, _ key: Key, _ choice: TermsChoice? = nil
  ) -> UnsafePointer<TermsPlan>? {
    let kept = plan.map { memory.table([$0]).pointer }
    known[key] = .some(kept)
    if let choice { chosen[Self.chosen(key, choice)] = .some(kept) }
    return kept
  }

  /// How what is earned on a lane is divided; nil where only a quote can tell. Customers whose
  /// terms differ in nothing but the price share it.
  /// - Parameter agreement: the rows of the agreement that fit.
  mutating func division(
    _ key: Key, _ setting: TermsSetting, _ agreement: [Int], _ route: Route
  ) -> UnsafePointer<DivisionPlan>? {
    let divided = Divided(book: key.book, route: key.route, lane: key.lane, agreement: agreement)
    if let known = divisions[divided] { return known }
    let made = DivisionPlan(setting, agreement, route).map { memory.table([$0]).pointer }
    divisions[divided] = .some(made)
    return made
  }

  private static func chosen(_ key: Key, _ choice: TermsChoice) -> Chosen {
    Chosen(
      book: key.book, route: key.route, lane: key.lane, currency: key.currency, choice: choice)
  }
}
