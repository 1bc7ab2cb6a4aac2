import Foundation
import TariffRules
import Testing
import Unification

/// The shapes a tariff's rules can have, one small folder of tables each, laid over `Tables/base`.
/// `cases.csv` in each has consignments, what they cost and why: figures worked out by hand.
@Suite struct ShapeTests {
  static let shapes = [
    "01-belts-and-brackets", "02-minimums", "03-units", "04-containers", "05-groupings",
    "06-chain", "07-direction", "08-trains-sections-origin", "09-dangerous-goods",
    "10-bounds-and-mark-ups", "11-currencies", "12-rounding", "13-storage",
    "14-includes-and-excludes",
  ]

  @Test(arguments: shapes) func casesHold(shape: String) throws {
    let layer = Folders.tables.appendingPathComponent(shape)
    let folder = try TableFolder(Folders.tables.appendingPathComponent("base"), layer)
    let file = try CaseFile(layer.appendingPathComponent("cases.csv"))
    var calculator = Calculator(try folder.load())
    #expect(file.cases.count > 3)
    let strange = file.header.filter {
      !Consignment.fields.contains($0) && !Answer.columns.contains($0) && $0 != "why"
    }
    #expect(strange.isEmpty, "columns that nothing reads")
    for entry in file.cases {
      let answer = Answer(calculator.quote(fields: entry.fields), charge: entry["charge"])
      for column in file.header where Answer.columns.contains(column) {
        guard let wanted = entry[column] else { continue }
        let found = answer.text(column)
        let holds = Answer.partial.contains(column) ? found.contains(wanted) : found == wanted
        let place = "\(shape)/\(entry.testDescription)"
        #expect(holds, "\(place): \(column) is '\(found)'. \(answer.text("message"))")
      }
    }
  }

  @Test func everyFolderIsAShape() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Folders.tables.path)
    let numbered = folders.filter { $0.first?.isNumber == true }
    #expect(numbered.sorted() == Self.shapes)
  }
}

/// A quote as the cells that a case can ask for.
struct Answer {
  /// Cells that must be the same.
  static let whole = [
    "status", "lane", "charge", "unit_rate", "unit", "quantity", "currency", "price", "total",
    "adjustment", "distance_km", "chargeable_kg", "chain", "nearest", "includes", "excludes",
    "transit_days", "late_rebate",
  ]
  /// Cells that must have this text in them.
  static let partial = ["message", "finding"]
  static let columns = whole + partial

  let quote: Quote
  let charge: Charge?

  init(_ quote: Quote, charge code: String? = nil) {
    self.quote = quote
    charge = quote.price?.legs.flatMap(\.charges).first { $0.code == code ?? "haulage" }
  }

  func text(_ column: String) -> String {
    switch column {
    case "status": quote.status.rawValue
    case "message": quote.refusal?.message ?? ""
    case "nearest": quote.refusal?.nearest?.field ?? ""
    case "finding": quote.findings.map(\.message).joined(separator: "\n")
    case "charge": charge?.code ?? ""
    case "unit_rate": charge.map { $0.unitRate.text(digits: 2) ?? "\($0.unitRate)" } ?? ""
    case "unit": charge?.unit.rawValue ?? ""
    case "quantity": charge.map { Self.fraction($0) } ?? ""
    case "chain": chain
    default: quote.price.map { text(column, of: $0) } ?? ""
    }
  }

  private func text(_ column: String, of price: Price) -> String {
    let leg = price.legs.first
    return switch column {
    case "lane": price.lane
    case "currency": price.total.currency.code
    case "price": price.unitRate.amountText
    case "total": price.total.amountText
    case "adjustment": price.adjustment.amountText
    case "distance_km": leg?.distanceKilometres.map(String.init) ?? "none"
    case "chargeable_kg": leg?.chargeableWeight.map { String($0 / 1000) } ?? "none"
    case "includes": Self.list(price.includes)
    case "excludes": Self.list(price.excludes)
    case "transit_days": price.transitDays.map(String.init) ?? "none"
    case "late_rebate": price.lateRebatePerDay?.amountText ?? "none"
    default: ""
    }
  }

  private static func list(_ texts: [String]) -> String {
    texts.isEmpty ? "none" : texts.joined(separator: "|")
  }

  private static func fraction(_ charge: Charge) -> String {
    let quantity = charge.quantity
    return quantity.isWhole
      ? "\(quantity.numerator)" : "\(quantity.numerator)/\(quantity.denominator)"
  }

  /// The links of the chain that were named, in their order.
  private var chain: String {
    let links: [Step.What] = [.coefficient, .floor, .ceiling, .included, .markUp]
    return (charge?.steps ?? []).filter { links.contains($0.what) }.compactMap(\.name)
      .joined(separator: ";")
  }
}
