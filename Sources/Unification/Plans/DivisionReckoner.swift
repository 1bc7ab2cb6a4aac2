import ExactMoney
import TariffRules

/// Divides totals by a plan, in minor units: every row's shares by party.
struct DivisionReckoner: ~Copyable {
  /// The sum of each party's lines.
  let shares: UnsafeMutablePointer<Int64>
  private let has: UnsafeMutablePointer<Bool>
  private let weights: UnsafeMutablePointer<Int64>
  private let rests: UnsafeMutablePointer<Int64>
  private let fractions: UnsafeMutablePointer<Int64>
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
    fractions = .allocate(capacity: parties)
    parts = .allocate(capacity: parties)
    owners = .allocate(capacity: parties)
    shares.initialize(repeating: 0, count: parties)
  }

  deinit {
    shares.deallocate()
    has.deallocate()
    weights.deallocate()
    rests.deallocate()
    fractions.deallocate()
    parts.deallocate()
    owners.deallocate()
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
    func amount(_ number: Int) -> Int64? {
      let (amount, overflow) = amounts[number].multipliedReportingOverflow(by: count)
      return overflow || amount.magnitude > Money.limit.magnitude ? nil : amount
    }
  }

  /// Divides a total; false where only a quote can tell what becomes of it.
  mutating func divide(_ task: Task, _ plan: UnsafePointer<DivisionPlan>) -> Bool {
    for party in 0..<parties { shares[party] = 0 }
    if plan.pointee.hasGuarantee { has.update(repeating: false, count: parties) }
    var remainder = task.total
    for index in 0..<plan.pointee.steps.count {
      switch plan.pointee.steps[index] {
      case .passThrough:
        for index in 0..<plan.pointee.passed.count {
          let passed = plan.pointee.passed[index]
          give(Int(passed.owner), task.legs[Int(passed.leg)] &* task.count, &remainder)
        }
      case .arbitrary(let party, let number), .marginAmount(let party, let number):
        guard let amount = task.amount(number) else { return false }
        give(party, amount, &remainder)
      case .marginPercent(let party, let part, let ofTotal, let mode):
        guard let amount = Self.percent(ofTotal ? task.total : remainder, part, mode)
        else { return false }
        give(party, amount, &remainder)
      case .prorate(let basis):
        if remainder < 0 {
          let bearer = plan.pointee.deficit
          if bearer == -2 { return false }
          if bearer >= 0 { give(bearer, remainder, &remainder) }
        }
        guard prorate(&remainder, basis, plan, task) else { return false }
      case .guarantee(let party, let number, let margin):
        guard let least = task.amount(number), guarantee(party, least, margin)
        else { return false }
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

  @inline(__always)
  private mutating func prorate(
    _ remainder: inout Int64, _ basis: DivisionPlan.Basis, _ plan: UnsafePointer<DivisionPlan>,
    _ task: Task
  ) -> Bool {
    let legs = plan.pointee.legs
    let carriers = plan.pointee.carriers
    var number = carriers.count
    switch basis {
    case .ownCharges:
      for place in 0..<number { weights[place] = 0 }
      for index in 0..<plan.pointee.own.count {
        let own = plan.pointee.own[index]
        weights[Int(own.owner)] &+= task.legs[Int(own.leg)]
      }
    case .distance(let perKilometre):
      guard weigh(legs, carriers.count, perKilometre, task) else { return false }
    case .fixed(let list):
      number = list.count
      guard number <= parties else { return false }
      for place in 0..<number { weights[place] = list[place].weight }
    }
    guard number > 0, number <= parties, allocate(remainder, number) else { return false }
    for place in 0..<number {
      let party: Int
      if case .fixed(let list) = basis {
        party = list[place].party
      } else {
        party = carriers[place]
      }
      (parts[place], owners[place]) = (rests[place], party)
      give(party, rests[place], &remainder)
    }
    partCount = number
    return true
  }

  /// By the kilometres of each carrier's legs; false where one has none.
  private func weigh(
    _ legs: FixedTable<DivisionPlan.Leg>, _ carriers: Int, _ perKilometre: FixedTable<Int64>,
    _ task: Task
  ) -> Bool {
    for place in 0..<carriers {
      weights[place] = 0
      var isFound = false
      for index in 0..<legs.count where legs[index].carrier == place && legs[index].hasDistance {
        guard task.kilometres[index] >= 0 else { return false }
        weights[place] &+= Int64(task.kilometres[index]) &* perKilometre[place]
        isFound = true
      }
      guard isFound else { return false }
    }
    return true
  }

  /// By largest remainder: the floors, then one each to the largest rests, ties in their order.
  /// Leaves the parts in `rests`.
  @inline(__always)
  private func allocate(_ total: Int64, _ number: Int) -> Bool {
    var sum: Int64 = 0
    for place in 0..<number { sum &+= weights[place] }
    if total == 0 {
      for place in 0..<number { rests[place] = 0 }
      return true
    }
    guard sum > 0 else { return false }
    let magnitude = Int64(total.magnitude)
    var left = magnitude
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
    if total < 0 { for place in 0..<number { rests[place] = -rests[place] } }
    return true
  }

  /// What a party lacks is paid by the margin, then by the others in proportion to their parts.
  private mutating func guarantee(_ party: Int, _ least: Int64, _ margin: Int) -> Bool {
    guard has[party] else { return true }
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
