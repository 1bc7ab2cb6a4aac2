import ExactMoney

/// Finds rates in whole minor units that keep the revenue of groups of consignments.
///
/// 1. For each group the exact rate at which its units, each paying the rate or its floor, pay what
///    they pay today.
/// 2. Each rate is rounded down to the minor unit. What is left over, at most one minor unit for
///    each unit, is given out by largest remainder: rates with the largest fraction are raised by
///    one, so that their units together are worth exactly what is left over.
/// 3. Where no choice of rates is worth it exactly, one or two rates absorb the rest by a few minor
///    units more or less.
/// 4. Where not even that can be, the rest is a rounding difference that the study states.
struct RateSolver {
  /// The most minor units that are given out: the memory that a choice among them takes.
  static let mostLeftOver = 20_000_000
  /// The most minor units by which a rate absorbs what is left over.
  static let mostAbsorbed: Int64 = 9
  /// How many sums given out are tried to find rates that absorb the rest.
  static let mostTried = 200

  private(set) var groups: [StudiedGroup]
  /// What is left over when all is done, in minor units: revenue of today that no rate brings.
  private(set) var rest: Int128 = 0
  /// What floors bring beyond today's revenue, in minor units.
  private(set) var raisedByFloors: Int128 = 0

  /// Solves for the groups of one currency.
  init(_ groups: [StudiedGroup]) throws(BeyondLimits) {
    self.groups = groups
    for index in groups.indices {
      self.groups[index].exact = try Self.exactRate(groups[index])
      for cell in groups[index].cells.indices {
        try setRate(of: cell, in: index)
      }
      let over = self.groups[index].proposed - groups[index].today
      // Rounded down, only floors can bring more than today.
      if over > 0 { raisedByFloors += over } else { rest -= over }
    }
    try giveOut()
  }

  private mutating func setRate(of cell: Int, in group: Int) throws(BeyondLimits) {
    let found = groups[group].cells[cell]
    let exact = try groups[group].exact.times(found.base)
    groups[group].cells[cell].exact = exact
    guard let down = Int64(exactly: exact.numerator / exact.denominator) else {
      throw BeyondLimits(what: "a rate of \(exact) minor units")
    }
    groups[group].cells[cell].rate = max(down, found.lowestFloor)
  }

  /// The exact rate per base at which the units pay what they pay today: those that would pay less
  /// than their floor pay the floor, and the others less for it.
  private static func exactRate(_ group: StudiedGroup) throws(BeyondLimits) -> Exact {
    var free = group.cells.flatMap { cell in cell.parts.map { (base: cell.base, part: $0) } }
    var bound = Int128(0)
    while true {
      var weight = Exact.zero
      var beside = Int128(0)
      for (base, part) in free {
        weight = try weight.plus(base.times(Exact(part.units)))
        beside += Int128(part.units) * Int128(part.beside)
      }
      let left = group.today - bound - beside
      guard weight > .zero, left > 0, let revenue = Exact(left, over: 1) else { return .zero }
      let rate = try revenue.divided(by: weight)
      let count = free.count
      free.removeAll { base, part in
        let price = try? rate.times(base)
        guard let price, price < Exact(part.floor - part.beside) else { return false }
        bound += Int128(part.units) * Int128(part.floor)
        return true
      }
      if free.count == count { return rate }
    }
  }

  // MARK: - What is left over

  private typealias Place = (group: Int, cell: Int)

