import TariffRules

/// What a consignment asks of the tables, packed: consignments with the same key have one plan.
struct RowKey: BitwiseCopyable, Equatable {
  var words: (UInt64, UInt64, UInt64, UInt64)

  /// The key of nothing.
  static let none = RowKey(words: (.max, .max, .max, .max))

  @inline(__always)
  static func == (one: RowKey, other: RowKey) -> Bool {
    (one.words.0 ^ other.words.0) | (one.words.1 ^ other.words.1) | (one.words.2 ^ other.words.2)
      | (one.words.3 ^ other.words.3) == 0
  }

  /// The bits of the key that count.
  @inline(__always)
  func masked(_ mask: RowKey) -> RowKey {
    RowKey(
      words: (
        words.0 & mask.words.0, words.1 & mask.words.1, words.2 & mask.words.2,
        words.3 & mask.words.3
      ))
  }

  /// A place in a table of so many bits.
  @inline(__always)
  func slot(_ bits: UInt64) -> Int {
    var mixed = words.0 ^ (words.1 &* 0x9E37_79B9_7F4A_7C15)
    mixed = (mixed ^ mixed &>> 32) &* 0xFF51_AFD7_ED55_8CCD
    mixed ^= (words.2 &* 0xC2B2_AE3D_27D4_EB4F) ^ (words.3 &* 0x1656_67B1_9E37_79F9)
    mixed = (mixed ^ mixed &>> 29) &* 0xFF51_AFD7_ED55_8CCD
    return Int(truncatingIfNeeded: mixed &>> (64 &- bits))
  }
}

/// Where in a key each thing stands.
struct KeyLayout: Sendable {
  /// A run of bits. What has no place in the key goes to a fifth word, which nobody reads.
  struct Part: BitwiseCopyable, Sendable {
    var word: Int32 = 4
    var shift: Int32 = 0
    var bits: Int32 = 64
  }

  /// The class of each field, by its raw value.
  let classes: FixedTable<Part>
  /// The very value of the fields that can be multiplied by, as a whole number above zero.
  let values: FixedTable<Part>
  /// The rules of the day, the places, the customer's currency, and whether a weight is given.
  let day: Part, from: Part, to: Part, via: Part, currency: Part, weighed: Part

  /// How many bits the day's rules and the currency have.
  static let dayBits = 12, currencyBits = 8

  /// The fields that can be multiplied by, the weight aside, with the bits their values need.
  static let valued: [(field: Field, bits: Int)] = [
    (.axles, 7), (.length, 20), (.persons, 10), (.storageDays, 14),
  ]

  /// What is known only when a leg or a rate is looked at.
  static let derived: Set<Field> = [
    .traffic, .from, .to, .route, .lane, .distance, .chargeable, .charge, .rate, .grid, .unit,
    .pricing, .sellerCountry, .service,
  ]

  /// Nil where all of it needs more than four words.
  init?(_ found: FieldClasses, symbols: Int, _ memory: FixedMemory) {
    var word: Int32 = 0
    var used: Int32 = 0
    func place(_ bits: Int) -> Part {
      if used + Int32(bits) > 64 {
        word += 1
        used = 0
      }
      used += Int32(bits)
      return Part(word: word, shift: used - Int32(bits), bits: Int32(bits))
    }
    let placeBits = 64 - (symbols + 1).leadingZeroBitCount
    from = place(placeBits)
    to = place(placeBits)
    via = place(placeBits)
    day = place(Self.dayBits)
    currency = place(Self.currencyBits)
    weighed = place(1)
    classes = memory.table(
      Field.allCases.map { field in
        Self.derived.contains(field) ? Part() : place(64 - found.count(field).leadingZeroBitCount)
      })
    values = memory.table(
      Field.allCases.map { field in
        Self.valued.first { $0.field == field }.map { place($0.bits) } ?? Part()
      })
    guard word < 4 else { return nil }
  }

  /// A mask that lets a part through.
  static func mask(_ parts: [Part]) -> RowKey {
    var words: [UInt64] = [0, 0, 0, 0, 0]
    for part in parts {
      words[Int(part.word)] |= (part.bits < 64 ? 1 << UInt64(part.bits) - 1 : .max) << part.shift
    }
    return RowKey(words: (words[0], words[1], words[2], words[3]))
  }
}
