import ExactMoney
import TariffRules

/// The classes of values; shared by all workers.
final class SharedClasses: Sendable {
  let classes: FieldClasses
  let finder: ClassFinder
  private let memory: FixedMemory

  /// Nil where the tables have so many codes that no key holds them.
  init?(_ tables: TariffTables) {
    let classes = FieldClasses(tables)
    let memory = FixedMemory()
    guard !classes.areTooMany, tables.symbols.count < 1 << Int(RowKeyPlan.placeBits) - 1
    else { return nil }
    self.classes = classes
    self.memory = memory
    finder = ClassFinder(classes, symbols: tables.symbols.count, memory)
  }
}
