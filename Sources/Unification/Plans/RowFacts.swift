import ExactMoney
import TariffRules

/// What is known of one row, as `Facts` has it, the class of each value, and the key of all;
/// used again for every row and never copied.
struct RowFacts: ~Copyable {
  let values: UnsafeMutablePointer<Int64>
  let classes: UnsafeMutablePointer<UInt16>
  private let key: UnsafeMutablePointer<UInt64>
  private let layout: KeyLayout
  /// The number of the day's rules; below zero if there are none.
  var day = -1
  /// The day itself; `Int32.min` if there is none.
  var dayNumber = Int32.min
  var from: Int64 = -1, to: Int64 = -1, via: Int64 = -1
  var digits = 8
  var count: Int64 = 1
  /// The customer's symbol; -1 if there is none.
  var customer: Int64 = -1

  static let width = Field.allCases.count

  init(_ layout: KeyLayout) {
    self.layout = layout
    values = .allocate(capacity: Self.width)
    classes = .allocate(capacity: Self.width)
    key = .allocate(capacity: 5)
    clear()
  }

  deinit {
    values.deallocate()
    classes.deallocate()
    key.deallocate()
  }

  @inline(__always)
  mutating func clear() {
    values.update(repeating: Facts.absent, count: Self.width)
    classes.update(repeating: FieldClasses.absent, count: Self.width)
    key.update(repeating: 0, count: 5)
    dayNumber = Int32.min
    (from, to, via, customer) = (-1, -1, -1, -1)
    count = 1
    digits = 8
  }

  /// Whether everything is there that every consignment needs.
  @inline(__always)
  var isWhole: Bool {
    dayNumber != Int32.min && from >= 0 && to >= 0 && from != to
      && values[Field.commodity.rawValue] != Facts.absent
      && values[Field.equipment.rawValue] != Facts.absent
  }

  /// A value and its class, also in the key.
  @inline(__always)
  mutating func set(_ field: Field, _ value: Int64, _ number: UInt16) {
    values[field.rawValue] = value
    classes[field.rawValue] = number
    put(UInt64(number), layout.classes[field.rawValue])
  }

  /// A whole quantity that can be multiplied by, in thousandths.
  @inline(__always)
  mutating func set(_ field: Field, _ value: Int64, _ number: UInt16, whole: Int64) {
    set(field, value, number)
    put(UInt64(bitPattern: whole &+ 1), layout.values[field.rawValue])
  }

  /// A value that is no part of the key.
  @inline(__always)
  mutating func setAside(_ field: Field, _ value: Int64, _ number: UInt16) {
    values[field.rawValue] = value
    classes[field.rawValue] = number
  }

  mutating func setWeighed() { put(1, layout.weighed) }

  mutating func setCurrency(_ number: Int32) {
    put(UInt64(truncatingIfNeeded: number &+ 2), layout.currency)
  }

  /// The origin, the destination and the place between, as symbols.
  @inline(__always)
  mutating func setPlaces() {
    put(UInt64(bitPattern: from &+ 1), layout.from)
    put(UInt64(bitPattern: to &+ 1), layout.to)
    put(UInt64(bitPattern: via &+ 1), layout.via)
    put(UInt64(bitPattern: Int64(day)), layout.day)
  }

  @inline(__always)
  private func put(_ bits: UInt64, _ part: KeyLayout.Part) {
    key[Int(part.word)] |= bits &<< UInt64(truncatingIfNeeded: part.shift)
  }

  /// The key, as far as it counts.
  @inline(__always)
  func key(_ mask: RowKey) -> RowKey {
    RowKey(words: (key[0], key[1], key[2], key[3])).masked(mask)
  }

  /// The same as facts, for the exact calculation.
  var facts: Facts {
    var facts = Facts()
    for field in Field.allCases { facts[field] = values[field.rawValue] }
    facts.setCommodity(values[Field.commodity.rawValue], digits: digits)
    return facts
  }

  /// The facts of the consignment on a route.
  func facts(on route: Route, _ now: TablesInForce) -> Facts {
    var facts = facts
    for field in [Field.chargeable, .distance, .traffic] { facts[field] = Facts.absent }
    facts[.from] = from
    facts[.to] = to
    facts[.lane] = route.code
    facts[.route] =
      now.tables.symbols.number(of: route.lane == nil ? "local" : "through") ?? Facts.absent
    return facts
  }
}
