import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// The class of a quantity found by its place is the one found by counting.
@Suite struct StepTableTests {
  @Test func emptyHasOneClass() {
    #expect(StepTable().number(of: 0) == 0)
    #expect(StepTable().number(of: 10_000_000_000) == 0)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func isTheNumberOfBoundsPassed(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let memory = FixedMemory()
    for most in [Int64(1), 900, 30_000_000, 10_000_000_000] {
      let count = Int.random(in: 1...60, using: &random)
      let bounds = Set((0..<count).map { _ in Int64.random(in: 1...most, using: &random) }).sorted()
      let table = StepTable(bounds, memory)
      let near = bounds.flatMap { [$0 - 1, $0, $0 + 1] }
      let any = (0..<200).map { _ in Int64.random(in: 0...most * 2, using: &random) }
      for value in near + any + [0, most] {
        #expect(table.number(of: value) == bounds.count { $0 <= value }, "\(value) in \(bounds)")
      }
    }
  }
}
