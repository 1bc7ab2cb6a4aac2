import Testing
import Unification

/// The worked cases of one tariff, over the tables that are shipped. `Cases/README.md` says where
/// the figures come from.
@Suite struct ADYCaseTests {
  private let file: CaseFile

  init() throws {
    file = try CaseFile(Folders.cases.appendingPathComponent("ady-2026.csv"))
  }

  @Test func allAgree() throws {
    var calculator = Calculator(try Shipped.tables())
    #expect(file.cases.count > 800)
    for entry in file.cases {
      let quote = calculator.quote(fields: entry.fields)
      let message = quote.refusal?.message ?? ""
      #expect(
        quote.status.rawValue == entry["status"],
        "\(entry["id"] ?? "") line \(entry.line), \(entry["why"] ?? ""): \(message)")
      if let price = quote.price { check(price, entry) }
    }
  }

  private func check(_ price: Price, _ entry: CaseFile.Case) {
    guard let leg = price.legs.first, price.legs.count == 1,
      let haulage = leg.charges.first(where: { $0.code == "haulage" })
    else {
      Issue.record("\(entry["id"] ?? ""): not one leg with its haulage")
      return
    }
    let escort = leg.charges.first { $0.code == "security-escort" }
    let found: [String: String?] = [
      "traffic": leg.traffic,
      "tariff_distance_km": leg.distanceKilometres.map(String.init),
      "chargeable_weight_kg": leg.chargeableWeight.map { String($0 / 1000) },
      "unit_rate_usd": haulage.unitRate.text(digits: 2),
      "unit": haulage.unit.rawValue,
      "quantity": "\(haulage.quantity)",
      "haulage_per_unit": haulage.perUnit.amountText,
      "security_escort_per_unit": escort?.perUnit.amountText,
      "total_per_unit": price.unitRate.amountText,
    ]
    for (column, value) in found.sorted(by: { $0.key < $1.key }) {
      // A weight that is not billed may still have decided which rate applies.
      if column == "chargeable_weight_kg" && entry[column] == nil { continue }
      #expect(
        value == entry[column],
        "\(entry["id"] ?? "") line \(entry.line), \(column): \(entry["why"] ?? "")")
    }
    // A consignment of several units is so many times one of them.
    let count = Int(entry["count"] ?? "1") ?? 1
    #expect(price.total.minorUnits == price.unitRate.minorUnits * Int64(count))
  }

  /// The tariff's own worked cases are all there.
  @Test func theElevenWorkedCasesAreThere() {
    let worked = file.cases.filter { $0["id"]?.hasPrefix("worked-") == true }
    #expect(worked.count == 11)
    #expect(worked.allSatisfy { $0["status"] == "priced" })
  }
}
