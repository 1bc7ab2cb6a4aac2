import Foundation
import Testing

/// `tariff rate` ends cleanly whatever bytes it is given: each record is counted and refused.
@Suite struct RateCommandTests {
  private static let header = "date,from,to,commodity,equipment\n"

  private func rate(_ bytes: [UInt8]) throws -> Program.Outcome {
    let folder = try Scratch()
    let tables = Place.root.appending(path: "TariffTables").path
    return try Program().run(
      ["rate", "--tables", tables], in: folder.url, input: Data(Self.header.utf8) + Data(bytes))
  }

  @Test(arguments: [
    ("a quotation mark that is never closed", "\"" + String(repeating: "x,y\n", count: 5000), 1),
    ("quotation marks alone", String(repeating: "\"", count: 100_001), 1),
    ("commas alone", String(repeating: ",", count: 300_000), 1),
    (
      "a record over 1 MiB, and what follows it",
      String(repeating: "x", count: 1 << 20 + 5) + "\na,b,c,d,e\n", 2
    ),
    ("empty fields", String(repeating: ",,,,\n", count: 7), 7),
  ])
  func refusesAndCounts(_ what: String, _ text: String, _ rows: Int) throws {
    let outcome = try rate(Array(text.utf8))
    #expect(outcome.status == 1, "\(what)")
    let many = rows == 1 ? "1 row" : "\(rows) rows"
    let counted =
      "\(many) in, \(rows) out: 0 priced, 0 on-request, 0 no-rate, 0 conflict, "
      + "\(rows) rejected"
    #expect(outcome.errors.contains(counted), "\(what): \(outcome.errors)")
  }

  @Test func anyBytesEndCleanly() throws {
    var state: UInt64 = 42
    let bytes = (0..<200_000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    let outcome = try rate(bytes)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(" in, ") && outcome.errors.contains(": 0 priced"))
  }
}
