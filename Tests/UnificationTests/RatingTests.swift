import CSV
import ExactMoney
import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// A file rated at once is the same as its consignments quoted one by one.
@Suite struct RatingTests {
  static let day = Day("2026-05-20") ?? .earliest

  /// A sample with every sixth row spoilt in some way.
  private func spoilt(_ tables: TariffTables, seed: UInt64, rows: Int) -> [UInt8] {
    var sample = SampleFile(
      tables, seed: seed, kind: seed % 2 == 0 ? .flows : .distinct, from: Self.day, flows: 80)
    var random = SplitMix64(seed: seed)
    let odd = [
      "", "x", "1,5", "12.5", "-3", "Poti", "alty", "1e3", " 7", "2026-02-30", "99999999999", "0",
      "é", "two\nlines", "85", "2026-05-21", "locomotive", "20", "7.125", "empty",
    ]
    let lines = String(decoding: sample.lines(rows), as: UTF8.self).split(separator: "\n")
    var text = SampleFile.header
    for line in lines {
      var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if Int.random(in: 0..<6, using: &random) == 0 {
        let place = Int.random(in: 0..<fields.count, using: &random)
        fields[place] = odd[Int.random(in: 0..<odd.count, using: &random)]
      }
      if Int.random(in: 0..<50, using: &random) == 0 { fields.removeLast() }
      let quoted = fields.map { field in
        let must = field.contains(",") || field.contains("\n")
        guard must || Int.random(in: 0..<40, using: &random) == 0 else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
      }
      // One stray mark swallows what follows, up to the next: rarely, so that some is left.
      if Int.random(in: 0..<150, using: &random) == 0 { text += "a\"" }
      text += quoted.joined(separator: ",")
      text += Int.random(in: 0..<30, using: &random) == 0 ? "\r\n" : "\n"
    }
    return Array(text.utf8)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func aRatedFileIsItsQuotes(_ seed: UInt64) throws {
    let tables = try Shipped.tables()
    let bytes = spoilt(tables, seed: seed, rows: 600)
    let expected = try RatedFile.quoted(bytes, tables)
    let one = try RatedFile.rated(bytes, tables, workers: 1)
    let two = try RatedFile.rated(bytes, tables, workers: 2)
    // Not the bytes themselves, which a failure would print.
    let (isSame, isSameOfTwo) = (one.bytes == expected, two.bytes == expected)
    #expect(isSame, "\(firstDifference(one.bytes, expected))")
    #expect(isSameOfTwo, "\(firstDifference(two.bytes, expected))")
    #expect(one.totals.agrees && two.totals.agrees)
    #expect(one.totals.table == two.totals.table)
    #expect(one.totals.rows(.priced) > 150)
  }

  /// Books that hold a few dozen rows at most are forgotten all the time, in every order: nothing
  /// that is rated changes.
  @Test(arguments: [
    BookSizes(texts: 540_000, kinds: 1_400_000, lanes: 1_450_000, legs: 1_350_000),
    BookSizes(kinds: 1_400_000), BookSizes(lanes: 1_450_000), BookSizes(legs: 1_350_000),
    // Texts are given up and tried again.
    BookSizes(trial: 20), BookSizes(lanes: 1_500_000, trial: 1),
  ])
  func booksThatAreForgotten(_ sizes: BookSizes) throws {
    let tables = try Shipped.tables()
    let more = spoilt(tables, seed: 9, rows: 700).dropFirst(SampleFile.header.utf8.count)
    let bytes = spoilt(tables, seed: 8, rows: 500) + more
    let expected = try RatedFile.rated(bytes, tables, workers: 1)
    let forgotten = try RatedFile.rated(bytes, tables, workers: 1, .csv, sizes)
    let isSame = forgotten.bytes == expected.bytes
    #expect(isSame, "\(firstDifference(forgotten.bytes, expected.bytes))")
  }

  /// Weights too heavy for what is kept, and those just below, between ordinary ones: the same rows
  /// again and again, and with texts given up.
  @Test(arguments: [1 << 13, 1]) func weightsThatAreNotKept(_ trial: Int) throws {
    let tables = try Shipped.tables()
    let weights = [
      "20000", "2147483.646", "2147483.647", "20000", "2147483.648", "9999999", "", "2147484",
    ]
    var sample = SampleFile(tables, seed: 3, kind: .flows, from: Self.day, flows: 12)
    let lines = String(decoding: sample.lines(36), as: UTF8.self).split(separator: "\n")
    var text = SampleFile.header
    for weight in weights + weights {
      for line in lines {
        var cells = line.split(separator: ",", omittingEmptySubsequences: false)
        (cells[9], cells[10]) = (weight[...], "")
        text += cells.joined(separator: ",") + "\n"
      }
    }
    let bytes = Array(text.utf8)
    let expected = try RatedFile.quoted(bytes, tables)
    let rated = try RatedFile.rated(bytes, tables, workers: 1, .csv, BookSizes(trial: trial))
    let isSame = rated.bytes == expected
    #expect(isSame, "\(firstDifference(rated.bytes, expected))")
    #expect(rated.totals.rows(.priced) > 100)
  }

  private func firstDifference(_ one: [UInt8], _ other: [UInt8]) -> String {
    let lines = String(decoding: one, as: UTF8.self).split(separator: "\n")
    let others = String(decoding: other, as: UTF8.self).split(separator: "\n")
    guard let (left, right) = zip(lines, others).first(where: { $0 != $1 }) else { return "length" }
    return "\(left)\n\(right)"
  }

  @Test(arguments: [UInt64(5), 6])
  func everyChargeIsTheQuotes(_ seed: UInt64) throws {
    let tables = try Shipped.tables()
    var sample = SampleFile(
      tables, seed: seed, kind: seed % 2 == 0 ? .flows : .distinct, from: Self.day, flows: 80)
    let header = SampleFile.header
    let file = try ConsignmentFile("sample", CSVReader(bytes: Array(header.utf8)))
    var rater = FastRater(tables, nil, file, try #require(Regimes(tables, nil)))
    var calculator = Calculator(tables)
    var compared = 0
    for _ in 0..<1000 {
      let line = sample.lines(1)
      var one = try ConsignmentFile("one", CSVReader(bytes: Array(header.utf8) + line))
      let row = try #require(try one.next())
      // Lanes priced in the customer's currency are compared by the file as a whole.
      guard let price = calculator.quote(fields: row.fields).price,
        price.total.currency.code == "USD",
        let lanes = rater.charges(line)
      else { continue }
      let quoted = price.legs.map { $0.charges.map(\.perUnit.minorUnits) }
      let known = lanes.filter { $0.count == quoted.count && !$0.contains([]) }
      if known.isEmpty { continue }
      compared += 1
      #expect(known.contains(quoted), "\(String(decoding: line, as: UTF8.self))")
    }
    #expect(compared > 500)
  }

  /// Gross is net with packing: below it both readers refuse, in the same words.
  @Test func grossIsNotBelowNet() throws {
    let tables = try Shipped.tables()
    func file(_ net: String, _ gross: String) -> [UInt8] {
      Array(
        """
        date,from,to,commodity,equipment,owner,wagon_owner,weight_kg,gross_kg
        2026-08-10,Altynkol,Poti,85171300,container-40,private,railway,\(net),\(gross)

        """.utf8)
    }
    let pairs = [
      ("22000", "21999.999", true), ("22000", "22000.0", false), ("", "1", false),
      ("1", "", false), ("0.002", "0.001", true), ("0", "0", false),
    ]
    for (net, gross, isRefused) in pairs {
      let bytes = file(net, gross)
      let lines = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
      let found = try RatedFile.rated(bytes, tables, workers: 1).bytes
      #expect(try found == RatedFile.quoted(bytes, tables))
      #expect(lines.contains("\(gross) kg gross is less than") == isRefused, "\(net), \(gross)")
    }
  }

  @Test func oneObjectALineAsInAQuote() throws {
    let tables = try Shipped.tables()
    let bytes = spoilt(tables, seed: 9, rows: 40)
    var file = try ConsignmentFile("sample", CSVReader(bytes: bytes))
    var calculator = Calculator(tables)
    let json = QuoteJSON(tables)
    var expected = ""
    while let row = try file.next() {
      expected += json.value(file.quote(row, &calculator)).written(indented: false) + "\n"
    }
    let found = try RatedFile.rated(bytes, tables, workers: 2, .json)
    #expect(String(decoding: found.bytes, as: UTF8.self) == expected)
  }

  @Test func whatTheSinkThrowsEndsIt() throws {
    struct Full: Error {}
    let tables = try Shipped.tables()
    let bytes = spoilt(tables, seed: 2, rows: 4000)
    let rating = Rating(tables, workers: 2)
    let file = try rating.file("sample", RatedFile.source(bytes))
    #expect(throws: Full.self) {
      try rating.run(file) { _, rows in if rows > 0 { throw Full() } }
    }
  }
}
