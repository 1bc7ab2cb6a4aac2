import CSV
import ExactMoney
import TariffRules

/// Reads the fields of one consignment; every problem at once.
struct ConsignmentReader {
  let tables: TariffTables
  private let given: [String: String]
  private(set) var problems: [FieldProblem] = []
  private var facts = Facts()

  /// The most units that one row may have.
  static let mostUnits = 1_000_000

  init(_ tables: TariffTables, _ given: [String: String]) {
    self.tables = tables
    self.given = given.filter { !$0.value.isEmpty }
  }

  mutating func read() throws(BadConsignment) -> Consignment {
    let reference = text("reference")
    let date = day("date", needed: true)
    let supplied = day("supplied", needed: false) ?? date
    let from = place("from", needed: true)
    let to = place("to", needed: true)
    let via = place("via", needed: false)
    let commodity = commodity()
    let equipment = equipment()
    let count = whole("count", upTo: Self.mostUnits) ?? 1
    readWords()
    readQuantities()
    let customer = code("customer", .customer, "known are the customers of joint-venture/customers")
    let collector = code("collected_by", nil, "known are the parties of joint-venture/parties")
    if let from, let to, from == to {
      problem("to", "the destination is the origin", "give two different places")
    }
    guard problems.isEmpty, let date, let supplied, let from, let to, let commodity, let equipment
    else { throw BadConsignment(problems: problems) }
    facts[.count] = Int64(count) * 1000
    return Consignment(
      reference: reference, date: date, supplied: supplied, from: from, to: to, via: via,
      commodity: commodity, equipment: equipment, count: count, customer: customer,
      collectedBy: collector, facts: facts, given: given)
  }

  private mutating func problem(_ field: String, _ message: String, _ remedy: String) {
    problems.append(FieldProblem(field: field, message: message, remedy: remedy))
  }

  /// Something that is in no table, with what may have been meant.
  private mutating func unknown(
    _ field: String, _ what: String, _ value: String, _ hint: String, _ remedy: String
  ) {
    problem(field, "unknown \(what) '\(value)'" + (hint.isEmpty ? "" : ".\(hint)"), remedy)
  }

  private mutating func needed(_ field: String) -> String? {
    if let value = text(field) { return value }
    if given[field] == nil { problem(field, "missing", "give '\(field)'") }
    return nil
  }

  /// The text of a field, refused if it is too long or has characters that could do harm.
  private mutating func text(_ field: String) -> String? {
    guard let value = given[field] else { return nil }
    if value.unicodeScalars.count > 200 {
      problem(field, "longer than 200 characters", "shorten it")
      return nil
    }
    if let scalar = value.unicodeScalars.first(where: RefusedCharacters.contains) {
      problem(
        field, "has the control character U+\(String(scalar.value, radix: 16, uppercase: true))",
        "take it out")
      return nil
    }
    return value
  }

  private mutating func day(_ field: String, needed isNeeded: Bool) -> Day? {
    guard let value = isNeeded ? needed(field) : text(field) else { return nil }
    if let day = Day(value) { return day }
    problem(field, "'\(value)' is not a day", "write days as 2026-08-15")
    return nil
  }

  private mutating func place(_ field: String, needed isNeeded: Bool) -> Int64? {
    guard let value = isNeeded ? needed(field) : text(field) else { return nil }
    switch tables.directory.place(value) {
    case .found(let code): return code
    case .unknown(let hint):
      unknown(field, "place", value, hint, "give a six-digit code or a station's name")
    case .several(let labels):
      problem(
        field, "'\(value)' could be \(labels.prefix(6).joined(separator: ", "))",
        "give the six-digit code")
    }
    return nil
  }

  private mutating func commodity() -> CommodityCode? {
    guard let value = needed("commodity") else { return nil }
    guard let code = CommodityCode(value) else {
      problem("commodity", "'\(value)' is not a commodity code", "2 to 8 digits of the GNG")
      return nil
    }
    facts.setCommodity(code.padded, digits: code.digits)
    return code
  }

