import ExactMoney

/// Divides totals by a plan, in minor units: every row's shares by party.
struct DivisionReckoner: ~Copyable {
  /// The sum of each party's lines.
  let shares: UnsafeMutablePointer<Int64>
  private let has: UnsafeMutablePointer<Bool>
  private let weights: UnsafeMutablePointer<Int64>
  private let rests: UnsafeMutablePointer<Int64>
  /// What each got of the remainder, and who, in the order in which odd units fall to them.
  private let parts: UnsafeMutablePointer<Int64>
  private let owners: UnsafeMutablePointer<Int>
  private var partCount = 0
  private let parties: Int

  init(parties: Int) {
    self.parties = parties
    shares = .allocate(capacity: parties)
    has = .allocate(capacity: parties)
    weights = .allocate(capacity: parties)
    rests = .allocate(capacity: parties)
    parts = .allocate(capacity: parties)
    owners = .allocate(capacity: parties)
    shares.initialize(repeating: 0, count: parties)
  }

  deinit {
    shares.deallocate()
    has.deallocate()
    weights.deallocate()
    rests.deallocate()
    parts.deallocate()
    owners.deallocate()
  }

  /// Divides the total of so many units; false where only a quote can tell what becomes of it.
  /// - Parameter legs: each leg's charges for one unit.
  mutating func divide(
    _ total: Int64, count: Int64, _ plan: DivisionPlan, _ legs: UnsafePointer<Int64>,
    _ kilometres: UnsafePointer<Int32>
  ) -> Bool {
    shares.update(repeating: 0, count: parties)
    has.update(repeating: false, count: parties)
    var remainder = total
    for step in plan.steps {
      switch step {
      case .passThrough:
        for (index, leg) in plan.legs.enumerated() where !leg.isPartner {
          give(leg.party, legs[index] &* count, &remainder)
        }
      case .arbitrary(let party, let perUnit), .marginAmount(let party, let perUnit):
        let (amount, overflow) = perUnit.multipliedReportingOverflow(by: count)
        guard !overflow, amount.magnitude <= Money.limit.magnitude else { return false }
        give(party, amount, &remainder)
      case .marginPercent(let party, let part, let ofTotal, let mode):
        let base = Int128(ofTotal ? total : remainder) * Int128(part.numerator)
        let amount = mode.whole(base, over: Int128(part.denominator))
        guard amount.magnitude <= Money.limit.magnitude else { return false }
        give(party, Int64(truncatingIfNeeded: amount), &remainder)
      case .prorate(let basis):
        if remainder < 0 {
          guard let bearer = plan.deficit else { return false }
          if bearer >= 0 { give(bearer, remainder, &remainder) }
        }
        guard prorate(&remainder, basis, plan, legs, kilometres) else { return false }
      case .guarantee(let party, let perUnit, let margin):
        guard guarantee(party, perUnit, margin, count) else { return false }
      }
      guard remainder.magnitude <= Money.limit.magnitude else { return false }
    }
    return remainder == 0
  }

  @inline(__always)
  private func give(_ party: Int, _ amount: Int64, _ remainder: inout Int64) {
    shares[party] &+= amount
    has[party] = true
    remainder &-= amount
  }

  private mutating func prorate(
    _ remainder: inout Int64, _ basis: DivisionPlan.Basis, _ plan: DivisionPlan,
    _ legs: UnsafePointer<Int64>, _ kilometres: UnsafePointer<Int32>
  ) -> Bool {
    var number = plan.carriers.count
    switch basis {
    case .ownCharges:
      for (place, carrier) in plan.carriers.enumerated() {
        weights[place] = 0
        for (index, leg) in plan.legs.enumerated() where leg.party == carrier {
          weights[place] &+= legs[index]
        }
      }
    case .distance(let perKilometre):
      for (place, carrier) in plan.carriers.enumerated() {
        weights[place] = 0
        var isFound = false
        for (index, leg) in plan.legs.enumerated()
        where leg.party == carrier && plan.legsWithDistance[index] {
          guard kilometres[index] >= 0 else { return false }
          weights[place] &+= Int64(kilometres[index]) &* perKilometre[place]
          isFound = true
        }
        guard isFound else { return false }
      }
    case .fixed(let list):
      number = list.count
      for (place, item) in list.enumerated() { weights[place] = item.weight }
    }
    guard number > 0, number <= parties else { return false }
    guard allocate(remainder, number) else { return false }
    for place in 0..<number {
      let party: Int
      if case .fixed(let list) = basis {
        party = list[place].party
      } else {
        party = plan.carriers[place]
      }
      (parts[place], owners[place]) = (rests[place], party)
      give(party, rests[place], &remainder)
    }
    partCount = number
    return true
  }

  /// By largest remainder: the floors, then one each to the largest rests, ties in their order.
  /// Leaves the parts in `rests`.
  private func allocate(_ total: Int64, _ number: Int) -> Bool {
    var sum: Int64 = 0
    for place in 0..<number { sum &+= weights[place] }
    if total == 0 {
      rests.update(repeating: 0, count: number)
      return true
    }
    guard sum > 0 else { return false }
    let magnitude = Int64(total.magnitude)
    let sign = total.signum()
    var left = magnitude
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: number) { fractions in
      for place in 0..<number {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: weights[place])
        if overflow {
          let (units, rest) = (Int128(magnitude) * Int128(weights[place]))
            .quotientAndRemainder(dividingBy: Int128(sum))
          rests[place] = Int64(truncatingIfNeeded: units)
          fractions[place] = Int64(truncatingIfNeeded: rest)
        } else {
          (rests[place], fractions[place]) = product.quotientAndRemainder(dividingBy: sum)
        }
        left &-= rests[place]
      }
      while left > 0 {
        var best = 0
        for place in 1..<max(1, number) where fractions[place] > fractions[best] { best = place }
        rests[best] &+= 1
        fractions[best] = -1
        left &-= 1
      }
      if sign < 0 { for place in 0..<number { rests[place] = -rests[place] } }
    }
    return true
  }

  /// What a party lacks is paid by the margin, then by the others in proportion to their parts.
  private mutating func guarantee(
    _ party: Int, _ perUnit: Int64, _ margin: Int, _ count: Int64
  ) -> Bool {
    guard has[party] else { return true }
    let (least, overflow) = perUnit.multipliedReportingOverflow(by: count)
    guard !overflow, least.magnitude <= Money.limit.magnitude else { return false }
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
    for place in 0..<partCount {
      let pays = owners[place] != party && parts[place] > 0
      // One who keeps the margin too has paid from it already: a quote sees to that.
      if owners[place] == margin { return false }
      weights[place] = pays ? parts[place] : 0
      most &+= weights[place]
    }
    guard missing <= most, allocate(missing, partCount) else { return false }
    for place in 0..<partCount { shares[owners[place]] &-= rests[place] }
    return true
  }
}
