import ExactMoney
import Testing

@testable import TariffRules

/// How a partner writes days, and that the shipped layouts are three different ones.
@Suite struct PartnerColumnsTests {
  @Test(
    arguments: [
      ("YYYY-MM-DD", "2026-08-03"), ("DD.MM.YYYY", "03.08.2026"), ("DD/MM/YYYY", "03/08/2026"),
      ("MM/DD/YYYY", "08/03/2026"), ("YYYYMMDD", "20260803"),
    ])
  func aDayInEachLayout(_ layout: String, _ text: String) throws {
    let known = try #require(PartnerColumns.DayLayout(rawValue: layout))
    #expect(known.day(text)?.description == "2026-08-03")
    for other in PartnerColumns.DayLayout.allCases where other != known {
      // 03/08 and 08/03 cannot be told apart: that is why the table says which it is.
      let isAlike = layout.contains("/") && other.rawValue.contains("/")
      #expect(other.day(text) == nil || isAlike)
    }
  }

  @Test(arguments: [
    "", "3.08.2026", "31.02.2026", "03.08.26", "03-08-2026", "٠٣.08.2026", "03.08.2026 ",
  ])
  func whatIsNoDay(_ text: String) {
    #expect(PartnerColumns.DayLayout.dots.day(text) == nil)
  }

  @Test func threeLayoutsShip() throws {
    let folder = Folders.shipped.resolvingSymlinksInPath().path
    let tables = try #require(try TariffTables.load(from: folder).tables)
    let now = TablesInForce(tables, on: try #require(Day("2026-08-31")), asOf: nil)
    #expect(now.partnerColumns.count == 3)
    #expect(Set(now.partnerColumns.map(\.dateLayout)).count == 3)
    #expect(Set(now.partnerColumns.map(\.sign)).count == 2)
    #expect(now.partnerColumns.allSatisfy { $0.mark.evidence == .illustrative })
    #expect(now.partnerColumns.allSatisfy { now.isPartner($0.partner) })
  }
}
