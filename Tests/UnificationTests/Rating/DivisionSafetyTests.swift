import CSV
import ExactMoney
import Foundation
import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// What is called safe beforehand can be divided.
@Suite struct DivisionSafetyTests {
  private static let header = "date,from,to,commodity,equipment\n"
  private static let row = "2026-01-15,100000,300100,85171300,container-20\n"
  private static let counts: [Int64] = [1, 2, 3, 7, 1000, 99_991]

  /// What is said of prices per unit, from the lowest one.
  private struct Said {
    var isSafe: [Bool] = []
    /// Whether all counts can be divided.
    var isDivided: [Bool] = []
  }

  /// A kind of equipment that no table names would be left to the quote.
  private static func tables(
    _ charges: [String: Int], _ agreement: [String]
  ) throws -> TariffTables {
    let folder = try TableFolder(
      Folders.tables.appendingPathComponent("base"),
      Folders.tables.appendingPathComponent("division"))
    for (carrier, path) in DivisionBench.carriers {
      let rate = DivisionBench.text(charges[carrier] ?? 0)
      try folder.write(
        "\(path)/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
        [
          "name,charge,equipment,rate,unit,rated_per",
          "work,haulage,container-20,\(rate),container,container",
        ])
    }
    try folder.write(
      "joint-venture/agreement/2026-01-01.csv", kind: "agreement",
      [DivisionBench.columns] + agreement)
    return try folder.load()
  }

