import ExactMoney
import Testing

@testable import TariffRules

@Suite struct TablesInForceTests {
  private func inForce(_ tables: TariffTables, _ on: String, asOf: String? = nil) throws
    -> TablesInForce
  {
    TablesInForce(
      tables, on: try #require(Day(on)), asOf: try asOf.map { try #require(Day($0)) })
  }

  /// The customers' table of a day with one payment term for all.
  private func customers(_ published: String, _ days: Int) -> [String] {
    [
      "kind,customers", "source,a test", "evidence,published", "published,\(published)", "",
      "customer,name,country,payment_days", "ACME,Acme,AA,\(days)",
    ]
  }

  private func paymentDays(_ tables: TariffTables, _ on: String, asOf: String? = nil) throws
    -> [Int]
  {
    try inForce(tables, on, asOf: asOf).customers.values.map(\.paymentDays)
  }

  @Test func beforeTheFirstEditionThereIsNothing() throws {
    let now = try inForce(try TableFolder().load(), "2024-12-31")
    #expect(now.lanes.isEmpty && now.places.isEmpty && now.parties.isEmpty)
    #expect(
      now.carriers.values.allSatisfy { $0.charges == nil && $0.grids.allSatisfy { $0 == nil } })
    #expect(now.quoteDays == 0)
  }

  @Test func theEditionOfTheDayAsKnown() throws {
    let folder = try TableFolder()
    let path = "joint-venture/customers/"
    try folder.write(path + "2025-06-01.csv", customers("2025-05-01", 45))
    try folder.write(path + "2025-06-01_published-2025-08-01.csv", customers("2025-08-01", 60))
    try folder.write(
      path + "2026-01-01.csv", Array(customers("2025-12-01", 0)[..<4]) + ["withdrawn,yes"])
    let tables = try folder.load()
    #expect(try paymentDays(tables, "2025-05-31") == [30])
    #expect(try paymentDays(tables, "2025-06-01") == [60])
    #expect(try paymentDays(tables, "2025-06-01", asOf: "2025-07-31") == [45])
    #expect(try paymentDays(tables, "2025-06-01", asOf: "2025-04-30") == [30])
    #expect(try paymentDays(tables, "2026-01-01") == [])
    #expect(try paymentDays(tables, "2026-01-01", asOf: "2025-11-30") == [60])
    let file = try #require(tables.files.firstIndex { $0.path == path + "2025-01-01.csv" })
    let change = { (after: String, asOf: String?) in
      tables.nextChange(
        of: Int32(file), after: try #require(Day(after)),
        asOf: try asOf.map { try #require(Day($0)) })
    }
    #expect(try change("2025-01-01", nil) == Day("2025-06-01"))
    #expect(try change("2025-06-01", nil) == Day("2026-01-01"))
    #expect(try change("2026-01-01", nil) == nil)
    #expect(try change("2025-06-01", "2025-11-30") == nil)
  }

  @Test func aLaneRunBackwards() throws {
    let now = try inForce(try TableFolder().load(), "2025-01-01")
    let east = try #require(now.lanes.first { $0.codeText == "EAST" })
    let name = now.tables.symbols.name
    let legs = now.legs(of: east).map { "\(name($0.carrier)) \(name($0.from)) \(name($0.to))" }
    #expect(legs == ["SHIP 220002 220001", "RAIL 110002 110001"])
  }

  @Test func distancesHoldBothWays() throws {
    let now = try inForce(try TableFolder().load(), "2025-01-01")
    let symbols = now.tables.symbols
    let (from, to) = try (
      #require(symbols.number(of: "110001")), #require(symbols.number(of: "110002"))
    )
    let rail = try #require(symbols.number(of: "RAIL").flatMap { now.carriers[$0] })
    let distances = try #require(rail.distances.first).content
    #expect(distances.distance(from, to)?.kilometres == 250)
    #expect(distances.distance(to, from)?.kilometres == 250)
    #expect(distances.distance(from, from) == nil)
    #expect(distances.count == 1)
  }

  @Test func thePolicy() throws {
    let now = try inForce(try TableFolder().load(), "2025-01-01")
    #expect(now.jointVentureParty?.name == "Joint Venture")
    #expect(now.policyCurrency?.code == "USD")
    #expect(now.quoteDays == 30)
    #expect(now.series == "JV")
    #expect(now.tables.partyCodes == ["JV", "RAIL", "SHIP"])
    let partners = ["RAIL", "SHIP", "JV"].map { code in
      now.tables.symbols.number(of: code).map(now.isPartner)
    }
    #expect(partners == [true, true, false])
  }

  @Test func theDigestHoldsEveryByte() throws {
    let folder = try TableFolder()
    let first = try folder.load().digest()
    #expect(try folder.load().digest() == first)
    let path = "joint-venture/customers/2025-01-01.csv"
    try folder.write(path, [try folder.text(path).replacing("Acme", with: "Acne")])
    #expect(try folder.load().digest() != first)
  }
}
