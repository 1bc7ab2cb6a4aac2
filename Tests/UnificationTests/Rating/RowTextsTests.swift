import Foundation
import TariffRules
import Testing

@testable import Unification

/// A plan is found by the very text of a row, and by no other.
@Suite struct RowTextsTests {
  /// Plans by texts; a plan is known by its unit.
  private struct Desk: ~Copyable {
    var texts: RowTexts
    private let scanner: RowScanner
    private let starts: FieldStarts
    private let words: UnsafeMutablePointer<RowTexts.Words>
    private let plans: UnsafeMutablePointer<RowPlan>
    private static let most = 70_000

    init(_ columns: [Int], width: Int) {
      texts = RowTexts(columns: columns)
      scanner = RowScanner(width: width)
      starts = FieldStarts(scanner)
      words = .allocate(capacity: RowTexts.mostWords)
      plans = .allocate(capacity: Self.most)
      for unit in 0..<Self.most { (plans + unit).initialize(to: RowPlan(unit: Int32(unit))) }
    }

    deinit {
      words.deallocate()
      plans.deallocate()
    }

    /// The text of a row, with other bytes before and behind it; nil where it is none.
    private func text(_ row: String, _ classes: UInt64) -> RowTexts.Text? {
      let bytes = Array((row + row + "\n" + String(repeating: row + "#", count: 8)).utf8)
      let padded = bytes + [UInt8](repeating: 0xFF, count: 128)
      let (start, end) = (row.utf8.count, row.utf8.count * 2 + 1)
      return padded.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress, scanner.fields(base, start, end, starts.places) != nil
        else { return nil }
        var text = RowTexts.Text(words)
        return texts.take(base, starts.places, classes, &text) ? text : nil
      }
    }

    /// False where the row is refused.
    @discardableResult
    mutating func keep(_ row: String, _ unit: Int, _ classes: UInt64 = 0) -> Bool {
      guard let text = text(row, classes) else { return false }
      texts.keep(text, plans + unit)
      return true
    }

    func find(_ row: String, _ classes: UInt64 = 0) -> Int? {
      text(row, classes).flatMap { texts.plan($0) }.map { Int($0.pointee.unit) }
    }

