import TariffRules
import Testing
import Unification

/// Every lane that is shipped, by the equipment that goes over it, on 15 August 2026.
@Suite struct LaneTests {
  /// A lane by the places and the port that pick it.
  struct LaneCase: CustomTestStringConvertible {
    let lane: String, from: String, to: String, via: String

    var testDescription: String { lane }
  }

  private static let ends = [("POTI", "572200"), ("BATUMI", "571405"), ("KARTSAKHI", "579991")]
  private static let ports = [("AKTAU", "663404"), ("KURYK", "693602")]

  static let lanes: [LaneCase] = ends.flatMap { end, code in
    ports.flatMap { port, via in
      [
        LaneCase(lane: "ALTYNKOL-\(end)-\(port)", from: "707701", to: code, via: via),
        LaneCase(lane: "\(end)-ALTYNKOL-\(port)", from: code, to: "707701", via: via),
      ]
    }
  }

  static let loads: [[String: String]] = [
    ["equipment": "container-40", "commodity": "85171300"],
    ["equipment": "container-20", "commodity": "85171300", "gross_kg": "22000"],
    ["equipment": "container-20", "commodity": "85171300", "gross_kg": "27000"],
    [
      "equipment": "covered-wagon", "commodity": "10011900", "weight_kg": "64000", "axles": "4",
      "length_m": "14.73",
    ],
    [
      "equipment": "tank-wagon", "commodity": "27101900", "weight_kg": "60000", "axles": "4",
      "length_m": "12.02",
    ],
    ["equipment": "container-40", "commodity": "99230000", "load": "empty"],
    [
      "equipment": "covered-wagon", "commodity": "99210000", "load": "empty", "axles": "4",
      "length_m": "14.73",
    ],
  ]

  private let tables: TariffTables

  init() throws { tables = try Shipped.tables() }

  private func quote(_ lane: LaneCase, _ load: [String: String], count: Int) -> Quote {
    var calculator = Calculator(tables)
    let fields = [
      "date": "2026-08-15", "from": lane.from, "to": lane.to, "via": lane.via,
      "owner": "private", "wagon_owner": "private", "count": String(count),
    ]
    return calculator.quote(fields: fields.merging(load) { $1 })
  }

  @Test(arguments: lanes) func everythingGoesOverIt(lane: LaneCase) throws {
    for load in Self.loads {
      for count in [1, 3] {
        let quote = quote(lane, load, count: count)
        let place = "\(lane.lane), \(load): \(quote.refusal?.message ?? "")"
        let price = try #require(quote.price, "\(place)")
        #expect(price.lane == lane.lane, "\(place)")
        checkSums(price, count, place)
        if load["equipment"]?.hasPrefix("container") == true {
          #expect(price.unitRate.minorUnits % 100 == 0, "\(place): no whole dollars")
        }
      }
    }
  }

  /// Charges and the one stated line make up the total, and the shares divide it.
  private func checkSums(_ price: Price, _ count: Int, _ place: String) {
    var charges: Int64 = 0
    for leg in price.legs {
      #expect(!leg.charges.isEmpty, "\(place)")
      var own: Int64 = 0
      for charge in leg.charges {
        #expect(charge.amount.minorUnits == charge.perUnit.minorUnits * Int64(count), "\(place)")
        own += charge.amount.minorUnits
      }
      #expect(leg.amount.minorUnits == own, "\(place)")
      charges += own
    }
    #expect(charges + price.adjustment.minorUnits == price.total.minorUnits, "\(place)")
    #expect(price.total.minorUnits == price.unitRate.minorUnits * Int64(count), "\(place)")
    let shares = price.shares.map(\.amount.minorUnits).reduce(0, +)
    #expect(shares == price.total.minorUnits, "\(place)")
    // Ports and the ferry are no partners: they get what they charge.
    for leg in price.legs {
      let passed = price.shares.first {
        $0.partyCode == leg.carrierCode && $0.kind == .passThrough
      }
      guard let passed else { continue }
      let asked = price.legs.filter { $0.carrierCode == leg.carrierCode }
      #expect(passed.amount.minorUnits == asked.map(\.amount.minorUnits).reduce(0, +), "\(place)")
    }
  }

  /// One lane walked by hand: `Cases/altynkol-poti-aktau.csv`, its sums in `Cases/README.md`.
  @Test func oneWalkByHand() throws {
    let file = try CaseFile(Folders.cases.appendingPathComponent("altynkol-poti-aktau.csv"))
    let lane = try #require(Self.lanes.first { $0.lane == "ALTYNKOL-POTI-AKTAU" })
    var fields = ["equipment": "container-40", "commodity": "8517"]
    fields["wagon_owner"] = ""
    let price = try #require(quote(lane, fields, count: 1).price)
    var found: [[String]] = []
    for (number, leg) in price.legs.enumerated() {
      for charge in leg.charges {
        found.append([
          "\(number + 1)", leg.carrierCode, charge.code, leg.traffic,
          leg.distanceKilometres.map(String.init) ?? "", charge.unitRate.text(digits: 2) ?? "",
          charge.amount.amountText,
        ])
      }
    }
    let columns = file.header.filter { $0 != "why" }
    #expect(found == file.cases.map { entry in columns.map { entry[$0] ?? "" } })
    #expect(price.unitRate.amountText == "3734.00")
    #expect(price.adjustment.amountText == "0.30")
    let shares = Dictionary(grouping: price.shares) { "\($0.partyCode) \($0.kind.rawValue)" }
      .mapValues { $0.map(\.amount.amountText) }
    #expect(
      shares == [
        "MCM margin": ["64.32"], "KTZ arbitrary": ["15.00"], "KTZ prorate": ["843.93"],
        "ADY prorate": ["1022.84"], "GR prorate": ["212.91"], "ASCO pass-through": ["1000.00"],
        "AKTAU pass-through": ["95.00"], "ALAT pass-through": ["90.00"],
        "POTI pass-through": ["390.00"],
      ])
  }

  /// With no `via` the cheaper port is the answer, and the other is listed with its price.
  @Test func theCheaperPortIsTheAnswer() throws {
    var calculator = Calculator(tables)
    let quote = calculator.quote(fields: [
      "date": "2026-08-15", "from": "707701", "to": "572200", "equipment": "container-40",
      "commodity": "8517", "owner": "private",
    ])
    #expect(quote.price?.lane == "ALTYNKOL-POTI-AKTAU")
    // By Kuryk 3928.24 to a whole dollar; worked out in the same way.
    #expect(quote.alternatives.map(\.lane) == ["ALTYNKOL-POTI-KURYK"])
    #expect(quote.alternatives.first?.total?.amountText == "3928.00")
  }
}
