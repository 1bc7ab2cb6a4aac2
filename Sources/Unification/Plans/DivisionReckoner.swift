import ExactMoney
import TariffRules

/// Divides totals by a plan, in minor units: every row's shares by party.
struct DivisionReckoner: ~Copyable {
  /// The sum of each party's lines.
  let shares: UnsafeMutablePointer<Int64>
  /// All who may have a share of what was divided last, rising.
  private(set) var earners = FixedTable<Int32>()
  private let weights: UnsafeMutablePointer<Int64>
  /// What each got of the remainder, in the order in which odd units fall to them.
  private let parts: UnsafeMutablePointer<Int64>
  /// What each pays to another.
  private let payments: UnsafeMutablePointer<Int64>
  /// What of a unit is left of each when the whole ones are given.
  private let fractions: UnsafeMutablePointer<Int64>
  private let parties: Int

  init(parties: Int) {
    self.parties = parties
    shares = .allocate(capacity: parties)
    weights = .allocate(capacity: parties)
    parts = .allocate(capacity: parties)
    payments = .allocate(capacity: parties)
    fractions = .allocate(capacity: parties)
    shares.initialize(repeating: 0, count: parties)
  }

  deinit {
    shares.deallocate()
    weights.deallocate()
    parts.deallocate()
    payments.deallocate()
    fractions.deallocate()
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
    let shares = shares
    earners = plan.pointee.course.earners
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
    guard let guarantee = plan.pointee.course.guarantee else { return true }
    return pay(guarantee, task, plan.pointee.course.sharers)
  }

  /// What is left when all has been given that goes first; nil where an amount is beyond the
  /// limits.
  @inline(__always)
  private func afterGifts(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Int64? {
    let shares = shares
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
    let shares = shares
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
    if !overflow {
      let amount = mode.whole(product, over: part.denominator)
      return amount.magnitude <= Money.limit.magnitude ? amount : nil
    }
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
    guard sharers.count > 0, sharers.count <= parties, weigh(task, plan) else { return false }
    let (shares, parts) = (shares, parts)
    guard allocate(remainder, sharers.count, to: parts) else { return false }
    for place in 0..<sharers.count { shares[Int(sharers[place])] &+= parts[place] }
    return true
  }

  /// By what each sharer is measured; false where a distance is not known.
  @inline(__always)
  private func weigh(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    let weights = weights
    for place in 0..<plan.pointee.course.sharers.count { weights[place] = 0 }
    let measures = plan.pointee.course.measures
    switch plan.pointee.course.basis {
    case .ownCharges:
      let own = plan.pointee.own
      for index in 0..<own.count {
        weights[Int(own[index].owner)] &+= task.legs[Int(own[index].leg)]
      }
    case .distance:
      for index in 0..<measures.count {
        let (measure, kilometres) = (measures[index], task.kilometres[Int(measures[index].leg)])
        guard kilometres >= 0 else { return false }
        weights[Int(measure.place)] &+= Int64(kilometres) &* measure.weight
      }
    case .fixed:
      for index in 0..<measures.count {
        weights[Int(measures[index].place)] = measures[index].weight
      }
    }
    return true
  }

  /// By largest remainder: the floors, then one each to the largest rests, ties in their order.
  @inline(__always)
  private func allocate(
    _ total: Int64, _ number: Int, to parts: UnsafeMutablePointer<Int64>
  ) -> Bool {
    let (weights, fractions) = (weights, fractions)
    if total == 0 {
      for place in 0..<number { parts[place] = 0 }
      return true
    }
    var sum: Int64 = 0
    for place in 0..<number { sum &+= weights[place] }
    guard sum > 0 else { return false }
    let magnitude = Int64(total.magnitude)
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
  private func pay(
    _ guarantee: DivisionCourse.Guarantee, _ task: Task, _ sharers: FixedTable<Int32>
  ) -> Bool {
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
      weights[place] = pays ? parts[place] : 0
      most &+= weights[place]
    }
    guard missing <= most, allocate(missing, sharers.count, to: payments) else { return false }
    for place in 0..<sharers.count { shares[Int(sharers[place])] &-= payments[place] }
    return true
  }
}
