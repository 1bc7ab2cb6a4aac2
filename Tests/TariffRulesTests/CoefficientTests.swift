import ExactMoney
import Testing

@testable import TariffRules

@Suite struct CoefficientTests {
  private func link(
    _ value: String, inPlaceOf: [Int] = [], notWith: [Int] = [], largestOf: String? = nil,
    isIncluded: Bool = false
  ) throws -> Coefficient {
    Coefficient(
      name: "x", step: .coefficient, value: try Exact(decimal: value), conditions: Conditions(),
      inPlaceOf: inPlaceOf, notWith: notWith, largestOf: largestOf, isIncluded: isIncluded,
      mark: Mark(file: 0, line: 0, evidence: .published))
  }

  private func applying(_ chain: [Coefficient], _ matches: [Bool]? = nil) -> [Int] {
    Coefficient.applying(chain, matches: matches ?? chain.map { _ in true })
  }

  @Test func inTheOrderOfTheRows() throws {
    let chain = [try link("0.9"), try link("1.2"), try link("0.5")]
    #expect(applying(chain) == [0, 1, 2])
    #expect(applying(chain, [false, true, false]) == [1])
    #expect(applying([]) == [])
  }

  @Test func oneInPlaceOfAnother() throws {
    let chain = [try link("0.85"), try link("0.7", inPlaceOf: [0])]
    #expect(applying(chain) == [1])
    #expect(applying(chain, [true, false]) == [0])
    #expect(applying(chain, [false, true]) == [1])
  }

  @Test func oneNotWithAnother() throws {
    let chain = [try link("1.2", notWith: [1]), try link("1.1")]
    #expect(applying(chain) == [1])
    #expect(applying(chain, [true, false]) == [0])
  }

  /// What has been replaced is not there, so it keeps nothing else away.
  @Test func whatIsReplacedExcludesNothing() throws {
    let chain = [try link("1.2", notWith: [1]), try link("1.1"), try link("0.7", inPlaceOf: [1])]
    #expect(applying(chain) == [0, 2])
  }

  @Test func onlyTheLargestReduction() throws {
    let chain = [
      try link("0.9", largestOf: "volume"), try link("0.8", largestOf: "volume"),
      try link("0.5", largestOf: "season"), try link("0.95"),
    ]
    #expect(applying(chain) == [1, 2, 3])
    #expect(applying(chain, [true, false, true, true]) == [0, 2, 3])
  }

  @Test func ofEqualReductionsTheFirst() throws {
    let chain = [try link("0.9", largestOf: "volume"), try link("0.90", largestOf: "volume")]
    #expect(applying(chain) == [0])
  }

  @Test func whatDoesNotApplyIsNotTheLargest() throws {
    let chain = [
      try link("0.5", notWith: [2], largestOf: "volume"), try link("0.9", largestOf: "volume"),
      try link("1.1"),
    ]
    #expect(applying(chain) == [1, 2])
  }

  /// It is named on the quote though it is not multiplied.
  @Test func whatIsIncludedApplies() throws {
    let chain = [try link("0.7", isIncluded: true), try link("0.9")]
    #expect(applying(chain) == [0, 1])
  }

  @Test func theTableSaysItByName() {
    let cells = Cells(
      [
        "name,step,value,in_place_of,not_with,largest_of,included", "a,coefficient,0.85,,,,",
        "b,mark-up,1.02,,a;d,group,yes", "c,floor,12,a,,,no", "d,ceiling,90,,,,",
      ], free: true)
    let chain = Coefficient.read(cells.reader)
    #expect(chain.map(\.inPlaceOf) == [[], [], [0], []])
    #expect(chain.map(\.notWith) == [[], [0, 3], [], []])
    #expect(chain.map(\.largestOf) == [nil, "group", nil, nil])
    #expect(chain.map(\.isIncluded) == [false, true, false, false])
    #expect(chain.map(\.step) == [.coefficient, .markUp, .floor, .ceiling])
    #expect(cells.found == [])
  }
}
