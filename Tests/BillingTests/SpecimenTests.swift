import Billing
import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

/// The shipped specimens are what the program writes today, byte for byte.
struct SpecimenTests {
  @Test func specimensAreReproduced() throws {
    let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let specimens = project.appending(path: "Invoices/Specimens")
    let tables = try #require(
      try TariffTables.load(from: project.appending(path: "TariffTables").path).tables)
    let bytes = [UInt8](try Data(contentsOf: specimens.appending(path: "consignments.csv")))
    var file = try ConsignmentFile("consignments.csv", CSVReader(bytes: bytes))
    var run = InvoiceRun(Calculator(tables))
    while let row = try file.next() { try run.add(row, of: file) }
    #expect(run.rejected.isEmpty)
    var written: [String: [UInt8]] = [:]
    for draft in run.drafts() {
      let invoice = try draft.document(issued: Day("2026-09-03"))
      written[invoice.draftName(nil) + ".txt"] = Array(invoice.text().utf8)
      written[invoice.draftName(nil) + ".csv"] = invoice.csv()
    }
    let shipped = try FileManager.default.contentsOfDirectory(atPath: specimens.path)
      .filter { $0.hasPrefix("DRAFT") }
    #expect(Set(shipped) == Set(written.keys))
    for name in shipped {
      let expected = [UInt8](try Data(contentsOf: specimens.appending(path: name)))
      #expect(written[name] == expected, "\(name) is not what the program writes")
    }
  }
}
