import ExactMoney
import TariffRules

/// The classes of values, shared by all workers.
final class SharedClasses: Sendable {
  let classes: FieldClasses
  let finder: ClassFinder
  /// The fields by which pricing, discounts and the agreement tell consignments apart, the route
  /// aside, with their place in a key; nil if they do not fit into one.
  let terms: [KeyPart]?
  private let memory = FixedMemory()
  private let words: FixedTable<FixedTable<UInt16>>

  init(_ tables: TariffTables) {
    classes = FieldClasses(tables)
    let memory = memory
    let classes = classes
    finder = ClassFinder(classes, memory)
    let symbols = Int64(tables.symbols.count)
    words = memory.table(
      Field.allCases.map { field in
        field.words.isEmpty
          ? FixedTable()
          : memory.table((0..<symbols).map { classes.number(of: $0, field) })
      })
    var shift: Int32 = 0
    var parts: [KeyPart] = []
    for field in tables.fieldsOfJointVenture
    where ![.from, .to, .lane, .route, .pricing].contains(field) {
      parts.append(KeyPart(field: Int32(field.rawValue), isValue: false, shift: shift))
      shift += Int32(64 - classes.count(field).leadingZeroBitCount)
    }
    terms = shift <= 64 ? parts : nil
  }

  /// The class of a word of a field whose words are closed.
  func wordClass(_ symbol: Int64, _ field: Int) -> UInt16 { words[field][Int(symbol)] }
}
