@testable import TariffRules

/// A table read from lines in the test itself, and what its cells come to.
struct Cells {
  let findings = FindingList()
  let loader: Loader
  let reader: TableReader

  /// The lines of the head after the usual ones, then the header and the rows.
  init(head: [String] = [], _ rows: [String], conditions: [Field] = [], free: Bool = false) {
    let loader = Loader(findings)
    self.loader = loader
    for code in ["ADAM", "EVE", "CAIN"] { loader.define(code, .place) }
    loader.currencies["USD"] = .init(code: "USD", minorDigits: 2)
    loader.files = [TableInfo(path: "t.csv", source: "", evidence: .reported, schedule: 0)]
    let usual = ["kind,grid", "source,a test", "evidence,reported", "published,2025-01-01"]
    let lines = usual + head + [""] + rows
    let file = TableFile(
      path: "t.csv", number: 0, bytes: Array((lines.joined(separator: "\n") + "\n").utf8),
      findings: findings)
    reader = TableReader(
      file, loader, scope: "AA/RAIL", needs: [], conditions: conditions, free: free)
  }

  /// The conditions of a row with one cell.
  static func condition(_ field: Field, _ cell: String) -> (Conditions, Loader) {
    let cells = Cells(["\(field.column),note", "\(cell),"], conditions: [field])
    let conditions = cells.reader.rows.first?.conditions() ?? Conditions()
    return (conditions, cells.loader)
  }

  /// Whether a cell fits a quantity, in thousandths.
  static func match(_ field: Field, _ cell: String, _ value: Int64) -> Match {
    var facts = Facts()
    facts[field] = value
    return condition(field, cell).0.match(facts, GroupingsInForce(editions: []))
  }

  /// Whether a cell fits a code.
  static func match(_ field: Field, _ cell: String, code: String) -> Match {
    let (conditions, loader) = condition(field, cell)
    var facts = Facts()
    facts[field] = loader.symbols.intern(code)
    return conditions.match(facts, GroupingsInForce(editions: []))
  }

  /// Whether a cell fits a commodity.
  static func match(_ cell: String, commodity: String) -> Match {
    condition(.commodity, cell).0.match(
      Facts(commodity: commodity), GroupingsInForce(editions: []))
  }

  var found: [String] { findings.all.map { $0.text() } }
}

extension Facts {
  /// Nothing known but the commodity.
  init(commodity: String) {
    self.init()
    if let code = CommodityCode(commodity) { setCommodity(code.padded, digits: code.digits) }
  }
}