  /// Largest remainder, weighed by units: raises rates by one minor unit whose units together are
  /// worth what is left over, those with the largest fractions as far as can be.
  private mutating func giveOut() throws(BeyondLimits) {
    guard rest > 0 else { return }
    guard rest <= Int128(Self.mostLeftOver) else {
      throw BeyondLimits(
        what: "rates in whole minor units leave \(rest) of them to give out, "
          + "at most \(Self.mostLeftOver) can be")
    }
    let target = Int(rest)
    let choices = choices(upTo: target)
    // For each sum the first choice that reaches it: what it adds to was reached by an earlier one.
    var reached = [Int32](repeating: -1, count: target + 1)
    reached[0] = Int32(choices.count)
    for (number, choice) in choices.enumerated() where reached[target] < 0 {
      for sum in stride(from: target - choice.worth, through: 0, by: -1)
      where reached[sum] >= 0 && reached[sum + choice.worth] < 0 {
        reached[sum + choice.worth] = Int32(number)
      }
    }
    // Less is given out only where one or two rates can absorb the rest of it.
    let sums = reached.indices.reversed().lazy.filter { reached[$0] >= 0 }.prefix(Self.mostTried)
    let (start, all) = (groups, rest)
    for sum in sums {
      raise(choices, reached, to: sum)
      rest = all - Int128(sum)
      absorb()
      if rest == 0 { return }
      groups = start
    }
    guard let most = sums.first else { return }
    raise(choices, reached, to: most)
    rest = all - Int128(most)
  }

  private mutating func raise(
    _ choices: [(place: Place, worth: Int)], _ reached: [Int32], to sum: Int
  ) {
    var sum = sum
    while sum > 0 {
      let choice = choices[Int(reached[sum])]
      groups[choice.place.group].cells[choice.place.cell].rate += 1
      sum -= choice.worth
    }
  }

  /// The rates that can be raised by one, the largest fraction first, with what that is worth.
  private func choices(upTo most: Int) -> [(place: Place, worth: Int)] {
    var choices: [(place: Place, worth: Int, fraction: Exact)] = []
    for (group, cells) in groups.map(\.cells).enumerated() {
      for (number, cell) in cells.enumerated() {
        let worth = cell.revenue(at: cell.rate + 1) - cell.revenue(at: cell.rate)
        guard worth > 0, worth <= Int128(most) else { continue }
        let fraction = (try? cell.exact.minus(Exact(cell.rate))) ?? .zero
        choices.append(((group, number), Int(worth), fraction))
      }
    }
    return choices.enumerated().sorted { one, other in
      one.element.fraction != other.element.fraction
        ? one.element.fraction > other.element.fraction : one.offset < other.offset
    }.map { ($0.element.place, $0.element.worth) }
  }

  /// Lets one rate, or two, absorb the rest: by the fewest minor units that do.
  private mutating func absorb() {
    guard rest != 0 else { return }
    var moves: [(place: Place, by: Int64, worth: Int128)] = []
    for (group, cells) in groups.map(\.cells).enumerated() {
      for (number, cell) in cells.enumerated() {
        for by in -Self.mostAbsorbed...Self.mostAbsorbed where cell.rate + by >= 0 && by != 0 {
          let worth = cell.revenue(at: cell.rate + by) - cell.revenue(at: cell.rate)
          if worth != 0 { moves.append(((group, number), by, worth)) }
        }
      }
    }
    moves.sort { one, other in
      (one.by.magnitude, one.place.group, one.place.cell)
        < (other.by.magnitude, other.place.group, other.place.cell)
    }
    var best: (moves: [Int], by: UInt64)?
    var byWorth: [Int128: [Int]] = [:]
    for (number, move) in moves.enumerated() { byWorth[move.worth, default: []].append(number) }
    for (number, move) in moves.enumerated() {
      if move.worth == rest, move.by.magnitude < best?.by ?? .max {
        best = ([number], move.by.magnitude)
      }
      for other in byWorth[rest - move.worth] ?? [] {
        let by = move.by.magnitude + moves[other].by.magnitude
        if moves[other].place != move.place, by < best?.by ?? .max { best = ([number, other], by) }
      }
    }
    guard let best else { return }
    for number in best.moves {
      groups[moves[number].place.group].cells[moves[number].place.cell].rate += moves[number].by
    }
    rest = 0
  }
}
