import CSV
import ExactMoney
import TariffRules

/// Reads the fields of rows as numbers, as the record's own reader would take them. What it
/// refuses, or what is rare, is left to that reader.
struct RowReader: ~Copyable {
  /// A column that is a field of a consignment.
  private struct Column: BitwiseCopyable {
    let index: Int
    let field: ConsignmentField
  }

  private let tables: TariffTables
  private let shared: SharedClasses
  let finder: ClassFinder
  private let columns: FixedTable<Column>
  /// The columns whose text decides which plan a row has, from left to right.
  private let columnsOfText: FixedTable<Column>
  private(set) var weightColumn = -1, grossColumn = -1, countColumn = -1, suppliedColumn = -1
  private(set) var referenceColumn = -1
  private let memory = FixedMemory()
  private let padded: UnsafeMutablePointer<UInt8>
  private var places = WordTable(bits: 10)
  private var equipment = WordTable(bits: 8)
  private var customers = WordTable(bits: 13)
  private var days = WordTable(bits: 12)
  private var commodities = WordTable(bits: 10)
  private var words = WordTable(bits: 10)
  private let loaded: Int64
  private let loadedClass: UInt16
  /// Whether a plan depends on the weight: the joint venture's tables ask for it.
  let weightPicksPlan: Bool

  /// A field longer than this is left to the record's reader.
  static let mostBytes = 200

  init(_ tables: TariffTables, _ file: ConsignmentFile, _ shared: SharedClasses) {
    self.tables = tables
    self.shared = shared
    finder = shared.finder
    let known = file.fieldColumns.compactMap { index, name in
      ConsignmentField(rawValue: name).map { Column(index: index, field: $0) }
    }
    columns = memory.table(known)
    var ofText: [Column] = []
    for column in known {
      switch column.field {
      case .reference: referenceColumn = column.index
      case .weight: weightColumn = column.index
      case .gross: grossColumn = column.index
      case .count: countColumn = column.index
      case .supplied: suppliedColumn = column.index
      default: ofText.append(column)
      }
    }
    ofText.sort { $0.index < $1.index }
    columnsOfText = memory.table(ofText)
    padded = .allocate(capacity: Self.mostBytes + WordTable.mostBytes)
    padded.initialize(repeating: 0, count: Self.mostBytes + WordTable.mostBytes)
    loaded = tables.symbols.number(of: "loaded") ?? Facts.absent
    loadedClass = shared.classes.number(of: loaded, .load)
    weightPicksPlan = tables.fieldsOfJointVenture.contains(.weight)
  }

  deinit { padded.deallocate() }

  /// Where the columns are whose text decides which plan a row has, rising.
  var textColumns: [Int] { (0..<columnsOfText.count).map { columnsOfText[$0].index } }

  /// Reads a row whose fields were found, and whose quantities were read; false where something is
  /// left to the record's reader.
  @inline(__always)
  mutating func read(
    _ base: UnsafePointer<UInt8>, _ starts: UnsafePointer<Int>, _ quantities: Quantities,
    _ row: inout RowFacts
  ) -> Bool {
    row.clear()
    for index in 0..<columnsOfText.count {
      let column = columnsOfText[index]
      let first = starts[column.index]
      let count = starts[column.index &+ 1] &- 1 &- first
      if count == 0 { continue }
      guard count <= Self.mostBytes, take(column.field, base + first, count, &row) else {
        return false
      }
    }
    row.count = quantities.count
    set(.weight, quantities.weight, &row)
    set(.gross, quantities.gross, &row)
    return finish(&row)
  }

  @inline(__always)
  private func set(_ field: Field, _ weight: Int64, _ row: inout RowFacts) {
    if weight != Facts.absent { row.set(field, weight, finder.number(of: weight, field)) }
  }

  /// Reads a record.
  mutating func read(_ record: CSVRecord, _ row: inout RowFacts) -> Bool {
    row.clear()
    for index in 0..<columns.count {
      let column = columns[index]
      let bytes = record.bytes(column.index)
      if bytes.isEmpty { continue }
      // Only visible ASCII, as in a plain row: of the rest some is refused, even in a reference.
      guard bytes.count <= Self.mostBytes, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
      else { return false }
      for (place, byte) in bytes.enumerated() { padded[place] = byte }
      guard take(column.field, padded, bytes.count, &row) else { return false }
    }
    return finish(&row)
  }

  @inline(__always)
  private func finish(_ row: inout RowFacts) -> Bool {
    if row.values[Field.load.rawValue] == Facts.absent { row.set(.load, loaded, loadedClass) }
    let gross = row.values[Field.gross.rawValue]
    // An absent one is less than any weight.
    if gross != Facts.absent && gross < row.values[Field.weight.rawValue] { return false }
    return row.isWhole
  }

