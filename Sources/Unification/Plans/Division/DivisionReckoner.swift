import ExactMoney
import TariffRules

/// Divides totals by a plan, in minor units: every row's shares by party.
struct DivisionReckoner: ~Copyable {
  /// The sum of each party's lines.
  let shares: UnsafeMutablePointer<Int64>
  /// All who may have a share of what was divided last, rising.
  private(set) var earners = FixedTable<Int32>()
  private let desk: Desk

  init(parties: Int) {
    shares = .allocate(capacity: parties)
    shares.initialize(repeating: 0, count: parties)
    desk = Desk(shares, parties)
  }

  deinit {
    shares.deallocate()
    desk.deallocate()
  }

  /// What is divided, and by what it is measured.
  struct Task {
    let total: Int64
    let count: Int64
    /// The amounts of the agreement, in minor units.
    let amounts: UnsafePointer<Int64>
    /// Each leg's charges for one unit.
    let legs: UnsafePointer<Int64>
    let kilometres: UnsafePointer<Int32>

    /// An amount of the agreement for all units; nil where it is none.
    @inline(__always)
    func amount(_ number: Int32) -> Int64? {
      let (amount, overflow) = amounts[Int(number)].multipliedReportingOverflow(by: count)
      return overflow || amount.magnitude > Money.limit.magnitude ? nil : amount
    }
  }

  /// Divides a total; false where only a quote can tell what becomes of it.
  mutating func divide(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    earners = plan.pointee.course.earners
    return desk.divide(task, plan)
  }
}

/// Room for one division at a time; it belongs to the reckoner.
private struct Desk: BitwiseCopyable {
  typealias Task = DivisionReckoner.Task

  private let shares: UnsafeMutablePointer<Int64>
  private let parties: Int
  private let measured: UnsafeMutablePointer<Int64>
  /// What each got of the remainder, in the order in which odd units fall to them.
  private let parts: UnsafeMutablePointer<Int64>
  /// What each pays to another.
  private let payments: UnsafeMutablePointer<Int64>
  /// What of a unit is left of each when the whole ones are given.
  private let fractions: UnsafeMutablePointer<Int64>

  init(_ shares: UnsafeMutablePointer<Int64>, _ parties: Int) {
    self.shares = shares
    self.parties = parties
    measured = .allocate(capacity: parties)
    parts = .allocate(capacity: parties)
    payments = .allocate(capacity: parties)
    fractions = .allocate(capacity: parties)
  }

  func deallocate() {
    measured.deallocate()
    parts.deallocate()
    payments.deallocate()
    fractions.deallocate()
  }

  @inline(__always)
  func divide(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    for party in 0..<parties { shares[party] = 0 }
    guard var remainder = afterGifts(task, plan) else { return false }
    if remainder < 0 {
      let bearer = plan.pointee.deficit
      if bearer == -2 { return false }
      if bearer >= 0 {
        shares[bearer] &+= remainder
        remainder = 0
      }
    }
    guard prorate(remainder, task, plan) else { return false }
    return plan.pointee.course.guarantee.party < 0 || pay(task, plan)
  }

