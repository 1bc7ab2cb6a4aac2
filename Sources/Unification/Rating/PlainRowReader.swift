import CSV
import ExactMoney
import TariffRules

/// Reads plain rows: no quotation marks, nothing but visible ASCII, every field as the record's
/// own reader would take it. What is not so, or doubtful, is left to that reader.
struct PlainRowReader: ~Copyable {
  private let tables: TariffTables
  private let shared: SharedClasses
  private let finder: ClassFinder
  private let width: Int
  /// For each column the field it holds, as a position in `Consignment.fields`; -1 for none.
  private let columns: FixedTable<Int>
  private let memory: FixedMemory
  private let starts: UnsafeMutablePointer<Int>
  private var places = WordTable(bits: 10)
  private var equipment = WordTable(bits: 8)
  private var customers = WordTable(bits: 14)
  private var days = WordTable(bits: 12)
  private var others = WordTable(bits: 10)
  private let loaded: Int64
  private let loadedClass: UInt16

  init(_ tables: TariffTables, _ file: ConsignmentFile, _ shared: SharedClasses) {
    self.tables = tables
    self.shared = shared
    memory = FixedMemory()
    finder = shared.finder
    width = file.header.count
    var columns = [Int](repeating: -1, count: width)
    for (index, field) in file.fieldColumns {
      columns[index] = Consignment.fields.firstIndex(of: field) ?? -1
    }
    self.columns = memory.table(columns)
    starts = .allocate(capacity: width + 1)
    loaded = tables.symbols.number(of: "loaded") ?? Facts.absent
    loadedClass = shared.classes.number(of: loaded, .load)
  }

  deinit { starts.deallocate() }

  /// Reads the row at a place; nil where it is not plain. Gives the ends of the row's text and of
  /// the row.
  @inline(__always)
  mutating func read(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ row: inout RowFacts
  ) -> (text: Int, next: Int)? {
    guard let found = fields(base, start, end) else { return nil }
    row.clear()
    row.set(Field.load.rawValue, loaded, loadedClass)
    for column in 0..<width {
      let field = columns[column]
      if field < 0 { continue }
      let first = starts[column]
      let count = starts[column &+ 1] &- 1 &- first
      if count == 0 { continue }
      guard count <= 200, take(field, base + first, count, &row) else { return nil }
    }
    return row.isWhole ? found : nil
  }

  /// Finds the fields of a plain row.
  @inline(__always)
  private func fields(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> (text: Int, next: Int)? {
    let raw = UnsafeRawPointer(base)
    var column = 1
    starts[0] = start
    var at = start
    while at < end {
      let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let low = word & 0x7F7F_7F7F_7F7F_7F7F
      // A mark for every byte under '-', not ASCII, or DEL.
      var marks =
        (~(low &+ 0x5353_5353_5353_5353) | word | (low &+ 0x0101_0101_0101_0101))
        & 0x8080_8080_8080_8080
      while marks != 0 {
        let index = at &+ marks.trailingZeroBitCount / 8
        marks &= marks &- 1
        let byte = base[index]
        if byte == UInt8(ascii: ",") {
          guard column < width else { return nil }
          starts[column] = index &+ 1
          column &+= 1
        } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
          var next = index
          if byte == UInt8(ascii: "\r") { next &+= 1 }
          guard next < end, base[next] == UInt8(ascii: "\n"), column == width else { return nil }
          starts[column] = index &+ 1
          return (index, next &+ 1)
        } else if byte == UInt8(ascii: "\"") || byte < 0x20 || byte >= 0x7F {
          return nil
        }
      }
      at &+= 8
    }
    return nil
  }

