import ExactMoney
import TariffRules

/// What is known of one row, as `Facts` has it, and the class of each value; used again for every
/// row and never copied.
struct RowFacts: ~Copyable {
  let values: UnsafeMutablePointer<Int64>
  let classes: UnsafeMutablePointer<UInt16>
  private let words: UnsafeMutablePointer<UInt64>
  /// The number of the day's plan, and of its rules; below zero if there are none.
  var day = -1, rules = -1
  /// The day itself; `Int32.min` if there is none.
  var dayNumber = Int32.min
  var from: Int64 = -1, to: Int64 = -1, via: Int64 = -1
  var digits = 8
  var count: Int64 = 1
  /// The customer's symbol; -1 if there is none.
  var customer: Int64 = -1
  /// The number of the currency it is billed in; -1 for the joint venture's.
  var currency: Int32 = -1
  /// By what its plan is found; nil where a quote must answer.
  var planKey: RowKey?
  /// Its plan, and where its lanes were put, where they were looked up ahead of its turn.
  var ahead: Ahead?

  typealias Ahead = (plan: UnsafePointer<KindPlan>, lanes: UnsafeMutablePointer<LaneAhead>)

  static let width = Field.allCases.count

  init() {
    values = .allocate(capacity: Self.width)
    classes = .allocate(capacity: Self.width)
    words = .allocate(capacity: 4)
    clear()
  }

  deinit {
    values.deallocate()
    classes.deallocate()
    words.deallocate()
  }

  @inline(__always)
  mutating func clear() {
    values.update(repeating: Facts.absent, count: Self.width)
    classes.update(repeating: FieldClasses.absent, count: Self.width)
    dayNumber = Int32.min
    (from, to, via, customer) = (-1, -1, -1, -1)
    currency = -1
    count = 1
    digits = 8
    planKey = nil
  }

  /// Whether everything is there that every consignment needs.
  @inline(__always)
  var isWhole: Bool {
    dayNumber != Int32.min && from >= 0 && to >= 0 && from != to
      && values[Field.commodity.rawValue] != Facts.absent
      && values[Field.equipment.rawValue] != Facts.absent
  }

  @inline(__always)
  var weight: Int64 { values[Field.weight.rawValue] }

  /// A value and its class.
  @inline(__always)
  mutating func set(_ field: Field, _ value: Int64, _ number: UInt16) {
    values[field.rawValue] = value
    classes[field.rawValue] = number
  }

  /// What a plan of the row can depend on, the weight aside.
  @inline(__always)
  func key(_ plan: UnsafePointer<RowKeyPlan>) -> RowKey {
    let equipment = UInt64(classes[Field.equipment.rawValue])
    words[0] =
      UInt64(bitPattern: from &+ 1) | UInt64(bitPattern: to &+ 1) &<< RowKeyPlan.placeBits
      | UInt64(bitPattern: via &+ 1) &<< (2 &* RowKeyPlan.placeBits)
    words[1] =
      UInt64(bitPattern: Int64(rules)) | equipment &<< RowKeyPlan.equipmentAt
      | UInt64(truncatingIfNeeded: currency &+ 2) &<< RowKeyPlan.currencyAt
      | (weight == Facts.absent ? 0 : 1) &<< RowKeyPlan.weighedAt
    words[2] = 0
    words[3] = 0
    for index in 0..<plan.pointee.parts.count {
      let part = plan.pointee.parts.pointer + index
      let field = Int(part.pointee.field)
      let bits: UInt64
      if part.pointee.alike.count > 0 {
        bits = UInt64(part.pointee.alike[Int(classes[field])])
      } else {
        bits = values[field] == Facts.absent ? 0 : UInt64(bitPattern: values[field] &+ 1)
      }
      words[Int(part.pointee.word)] |= bits &<< part.pointee.shift
    }
    return RowKey(words: (words[0], words[1], words[2], words[3]))
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
