import ExactMoney
import Foundation
import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// Studies over the tables that are shipped, and the same file rated with the proposed edition.
@Suite struct UnificationStudyTests {
  private let folder: TableFolder
  private let tables: TariffTables

  init() throws {
    folder = try TableFolder(Folders.shipped)
    tables = try folder.load()
  }

  /// Containers and wagons between the ends of the lanes, with and without a lane named.
  private func consignments(_ seed: UInt64, _ count: Int) -> [[String: String]] {
    var random = SplitMix64(seed: seed)
    func one(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
    return (0..<count).map { number in
      var fields = [
        "reference": "R\(number)", "owner": "private", "load": "loaded", "from": "Altynkol",
        "date": "2026-0\(one(["5", "6", "7", "8"]))-1\(one(["0", "3", "7"]))",
        "to": one(["Poti", "Batumi"]), "customer": one(["SILKROAD", "ANATOLIA", "KAZGRAIN", ""]),
      ]
      if Int.random(in: 0..<3, using: &random) > 0 {
        let weight = Int.random(in: 8000...24000, using: &random)
        fields["commodity"] = "85171300"
        fields["equipment"] = one(["container-40", "container-20"])
        fields["wagon_owner"] = "railway"
        fields["weight_kg"] = "\(weight)"
        fields["gross_kg"] = "\(weight + 3900)"
        fields["count"] = "\(Int.random(in: 1...60, using: &random))"
        fields["via"] = one(["", "Aktau"])
      } else {
        fields["commodity"] = "72083900"
        fields["equipment"] = "gondola-wagon"
        fields["weight_kg"] = "\(Int.random(in: 40000...68000, using: &random))"
        fields["axles"] = "4"
        fields["length_m"] = "14.41"
      }
      return fields.filter { !$0.value.isEmpty }
    }
  }

  private func row(_ fields: [String: String]) -> ConsignmentFile.Row {
    .init(record: nil, line: 2, fields: fields, refusal: nil)
  }

  private func study(
    _ consignments: [[String: String]], _ ask: (inout UnificationStudy.Question) -> Void
  ) throws -> UnificationStudy {
    var question = UnificationStudy.Question()
    ask(&question)
    var study = UnificationStudy(tables, question)
    for fields in consignments { study.add(row(fields)) }
    try study.conclude(source: "a test")
    return study
  }

  /// Totals in minor units by currency, with the proposed edition written to the folder.
  private func rated(
    _ consignments: [[String: String]], with proposal: PricingProposal, on day: String?
  ) throws -> [String: Int64] {
    let file = folder.url.appendingPathComponent(proposal.path)
    try Data(proposal.bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var calculator = Calculator(try folder.load())
    var totals: [String: Int64] = [:]
    for fields in consignments {
      let fields = day.map { fields.merging(["date": $0]) { $1 } } ?? fields
      guard let total = calculator.quote(fields: fields).price?.total else { continue }
      totals[total.currency.code, default: 0] += total.minorUnits
    }
    return totals
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func theProposedEditionKeepsTheRevenue(seed: UInt64) throws {
    let consignments = consignments(seed, 60)
    let day = seed == 2 ? "2026-08-15" : nil
    let study = try study(consignments) { question in
      question.day = day.flatMap { Day($0) }
      question.perKilometre = seed == 3
      question.floorPercent = seed == 4 ? Exact(96) : nil
    }
    let isConfirmed = study.isConfirmed
    #expect(isConfirmed)
    let today = Dictionary(
      uniqueKeysWithValues: study.totals.currencies.map {
        ($0.code, study.totals.sum($0).before)
      })
    // What the file pays today, asked of a calculator apart.
    var calculator = Calculator(tables)
    var paid: [String: Int64] = [:]
    for fields in consignments {
      let fields = day.map { fields.merging(["date": $0]) { $1 } } ?? fields
      guard let total = calculator.quote(fields: fields).price?.total else { continue }
      paid[total.currency.code, default: 0] += total.minorUnits
    }
    #expect(today == paid.mapValues { Exact($0) } && today.count == 2)
    let proposal = try #require(study.proposal)
    let after = try rated(consignments, with: proposal, on: day)
    for currency in study.totals.currencies {
      let rest = study.rests[currency] ?? (0, 0)
      let expected = Int128(paid[currency.code] ?? 0) - rest.left + rest.raised
      #expect(Int128(after[currency.code] ?? 0) == expected)
      // Only floors that are higher than today's bring more.
      if seed != 4 { #expect(rest.raised == 0 && rest.left < 100) }
      let parties = study.parties.sum(currency)
      let customers = study.customers.sum(currency)
      for sum in [parties, customers, study.lanes.sum(currency)] {
        #expect(sum.before == study.totals.sum(currency).before)
        #expect(sum.after == study.totals.sum(currency).after)
      }
    }
  }

  /// One customer's rates do not become the others': Kazgrain is billed in tenge.
  @Test func customersKeepTheirCurrency() throws {
    let all = consignments(5, 60)
    let dollars = all.filter { $0["customer"] != "KAZGRAIN" }
    let study = try study(dollars) { _ in }
    let proposal = try #require(study.proposal)
    let loaded = tables.adding(proposal)
    var calculator = Calculator(try #require(loaded.tables))
    let other = try #require(
      all.first { $0["customer"] == "KAZGRAIN" && $0["equipment"] == "gondola-wagon" })
    var before = Calculator(tables)
    #expect(
      calculator.quote(fields: other).price?.total == before.quote(fields: other).price?.total)
    #expect(calculator.quote(fields: other).price?.total.currency.code == "KZT")
  }

  /// Six empties each of two customers who pay two prices for the same: the rate is their mean.
  @Test func oneLaneByHand() throws {
    let empties = [
      "date": "2026-08-10", "from": "Poti", "to": "Altynkol", "via": "Kuryk",
      "commodity": "99310000", "equipment": "container-20", "owner": "private",
      "wagon_owner": "railway", "load": "empty", "gross_kg": "2300", "count": "6",
      "customer": "SILKROAD",
    ]
    let study = try study([empties, empties.merging(["customer": "ANATOLIA"]) { $1 }]) { _ in }
    // SILKROAD pays 1111 x 6; without its discount of 4 percent ANATOLIA pays more for the same.
    var calculator = Calculator(tables)
    let dear = try #require(
      calculator.quote(fields: empties.merging(["customer": "ANATOLIA"]) { $1 }).price?.unitRate)
    #expect(calculator.quote(fields: empties).price?.unitRate.description == "1111.00 USD")
    let sum = 1111_00 * 6 + dear.minorUnits * 6
    let groups = study.groups.map { ($0.key.lanes, $0.units, $0.cells.map(\.rate)) }
    #expect(groups.count == 1 && groups[0].0 == ["POTI-ALTYNKOL-KURYK"])
    #expect(groups[0].1 == 12 && groups[0].2 == [sum / 12])
    let usd = try #require(study.totals.currencies.first)
    let gains = study.customers.list(usd).map { ($0.name, $0.tally.difference) }
    #expect(gains.map(\.0) == ["ANATOLIA", "SILKROAD"])
    #expect(gains[0].1 == Exact((111100 - dear.minorUnits) * 3) && gains[1].1 == gains[0].1.negated)
  }

  @Test func aFileOverTwoPricingTablesNeedsADay() throws {
    let path = "joint-venture/pricing/2026-07-01.csv"
    let text = try String(
      contentsOf: folder.url.appendingPathComponent("joint-venture/pricing/2026-01-01.csv"),
      encoding: .utf8)
    try Data(text.utf8).write(to: folder.url.appendingPathComponent(path))
    let changed = try folder.load()
    var study = UnificationStudy(changed, .init())
    let consignments = consignments(6, 30)
    for fields in consignments { study.add(row(fields)) }
    let error = #expect(throws: UnificationStudy.Impossible.self) {
      try study.conclude(source: "a test")
    }
    #expect(error?.message.contains("2026-07-01") == true)
    var question = UnificationStudy.Question()
    question.day = Day("2026-07-10")
    var other = UnificationStudy(changed, question)
    for fields in consignments { other.add(row(fields)) }
    try other.conclude(source: "a test")
    let isConfirmed = other.isConfirmed
    #expect(isConfirmed)
    let place = other.proposal?.path
    #expect(place == "joint-venture/pricing/2026-07-10.csv")
  }

  @Test func theProposalSucceedsAnEditionOfTheSameDay() throws {
    let rate = PricingProposal.Rate(
      name: "r", lanes: ["ALTYNKOL-POTI-AKTAU"], equipment: "container-40", load: "loaded",
      rate: try Money(minorUnits: 1, try #require(tables.currencies["USD"])), note: "")
    let first = try #require(Day("2026-01-01"))
    let proposal = PricingProposal(
      [rate], over: tables, effective: first, published: first, asOf: nil, source: "a test")
    #expect(proposal.path == "joint-venture/pricing/2026-01-01_published-2026-01-02.csv")
    let isLoaded = tables.adding(proposal).tables != nil
    #expect(isLoaded)
  }

  @Test func nothingToStudy() throws {
    let study = try study([["date": "2026-08-10"]]) { _ in }
    let (unpriced, hasProposal) = (study.unpriced, study.proposal != nil)
    #expect(unpriced == 1 && !hasProposal)
  }
}