  @inline(__always)
  private mutating func take(
    _ field: ConsignmentField, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    switch field {
    case .reference: return true
    case .date:
      guard let day = day(bytes, count) else { return false }
      row.dayNumber = day
      return true
    // The day of delivery changes no price; only whether it is one.
    case .supplied: return day(bytes, count) != nil
    case .from, .to, .via: return place(field, bytes, count, &row)
    case .commodity: return commodity(bytes, count, &row)
    case .equipment: return equipment(bytes, count, &row)
    case .owner: return word(.owner, bytes, count, &row)
    case .load: return word(.load, bytes, count, &row)
    case .wagonOwner: return word(.wagonOwner, bytes, count, &row)
    case .oversize: return word(.oversize, bytes, count, &row)
    case .condition: return word(.condition, bytes, count, &row)
    case .goodsOrigin: return word(.goodsOrigin, bytes, count, &row)
    // Whoever collects the money changes no price; only whether the party is known.
    case .collectedBy: return word(nil, bytes, count, &row)
    case .unNumber: return unNumber(bytes, count, &row)
    case .customer: return customer(bytes, count, &row)
    case .count:
      guard let number = Self.count(bytes, count) else { return false }
      row.count = number
      return true
    case .weight: return decimal(.weight, Self.mostWeight, bytes, count, &row)
    case .gross: return decimal(.gross, Self.mostWeight, bytes, count, &row)
    case .length: return decimal(.length, 1_000_000, bytes, count, &row)
    case .width: return decimal(.width, 100_000, bytes, count, &row)
    case .axles: return whole(.axles, 1...100, bytes, count, &row)
    case .sectionWagons: return whole(.sectionWagons, 1...100, bytes, count, &row)
    case .wagonsInTrain: return whole(.wagonsInTrain, 1...1000, bytes, count, &row)
    case .persons: return whole(.persons, 1...1000, bytes, count, &row)
    case .storageDays: return whole(.storageDays, 0...10_000, bytes, count, &row)
    }
  }

  // MARK: - Codes and names

  @inline(__always)
  mutating func day(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
    days.find(bytes, count) { text in Day(text).map { (Int64($0.number), 0) } }
      .map { Int32(truncatingIfNeeded: $0.value) }
  }

  @inline(__always)
  private mutating func place(
    _ field: ConsignmentField, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    let (tables, shared) = (tables, shared)
    let found = places.find(bytes, count) { text in
      guard case .found(let code) = tables.directory.place(text) else { return nil }
      return (code, shared.classes.number(of: code, .from))
    }
    guard let found else { return false }
    switch field {
    case .from:
      row.from = found.value
      row.set(.from, found.value, found.number)
    case .to:
      row.to = found.value
      row.set(.to, found.value, found.number)
    default: row.via = found.value
    }
    return true
  }

  @inline(__always)
  private mutating func commodity(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    if count == 8 {
      guard let code = Self.digits(bytes, 8) else { return false }
      row.set(.commodity, code, finder.commodity(code))
      return true
    }
    let shared = shared
    let found = commodities.find(bytes, count) { text in
      guard let code = CommodityCode(text), let number = shared.classes.number(of: code)
      else { return nil }
      return (code.padded, number)
    }
    guard let found else { return false }
    row.digits = count
    row.set(.commodity, found.value, found.number)
    return true
  }

  @inline(__always)
  private mutating func equipment(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    let (tables, shared) = (tables, shared)
    let found = equipment.find(bytes, count) { text in
      guard case .found(let code) = tables.directory.equipment(text) else { return nil }
      return (code, shared.classes.number(of: code, .equipment))
    }
    guard let found else { return false }
    row.set(.equipment, found.value, found.number)
    return true
  }

  @inline(__always)
  private mutating func customer(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    let (tables, shared) = (tables, shared)
    let found = customers.find(bytes, count) { text in
      guard tables.codes(of: "customer").contains(text),
        let symbol = tables.symbols.number(of: text)
      else { return nil }
      return (symbol, shared.classes.number(of: symbol, .customer))
    }
    guard let found else { return false }
    row.customer = found.value
    row.set(.customer, found.value, found.number)
    return true
  }

  /// The fields whose words stand in one table, each with a bit of its own.
  private static let fieldsOfWords: [Field] = [
    .owner, .load, .wagonOwner, .oversize, .condition, .goodsOrigin,
  ]

  /// A word of a closed list, or a code; of no field: a party.
  @inline(__always)
  private mutating func word(
    _ field: Field?, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    let tables = tables
    let found = words.find(bytes, count) { text in
      guard let symbol = tables.symbols.number(of: text) else { return nil }
      var bits: UInt16 = tables.codes(of: "collected_by").contains(text) ? 1 : 0
      for field in Self.fieldsOfWords {
        let isKnown =
          field == .goodsOrigin
          ? tables.codes(of: "goods_origin").contains(text) : field.words.contains(text)
        if isKnown { bits |= Self.bit(field) }
      }
      return (symbol, bits)
    }
    guard let found else { return false }
    guard let field else { return found.number & 1 != 0 }
    guard found.number & Self.bit(field) != 0 else { return false }
    row.set(field, found.value, finder.word(found.value, field))
    return true
  }

  @inline(__always)
  private static func bit(_ field: Field) -> UInt16 {
    switch field {
    case .owner: 2
    case .load: 4
    case .wagonOwner: 8
    case .oversize: 16
    case .condition: 32
    default: 64
    }
  }

  private mutating func unNumber(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ row: inout RowFacts
  ) -> Bool {
    guard count == 4, let number = Self.digits(bytes, 4) else { return false }
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: 4), as: UTF8.self)
    if let symbol = tables.symbols.number(of: text) {
      row.set(.unNumber, symbol, finder.word(symbol, .unNumber))
    } else {
      row.set(.unNumber, Facts.unlisted(Int(number)), FieldClasses.other)
    }
    return true
  }
}

/// The fields of a consignment, by their names.
enum ConsignmentField: String {
  case reference, date, from, to, via, commodity, equipment, owner, load
  case weight = "weight_kg"
  case gross = "gross_kg"
  case count, customer
  case wagonOwner = "wagon_owner"
  case supplied
  case collectedBy = "collected_by"
  case unNumber = "un_number"
  case axles
  case length = "length_m"
  case width = "width_m"
  case sectionWagons = "section_wagons"
  case oversize, condition
  case goodsOrigin = "goods_origin"
  case wagonsInTrain = "wagons_in_train"
  case persons
  case storageDays = "storage_days"
}
