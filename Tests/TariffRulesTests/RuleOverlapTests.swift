import SeededNumbers
import Testing

@testable import TariffRules

/// What two conditions both accept is found by intersecting sets of representatives: it must be
/// what trying every value finds.
@Suite struct RuleOverlapTests {
  private let tables: TariffTables
  private let folder: TableFolder

  init() throws {
    folder = try TableFolder()
    tables = try folder.load()
  }

  /// Rates of one rank with conditions made at random.
  private func overlaps(of rows: [(commodity: String, weight: String)]) throws -> [Set<Int>] {
    let lines = rows.enumerated().map { index, row in
      "row \(index),haulage,\(row.commodity),\(row.weight),1,KMT,wagon"
    }
    try folder.write(
      "AA/RAIL/rates/2025-01-01.csv",
      [
        "kind,rates", "source,made", "evidence,published", "published,2025-01-01", "currency,EUR",
        "", "name,charge,commodity,weight_kg,rate,unit,rated_per",
      ] + lines)
    try folder.write(
      "AA/RAIL/coefficients/2025-01-01.csv",
      [
        "kind,coefficients", "source,made", "evidence,published", "published,2025-01-01", "",
        "name,step,value", "none,coefficient,1",
      ])
    let loaded = try TariffTables.check(folder.url.path)
    #expect(loaded.tables != nil, "\(loaded.findings.map { $0.text() })")
    return loaded.overlaps.filter { $0.rules == .rates && $0.carrier != nil }
      .map { [Int($0.first.mark.line) - 8, Int($0.second.mark.line) - 8] }
  }

  @Test(arguments: 0..<12) func agreesWithTryingEverything(_ seed: Int) throws {
    var numbers = SplitMix64(seed: UInt64(seed) + 7)
    func pick<Item>(_ items: [Item]) -> Item {
      items[Int(numbers.next() % UInt64(items.count))]
    }
    let codes = ["10*", "1001*", "100*", "27*", "2710*", "27101*", "11*", "1101*"]
    let ranges = ["*", "<=10", ">10", ">=10 <20", "15", "<5;>25", "20", ">=30"]
    let rows = (0..<6).map { _ -> (commodity: String, weight: String) in
      let wanted = Set([pick(codes), pick(codes)]).sorted()
      let unwanted = pick(codes)
      let cell = wanted + (numbers.next() % 2 == 0 ? ["!" + unwanted] : [])
      return (numbers.next() % 4 == 0 ? "*" : cell.joined(separator: ";"), pick(ranges))
    }
    var expected: Set<Set<Int>> = []
    for second in rows.indices {
      for first in 0..<second where Self.meet(rows[first], rows[second]) {
        expected.insert([first, second])
      }
    }
    #expect(Set(try overlaps(of: rows)) == expected, "\(rows)")
  }

  /// Tries each full code that the prefixes can tell apart, and each half kilogram.
  private static func meet(
    _ one: (commodity: String, weight: String), _ other: (commodity: String, weight: String)
  ) -> Bool {
    let codes = ["10", "1001", "1002", "1000", "27", "2710", "27101", "27102", "271", "11", "1101"]
      .flatMap { stem in ["00000000", "99999999"].map { stem + $0.dropFirst(stem.count) } }
    let halves = (0...80).map { Double($0) / 2 }
    return codes.contains { code in accepts(one.commodity, code) && accepts(other.commodity, code) }
      && halves.contains { accepts(one.weight, $0) && accepts(other.weight, $0) }
  }

  private static func accepts(_ cell: String, _ code: String) -> Bool {
    if cell == "*" { return true }
    let items = cell.split(separator: ";").map(String.init)
    if items.contains(where: { $0.hasPrefix("!") && code.hasPrefix($0.dropFirst().dropLast()) }) {
      return false
    }
    return items.contains { !$0.hasPrefix("!") && code.hasPrefix($0.dropLast()) }
  }

  private static func accepts(_ cell: String, _ weight: Double) -> Bool {
    cell == "*"
      || cell.split(separator: ";").contains { range in
        range.split(separator: " ").allSatisfy { part in
          let sign = part.prefix { "<>=".contains($0) }
          let bound = Double(part.dropFirst(sign.count)) ?? 0
          return switch sign {
          case "<": weight < bound
          case "<=": weight <= bound
          case ">": weight > bound
          case ">=": weight >= bound
          default: weight == bound
          }
        }
      }
  }
}
