import Testing

@testable import TariffRules

@Suite struct CommodityCodeTests {
  @Test(arguments: [
    ("27", 27_000_000), ("2716", 27_160_000), ("00000001", 1), ("02011000", 2_011_000),
  ])
  func padded(_ text: String, _ padded: Int64) throws {
    let code = try #require(CommodityCode(text))
    #expect(code.padded == padded)
    #expect(code.digits == text.count)
  }

  @Test(arguments: ["", "2", "270779980", "27a", "27*", " 27", "２７"])
  func noCodes(_ text: String) {
    #expect(CommodityCode(text) == nil)
  }

  @Test func aCodeCutShort() throws {
    let code = try #require(CommodityCode("27160012"))
    #expect(code.prefix(4) == CommodityCode("2716"))
    #expect(code.prefix(8) == code)
  }

  /// Only a code given short can begin a longer one.
  @Test func aLongerPrefixExtendsAShortCode() throws {
    let prefix = try #require(CommodityCode("2716"))
    #expect(prefix.extends(27_000_000, digits: 2))
    #expect(!prefix.extends(28_000_000, digits: 2))
    #expect(!prefix.extends(27_160_000, digits: 4))
    #expect(!prefix.extends(27_160_000, digits: 6))
    #expect(!prefix.extends(0, digits: 0))
  }

  @Test func nothingIsKnownAtFirst() {
    #expect(Field.allCases.allSatisfy { Facts()[$0] == Facts.absent })
  }

  @Test func aNumberInNoListIsKept() {
    #expect(Facts.unlistedNumber(Facts.unlisted(1999)) == 1999)
    #expect(Facts.unlistedNumber(Facts.absent) == nil)
    #expect(Facts.unlistedNumber(Facts.unknown) == nil)
    #expect(Facts.unlistedNumber(7) == nil)
  }
}
