import CSV
import Foundation
import TariffRules
import Testing

@testable import Unification

/// The quantities of a row are read as the record's reader has them, or left to it.
@Suite struct RowReaderTests {
  private static let header =
    "reference,date,from,to,commodity,equipment,weight_kg,gross_kg,count,supplied"

  /// The fields that are not shared by rows that read alike.
  struct Fields {
    var reference = "r", weight = "", gross = "", count = "", supplied = ""

    var line: String {
      "\(reference),2026-01-15,100000,100500,10011900,covered-wagon,"
        + "\(weight),\(gross),\(count),\(supplied)"
    }
  }

  private static func tables() throws -> TariffTables {
    try TableFolder(Folders.tables.appendingPathComponent("base")).load()
  }

  /// Reads rows, each by itself.
  private struct Desk: ~Copyable {
    private var reader: RowReader
    private let scanner = RowScanner(width: 10)
    private let starts = FieldStarts(RowScanner(width: 10))

    init(_ tables: TariffTables) throws {
      let file = try ConsignmentFile("f", CSVReader(bytes: Array((header + "\n").utf8)))
      reader = RowReader(tables, file, try #require(SharedClasses(tables)))
    }

    /// Digits stand behind the row: they are not its own.
    mutating func quantities(_ fields: Fields) -> RowReader.Quantities? {
      let row = Array((fields.line + "\n").utf8)
      let bytes = row + Array(String(repeating: "7", count: 128).utf8)
      return bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress,
          scanner.fields(base, 0, row.count, starts.places) != nil
        else { return nil }
        return reader.quantities(base, starts.places)
      }
    }

    mutating func weight(_ text: String) -> Int64? {
      quantities(Fields(weight: text))?.weight
    }

    mutating func count(_ text: String) -> Int64? { quantities(Fields(count: text))?.count }
  }

  @Test func wholeNumbers() throws {
    var desk = try Desk(Self.tables())
    for (text, number) in [
      ("0", Int64(0)), ("7", 7), ("42", 42), ("305", 305), ("9876", 9876), ("10203", 10_203),
      ("987654", 987_654), ("1234567", 1_234_567), ("00012345", 12_345), ("000012345", 12_345),
      ("00000000", 0), ("000999999", 999_999),
    ] {
      let weight = desk.weight(text)
      #expect(weight == number * 1000, "\(text)")
      let count = desk.count(text)
      #expect(count == (1...1_000_000 ~= number ? number : nil), "\(text)")
    }
  }

  /// Every digit at every place, so that none is mistaken for another.
  @Test func everyDigitAtEveryPlace() throws {
    var desk = try Desk(Self.tables())
    for length in 1...7 {
      var power: Int64 = 1
      for place in 0..<length {
        for digit in 1...9 {
          var digits = Array(repeating: "0", count: length)
          digits[length - 1 - place] = "\(digit)"
          let weight = desk.weight(digits.joined())
          #expect(weight == Int64(digit) * power * 1000)
        }
        power *= 10
      }
    }
  }

  @Test func decimals() throws {
    var desk = try Desk(Self.tables())
    for (text, thousandths) in [
      ("0.1", Int64(100)), ("0.05", 50), ("0.001", 1), ("1.5", 1500), ("12.34", 12_340),
      ("123.456", 123_456), ("22000.0", 22_000_000), ("1234567.891", 1_234_567_891),
      ("9999999.999", 9_999_999_999), ("12345.6", 12_345_600), ("00012345.678", 12_345_678),
    ] {
      let weight = desk.weight(text)
      #expect(weight == thousandths, "\(text)")
      let count = desk.count(text)
      #expect(count == nil)
    }
    for text in [".5", "5.", "1.2345", "1..5", "1.5.5", "1.", ".", "123456789012.5", "1.2x", "1.x"]
    {
      let weight = desk.weight(text)
      #expect(weight == nil, "\(text)")
    }
  }

  /// Those next to the digits, and those that differ from one by a bit.
  @Test func charactersThatAreNoDigits() throws {
    var desk = try Desk(Self.tables())
    for bad in ["/", ":", " ", "-", "+", "e", "p", "y", "A", "'", "~", "!"] {
      for length in 1...9 {
        for place in 0..<length {
          var characters = Array(repeating: "1", count: length)
          characters[place] = bad
          let text = characters.joined()
          for fields in [Fields(weight: text), Fields(gross: text), Fields(count: text)] {
            let found = desk.quantities(fields) != nil
            #expect(!found, "\(fields.line)")
          }
        }
      }
    }
  }

