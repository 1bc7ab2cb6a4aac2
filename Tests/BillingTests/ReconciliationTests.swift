import CSV
import ExactMoney
import Foundation
import SeededNumbers
import TariffRules
import Testing
import Unification

@testable import Billing

/// A month in a register, and partners' files held against it. The partners are those of the
/// shipped layouts, by what their rows are like: one in the documents' currency, one in its own.
struct ReconciledMonth {
  let books: Books
  let tables: TariffTables
  let month: Month

  init(_ rows: String) throws {
    books = try Books()
    tables = try #require(InvoiceRunTests.tables)
    month = try #require(Month("2026-08"))
    try books.issue(rows)
  }

  func remove() { books.remove() }

  func party(_ code: String) throws -> (Party, PartnerColumns) {
    let now = TablesInForce(tables, on: month.last, asOf: nil)
    let party = try #require(now.parties.first { $0.codeText == code })
    return (party, try #require(now.partnerColumns.first { $0.partner == party.code }))
  }

  func file(_ text: String, of code: String) throws -> PartnerFile {
    try PartnerFile(
      "their.csv", CSVReader(bytes: Array(text.utf8)), by: try party(code).1, tables.currencies)
  }

  func reconcile(_ text: String, of code: String) throws -> Reconciliation {
    let file = try file(text, of: code)
    #expect(file.findings == [])
    let (party, columns) = try party(code)
    return try books.register.reconcile(file, of: party, by: columns, month, tables)
  }

  func entries(of code: String) throws -> [StatementEntry] {
    try StatementEntry.entries(of: books.register.statementLines(of: code, month))
  }
}

/// By hand, and from the tariffs' texts:
/// - timber T, three wagons of 45 t billed on one railway:
///   14.90 × 1.015 × 0.85 × 1.04 ÷ 0.79 × 1.02 = 17.2614… = 17.26 a tonne, 2330.10 in all; without
///   the coefficient of 1 March 17.0064… = 17.01 and 2296.35;
/// - container C to Poti, two units: of 4209.80 USD the Azerbaijani railway has 2489.02 parts in
///   4683.02: 2237.50408…; the Kazakh one 15.00 a unit off the top and 1752 parts: 1574.96009…;
/// - container B to Batumi: of 2037.00 the railways have 1244.51, 876 and 243 parts in 2363.51:
///   1072.5856…
struct ReconciliationTests {
  static let timber =
    "T,2026-08-05,2026-08-22,547508,548004,,44071100,covered-wagon,private,,loaded,35000,,3,"
    + "ANATOLIA\n"
  static let toPoti =
    "C,2026-08-03,2026-08-20,Altynkol,Poti,Aktau,85171300,container-40,private,railway,loaded,"
    + "22000,26000,2,SILKROAD\n"
  static let toBatumi =
    "B,2026-08-11,2026-08-25,Altynkol,Batumi,Aktau,61091000,container-40,private,railway,loaded,"
    + "14500,18300,1,SILKROAD\n"
  static let header =
    "consignment_note,contract_date,share,currency,rate_per_unit,share_percent,tariff_known_on\n"

