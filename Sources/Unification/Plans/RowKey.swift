import TariffRules

/// What a consignment asks of the tables, packed: consignments with the same key have the same
/// plans.
struct RowKey: BitwiseCopyable, Equatable {
  var words: (UInt64, UInt64, UInt64, UInt64)

  @inline(__always)
  static func == (one: RowKey, other: RowKey) -> Bool {
    (one.words.0 ^ other.words.0) | (one.words.1 ^ other.words.1) | (one.words.2 ^ other.words.2)
      | (one.words.3 ^ other.words.3) == 0
  }

  /// A number for looking it up.
  @inline(__always)
  var mixed: UInt64 {
    var mixed = words.0 ^ (words.1 &* 0x9E37_79B9_7F4A_7C15)
    mixed = (mixed ^ mixed &>> 32) &* 0xFF51_AFD7_ED55_8CCD
    mixed ^= (words.2 &* 0xC2B2_AE3D_27D4_EB4F) ^ (words.3 &* 0x1656_67B1_9E37_79F9)
    mixed = (mixed ^ mixed &>> 29) &* 0xFF51_AFD7_ED55_8CCD
    return mixed
  }
}

/// How a row's key is put together for one kind of equipment: of each field it has only what some
/// table in force tells apart. Its first word is for the places, half of the second for the
/// equipment, the rules in force, the customer's currency and whether a weight is given.
struct RowKeyPlan: BitwiseCopyable {
  struct Part: BitwiseCopyable {
    let field: Int32
    let word: Int32
    let shift: UInt64
    /// By class; empty where the very value counts.
    let alike: FixedTable<UInt16>
  }

  private(set) var parts = FixedTable<Part>()
  /// The parts do not fit: a row is left to the quote.
  private(set) var isTooWide = false

  /// How many bits a place has, and a value in thousandths.
  static let placeBits: UInt64 = 21, valueBits: Int32 = 25
  /// Where in the second word the other things begin.
  static let currencyAt: UInt64 = 12, equipmentAt: UInt64 = 20, weighedAt: UInt64 = 36
  static let partsAt: Int32 = 37

  /// For what the keys of the carriers' legs and of the joint venture's terms are made of.
  init(_ asked: [KeyPart], _ classes: FieldClasses, _ memory: FixedMemory) {
    var made: [Part] = []
    var (word, shift) = (Int32(1), Self.partsAt)
    func add(_ field: Field, _ bits: Int32, _ alike: FixedTable<UInt16>) {
      if shift + bits > 64 { (word, shift) = (word + 1, 0) }
      made.append(
        Part(field: Int32(field.rawValue), word: word, shift: UInt64(shift), alike: alike))
      shift += bits
    }
    for field in Field.allCases where field != .equipment {
      let own = asked.filter { $0.field == field.rawValue }
      let tables = own.map(\.alike).filter { $0.count > 0 }
      if let first = tables.first {
        let (alike, most) = Self.joined(first, tables.dropFirst(), memory)
        add(field, Int32(16 - most.leadingZeroBitCount), alike)
      }
      if own.contains(where: { $0.alike.count == 0 }) {
        add(field, Self.valueBits, FixedTable())
      }
    }
    isTooWide = word > 3
    parts = memory.table(isTooWide ? [] : made)
  }

  /// Numbers that differ wherever those of some table do, and the largest of them.
  private static func joined(
    _ first: FixedTable<UInt16>, _ others: ArraySlice<FixedTable<UInt16>>, _ memory: FixedMemory
  ) -> (FixedTable<UInt16>, UInt16) {
    var numbers = (0..<first.count).map { first[$0] }
    var most = numbers.max() ?? 0
    var known: Set<UnsafePointer<UInt16>> = [first.pointer]
    for other in others where known.insert(other.pointer).inserted {
      let width = (0..<other.count).map { Int(other[$0]) }.max() ?? 0
      var joint = [Int32](repeating: -1, count: (Int(most) + 1) * (width + 1))
      var next: Int32 = 0
      for index in numbers.indices {
        let at = Int(numbers[index]) * (width + 1) + Int(other[index])
        if joint[at] < 0 {
          joint[at] = next
          next += 1
        }
        numbers[index] = UInt16(truncatingIfNeeded: joint[at])
      }
      most = UInt16(truncatingIfNeeded: next - 1)
    }
    return (known.count == 1 ? first : memory.table(numbers), most)
  }
}
