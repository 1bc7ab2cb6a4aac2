import ExactMoney

/// A kind of equipment: what one unit of a consignment is.
public struct Equipment: Sendable {
  /// What one unit of the consignment is.
  public enum UnitKind: String, CaseIterable, Sendable { case wagon, container, vehicle, person }

  /// The code, as a symbol.
  public let code: Int64
  /// As people say it.
  public let name: String
  /// What one unit is.
  public let unit: UnitKind
  /// Twenty-foot equivalents; nil where it is no container.
  public let teu: Exact?
  /// Other codes for it, such as ISO 6346 types.
  public let also: [String]
  /// Where it stands.
  public let mark: Mark

  /// Whether the owner of the equipment may differ from the owner of the wagon under it.
  public var ridesOnAWagon: Bool { unit == .container || unit == .vehicle }

  static func read(_ reader: TableReader) -> [Equipment] {
    var seen: Set<String> = []
    return reader.rows.compactMap { row in
      guard let code = row.needed("equipment"), let name = row.needed("name"),
        row.needed("unit") != nil, let unit = row.word("unit", UnitKind.self)
      else { return nil }
      for name in [code] + row.list("also") where !seen.insert(name).inserted {
        row.report("equipment", "the equipment '\(name)' is listed twice", "keep one of them")
      }
      row.refuseNegative("teu")
      reader.loader.define(code, .equipment)
      return Equipment(
        code: reader.loader.symbols.intern(code), name: name, unit: unit,
        teu: row.decimal("teu"), also: row.list("also"), mark: row.mark)
    }
  }
}

/// A UN number and the class of danger it belongs to.
public struct DangerousGoods: Sendable {
  /// The number, as a symbol.
  public let unNumber: Int64
  /// The class, as a symbol.
  public let unClass: Int64
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [DangerousGoods] {
    var seen: Set<Int64> = []
    return reader.rows.compactMap { row in
      guard row.needed("un_number") != nil, let number = row.code("un_number", .unNumber),
        let unClass = row.needed("un_class")
      else { return nil }
      if !seen.insert(number).inserted {
        row.report("un_number", "the UN number is listed twice", "keep one of the rows")
      }
      reader.loader.define(unClass, .unClass)
      return DangerousGoods(
        unNumber: number, unClass: reader.loader.symbols.intern(unClass), mark: row.mark)
    }
  }
}

enum CodeLists {
  /// Countries only serve as a vocabulary.
  static func readCountries(_ reader: TableReader) {
    var seen: Set<String> = []
    for row in reader.rows {
      guard let code = row.needed("country"), row.needed("name") != nil else { continue }
      if code.utf8.count != 2 || !code.utf8.allSatisfy({ (65...90).contains($0) }) {
        row.report("country", "'\(code)' is not an ISO 3166 code", "two capital letters")
      }
      reader.loader.define(code, .country)
      if !seen.insert(code).inserted {
        row.report("country", "the country '\(code)' is listed twice", "keep one of the rows")
      }
    }
  }

  static func readCurrencies(_ reader: TableReader) {
    var seen: Set<String> = []
    for row in reader.rows {
      guard let code = row.needed("currency"), row.needed("name") != nil,
        row.needed("minor_digits") != nil, let digits = row.whole("minor_digits", in: 0...4)
      else { continue }
      guard let currency = Currency(code: code, minorDigits: digits) else {
        row.report("currency", "'\(code)' is not an ISO 4217 code", "three capital letters")
        continue
      }
      reader.loader.currencies[code] = currency
      if !seen.insert(code).inserted {
        row.report("currency", "the currency '\(code)' is listed twice", "keep one of the rows")
      }
    }
  }
}

extension Grouping {
  static func read(_ reader: TableReader, number: Int) -> Grouping? {
    guard let field = reader.loader.groupingFields[number] else { return nil }
    var grouping = Grouping(field: field)
    for row in reader.rows {
      guard let key = row.needed(field.column), let group = row.needed("group"),
        let symbol = reader.loader.groups[number][group]
      else { continue }
      let membership = Membership(group: symbol, mark: row.mark)
      if key == "*" {
        grouping.otherwise.append(membership)
      } else {
        grouping.add(row, field, key, membership)
      }
    }
    return grouping
  }

  private mutating func add(_ row: Row, _ field: Field, _ key: String, _ membership: Membership) {
    switch field.kind {
    case .code:
      let symbol = row.reader.loader.symbol(key, Vocabulary(field)) {
        row.report(field.column, "unknown \(Vocabulary(field).noun(for: field)) '\(key)'", $0)
      }
      guard let symbol else { return }
      Self.insert(membership, row, field, into: &byCode[symbol, default: []])
    case .prefix:
      guard key.last == "*", let code = CommodityCode(key.dropLast()) else {
        let digits = key.last == "*" ? key.dropLast() : Substring(key)
        let tooLong = digits.utf8.count > 8 && digits.utf8.allSatisfy { (48...57).contains($0) }
        row.report(
          field.column,
          tooLong
            ? "'\(key)' is longer than the eight digits of a commodity code"
            : "'\(key)' is not a commodity prefix",
          tooLong
            ? "no consignment can match it; check the source"
            : "write 2 to 8 digits and a '*': '0201*'",
          severity: tooLong ? .warning : .error)
        return
      }
      Self.insert(membership, row, field, into: &byPrefix[code, default: []])
      prefixDigits |= 1 << code.digits
    case .range:
      guard let interval = Interval(key) else {
        row.report(
          field.column, "'\(key)' is not a range", "write comparisons such as '>12000 <=16000'")
        return
      }
      if let other = byInterval.first(where: { $0.interval.overlaps(interval) }) {
        row.report(
          field.column,
          "the range '\(key)' overlaps the one in line \(other.membership.mark.line)",
          "ranges of a grouping must not overlap")
      }
      byInterval.append((interval, key, membership))
    }
  }

  /// Of the type: a method of the grouping would hold it, and all of it be copied for each row.
  private static func insert(
    _ membership: Membership, _ row: Row, _ field: Field, into list: inout [Membership]
  ) {
    if let twin = list.first(where: { $0.group == membership.group }) {
      row.report(
        field.column, "listed twice in the same group (line \(twin.mark.line))",
        "keep one of the rows")
    }
    list.append(membership)
  }
}
