import ExactMoney
import TariffRules

/// The classes of values; shared by all workers.
final class SharedClasses: Sendable {
  let classes: FieldClasses
  let finder: ClassFinder
  private let memory: FixedMemory
  private let words: FixedTable<FixedTable<UInt16>>

  /// Nil where the tables have so many codes that no key holds them.
  init?(_ tables: TariffTables) {
    let classes = FieldClasses(tables)
    let memory = FixedMemory()
    guard !classes.areTooMany, tables.symbols.count < 1 << Int(RowKeyPlan.placeBits) - 1
    else { return nil }
    self.classes = classes
    self.memory = memory
    finder = ClassFinder(classes, memory)
    let symbols = Int64(tables.symbols.count)
    words = memory.table(
      Field.allCases.map { field in
        field.words.isEmpty && !Self.codes.contains(field)
          ? FixedTable()
          : memory.table((0..<symbols).map { classes.number(of: $0, field) })
      })
  }

  /// Fields whose codes are symbols as well.
  private static let codes: Set<Field> = [.goodsOrigin, .unNumber, .unClass]

  /// The class of a word of a field whose words are closed, or of a country, UN number or class.
  @inline(__always)
  func wordClass(_ symbol: Int64, _ field: Field) -> UInt16 {
    words[field.rawValue][Int(symbol)]
  }
}