  @inline(__always)
  private mutating func take(
    _ field: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    switch field {
    case 0: return true
    case 1: return day(bytes, count, &row)
    case 2, 3, 4:
      guard let place = place(bytes, count) else { return false }
      if field == 2 {
        row.from = place.value
        row.set(Field.from.rawValue, place.value, place.number)
      } else if field == 3 {
        row.to = place.value
        row.set(Field.to.rawValue, place.value, place.number)
      } else {
        row.via = place.value
      }
      return true
    case 5:
      guard count == 8, let code = Self.digits(bytes, 8) else { return false }
      row.digits = 8
      row.set(Field.commodity.rawValue, code, finder.commodity(code))
      return true
    case 6:
      let (tables, shared) = (tables, shared)
      let found = equipment.find(bytes, count) { text in
        guard case .found(let code) = tables.directory.equipment(text) else { return nil }
        return (code, shared.classes.number(of: code, .equipment))
      }
      guard let found else { return false }
      row.set(Field.equipment.rawValue, found.value, found.number)
      return true
    case 7: return word(.owner, bytes, count, &row)
    case 8: return word(.load, bytes, count, &row)
    case 9: return decimal(.weight, 10_000_000_000, bytes, count, &row)
    case 10: return decimal(.gross, 10_000_000_000, bytes, count, &row)
    case 11:
      guard count <= 9, let number = Self.digits(bytes, count), number > 0, number <= 1_000_000
      else { return false }
      row.count = number
      return true
    case 12:
      let (tables, shared) = (tables, shared)
      let found = customers.find(bytes, count) { text in
        guard tables.codes(of: "customer").contains(text),
          let symbol = tables.symbols.number(of: text)
        else { return nil }
        return (symbol, shared.classes.number(of: symbol, .customer))
      }
      guard let found else { return false }
      row.customer = found.value
      row.set(Field.customer.rawValue, found.value, found.number)
      return true
    case 13: return word(.wagonOwner, bytes, count, &row)
    case 14:
      return days.find(bytes, count) { text in Day(text).map { (Int64($0.number), 0) } } != nil
    // Whoever collects the money changes no price; only whether the party is known.
    case 15: return word(.service, bytes, count, &row)
    case 17: return whole(.axles, 100, bytes, count, &row)
    case 18: return decimal(.length, 1_000_000, bytes, count, &row)
    case 20: return whole(.sectionWagons, 100, bytes, count, &row)
    case 25: return whole(.persons, 1000, bytes, count, &row)
    default: return false
    }
  }

  @inline(__always)
  private mutating func day(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    let found = days.find(bytes, count) { text in Day(text).map { (Int64($0.number), 0) } }
    guard let found else { return false }
    row.day = Int32(truncatingIfNeeded: found.value)
    return true
  }

  @inline(__always)
  private mutating func place(
    _ bytes: UnsafePointer<UInt8>, _ count: Int
  ) -> (value: Int64, number: UInt16)? {
    let (tables, shared) = (tables, shared)
    return places.find(bytes, count) { text in
      guard case .found(let code) = tables.directory.place(text) else { return nil }
      return (code, shared.classes.number(of: code, .from))
    }
  }

  @inline(__always)
  private mutating func word(
    _ field: Field, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    let tables = tables
    let found = others.find(bytes, count) { text in
      guard let symbol = tables.symbols.number(of: text) else { return nil }
      // A word has a bit for each field that knows it; its class comes with the field.
      var bits: UInt16 = 0
      if Field.owner.words.contains(text) { bits |= 1 }
      if Field.load.words.contains(text) { bits |= 2 }
      if tables.codes(of: "collected_by").contains(text) { bits |= 4 }
      return (symbol, bits)
    }
    guard let found else { return false }
    let bit: UInt16 = field == .load ? 2 : field == .service ? 4 : 1
    guard found.number & bit != 0 else { return false }
    if field == .service { return true }
    row.values[field.rawValue] = found.value
    row.classes[field.rawValue] = shared.wordClass(found.value, field.rawValue)
    return true
  }

  @inline(__always)
  private func whole(
    _ field: Field, _ limit: Int64, _ bytes: UnsafePointer<UInt8>, _ count: Int,
    _ row: inout RowFacts
  ) -> Bool {
    guard count <= 9, let number = Self.digits(bytes, count), number > 0, number <= limit
    else { return false }
    row.set(field.rawValue, number &* 1000, finder.number(of: number &* 1000, field.rawValue))
    return true
  }

  /// A decimal of at most three digits after the point, in thousandths.
  @inline(__always)
  private func decimal(
    _ field: Field, _ limit: Int64, _ bytes: UnsafePointer<UInt8>, _ count: Int,
    _ row: inout RowFacts
  ) -> Bool {
    guard count <= 12 else { return false }
    var value: Int64 = 0
    var after = -1
    for index in 0..<count {
      let digit = Int64(bytes[index]) &- 48
      if digit >= 0 && digit <= 9 {
        value = value &* 10 &+ digit
        if after >= 0 { after &+= 1 }
      } else if digit == -2 && after < 0 && index > 0 {
        after = 0
      } else {
        return false
      }
    }
    guard after != 0, after <= 3 else { return false }
    for _ in max(0, after)..<3 { value = value &* 10 }
    guard value <= limit else { return false }
    row.set(field.rawValue, value, finder.number(of: value, field.rawValue))
    return true
  }

  @inline(__always)
  private static func digits(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
    var value: Int64 = 0
    for index in 0..<count {
      let digit = Int64(bytes[index]) &- 48
      guard digit >= 0 && digit <= 9 else { return nil }
      value = value &* 10 &+ digit
    }
    return value
  }

  /// The class of a quantity, for those that come about on the way.
  @inline(__always)
  func number(of value: Int64, _ field: Field) -> UInt16 {
    finder.number(of: value, field.rawValue)
  }
}
