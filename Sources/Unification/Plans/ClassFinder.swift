import ExactMoney
import TariffRules

/// Finds the class of a quantity, of a commodity code or of a word. Whoever made it keeps what it
/// refers to.
struct ClassFinder: BitwiseCopyable, Sendable {
  private let quantities: FixedTable<StepTable>
  private let starts: FixedTable<Int64>
  private let numbers: FixedTable<UInt16>
  /// For the first four digits, the last run that does not begin after them.
  private let byHeading: FixedTable<Int32>
  /// By field and symbol.
  private let words: FixedTable<FixedTable<UInt16>>

  /// Fields whose codes are symbols as well.
  private static let codes: Set<Field> = [.goodsOrigin, .unNumber, .unClass]

  init(_ classes: FieldClasses, symbols: Int, _ memory: FixedMemory) {
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
    words = memory.table(
      Field.allCases.map { field in
        field.words.isEmpty && !Self.codes.contains(field)
          ? FixedTable()
          : memory.table((0..<Int64(symbols)).map { classes.number(of: $0, field) })
      })
  }

  /// The class of a word of a field whose words are closed, or of a country, UN number or class.
  @inline(__always)
  func word(_ symbol: Int64, _ field: Field) -> UInt16 { words[field.rawValue][Int(symbol)] }

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