  /// What is left when all has been given that goes first; nil where an amount is beyond the
  /// limits.
  @inline(__always)
  private func afterGifts(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Int64? {
    var remainder = task.total
    for index in 0..<plan.pointee.course.gifts.count {
      let gift = plan.pointee.course.gifts.pointer + index
      let amount: Int64
      switch gift.pointee.kind {
      case .passThrough:
        let passed = pass(task, plan.pointee.passed)
        remainder &-= passed
        guard remainder.magnitude <= Money.limit.magnitude else { return nil }
        continue
      case .amount:
        guard let own = task.amount(gift.pointee.amount) else { return nil }
        amount = own
      case .partOfTotal, .partOfRemainder:
        let base = gift.pointee.kind == .partOfTotal ? task.total : remainder
        guard let own = Self.percent(base, gift.pointee.part, gift.pointee.mode) else { return nil }
        amount = own
      }
      shares[Int(gift.pointee.party)] &+= amount
      remainder &-= amount
      guard remainder.magnitude <= Money.limit.magnitude else { return nil }
    }
    return remainder
  }

  /// Gives carriers that are no partners their legs; the sum of that.
  @inline(__always)
  private func pass(_ task: Task, _ legs: FixedTable<DivisionPlan.LegOf>) -> Int64 {
    var sum: Int64 = 0
    for index in 0..<legs.count {
      let amount = task.legs[Int(legs[index].leg)] &* task.count
      shares[Int(legs[index].owner)] &+= amount
      sum &+= amount
    }
    return sum
  }

  @inline(__always)
  private static func percent(_ base: Int64, _ part: Ratio, _ mode: RoundingMode) -> Int64? {
    let (product, overflow) = base.multipliedReportingOverflow(by: part.numerator)
    if overflow { return widePercent(base, part, mode) }
    let amount = mode.whole(product, over: part.denominator)
    return amount.magnitude <= Money.limit.magnitude ? amount : nil
  }

  @inline(never)
  private static func widePercent(_ base: Int64, _ part: Ratio, _ mode: RoundingMode) -> Int64? {
    let amount = mode.whole(
      Int128(base) * Int128(part.numerator), over: Int128(part.denominator))
    guard amount.magnitude <= Money.limit.magnitude else { return nil }
    return Int64(truncatingIfNeeded: amount)
  }

  /// Divides the remainder in proportion.
  @inline(__always)
  private func prorate(
    _ remainder: Int64, _ task: Task, _ plan: UnsafePointer<DivisionPlan>
  ) -> Bool {
    let sharers = plan.pointee.course.sharers
    guard sharers.count > 0, sharers.count <= parties, let weights = weights(task, plan),
      allocate(remainder, by: weights, sharers.count, to: parts)
    else { return false }
    for place in 0..<sharers.count { shares[Int(sharers[place])] &+= parts[place] }
    return true
  }

  /// By what each sharer is measured; nil where a distance is not known.
  @inline(__always)
  private func weights(
    _ task: Task, _ plan: UnsafePointer<DivisionPlan>
  ) -> UnsafePointer<Int64>? {
    let (first, others) = (plan.pointee.course.firstLegs, plan.pointee.course.otherLegs)
    let weights = plan.pointee.course.weights
    switch plan.pointee.course.basis {
    case .fixed: return weights.pointer
    case .ownCharges:
      for place in 0..<first.count { measured[place] = task.legs[Int(first[place])] }
      for index in 0..<others.count {
        measured[Int(others[index].owner)] &+= task.legs[Int(others[index].leg)]
      }
    case .distance:
      var isKnown = true
      for place in 0..<first.count {
        let kilometres = Int64(task.kilometres[Int(first[place])])
        isKnown = isKnown && kilometres >= 0
        measured[place] = kilometres &* weights[place]
      }
      for index in 0..<others.count {
        let kilometres = Int64(task.kilometres[Int(others[index].leg)])
        isKnown = isKnown && kilometres >= 0
        measured[Int(others[index].owner)] &+= kilometres &* weights[Int(others[index].owner)]
      }
      guard isKnown else { return nil }
    }
    return UnsafePointer(measured)
  }

  /// By largest remainder: the floors, then one each to the largest rests, ties in their order.
  @inline(__always)
  private func allocate(
    _ total: Int64, by weights: UnsafePointer<Int64>, _ number: Int,
    to parts: UnsafeMutablePointer<Int64>
  ) -> Bool {
    if total == 0 {
      for place in 0..<number { parts[place] = 0 }
      return true
    }
    var sum: Int64 = 0
    for place in 0..<number { sum &+= weights[place] }
    guard sum > 0 else { return false }
    let magnitude = total < 0 ? 0 &- total : total
    var left = magnitude
    for place in 0..<number {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: weights[place])
      (parts[place], fractions[place]) =
        overflow
        ? Self.wideFloor(magnitude, weights[place], sum)
        : product.quotientAndRemainder(dividingBy: sum)
      left &-= parts[place]
    }
    while left > 0 {
      var (best, most) = (0, fractions[0])
      for place in 1..<max(1, number) {
        // Chosen without a branch: nobody could foresee it.
        let isMore = fractions[place] > most
        best = isMore ? place : best
        most = isMore ? fractions[place] : most
      }
      parts[best] &+= 1
      fractions[best] = -1
      left &-= 1
    }
    if total < 0 { for place in 0..<number { parts[place] = -parts[place] } }
    return left == 0
  }

  /// The whole units of a part, and what is left of the next one.
  @inline(never)
  private static func wideFloor(
    _ total: Int64, _ weight: Int64, _ sum: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (units, rest) = (Int128(total) * Int128(weight))
      .quotientAndRemainder(dividingBy: Int128(sum))
    return (Int64(truncatingIfNeeded: units), Int64(truncatingIfNeeded: rest))
  }

  /// What a party lacks is paid by the margin, then by the others in proportion to their parts.
  @inline(never)
  private func pay(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    let (guarantee, sharers) = (plan.pointee.course.guarantee, plan.pointee.course.sharers)
    guard let least = task.amount(guarantee.amount) else { return false }
    guard guarantee.isOwed else { return true }
    let (party, margin) = (Int(guarantee.party), Int(guarantee.margin))
    var missing = least &- shares[party]
    if missing <= 0 { return true }
    guard margin != party else { return false }
    shares[party] &+= missing
    if margin >= 0 {
      let paid = min(max(0, shares[margin]), missing)
      shares[margin] &-= paid
      missing &-= paid
    }
    if missing == 0 { return true }
    var most: Int64 = 0
    for place in 0..<sharers.count {
      let pays = Int(sharers[place]) != party && parts[place] > 0
      // One who keeps the margin too has paid from it already: a quote sees to that.
      if Int(sharers[place]) == margin { return false }
      measured[place] = pays ? parts[place] : 0
      most &+= measured[place]
    }
    let weights = UnsafePointer(measured)
    guard missing <= most, allocate(missing, by: weights, sharers.count, to: payments)
    else { return false }
    for place in 0..<sharers.count { shares[Int(sharers[place])] &-= payments[place] }
    return true
  }
}