    func takes(_ row: String) -> Bool { text(row, 0) != nil }
  }

  private static func text(_ length: Int) -> String { String(repeating: "t", count: length) }

  @Test func textsThatDifferInOneByte() {
    for length in [1, 2, 14, 15, 16, 17, 30, 31, 32, 33, 100] {
      var desk = Desk([0, 1], width: 2)
      let row = Array((Self.text(length) + "," + Self.text(length)).utf8)
      desk.keep(String(decoding: row, as: UTF8.self), 1)
      let found = desk.find(String(decoding: row, as: UTF8.self))
      #expect(found == 1)
      for place in row.indices where place != length {
        var other = row
        other[place] ^= 1
        let found = desk.find(String(decoding: other, as: UTF8.self))
        #expect(found == nil, "\(place) of \(length)")
      }
      for other in [Self.text(length - 1), Self.text(length + 1)] {
        let found = desk.find(other + "," + Self.text(length))
        #expect(found == nil)
      }
    }
  }

  @Test func whereAColumnEnds() {
    var desk = Desk([0, 1], width: 2)
    desk.keep("a,bc", 1)
    desk.keep("ab,c", 2)
    desk.keep("abc,", 3)
    desk.keep(",abc", 4)
    let found = ["a,bc", "ab,c", "abc,", ",abc", "ab,", ",ab"].map { desk.find($0) }
    #expect(found == [1, 2, 3, 4, nil, nil])
  }

  /// The same where columns that are no part of it stand between.
  @Test func columnsThatAreNotSideBySide() {
    var desk = Desk([0, 2, 3, 5], width: 7)
    desk.keep("a,1,bc,d,2,e,3", 1)
    desk.keep("a,1,b,cd,2,e,3", 2)
    desk.keep("ab,1,c,d,2,e,3", 3)
    desk.keep("a,1,bc,,2,de,3", 4)
    desk.keep(",1,,,2,,3", 5)
    let same = [
      "a,1,bc,d,2,e,3", "a,,bc,d,22222222222222222222,e,", "a,1,b,cd,,e,3", "ab,9,c,d,2,e,3",
      "a,1,bc,,2,de,77", ",,,,,,",
    ].map { desk.find($0) }
    #expect(same == [1, 1, 2, 3, 4, 5])
    let others = ["a,1,bc,d,2,,3", "a,1,bc,de,2,,3", "a,1,,bcd,2,e,3", "1,a,bc,d,2,e,3"].map {
      desk.find($0)
    }
    #expect(others == [nil, nil, nil, nil])
  }

  @Test func classesTellRowsApart() {
    var desk = Desk([0], width: 2)
    let classes = [UInt64(0), 1, 2 << 16, 2 << 32, 3 << 32, 1 << 55]
    for (unit, number) in classes.enumerated() { desk.keep("same,1", unit, number) }
    for (unit, number) in classes.enumerated() {
      let found = desk.find("same,2", number)
      #expect(found == unit)
    }
    let found = desk.find("same,1", 4)
    #expect(found == nil)
  }

  /// A text of 255 bytes with the comma or line end behind it; each run takes whole pieces of 16,
  /// with a nought at least.
  @Test func aTextThatIsTooLong() {
    var one = Desk([1], width: 3)
    let fits = one.keep("a," + Self.text(254) + ",b", 1)
    let isRefused = !one.keep("a," + Self.text(255) + ",b", 2)
    #expect(fits && isRefused)
    let found = [one.find("x," + Self.text(254) + ",y"), one.find("x," + Self.text(255) + ",y")]
    #expect(found == [1, nil])
    let two = Desk([0, 2], width: 3)
    let taken = [
      two.takes("a,b," + Self.text(238)), two.takes("a,b," + Self.text(239)),
      two.takes(Self.text(14) + ",b," + Self.text(238)),
      two.takes(Self.text(15) + ",b," + Self.text(238)),
    ]
    #expect(taken == [true, false, true, false])
    let runs = Desk(Array(stride(from: 0, to: 34, by: 2)), width: 34)
    let isTaken = runs.takes(String(repeating: ",", count: 33))
    #expect(!isTaken, "17 runs, each of one piece")
  }

  @Test func clearForgets() {
    var desk = Desk([0], width: 1)
    for unit in 0..<100 { desk.keep("row \(unit)", unit) }
    desk.texts.clear()
    let found = (0..<100).compactMap { desk.find("row \($0)") }
    #expect(found.isEmpty)
    desk.keep("row 5", 7)
    let kept = desk.find("row 5")
    #expect(kept == 7)
  }

  /// Of 160 rows less than a sixteenth read like one before: texts are given up for the next 1280.
  @Test func textsThatHardlyRepeat() {
    var texts = RowTexts(columns: [0], trial: 160)
    var useful: [Bool] = []
    for (known, rows) in [(6, 150), (4, 10), (9, 160), (0, 1270), (0, 10), (9, 159), (1, 1)] {
      texts.note(known: known, of: rows)
      useful.append(texts.isUseful)
    }
    #expect(useful == [true, true, false, false, true, true, true])
  }

  /// Short texts fill the slots, long ones the memory: all is forgotten, never mistaken.
  @Test(arguments: [(0, 60_000), (230, 30_000)]) func moreThanFit(_ length: Int, _ count: Int) {
    var desk = Desk([0, 1], width: 2)
    let tail = Self.text(length)
    for unit in 0..<count {
      desk.keep("\(unit),\(tail)", unit)
      if unit % 1000 == 0 {
        let found = desk.find("\(unit),\(tail)")
        #expect(found == unit)
      }
    }
    var known = 0
    for unit in 0..<count {
      guard let found = desk.find("\(unit),\(tail)") else { continue }
      known += 1
      if found != unit { Issue.record("\(found) for \(unit)") }
    }
    #expect(known > 0 && known < count)
    let found = desk.find("\(count),\(tail)")
    #expect(found == nil)
  }
}

/// Rows that read alike, the quantities aside, where the joint venture's tables tell those apart.
@Suite struct LikeRowsTests {
  private static let header =
    "date,from,to,commodity,equipment,weight_kg,gross_kg,count\n"

  /// Each row behind each: what is remembered is what comes first.
  @Test(arguments: [
    ("weight_kg", ["20000", "25000", "30000"]), ("gross_kg", ["20000", "25000", "30000"]),
    ("count", ["2", "25000", "25001"]),
  ])
  func quantitiesThatPickThePrice(_ field: String, _ values: [String]) throws {
    let folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
    try folder.write(
      "KZ/NR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      ["name,charge,equipment,rate,unit,rated_per", "any,haulage,covered-wagon,100,wagon,wagon"])
    try folder.write(
      "joint-venture/pricing/2026-01-01.csv", kind: "pricing",
      [
        "name,\(field),method,rate,currency,step,rounding",
        "light,<=25000,fixed,300,USD,0.01,half-away", "heavy,>25000,fixed,400,USD,0.01,half-away",
      ])
    let tables = try folder.load()
    let rows = values.flatMap { first in values.flatMap { second in [first, second] } }
    let lines = rows.map { value in
      let columns = ["weight_kg", "gross_kg", "count"].map { $0 == field ? value : "" }
      return "2026-01-15,100000,100500,10011900,covered-wagon,"
        + columns.joined(separator: ",") + "\n"
    }
    let bytes = Array((Self.header + lines.joined()).utf8)
    let rated = try RatedFile.rated(bytes, tables, workers: 1).bytes
    let quoted = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
    #expect(String(decoding: rated, as: UTF8.self) == quoted)
    let answers = quoted.split(separator: "\n").dropFirst()
    #expect(answers.allSatisfy { $0.contains(",priced,") })
    #expect(answers.contains { $0.contains(",300.00,") })
    #expect(answers.contains { $0.contains(",400.00,") })
  }
}
