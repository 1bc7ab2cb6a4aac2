import SeededNumbers
import Testing

@testable import ExactMoney

@Suite struct DecimalTests {
  @Test(
    arguments: [
      ("0", 0, 1), ("7", 7, 1), ("+7", 7, 1), ("-7", -7, 1), ("007", 7, 1), ("-0", 0, 1),
      ("-0.00", 0, 1), ("12.665", 2533, 200), ("-0.5", -1, 2), ("1.50", 3, 2),
      ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890, 1),
      ("0.00000000000000000000000000001", 1, 100_000_000_000_000_000_000_000_000_000),
    ] as [(String, Int128, Int128)])
  func reads(text: String, numerator: Int128, denominator: Int128) throws {
    let value = try Exact(decimal: text)
    #expect(value.numerator == numerator)
    #expect(value.denominator == denominator)
  }

  @Test(
    arguments: [
      ("", .empty), ("1,5", .character(offset: 1)), ("12abc", .character(offset: 2)),
      ("1e3", .character(offset: 1)), (" 7", .character(offset: 0)), ("7 ", .character(offset: 1)),
      (".", .character(offset: 0)), (".5", .character(offset: 0)), ("5.", .digitMissing(offset: 2)),
      ("-", .digitMissing(offset: 1)), ("+", .digitMissing(offset: 1)),
      ("-.5", .character(offset: 1)), ("+-5", .character(offset: 1)),
      ("--5", .character(offset: 1)),
      ("5-", .character(offset: 1)), ("1.2.3", .character(offset: 3)),
      ("1..2", .character(offset: 2)), ("0x10", .character(offset: 1)),
      ("1_000", .character(offset: 1)), ("٣", .character(offset: 0)), ("１", .character(offset: 0)),
      ("−5", .character(offset: 0)), ("1\0", .character(offset: 1)), ("nan", .character(offset: 0)),
      ("1234567890123456789012345678901", .tooManyDigits(limit: 30)),
      ("0.000000000000000000000000000000", .tooManyDigits(limit: 30)),
    ] as [(String, NotADecimal.Reason)])
  func refuses(text: String, reason: NotADecimal.Reason) {
    #expect(throws: NotADecimal(reason: reason)) { try Exact(decimal: text) }
  }

  @Test func readsBytesWhereverTheyAre() throws {
    let bytes = Array("x-12.5y".utf8)
    #expect(try Exact(decimal: bytes[1..<6]) == Exact(decimal: "-12.5"))
    // A reversed view keeps its bytes in the other order, so it has no storage to hand over.
    let reversed: ReversedCollection = bytes[2..<6].reversed()
    #expect(try Exact(decimal: reversed) == Exact(decimal: "5.21"))
  }

  @Test(
    arguments: [
      (0, 1, "0"), (-7, 1, "-7"), (2533, 200, "12.665"), (-1, 2, "-0.5"), (1, 3, "1/3"),
      (-22, 7, "-22/7"), (1, 1024, "0.0009765625"), (1, 3125, "0.00032"), (1, 6, "1/6"),
      (Int128.max, 1, "170141183460469231731687303715884105727"),
      (
        1, 1 << 126,
        "0.0000000000000000000000000000000000000117549435082228750796873653722224567781866555677208"
          + "75215087517062784172594547271728515625"
      ),
      (
        Int128.max, 1 << 126,
        "1.9999999999999999999999999999999999999882450564917771249203126346277775432218133444322791"
          + "24784912482937215827405452728271484375"
      ),
      // 3 over 5⁵⁴
      (
        3, 55_511_151_231_257_827_021_181_583_404_541_015_625,
        "0.000000000000000000000000000000000000054043195528445952"
      ),
    ] as [(Int128, Int128, String)])
  func writes(numerator: Int128, denominator: Int128, text: String) throws {
    #expect(try #require(Exact(numerator, over: denominator)).description == text)
  }

  @Test func writesSoManyDigitsOrNothing() throws {
    let value = try Exact(decimal: "17.26")
    #expect(value.text(digits: 2) == "17.26")
    #expect(value.text(digits: 4) == "17.2600")
    #expect(value.text(digits: 1) == nil)
    #expect(value.text(digits: -1) == nil)
    #expect(try Exact(decimal: "-0.05").text(digits: 2) == "-0.05")
    #expect(Exact(3).text(digits: 0) == "3")
    #expect(Exact.zero.text(digits: 2) == "0.00")
    #expect(Exact(1, over: 3)?.text(digits: 30) == nil)
  }

  @Test(arguments: [7, 8] as [UInt64])
  func whatIsWrittenReadsTheSame(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let digits = Int.random(in: 0...15, using: &random)
      let whole = Int.random(in: 0...999_999_999, using: &random)
      let places = (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &random))" }
      let sign = whole > 0 && Bool.random(using: &random) ? "-" : ""
      let text = "\(sign)\(whole)\(digits > 0 ? "." : "")\(places.joined())"
      let value = try Exact(decimal: text)
      #expect(value.text(digits: digits) == text)
      #expect(try Exact(decimal: value.description) == value)
    }
  }
}
