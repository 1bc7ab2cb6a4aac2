import ExactMoney
import SeededNumbers
import Testing

@testable import Billing

/// Which row is about which entry, for one reference.
struct PairingTests {
  private static let usd = Currency(code: "USD", minorDigits: 2)

  /// Entries `document:cents` on days 1, 2, 3 …; rows the same, with `*` for no document.
  private func pairs(_ entries: String, _ rows: String) throws -> [String] {
    let currency = try #require(Self.usd)
    func parts(_ text: String) -> [(Int?, Int64)] {
      text.split(separator: " ").compactMap { part in
        let halves = part.split(separator: ":")
        guard halves.count == 2, let cents = Int64(halves[1]) else { return nil }
        return (Int(halves[0]), cents)
      }
    }
    func number(_ document: Int) -> DocumentNumber {
      DocumentNumber(series: "S", year: 2026, number: document)
    }
    let day = try #require(Day("2026-08-01"))
    let ours = try parts(entries).map { document, cents in
      StatementEntry(
        place: .init(document: number(document ?? 0), position: 1), reference: "A", date: day,
        lines: [], amount: try Money(minorUnits: cents, currency), lean: 0)
    }
    let theirs = try parts(rows).enumerated().map { index, part in
      PartnerFile.Row(
        line: index + 2, reference: "A", date: day,
        amount: try Money(minorUnits: part.1, currency), document: part.0.map(number),
        unitRate: nil, sharePercent: nil, conversionRate: nil, tariffDay: nil)
    }
    let found = Pairing(ours, theirs) { entry, _ in ours[entry].amount }
    #expect(Set(found.pairs.compactMap(\.theirs)).count == theirs.count, "each row once")
    #expect(found.pairs.flatMap(\.ours).sorted() == Array(ours.indices), "each entry once")
    return found.pairs.map { pair in
      "\(pair.ours.map { "\($0)" }.joined(separator: "+"))/\(pair.theirs.map { "\($0)" } ?? "")"
        + (pair.repeats.map { " again \($0)" } ?? "")
    }
  }

  @Test(
    arguments: [
      // Equal amounts find each other, whatever their order.
      ("1:100 2:-100", "*:-100 *:100", ["1/0", "0/1"]),
      // What is left goes together by its sign.
      ("1:100 2:-100", "*:-90 *:90", ["1/0", "0/1"]),
      // One row for a consignment and its notes.
      ("1:100 2:-40", "*:60", ["0+1/0"]), ("1:100 2:-40", "*:61", ["0+1/0"]),
      // But not where it is one of them.
      ("1:100 2:-40", "*:100", ["0/0", "1/"]), ("1:100 2:-40", "1:60", ["0/0", "1/"]),
      // A row that names a document is about no other.
      ("1:100 2:100", "2:100", ["1/0", "0/"]), ("1:100", "3:100", ["/0", "0/"]),
      // Twice the same; and twice, but not the same.
      ("1:100", "*:100 *:100", ["0/0", "/1 again 0"]),
      ("1:100", "*:90 *:90", ["0/0", "/1 again 0"]),
      ("1:100", "*:100 *:90", ["0/0", "/1"]), ("", "*:5 *:5", ["/0", "/1 again 0"]),
      ("1:100", "*:-100", ["0/0"]), ("1:100", "", ["0/"]), ("1:0", "*:0", ["0/0"]),
    ] as [(String, String, [String])])
  func whatBelongsTogether(_ entries: String, _ rows: String, _ expected: [String]) throws {
    #expect(try pairs(entries, rows) == expected)
  }

  @Test func nothingIsLostWhateverStandsThere() throws {
    var numbers = SplitMix64(seed: 4)
    for _ in 0..<300 {
      func some(_ documents: [String]) -> String {
        (0..<Int.random(in: 0...5, using: &numbers)).map { _ in
          let document = documents.randomElement(using: &numbers) ?? "1"
          return "\(document):\(Int.random(in: -2...2, using: &numbers))"
        }.joined(separator: " ")
      }
      _ = try pairs(some(["1", "2", "3"]), some(["*", "1", "2", "9"]))
    }
  }
}