  @Test func emptyFields() throws {
    var desk = try Desk(Self.tables())
    let rows = [Fields(), Fields(weight: "0"), Fields(gross: "0")].compactMap {
      desk.quantities($0)
    }
    try #require(rows.count == 3)
    let (none, weighed, packed) = (rows[0], rows[1], rows[2])
    #expect(none.weight == Facts.absent && none.count == 1)
    #expect(weighed.weight == 0 && weighed.count == 1)
    #expect(packed.weight == Facts.absent)
    // Each of them is told apart by the classes.
    #expect(Set([none, weighed, packed].map(\.classes)).count == 3)
    #expect(none.classes >> 56 == 0 && packed.classes >> 56 == 0)
  }

  @Test func grossIsNotBelowNet() throws {
    var desk = try Desk(Self.tables())
    for (net, gross, isRead) in [
      ("22000", "22000", true), ("22000", "22000.001", true), ("22000", "21999.999", false),
      ("0.002", "0.001", false), ("0", "0", true), ("", "0", true), ("1", "0", false),
    ] {
      let found = desk.quantities(Fields(weight: net, gross: gross))
      #expect((found != nil) == isRead, "\(net) and \(gross)")
      #expect(found == nil || found?.weight == (net.isEmpty ? Facts.absent : found?.weight))
    }
  }

  @Test func limits() throws {
    var desk = try Desk(Self.tables())
    for text in ["10000000", "10000000.0", "10000000.000", "010000000"] {
      let weight = desk.weight(text)
      #expect(weight == 10_000_000_000, "\(text)")
    }
    for text in ["10000000.001", "10000001", "10000000.1", "99999999", "999999999", "010000001"] {
      let weight = desk.weight(text)
      #expect(weight == nil, "\(text)")
      let gross = desk.quantities(Fields(gross: text)) == nil
      #expect(gross, "\(text)")
    }
    for (text, number) in [
      ("1", Int64?(1)), ("1000000", 1_000_000), ("1000001", nil), ("0", nil), ("00000000", nil),
      ("001000000", 1_000_000), ("0001000000", nil), ("999999999", nil),
    ] {
      let count = desk.count(text)
      #expect(count == number, "\(text)")
    }
  }

  @Test func theDayOfSupplyIsOne() throws {
    var desk = try Desk(Self.tables())
    for (day, isRead) in [
      ("2026-01-16", true), ("2026-02-30", false), ("2026-1-16", false), ("soon", false),
      ("2026-01-16", true),
    ] {
      let found = desk.quantities(Fields(supplied: day)) != nil
      #expect(found == isRead, "\(day)")
    }
  }

  /// A reference changes no price, but one that is too long is refused: by the record's reader.
  @Test func aReferenceThatIsTooLong() throws {
    var desk = try Desk(Self.tables())
    for (length, isRead) in [(0, true), (200, true), (201, false), (300, false)] {
      let reference = String(repeating: "r", count: length)
      let found = desk.quantities(Fields(reference: reference)) != nil
      #expect(found == isRead, "\(length)")
    }
  }

  /// The same behind a row whose plan is known: it is the text alone that finds it.
  @Test func aReferenceThatIsTooLongBehindOneThatIsNot() throws {
    let folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
    try folder.write(
      "KZ/NR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      ["name,charge,equipment,rate,unit,rated_per", "any,haulage,covered-wagon,100,wagon,wagon"])
    let tables = try folder.load()
    let lengths = [1, 1, 201, 1, 200, 202]
    let rows = lengths.map {
      Fields(reference: String(repeating: "r", count: $0), weight: "20000").line + "\n"
    }
    let bytes = Array((Self.header + "\n" + rows.joined()).utf8)
    let rated = try RatedFile.rated(bytes, tables, workers: 1).bytes
    let quoted = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
    #expect(String(decoding: rated, as: UTF8.self) == quoted)
    let lines = quoted.split(separator: "\n")
    #expect(lines.count { $0.contains(",rejected,") } == 2)
    #expect(lines.count { $0.contains(",priced,") } == 4)
  }
}