  private func expect(
    _ row: String, _ cause: Reconciliation.Cause?, _ difference: String, saying words: String...
  ) throws {
    let month = try ReconciledMonth(Self.timber + Self.toPoti + Self.toBatumi)
    defer { month.remove() }
    let found = try month.reconcile(Self.header + row + "\n", of: "ADY")
    let item = try #require(found.items.first { $0.line == 2 })
    #expect(item.cause == cause, "\(item.why)")
    #expect(item.difference.amountText == difference)
    for word in words { #expect(item.why.contains(word), "\(item.why)") }
  }

  @Test func anotherEdition() throws {
    // 2296.35 − 2330.10
    let place = "AZ/ADY/coefficients/2026-03-01.csv:10"
    try expect("T,2026-08-05,2296.35,USD,,,", .edition, "-33.75", saying: place, "1 March")
    // The file says which price per wagon it divides: 17.01 × 45 = 765.45, and then another.
    try expect("T,2026-08-05,2296.35,USD,765.45,,", .edition, "-33.75", saying: place)
    try expect("T,2026-08-05,2296.35,USD,776.70,,", .unknown, "-33.75")
  }

  @Test func anotherRounding() throws {
    try expect("C,2026-08-03,2237.51,USD,,,", .rounding, "0.01", saying: "2237.504088", "up")
    try expect("C,2026-08-03,2237.49,USD,,,", .rounding, "-0.01", saying: "within one minor unit")
    try expect("C,2026-08-03,2238.00,USD,,,", .rounding, "0.50", saying: "whole USD")
    try expect("B,2026-08-11,1072.58,USD,,,", .rounding, "-0.01", saying: "down")
    try expect("C,2026-08-03,2237.52,USD,,,", .unknown, "0.02")
  }

  @Test func anotherShare() throws {
    // A third of 2037.00, a quarter of it (equity since 2026), its own charges before the margin.
    try expect("B,2026-08-11,679.00,USD,,,", .share, "-393.59", saying: "3 equal parts")
    try expect("B,2026-08-11,509.25,USD,,,", .share, "-563.34", saying: "equity of 0.25")
    try expect("B,2026-08-11,1244.51,USD,,,", .share, "171.92", saying: "undivided")
    // 30 % of 2037.00 is 611.10: only the file can say so.
    try expect("B,2026-08-11,611.10,USD,,30,", .share, "-461.49", saying: "30 % of 2037")
    try expect("B,2026-08-11,611.10,USD,,,", .unknown, "-461.49")
  }

  @Test func anUnknownCauseSaysWhatTheFileHasOtherwise() throws {
    try expect(
      "C,2026-08-04,2000.00,USD,3700,,", .unknown, "-237.50", saying: "3700", "3760.00",
      "2026-08-04")
  }

  /// 31 August 508.41 tenge a dollar, 3 and 10 August 506.96. Of 1604.96 USD that is 815977.7136
  /// and 813650.5216; of exactly 1604.96008985654 USD 815977.7593 (the minor unit is a tiyn).
  @Test func anotherDayOfConversion() throws {
    let month = try ReconciledMonth(Self.toPoti)
    defer { month.remove() }
    func item(_ row: String) throws -> Reconciliation.Item {
      let found = try month.reconcile(
        "Накладная,Дата договора,Сумма,Документ,Курс\n" + row + "\n", of: "KTZ")
      return try #require(found.items.first)
    }
    #expect(try item("C,03.08.2026,815977.71,,").outcome == .matched)
    let day = try item("C,03.08.2026,813650.52,,")
    #expect(day.cause == .conversionDay)
    #expect(day.difference.amountText == "-2327.19")
    #expect(day.why.contains("506.96 of 2026-08-03"), "\(day.why)")
    let exact = try item("C,03.08.2026,815977.76,,")
    #expect(exact.cause == .rounding, "\(exact.why)")
    let stated = try item("C,03.08.2026,800000.00,,498.45")
    #expect(stated.cause == .unknown)
    #expect(stated.why.contains("498.45"))
  }

  /// One who writes what it receives below zero, converted on the day of contract: on 3 August one
  /// dollar is 2.7035 lari, and 397.34 × 2.7035 = 1074.20869.
  @Test func theSignAndTheDayOfContract() throws {
    let month = try ReconciledMonth(Self.toPoti)
    defer { month.remove() }
    let number = try #require(try month.books.register.list().first?.number)
    let found = try month.reconcile(
      "Waybill,Invoice,Date,Balance,Ccy,Share %,Rate\n" + "C,\(number),03/08/2026,-1074.21,GEL,,\n",
      of: "GR")
    #expect(found.items.map(\.outcome) == [.matched])
    #expect(found.items.first?.theirs?.amountText == "1074.21")
  }

  @Test func whatIsMissingOrTwice() throws {
    let month = try ReconciledMonth(Self.timber + Self.toPoti + Self.toBatumi)
    defer { month.remove() }
    let found = try month.reconcile(
      Self.header + """
        C,2026-08-03,2237.50,USD,,,
        C,2026-08-03,2237.50,USD,,,
        X-B,2026-08-11,1072.59,USD,,,
        Z,2026-08-11,5.00,USD,,,

        """, of: "ADY")
    let rows = found.items.map { "\($0.reference) \($0.outcome.rawValue) \($0.line ?? 0)" }
    #expect(
      Set(rows) == [
        "T only-ours 0", "C matched 2", "B only-ours 0", "C duplicated 3", "X-B only-theirs 4",
        "Z only-theirs 5",
      ])
    let slip = try #require(found.items.first { $0.reference == "X-B" })
    #expect(slip.why.hasPrefix("B of "), "the reference is a slip: \(slip.why)")
    // −2330.10 − 1072.59 + 2237.50 + 1072.59 + 5.00
    #expect(found.currencies.map(\.total.difference.amountText) == ["-87.60"])
  }