  private mutating func equipment() -> Int64? {
    guard let value = needed("equipment") else { return nil }
    if case .found(let code) = tables.directory.equipment(value) {
      facts[.equipment] = code
      return code
    }
    var hint = ""
    if case .unknown(let near) = tables.directory.equipment(value) { hint = near }
    unknown("equipment", "equipment", value, hint, tables.directory.equipmentRemedy(for: value))
    return nil
  }

  /// Fields whose list of words the record itself closes, and codes that need no table of names.
  private mutating func readWords() {
    for field in [Field.owner, .load, .wagonOwner, .oversize, .condition] {
      guard let value = text(field.column) else { continue }
      let words = field.words
      if words.contains(value), let symbol = tables.symbols.number(of: value) {
        facts[field] = symbol
      } else {
        unknown(
          field.column, field.column, value, NearNames.hint(for: value, among: words),
          "one of: \(words.joined(separator: ", "))")
      }
    }
    if given["load"] == nil, let loaded = tables.symbols.number(of: "loaded") {
      facts[.load] = loaded
    }
    if let value = text("un_number") {
      if value.utf8.count == 4 && value.utf8.allSatisfy({ (48...57).contains($0) }) {
        // A number no table names is still a number: it is dangerous, only no list has it.
        facts[.unNumber] = tables.symbols.number(of: value) ?? Facts.unlisted(Int(value) ?? 0)
      } else {
        problem("un_number", "'\(value)' is not a UN number", "a UN number has four digits")
      }
    }
    if let origin = code("goods_origin", nil, "known are the ISO 3166 codes of codes/countries") {
      facts[.goodsOrigin] = origin
    }
  }

  private mutating func code(_ name: String, _ field: Field?, _ known: String) -> Int64? {
    guard let value = text(name) else { return nil }
    let codes = tables.codes(of: name)
    if codes.contains(value), let symbol = tables.symbols.number(of: value) {
      if let field { facts[field] = symbol }
      return symbol
    }
    unknown(name, name, value, NearNames.hint(for: value, among: codes), known)
    return nil
  }

  private mutating func readQuantities() {
    for (field, limit) in [
      (Field.weight, Int64(10_000_000)), (.gross, 10_000_000), (.length, 1000), (.width, 100),
    ] {
      guard let value = text(field.column) else { continue }
      guard let exact = try? Exact(decimal: value) else {
        problem(
          field.column, "'\(value)' is not a number",
          "digits and at most one point, no comma: '1234.5'")
        continue
      }
      guard exact >= .zero, exact <= Exact(limit), 1000 % exact.denominator == 0,
        let thousandths = try? exact.times(Exact(1000))
      else {
        problem(
          field.column, "\(value) is out of range",
          "0 or more, at most \(limit), at most three decimals")
        continue
      }
      facts[field] = Int64(thousandths.numerator)
    }
    for (field, limit) in [
      (Field.axles, 100), (.sectionWagons, 100), (.wagonsInTrain, 1000), (.persons, 1000),
      (.storageDays, 10_000),
    ] {
      if let value = whole(field.column, upTo: limit) { facts[field] = Int64(value) * 1000 }
    }
    // An absent one is less than any weight.
    if facts[.gross] != Facts.absent, facts[.gross] < facts[.weight] {
      problem(
        Field.gross.column,
        "\(given[Field.gross.column] ?? "") kg gross is less than the net weight, "
          + "\(given[Field.weight.column] ?? "") kg",
        "gross is net with packing and container: look whether the two are exchanged")
    }
  }

  private mutating func whole(_ field: String, upTo limit: Int) -> Int? {
    guard let value = text(field) else { return nil }
    let lowest = field == "storage_days" ? 0 : 1
    if value.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(value),
      (lowest...limit).contains(number)
    {
      return number
    }
    problem(
      field, "'\(value)' is not a whole number from \(lowest) to \(limit)", "digits only")
    return nil
  }
}

extension Consignment {
  /// Reads a consignment from its fields; empty texts count as absent.
  /// - Throws: every problem with the fields.
  public init(_ fields: [String: String], _ tables: TariffTables) throws(BadConsignment) {
    var reader = ConsignmentReader(tables, fields)
    self = try reader.read()
  }
}
