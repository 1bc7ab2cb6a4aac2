import ExactMoney
import TariffRules

/// What is known of one row, as `Facts` has it, and the class of each value; used again for every
/// row and never copied.
struct RowFacts: ~Copyable {
  let values: UnsafeMutablePointer<Int64>
  let classes: UnsafeMutablePointer<UInt16>
  var day: Int32 = 0
  var from: Int64 = 0, to: Int64 = 0, via: Int64 = -1
  var digits = 8
  var count: Int64 = 1
  /// The customer's symbol; -1 if there is none.
  var customer: Int64 = -1

  static let width = Field.allCases.count

  init() {
    values = .allocate(capacity: Self.width)
    classes = .allocate(capacity: Self.width)
    clear()
  }

  deinit {
    values.deallocate()
    classes.deallocate()
  }

  @inline(__always)
  mutating func clear() {
    values.update(repeating: Facts.absent, count: Self.width)
    classes.update(repeating: FieldClasses.absent, count: Self.width)
    day = Int32.min
    (from, to, via, customer) = (-1, -1, -1, -1)
    count = 1
  }

  /// Whether everything is there that every consignment needs.
  var isWhole: Bool {
    day != Int32.min && from >= 0 && to >= 0 && from != to
      && values[Field.commodity.rawValue] != Facts.absent
      && values[Field.equipment.rawValue] != Facts.absent
  }

  @inline(__always)
  mutating func set(_ field: Int, _ value: Int64, _ number: UInt16) {
    values[field] = value
    classes[field] = number
  }

  /// The same as facts, for the exact calculation.
  var facts: Facts {
    var facts = Facts()
    for field in Field.allCases { facts[field] = values[field.rawValue] }
    facts.setCommodity(values[Field.commodity.rawValue], digits: digits)
    return facts
  }
}

/// Finds the class of a quantity or of a commodity code.
struct ClassFinder: Sendable {
  private let bounds: FixedTable<FixedTable<Int64>>
  private let starts: FixedTable<Int64>
  private let numbers: FixedTable<UInt16>
  /// For the first four digits, the last run that does not begin after them.
  private let byHeading: FixedTable<Int32>

  init(_ classes: FieldClasses, _ memory: FixedMemory) {
    bounds = memory.table(Field.allCases.map { memory.table(classes.bounds($0)) })
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

  @inline(__always)
  func number(of value: Int64, _ field: Int) -> UInt16 {
    let bounds = bounds[field]
    var number = FieldClasses.other
    var low = 0
    var left = bounds.count
    while left > 0 {
      let half = left / 2
      if bounds[low &+ half] <= value {
        low &+= half &+ 1
        left &-= half &+ 1
      } else {
        left = half
      }
    }
    number &+= UInt16(truncatingIfNeeded: low)
    return number
  }

  /// The class of a code of eight digits.
  @inline(__always)
  func commodity(_ code: Int64) -> UInt16 {
    var at = Int(byHeading[Int(code / 10_000)])
    while at &+ 1 < starts.count && starts[at &+ 1] <= code { at &+= 1 }
    return numbers[at]
  }
}