  /// Three containers of one day cost the same: the reference that is nearest is the one meant,
  /// and a row that names another document says where it belongs, not that it is like others.
  @Test func aSlipIsHeldAgainstTheNearestReference() throws {
    let month = try ReconciledMonth(
      ["C-1", "C-2", "C-3"].map { Self.toPoti.replacing("C,", with: $0 + ",") }.joined())
    defer { month.remove() }
    let number = try #require(try month.books.register.list().first?.number)
    let other = DocumentNumber(series: number.series, year: number.year, number: 99)
    let found = try month.reconcile(
      """
      Накладная,Дата договора,Сумма,Документ,Курс
      C-1,03.08.2026,815977.71,\(other),
      C3,03.08.2026,815977.71,,

      """, of: "KTZ")
    #expect(
      found.items.map { "\($0.reference): \($0.why)" } == [
        "C-1: line 2 names \(other) for it", "C-2: ",
        "C-3: line 3, 'C3', has this amount and day",
        "C-1: it stands in \(number), not in \(other)",
        "C3: C-3 of \(number) has this amount and day",
      ])
  }

  /// People are shown so many; the sums are of all, and a spreadsheet has them.
  @Test func moreThanAPersonReads() throws {
    let month = try ReconciledMonth(Self.toPoti)
    defer { month.remove() }
    let rows = (1...202).map { "X\($0),2026-08-03,1.00,USD,,,\n" }.joined()
    let found = try month.reconcile(Self.header + rows, of: "ADY")
    let text = found.text()
    #expect(text.contains("\n  … and 3 more: --format csv has all\n"))
    #expect(text.contains(" X199 ") && !text.contains(" X200 "))
    #expect(text.contains(" + 202.00 only-theirs = theirs 202.00\n"))
    #expect(found.csv().count { $0 == UInt8(ascii: "\n") } == 1 + 203)
  }

  /// A customer billed in tenge, of which the file in lari has nothing: there is no rate between
  /// the two, and the rest is reconciled all the same.
  @Test func whatIsOnlyOursAndCannotBeConvertedStaysInItsCurrency() throws {
    let month = try ReconciledMonth(
      Self.toPoti + Self.toBatumi.replacing("SILKROAD", with: "KAZGRAIN"))
    defer { month.remove() }
    let found = try month.reconcile(
      "Waybill,Invoice,Date,Balance,Ccy,Share %,Rate\nC,,03/08/2026,-1074.21,GEL,,\n", of: "GR")
    #expect(found.currencies.map(\.currency.code) == ["GEL", "KZT"])
    #expect(found.items.map(\.outcome) == [.onlyOurs, .matched])
  }

