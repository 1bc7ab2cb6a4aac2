import TariffRules
import Unification

/// One lane of four carriers at made-up charges and a fixed price, and an agreement to divide it:
/// NR, SR and ER are partners and go 500, 400 and 100 km; PORT is none; MC is the joint venture.
final class DivisionBench {
  private let folder: TableFolder
  static let carriers = ["NR": "KZ/NR", "SR": "AZ/SR", "ER": "GE/ER", "PORT": "AZ/PORT"]
  static let columns =
    "step,kind,party,amount,currency,percent,of,basis,weight,funded_by,rounding"

  init() throws {
    folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("division"))
  }

  /// The quote for so many containers at a price in cents each, the carriers' charges in cents.
  func quote(
    price: Int, charges: [String: Int] = ["NR": 30000, "SR": 20000, "ER": 10000, "PORT": 5000],
    count: Int = 1, agreement: [String]
  ) throws -> Quote {
    for (carrier, path) in Self.carriers {
      try folder.write(
        "\(path)/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
        [
          "name,charge,rate,unit,rated_per",
          "work,haulage,\(Self.text(charges[carrier] ?? 0)),container,container",
        ])
    }
    try folder.write(
      "joint-venture/pricing/2026-01-01.csv", kind: "pricing",
      [
        "name,method,rate,currency,step,rounding",
        "one price,fixed,\(Self.text(price)),USD,0.01,half-away",
      ])
    try folder.write(
      "joint-venture/agreement/2026-01-01.csv", kind: "agreement", [Self.columns] + agreement)
    var calculator = Calculator(try folder.load())
    return calculator.quote(fields: [
      "date": "2026-01-15", "from": "100000", "to": "300100", "commodity": "85171300",
      "equipment": "container-20", "count": String(count),
    ])
  }

  /// Cents as dollars.
  static func text(_ cents: Int) -> String {
    let part = cents.magnitude % 100
    return "\(cents < 0 ? "-" : "")\(cents.magnitude / 100).\(part < 10 ? "0" : "")\(part)"
  }
}

extension Quote {
  /// What each party gets, in cents; nil where there is no price.
  var cents: [String: Int]? {
    price?.shares.reduce(into: [:]) { $0[$1.partyCode, default: 0] += Int($1.amount.minorUnits) }
  }

  /// A party's lines of one kind, in cents.
  func cents(_ party: String, _ kind: AgreementRule.Kind) -> Int? {
    price?.shares.first { $0.partyCode == party && $0.kind == kind }
      .map { Int($0.amount.minorUnits) }
  }
}
