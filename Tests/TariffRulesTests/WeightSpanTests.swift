import Testing

@testable import TariffRules

/// A span grows from a weight's own class as far as the same rows fit.
@Suite struct WeightSpanTests {
  /// What fits the classes 2 to 9.
  private static let rows = [2: "a", 3: "a", 4: "b", 5: "b", 6: "b", 7: "c", 8: "b", 9: "b"]

  private func alike(_ one: Int, _ other: Int) -> Bool { Self.rows[one] == Self.rows[other] }

  @Test func endsWhereOtherRowsFit() {
    var span = WeightSpan()
    span.narrow(false, 5, 10, alike)
    #expect(span.weight.first == 4)
    #expect(span.weight.last == 6)
    #expect(!span.chargeable.isNarrow)
    #expect(span.isNarrow)
  }

  @Test func theLowestAndTheHighestHaveNoEnd() {
    var low = WeightSpan()
    low.narrow(false, 3, 10, alike)
    #expect(low.weight.first == Int(FieldClasses.other))
    #expect(low.weight.last == 3)
    var high = WeightSpan()
    high.narrow(true, 8, 10, alike)
    #expect(high.chargeable.first == 8)
    #expect(high.chargeable.last == Int.max)
    #expect(!high.weight.isNarrow)
  }

  @Test func narrowsWhatIsNarrowAlready() {
    var span = WeightSpan()
    span.narrow(false, 5, 10, alike)
    span.narrow(false, 5, 10) { one, other in one <= 5 && other <= 5 }
    #expect(span.weight.first == 4)
    #expect(span.weight.last == 5)
    span.narrow(false, 5, 10) { _, _ in true }
    #expect(span.weight.first == 4)
    #expect(span.weight.last == 5)
  }

  @Test func aWeightThatIsNotGivenNarrowsNothing() {
    var span = WeightSpan()
    span.narrow(false, Int(FieldClasses.absent), 10, alike)
    #expect(!span.isNarrow)
  }
}