  /// A reference stands in its note as well as in the invoice: a row too many that names the note
  /// is not elsewhere.
  @Test func aRowTooManyOfANote() throws {
    let month = try ReconciledMonth(Self.toPoti)
    defer { month.remove() }
    let number = try #require(try month.books.register.list().first?.number)
    let day = try #require(Day("2026-09-10"))
    _ = try month.books.register.credit(number, lines: nil, reason: "weight", on: day)
    let note = try #require(try month.books.register.list().map(\.number).first { $0 != number })
    let found = try month.reconcile(
      """
      Накладная,Дата договора,Сумма,Документ,Курс
      C,03.08.2026,815977.71,\(number),
      C,03.08.2026,-815977.71,\(note),
      C,03.08.2026,-5.00,\(note),

      """, of: "KTZ")
    #expect(found.items.map(\.outcome) == [.matched, .matched, .onlyTheirs])
    #expect(
      found.items.last?.why == "another row of the file stands for this reference already")
  }

  /// The credit note stands beside its invoice, in rows of their own or as what is left of both.
  @Test func aConsignmentAndItsCreditNote() throws {
    let month = try ReconciledMonth(Self.toPoti)
    defer { month.remove() }
    let number = try #require(try month.books.register.list().first?.number)
    let day = try #require(Day("2026-09-10"))
    _ = try month.books.register.credit(number, lines: nil, reason: "weight", on: day)
    func outcomes(_ rows: String) throws -> [String] {
      try month.reconcile(Self.header + rows, of: "ADY").items.map {
        "\($0.outcome.rawValue) \($0.places.count) \($0.difference.amountText)"
      }
    }
    #expect(
      try outcomes("C,2026-08-03,-2237.50,USD,,,\nC,2026-08-03,2237.50,USD,,,\n") == [
        "matched 1 0.00", "matched 1 0.00",
      ])
    #expect(try outcomes("C,2026-08-03,0.00,USD,,,\n") == ["matched 2 0.00"])
    #expect(
      try outcomes("C,2026-08-03,2237.50,USD,,,\n") == ["matched 1 0.00", "only-ours 1 2237.50"])
    #expect(try outcomes("C,2026-08-03,1.00,USD,,,\n") == ["differs 2 1.00"])
  }

  /// Whatever is done to a perfect file, every row is in the result once, and the parts add up to
  /// the difference of the two sums, worked out here from the file and the statement alone.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func thePartsAddUp(_ seed: UInt64) throws {
    var numbers = SplitMix64(seed: seed)
    let rows = (1...18).map { index in
      index % 3 == 0
        ? Self.timber.replacing("T,", with: "T\(index),", maxReplacements: 1)
        : Books.container("C\(index)", count: Int.random(in: 1...4, using: &numbers))
    }
    let month = try ReconciledMonth(rows.joined())
    defer { month.remove() }
    var ours: Int64 = 0
    var theirs: Int64 = 0
    var text = Self.header
    var written = 0
    var kept = 0
    func write(_ reference: String, _ units: Int64) {
      let sign = units < 0 ? "-" : ""
      let cents = units.magnitude % 100
      text +=
        "\(reference),2026-08-03,\(sign)\(units.magnitude / 100)."
        + "\(cents < 10 ? "0" : "")\(cents),USD,,,\n"
      theirs += units
      written += 1
    }
    for entry in try month.entries(of: "ADY") {
      let units = entry.amount.minorUnits
      ours += units
      switch Int.random(in: 0..<8, using: &numbers) {
      case 0: break
      case 1: write(entry.reference, units + (Bool.random(using: &numbers) ? 1 : -1))
      case 2: write(entry.reference, units / 3)
      case 3: write(entry.reference, -units)
      case 4: for _ in 0..<2 { write(entry.reference, units) }
      case 5: write("x" + entry.reference, units)
      case 6: write(entry.reference, Int64.random(in: -99_999...99_999, using: &numbers))
      default:
        write(entry.reference, units)
        kept += 1
      }
    }
    let found = try month.reconcile(text, of: "ADY")
    #expect(found.items.filter { $0.line != nil }.count == written)
    #expect(found.items.filter { $0.outcome == .matched }.count >= kept)
    let own = try #require(found.currencies.first)
    #expect(own.parts.reduce(0) { $0 + $1.sum.difference.minorUnits } == theirs - ours)
    let listed = found.items.reduce(0) { $0 + $1.difference.minorUnits }
    #expect(listed == theirs - ours)
  }
}
