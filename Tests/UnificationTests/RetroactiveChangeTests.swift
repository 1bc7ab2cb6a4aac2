import ExactMoney
import Foundation
import TariffRules
import Testing

@testable import Unification

/// A coefficient published on 16 April 2026 with effect from 1 February 2026, over the tables that
/// are shipped: the old prices as known before, the new ones now, and the difference to the cent.
@Suite struct RetroactiveChangeTests {
  private let tables: TariffTables
  private let circular = "AZ/ADY/coefficients/2026-02-01_published-2026-04-16.csv"
  /// Two wagons of timber, Yalama to Absheron, in the carrier's own tariff.
  private let timber = [
    "reference": "T", "date": "2026-02-10", "from": "547508", "to": "548004",
    "commodity": "4407", "equipment": "covered-wagon", "owner": "private", "weight_kg": "35000",
    "count": "2", "customer": "ANATOLIA",
  ]
  /// Three wagons of steel, Altynkol to Poti over Kuryk.
  private let steel = [
    "reference": "S", "date": "2026-02-10", "from": "Altynkol", "to": "Poti", "via": "Kuryk",
    "commodity": "72083900", "equipment": "gondola-wagon", "owner": "private",
    "weight_kg": "60000", "axles": "4", "length_m": "14.41", "count": "3",
  ]

  init() throws {
    let folder = try TableFolder(Folders.shipped)
    let old = folder.url.appendingPathComponent("AZ/ADY/coefficients/2026-01-01.csv")
    let text = try String(contentsOf: old, encoding: .utf8)
      .replacing("published,2026-01-01", with: "published,2026-04-16")
      .replacing(
        "\nprivate wagon,",
        with: "\ncircular of 16 April,coefficient,1.05,haulage,*,*,*,no,*,loaded"
          + ",*,*,*,*,*,*,*,*,,,,\nprivate wagon,")
    try Data(text.utf8).write(to: folder.url.appendingPathComponent(circular))
    tables = try folder.load()
  }

  private func total(_ fields: [String: String], asOf: String?) -> String? {
    var calculator = Calculator(tables, asOf: asOf.flatMap { Day($0) })
    return calculator.quote(fields: fields).price?.total.description
  }

  /// Timber, table 3, 45 t billed, two wagons:
  /// - 14.90 x 0.85 x 1.04 / 0.80 x 1.02 = 16.79379: 16.79 x 45 x 2 = 1511.10
  /// - 14.90 x 1.05 x 0.85 x 1.04 / 0.80 x 1.02 = 17.6334795: 17.63 x 45 x 2 = 1586.70
  ///
  /// Steel, table 4, 60 t, three wagons:
  /// - 21.48 x 0.85 x 1.20 / 0.80 x 1.02 = 27.93474: 27.93 x 60 x 3 = 5027.40
  /// - 21.48 x 1.05 x 0.85 x 1.20 / 0.80 x 1.02 = 29.331477: 29.33 x 60 x 3 = 5279.40
  @Test func oldPricesAsKnownThenNewOnesNow() {
    for asOf in ["2026-04-01", "2026-04-15"] {
      #expect(total(timber, asOf: asOf) == "1511.10 USD")
      #expect(total(steel, asOf: asOf) == "20938.14 USD")
    }
    for asOf in ["2026-04-16", nil] {
      #expect(total(timber, asOf: asOf) == "1586.70 USD")
      #expect(total(steel, asOf: asOf) == "21190.14 USD")
    }
    // January is not touched, and March has an edition of its own.
    for date in ["2026-01-31", "2026-03-01"] {
      let other = timber.merging(["date": date]) { $1 }
      #expect(total(other, asOf: "2026-04-01") == total(other, asOf: nil))
    }
  }

  private func compared(_ consignments: [[String: String]]) throws -> ConsignmentComparison {
    let before = TableComparison.Side(tables, on: nil, asOf: Day("2026-04-01"))
    let after = TableComparison.Side(tables, on: nil, asOf: nil)
    let rows = consignments.map { fields in
      ConsignmentFile.Row(record: nil, line: 2, fields: fields, refusal: nil)
    }
    var calculators = TwoCalculators(before, after)
    var comparison = ConsignmentComparison()
    for row in rows {
      let (old, new) = calculators.answers(row)
      try comparison.add(row.subject, before: old, after: new)
    }
    return comparison
  }

  private func differences(_ tallies: Tallies) -> [String] {
    tallies.currencies.flatMap { currency in
      tallies.list(currency).filter { !$0.tally.difference.isZero }
        .map { "\($0.name) \($0.tally.difference.amountText(currency))" }
    }
  }

  /// The steel's division, worked out apart: what is left after the ports and the ferry is 17276.22
  /// before and 17528.22 after; the margin of 3 percent 518.29 and 525.85; the rest by own charges
  /// 9677.4… The forwarder's share rises from 4951.48 to 5195.92, the others' stay to the cent.
  @Test func theDifferenceAddsUpByPartyLaneAndCustomer() throws {
    let march = timber.merging(["date": "2026-03-01", "reference": "M"]) { $1 }
    let comparison = try compared([timber, march, steel])
    #expect(comparison.addsUp && comparison.count == 3 && comparison.compared == 3)
    #expect(differences(comparison.totals) == ["total 327.60"])
    #expect(differences(comparison.lanes) == ["ADY 75.60", "ALTYNKOL-POTI-KURYK 252.00"])
    #expect(differences(comparison.parties) == ["ADY 320.04", "MCM 7.56"])
    #expect(differences(comparison.customers) == [" 252.00", "ANATOLIA 75.60"])
    #expect(differences(comparison.charges) == ["ADY haulage 327.60"])
    #expect(comparison.entries.map(\.subject.reference) == ["T", "S"])
  }

  @Test func theRowThatMadeItIsNamed() throws {
    let comparison = try compared([timber, steel])
    let usd = try #require(comparison.totals.currencies.first)
    let made = comparison.made[usd] ?? []
    #expect(made.map { $0.tally.difference.amountText(usd) } == ["327.60"])
    #expect(
      made.first?.causes.map(\.words) == [
        "coefficient 'circular of 16 April': (nothing) -> 1.05 [\(circular):10]"
      ])
    let tables = TableComparison(
      .init(tables, on: Day("2026-02-10"), asOf: Day("2026-04-01")),
      .init(tables, on: Day("2026-02-10"), asOf: nil))
    #expect(
      tables.schedules.flatMap(\.rows).filter { $0.what == .added }.map(\.name) == [
        "circular of 16 April"
      ])
    #expect(tables.schedules.first { $0.kind == "coefficients" }?.after?.path == circular)
  }
}
