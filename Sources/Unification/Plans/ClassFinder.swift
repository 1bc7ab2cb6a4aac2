import ExactMoney
import TariffRules

/// Finds the class of a quantity or of a commodity code.
struct ClassFinder: Sendable {
  private let quantities: FixedTable<StepTable>
  private let starts: FixedTable<Int64>
  private let numbers: FixedTable<UInt16>
  /// For the first four digits, the last run that does not begin after them.
  private let byHeading: FixedTable<Int32>

  init(_ classes: FieldClasses, _ memory: FixedMemory) {
    quantities = memory.table(Field.allCases.map { StepTable(classes.bounds($0), memory) })
    let runs = classes.commodityRuns
    starts = memory.table(runs.starts)
    numbers = memory.table(runs.numbers)
    var headings: [Int32] = []
    var at = 0
    for heading in 0..<10_000 {
      while at + 1 < runs.starts.count && runs.starts[at + 1] <= Int64(heading) * 10_000 { at += 1 }
      headings.append(Int32(at))
    }
    byHeading = memory.table(headings)
  }

  /// The class of a quantity, in thousandths.
  @inline(__always)
  func number(of value: Int64, _ field: Field) -> UInt16 {
    let passed = (quantities.pointer + field.rawValue).pointee.number(of: value)
    return FieldClasses.other &+ UInt16(truncatingIfNeeded: passed)
  }

  /// The class of a code of eight digits.
  @inline(__always)
  func commodity(_ code: Int64) -> UInt16 {
    var at = Int(byHeading[Int(code / 10_000)])
    while at &+ 1 < starts.count && starts[at &+ 1] <= code { at &+= 1 }
    return numbers[at]
  }
}
