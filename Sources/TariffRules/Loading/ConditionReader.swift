import ExactMoney

extension Row {
  /// Compiles the condition columns of this row.
  func conditions() -> Conditions {
    var tests: [Test] = []
    for (field, index) in reader.conditionColumns where index < record.count {
      if record.bytes(index).elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) { continue }
      guard let text = needed(field.column) else { continue }
      if let test = test(field, text) { tests.append(test) }
    }
    let hasWays = reader.index(of: "both_ways") != nil && needed("both_ways") != nil
    return Conditions(tests: tests, bothWays: hasWays && yes("both_ways"))
  }

  /// A table has the same cell in many rows: each is compiled once.
  private func test(_ field: Field, _ text: String) -> Test? {
    let cell = Loader.Cell(scope: reader.scope, field: field, text: text)
    if let known = reader.loader.compiled[cell] { return known }
    let findings = reader.loader.findings.all.count
    var wanted = Test.Items()
    var excluded = Test.Items()
    let parts = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    for part in parts {
      if part.first == UInt8(ascii: "!") {
        guard add(String(Substring(part.dropFirst())), to: &excluded, field) else { return nil }
      } else {
        guard add(String(Substring(part)), to: &wanted, field) else { return nil }
      }
    }
    let test = Test(field: field, wanted: wanted, excluded: excluded, text: text)
    // A cell with a finding is compiled again, so that each of its rows is named.
    if reader.loader.findings.all.count == findings { reader.loader.compiled[cell] = test }
    return test
  }

  private func add(_ item: String, to items: inout Test.Items, _ field: Field) -> Bool {
    let column = field.column
    if item.isEmpty || item == "*" {
      report(
        column, "an empty item or a '*' in the list of '\(column)'",
        "'*' stands alone; items are separated by ';'")
      return false
    }
    if item == "none" {
      guard field.absence == .ordinary else {
        report(
          column, "'none' has no meaning for '\(column)'",
          "it is for marks that a consignment may lack, such as un_number or oversize")
        return false
      }
      items.none = true
      return true
    }
    if let colon = item.utf8.firstIndex(of: UInt8(ascii: ":")) {
      return addGroup(item[..<colon], item[item.index(after: colon)...], to: &items, field)
    }
    switch field.kind {
    case .code:
      guard
        let symbol = reader.loader.symbol(
          item, Vocabulary(field),
          explain: { remedy in
            report(column, "unknown \(Vocabulary(field).noun(for: field)) '\(item)'", remedy)
          })
      else { return false }
      items.codes.append(symbol)
      return true
    case .prefix: return addPrefix(item, to: &items, column)
    case .range:
      guard let interval = Interval(item) else {
        report(
          column, "'\(item)' is not a range",
          "write comparisons such as '>24000', '>=10000 <25000' or a plain number; "
            + "no space inside a number")
        return false
      }
      items.intervals.append(interval)
      return true
    }
  }

  private func addGroup(
    _ name: Substring, _ group: Substring, to items: inout Test.Items, _ field: Field
  ) -> Bool {
    guard let number = reader.loader.grouping(String(name), from: reader.scope) else {
      report(
        field.column, "unknown grouping '\(name)'",
        "a grouping is a schedule of kind 'grouping' in the same tariff or in codes")
      return false
    }
    guard let symbol = reader.loader.groups[number][String(group)] else {
      report(
        field.column, "the grouping '\(name)' has no group '\(group)'",
        "its groups: \(reader.loader.groups[number].keys.sorted().joined(separator: ", "))")
      return false
    }
    guard reader.loader.groupingFields[number] == field else {
      report(
        field.column, "the grouping '\(name)' does not group by '\(field.column)'",
        "use it in the column '\(reader.loader.groupingFields[number]?.column ?? "?")'")
      return false
    }
    items.groups.append(Test.Group(grouping: number, group: symbol))
    return true
  }

  private func addPrefix(_ item: String, to items: inout Test.Items, _ column: String) -> Bool {
    let isPrefix = item.last == "*"
    let digits = isPrefix ? String(item.dropLast()) : item
    guard let code = CommodityCode(digits) else {
      if digits.utf8.count > 8, digits.utf8.allSatisfy({ (48...57).contains($0) }) {
        report(
          column, "'\(item)' is longer than the eight digits of a commodity code",
          "no consignment can match it; check the source", severity: .warning)
        items.hasImpossible = true
        return true
      }
      report(
        column, "'\(item)' is not a commodity code",
        "write 2 to 8 digits, with a '*' at the end for a prefix: '0201*'")
      return false
    }
    if isPrefix { items.prefixes.append(code) } else { items.exact.append(code) }
    return true
  }
}

extension Interval {
  /// From comparisons separated by spaces, or a plain number; in thousandths.
  init?(_ text: String) {
    self.init()
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    for part in parts {
      let sign = part.prefix { "<>=".contains($0) }
      guard let value = Interval.thousandths(String(part.dropFirst(sign.count))) else { return nil }
      switch sign {
      case ">": lower = max(lower, value + 1)
      case ">=": lower = max(lower, value)
      case "<": upper = min(upper, value - 1)
      case "<=": upper = min(upper, value)
      case "":
        // '<=24 000' is a number with a space in it, not a comparison and a number.
        if parts.count > 1 { return nil }
        lower = max(lower, value)
        upper = min(upper, value)
      default: return nil
      }
    }
    if lower > upper { return nil }
  }

  /// A number in thousandths, at most three places after the point and twelve digits before it.
  static func thousandths(_ text: String) -> Int64? {
    guard let exact = try? Exact(decimal: text), 1000 % exact.denominator == 0 else { return nil }
    let value = exact.numerator.multipliedReportingOverflow(by: 1000 / exact.denominator)
    guard !value.overflow, value.partialValue.magnitude < 1_000_000_000_000_000 else { return nil }
    return Int64(value.partialValue)
  }
}
