import ExactMoney
import SeededNumbers
import Testing

@testable import Unification

@Suite struct RateSolverTests {
  private let usd: Currency

  init() throws { usd = try #require(Currency(code: "USD", minorDigits: 2)) }

  private typealias Part = StudiedGroup.Cell.Part

  private func group(
    _ name: String, today: Int128, _ cells: [(base: Int, parts: [Part])]
  ) -> StudiedGroup {
    let cells = cells.map { cell in
      StudiedGroup.Cell(from: nil, to: nil, base: Exact(cell.base), parts: cell.parts)
    }
    return StudiedGroup(
      key: .init(lanes: [name], equipment: "box", load: "loaded", currency: usd), customers: [],
      consignments: 1, units: cells.reduce(0) { $0 + $1.units }, today: today, floorPercent: nil,
      floor: nil, cells: cells)
  }

  private func part(_ units: Int, floor: Int64 = 0, beside: Int64 = 0) -> Part {
    Part(units: units, floor: floor, beside: beside)
  }

  private func rates(_ solver: RateSolver) -> [Int64] {
    solver.groups.flatMap { $0.cells.map(\.rate) }
  }

  /// 3 units paid 10.00 and 4 units paid 10.01: 333 1/3 and 250 1/4 each. Rounded down they pay 999
  /// and 1000, two cents are left over. Raising the first by one is worth 3, the second 4: neither
  /// is 2. But 2 x 3 - 1 x 4 is, and no choice with fewer cents.
  @Test func whatIsLeftOverIsAbsorbed() throws {
    let solver = try RateSolver([
      group("A", today: 1000, [(1, [part(3)])]), group("B", today: 1001, [(1, [part(4)])]),
    ])
    #expect(solver.rest == 0)
    #expect(rates(solver) == [335, 249])
  }

  /// Left over are 1 + 1 + 9 + 0 + 1 = 12 cents, the fractions 1/2, 1/4, 9/10, 0 and 1/2: the
  /// largest two that are worth 12 are those of C (10 units) and A (2 units).
  @Test func theLargestFractionsAreRaised() throws {
    let solver = try RateSolver([
      group("A", today: 669, [(1, [part(2)])]), group("B", today: 1001, [(1, [part(4)])]),
      group("C", today: 999, [(1, [part(10)])]), group("D", today: 71, [(1, [part(1)])]),
      group("E", today: 101, [(1, [part(2)])]),
    ])
    #expect(rates(solver) == [335, 250, 100, 71, 50])
    #expect(solver.rest == 0)
  }

  /// Two units, one cent too much for one rate: it is said, not hidden.
  @Test func whatNoRateBringsIsLeft() throws {
    let solver = try RateSolver([group("A", today: 201, [(1, [part(2)])])])
    #expect(rates(solver) == [100])
    #expect(solver.rest == 1)
  }

  /// Five units paid 500. One of them has a floor of 180: the others pay 320 / 4 = 80.
  @Test func floorsLowerTheRate() throws {
    let solver = try RateSolver([
      group("A", today: 500, [(1, [part(4), part(1, floor: 180)])])
    ])
    #expect(rates(solver) == [80])
    #expect(solver.rest == 0 && solver.raisedByFloors == 0)
    // With floors of 120 for all nothing can be kept: 600 is 100 more than today.
    let high = try RateSolver([group("A", today: 500, [(1, [part(5, floor: 120)])])])
    #expect(rates(high) == [120])
    #expect(high.raisedByFloors == 100 && high.rest == 0)
  }

  /// By the kilometre: 10 units over 300 km and 5 over 600 km paid 1200: 0.2 a unit and kilometre.
  @Test func byTheKilometre() throws {
    let solver = try RateSolver([
      group("A", today: 1200, [(300, [part(10)]), (600, [part(5)])])
    ])
    #expect(rates(solver) == [60, 120])
    #expect(solver.groups.first?.exact == Exact(1, over: 5))
  }

  /// A cent beside the rate on the second lane is part of the revenue: 3 r + 2 (r + 1) = 502.
  @Test func aCentBesideTheRate() throws {
    let solver = try RateSolver([
      group("A", today: 502, [(1, [part(3), part(2, beside: 1)])])
    ])
    #expect(rates(solver) == [100])
    #expect(solver.rest == 0)
  }

  /// Whatever the groups: what the rates bring, what is left and what floors raise are today's
  /// revenue; no rate is far from the exact one; and a subset that gives out exactly is found.
  @Test(arguments: 0..<80) func revenueIsKept(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let hasFloors = seed % 2 == 1
    let groups = (0..<Int.random(in: 1...7, using: &random)).map { number in
      let cells = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
          part(
            Int.random(in: 1...40, using: &random),
            floor: hasFloors ? Int64.random(in: 0...9000, using: &random) : 0,
            beside: Int64.random(in: 0...1, using: &random))
        }
        return (base: Int.random(in: 1...3, using: &random), parts: parts)
      }
      let units = cells.flatMap(\.parts).reduce(0) { $0 + $1.units }
      let today = Int128(units) * Int128.random(in: 5000...20000, using: &random)
      return group(
        "L\(number)", today: today + Int128.random(in: 0...50, using: &random), cells)
    }
    let solver = try RateSolver(groups)
    let today = groups.reduce(Int128(0)) { $0 + $1.today }
    let proposed = solver.groups.reduce(Int128(0)) { $0 + $1.proposed }
    #expect(proposed + solver.rest - solver.raisedByFloors == today)
    #expect(solver.rest >= 0 && solver.raisedByFloors >= 0)
    for cell in solver.groups.flatMap(\.cells) {
      let wanted = max(cell.exact, Exact(cell.lowestFloor))
      let away = try wanted.minus(Exact(cell.rate)).magnitude
      #expect(away <= Exact(11))
    }
    guard !hasFloors else { return }
    // By hand: the exact rates rounded down, and every subset of the rates raised by one.
    let down = solver.groups.flatMap(\.cells).map { cell in
      (
        rate: cell.exact.numerator / cell.exact.denominator, units: Int128(cell.units),
        beside: cell.parts.reduce(Int128(0)) { $0 + Int128($1.units) * Int128($1.beside) }
      )
    }
    let left = today - down.reduce(0) { $0 + $1.rate * $1.units + $1.beside }
    var sums: Set<Int128> = [0]
    for cell in down { sums.formUnion(sums.map { $0 + cell.units }) }
    if sums.contains(left) { #expect(solver.rest == 0) }
  }
}
