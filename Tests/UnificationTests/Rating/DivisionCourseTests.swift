import TariffRules
import Testing

@testable import Unification

/// What no row changes of a division: who may have a share, and by which legs the remainder goes.
@Suite struct DivisionCourseTests {
  private typealias Leg = DivisionPlan.Leg

  /// Two partners, the first one with two legs, of which one goes nowhere, and a port of party 7.
  private static let legs = [
    Leg(party: 4, carrier: 0, hasDistance: false), Leg(party: 7, carrier: -1, hasDistance: false),
    Leg(party: 2, carrier: 1, hasDistance: true), Leg(party: 4, carrier: 0, hasDistance: true),
  ]

  private static func numbers(_ table: FixedTable<Int32>) -> [Int32] {
    (0..<table.count).map { table[$0] }
  }

  private static func course(
    _ steps: [DivisionPlan.Step], _ memory: FixedMemory, legs: [Leg] = legs, deficit: Int = -2
  ) -> DivisionCourse {
    DivisionCourse(steps, legs, [4, 2], deficit: deficit, memory)
  }

  @Test func allWhoMayHaveAShare() {
    let memory = FixedMemory()
    let plain = Self.course([.passThrough, .prorate(.ownCharges)], memory)
    #expect(Self.numbers(plain.earners) == [2, 4, 7])
    let margin = DivisionPlan.Step.marginPercent(
      party: 9, part: Ratio.one, ofTotal: false, .halfAway)
    let rich = Self.course(
      [.passThrough, .arbitrary(party: 4, amount: 0), margin, .prorate(.ownCharges)], memory,
      deficit: 11)
    #expect(Self.numbers(rich.earners) == [2, 4, 7, 9, 11])
    let guaranteed = Self.course(
      [.prorate(.ownCharges), .guarantee(party: 5, amount: 0, margin: 0)], memory)
    #expect(Self.numbers(guaranteed.earners) == [0, 2, 4, 5])
  }

  @Test func whetherAGuaranteeIsOwed() {
    let memory = FixedMemory()
    for (party, isOwed) in [(2, true), (4, true), (7, false), (9, false)] {
      let steps: [DivisionPlan.Step] = [
        .prorate(.ownCharges), .guarantee(party: party, amount: 0, margin: -1),
      ]
      #expect(Self.course(steps, memory).guarantee.isOwed == isOwed)
    }
    let passed = Self.course(
      [.passThrough, .prorate(.ownCharges), .guarantee(party: 7, amount: 0, margin: -1)], memory)
    #expect(passed.guarantee.isOwed)
    #expect(Self.course([.prorate(.ownCharges)], memory).guarantee.party < 0)
  }

  @Test func legsThatMeasure() {
    let memory = FixedMemory()
    let own = Self.course([.prorate(.ownCharges)], memory)
    #expect(Self.numbers(own.sharers) == [4, 2] && Self.numbers(own.firstLegs) == [0, 2])
    #expect(own.otherLegs.count == 1 && own.otherLegs[0].leg == 3 && own.otherLegs[0].owner == 0)
    let weights = DivisionPlan.Step.prorate(.distance(memory.table([3, 5])))
    let far = Self.course([weights], memory)
    #expect(Self.numbers(far.sharers) == [4, 2] && Self.numbers(far.firstLegs) == [3, 2])
    #expect(far.otherLegs.count == 0 && far.weights[0] == 3 && far.weights[1] == 5)
    // Without a leg that goes anywhere nothing can be divided by distance.
    let near = Self.course([weights], memory, legs: Array(Self.legs.dropLast()))
    #expect(near.sharers.count == 0)
  }
}