  /// Nil where the agreement, or the lane, is left to the quote.
  private static func said(
    _ charges: [String: Int], _ agreement: [String], _ prices: [Int64]
  ) throws -> Said? {
    let tables = try tables(charges, agreement)
    let regimes = try #require(Regimes(tables, nil))
    let file = try ConsignmentFile("f", CSVReader(bytes: Array(header.utf8)))
    let scanner = RowScanner(width: 5)
    let starts = FieldStarts(scanner)
    var reader = RowReader(tables, file, regimes.shared)
    var rater = RowRater(tables, nil, regimes, columns: reader.textColumns)
    var memory = Arena(bytes: 1 << 12)
    var text = RowTexts.Text(memory.take(RowTexts.Words.self, RowTexts.mostWords, alignment: 16))
    let bytes = Array(row.utf8) + [UInt8](repeating: 0, count: 128)
    let isRead = bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress,
        scanner.fields(base, 0, row.utf8.count, starts.places) != nil
      else { return false }
      guard let quantities = reader.quantities(base, starts.places) else { return false }
      return reader.read(base, starts.places, quantities, &rater.waiting[0])
        && rater.texts.take(base, starts.places, 0, &text)
    }
    #expect(isRead)
    rater.setKey(0)
    _ = rater.answer(waiting: 0, text)
    guard let plan = rater.texts.plan(text), plan.pointee.laneCount == 1 else { return nil }
    let lane = RowPlan.lanes(plan).pointee
    let band = try #require(LaneSeries.band(lane.series, Facts.absent))
    return try said(UnsafePointer(lane.terms), band, prices, parties: tables.partyCodes.count)
  }

  private static func said(
    _ terms: UnsafePointer<LaneTerms>, _ band: UnsafePointer<LaneBand>, _ prices: [Int64],
    parties: Int
  ) throws -> Said {
    var reckoner = DivisionReckoner(parties: parties)
    var memory = Arena(bytes: 1 << 12)
    let legs = memory.take(Int64.self, LaneBand.mostLegs)
    let odd = memory.take(Int64.self, LaneBand.mostLegs)
    _ = LaneBand.sum(band, Facts.absent, odd: odd)
    LaneBand.write(band, Facts.absent, odd: odd, to: legs)
    let division = terms.pointee.division
    var said = Said()
    for price in prices {
      said.isSafe.append(LaneTerms.isSafe(terms, price, band))
      var isDivided = true
      for count in counts {
        let task = DivisionReckoner.Task(
          total: price * count, count: count, amounts: terms.pointee.amounts, legs: legs,
          kilometres: LaneBand.kilometres(band))
        if !reckoner.divide(task, division) { isDivided = false }
      }
      said.isDivided.append(isDivided)
    }
    return said
  }

  /// Whatever the agreement: what is safe can be divided, and what is safe at a price is so at any
  /// higher one.
  @Test(arguments: [UInt64(11), 12, 13]) func whatIsSafeCanBeDivided(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var (safe, unsafe) = (0, 0)
    for _ in 0..<25 {
      let model = DivisionModel(&random)
      let near = (0..<150).map { _ in Int64.random(in: 0...300_000, using: &random) }
      let prices = (Array(0..<60) + near + [1_000_000, 10_000_000]).sorted()
      guard let said = try Self.said(model.charges, model.rows, prices) else { continue }
      for (place, isSafe) in said.isSafe.enumerated() {
        if isSafe { safe += 1 } else { unsafe += 1 }
        if isSafe && !said.isDivided[place] { Issue.record("\(prices[place]) of \(model)") }
      }
      let first = said.isSafe.firstIndex(of: true) ?? prices.count
      let isFromThereOn = said.isSafe[first...].allSatisfy { $0 }
      #expect(isFromThereOn, "\(model)")
    }
    #expect(safe > 500 && unsafe > 0)
  }

  private static let charges = ["NR": 30_000, "SR": 20_000, "ER": 10_000, "PORT": 5_000]
  private static let usual = [
    "1,pass-through,*,,,,,,,,", "4,prorate,*,,,,,own-charges,,,", "6,odd-cents,NR;SR;ER,,,,,,,,",
    "7,deficit,,,,,,,,prorate,",
  ]

  /// A loss is divided like a gain.
  @Test func withoutAGuaranteeEveryPriceIsSafe() throws {
    let said = try #require(try Self.said(Self.charges, Self.usual, [0, 1, 4999, 100_000]))
    #expect(said.isSafe == [true, true, true, true])
    #expect(said.isDivided == said.isSafe)
  }

  /// Nobody bears a loss: only a division tells.
  @Test func withoutADeficitNoPriceIsSafe() throws {
    let agreement = Self.usual.filter { !$0.contains("deficit") }
    let said = try #require(try Self.said(Self.charges, agreement, [0, 4999, 5000, 100_000]))
    #expect(said.isSafe == [false, false, false, false])
    #expect(said.isDivided == [false, false, true, true])
  }

  /// 300.00 guaranteed, 50.00 for the port and 5.00 for the margin: 355.00.
  @Test func aGuaranteeIsSafeFromAPriceOn() throws {
    let agreement =
      Self.usual + ["2,margin,MC,5,USD,,,,,,", "5,guarantee,ER,300,USD,,,,,others,"]
    let said = try #require(
      try Self.said(Self.charges, agreement, [0, 30_000, 35_499, 35_500, 35_501, 1_000_000]))
    #expect(said.isSafe == [false, false, false, true, true, true])
    #expect(said.isDivided == said.isSafe)
  }

  /// A fifth of the price is the margin's: (300.00 + 50.00 + 0.01 of rounding) / 0.8 = 437.5125.
  @Test func percentagesAreSafeFromAPriceOn() throws {
    let agreement =
      Self.usual + [
        "2,margin,MC,,,20,through-rate,,,,half-away", "5,guarantee,ER,300,USD,,,,,others,",
      ]
    let said = try #require(
      try Self.said(Self.charges, agreement, [43_749, 43_751, 43_752, 1_000_000]))
    #expect(said.isSafe == [false, false, true, true])
    #expect(said.isDivided.suffix(2) == [true, true])
  }

  /// Whatever the agreement: what is rated at once is divided as its quotes are.
  @Test(arguments: [UInt64(21), 22, 23]) func whatIsRatedIsDividedAsInAQuote(
    _ seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    var priced = 0
    for _ in 0..<25 {
      let model = DivisionModel(&random)
      let tables = try Self.tables(model.charges, model.rows)
      let lines = Self.counts.map { count in
        Self.row.dropLast() + ",\(count),\(model.charges.count)\n"
      }
      let bytes = Array(("date,from,to,commodity,equipment,count,axles\n" + lines.joined()).utf8)
      let rated = try RatedFile.rated(bytes, tables, workers: 1)
      let isSame = try rated.bytes == RatedFile.quoted(bytes, tables)
      #expect(isSame, "\(model.rows)")
      priced += rated.totals.rows(.priced)
    }
    #expect(priced > 60, "\(priced)")
  }
}
