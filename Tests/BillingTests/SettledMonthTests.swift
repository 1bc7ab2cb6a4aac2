import CSV
import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

/// What becomes of a month's settlement when tables change, parties leave, months are empty.
struct SettledMonthTests {
  /// Books beside a copy of the shipped tables that a test may change.
  private struct Office {
    let books: Books
    var tables: URL { books.folder.appending(path: "Tables") }

    init() throws {
      books = try Books()
      let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "TariffTables")
      try FileManager.default.copyItem(at: shipped, to: tables)
    }

    func loaded() throws -> TariffTables {
      try #require(try TariffTables.load(from: tables.path).tables)
    }

    func change(_ path: String, _ old: String, _ new: String) throws {
      let file = tables.appending(path: path)
      let text = try String(contentsOf: file, encoding: .utf8)
      try #require(text.contains(old))
      try Data(text.replacing(old, with: new).utf8).write(to: file)
    }
  }

  private let august: Month

  init() throws { august = try #require(Month("2026-08")) }

  private static func text(_ settled: SettledMonth, _ name: String) throws -> String {
    let paper = try #require(settled.papers.first { $0.fileName(settled.month) == name })
    return String(decoding: paper.bytes, as: UTF8.self)
  }

  @Test func aClosedMonthIsWrittenAsItWasRecorded() throws {
    let office = try Office()
    defer { office.books.remove() }
    try office.books.issue(Books.container("A") + Books.container("B", count: 2))
    let register = office.books.register
    let open = try register.settled(august, try office.loaded())
    let seal = try register.close(august, try office.loaded()).closed.seal
    let closed = try register.settled(august, try office.loaded())
    #expect(closed.seal == seal)
    for name in ["SETTLEMENT-2026-08.csv", "STATEMENT-KTZ-2026-08.csv"] {
      #expect(try Self.text(closed, name) == Self.text(open, name), "closing changes no figure")
    }
    #expect(try Self.text(closed, "STATEMENT-KTZ-2026-08.txt").contains("Closed; seal \(seal)"))

    // A rate edited afterwards, a party renamed: what was recorded stays, and its pack with it.
    try office.change("exchange-rates/USD-KZT/2026.csv", ",508.41", ",601.23")
    try office.change("joint-venture/parties/2023-10-26.csv", "Kazakhstan Temir Zholy", "Another")
    let later = try register.settled(august, try office.loaded())
    #expect(later.papers == closed.papers)
    #expect(try register.verify().firstBad == nil)
    let pack = try PartnerPack(of: "KTZ", in: later)
    #expect(try pack.digest == PartnerPack(of: "KTZ", in: closed).digest)
    #expect(throws: BookingRefusal.self) {
      try register.settled(august, try office.loaded(), asOf: Day("2026-09-01"))
    }
  }

  @Test func whoLeavesDuringTheMonthIsStillPaidAndNamed() throws {
    let office = try Office()
    defer { office.books.remove() }
    try office.books.issue(Books.container("A").replacing("Batumi", with: "Poti"))
    let parties = office.tables.appending(path: "joint-venture/parties")
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: parties.path).first)
    let before = try String(contentsOf: parties.appending(path: file), encoding: .utf8)
    let kept = before.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("POTI,") }.joined(separator: "\n")
    try #require(kept != before)
    try Data(kept.utf8).write(to: parties.appending(path: "2026-08-31.csv"))
    let settled = try office.books.register.settled(august, try office.loaded())
    #expect(try Self.text(settled, "STATEMENT-POTI-2026-08.txt").contains("Port of Poti (POTI)"))
    #expect(try Self.text(settled, "SETTLEMENT-2026-08.txt").contains("Port of Poti"))
    let alone = try office.books.register.settled(
      august, try office.loaded(), only: "POTI")
    #expect(alone.papers.compactMap { $0.fileName(august) }.count == 2)
  }

  /// What was carried waits for the next month that has documents; it's not paid every month.
  @Test func anEmptyMonthSettlesNothing() throws {
    let office = try Office()
    defer { office.books.remove() }
    try office.books.issue(Books.container("A"))
    let register = office.books.register
    let tables = try office.loaded()
    let closed = try register.close(august, tables).closed
    let carried = closed.balances.filter { $0.carried.minorUnits != 0 }
    try #require(!carried.isEmpty)
    let september = try #require(Month("2026-09"))
    let october = try #require(Month("2026-10"))
    for month in [september, october] {
      let empty = try register.settle(month, tables)
      let own = try #require(empty.currencies.first)
      #expect(own.payments.isEmpty)
      #expect(
        try empty.balances().filter { $0.carried.minorUnits != 0 }.map(\.carried)
          == carried.map(\.carried))
      #expect(throws: BookingRefusal.self) { try register.close(month, tables) }
    }
  }

  /// A month may come to more than one amount may: 10¹³ minor units are but 100 thousand million.
  @Test func aMonthMayBeLargerThanAnAmount() throws {
    let office = try Office()
    defer { office.books.remove() }
    var made = try MadeUpInvoices(seed: 1, "KZT", digits: 2)
    made.parties = ["POTI", "MCM", "KTZ", "ADY", "GR"]
    made.most = 3_000_000_000_000
    let register = office.books.register
    var net: Int64 = 0
    for _ in 0..<12 {
      let invoice = try made.invoice(try register.nextNumber("JV", 2026), lines: 1)
      try register.transaction {
        _ = try register.insert(invoice, WrittenDocument(invoice, annex: nil))
      }
      net += invoice.net.minorUnits
    }
    try #require(net > Money.limit)
    let settled = try register.settled(august, try office.loaded())
    #expect(settled.control.hasPrefix("KZT: 12 documents, 12 lines, "))
    _ = try register.close(august, try office.loaded())
    #expect(try register.verify().firstBad == nil)
  }

  /// 16 %: one collector's lines rise by 100.00, the other's fall by 99.00: each has the tax on its
  /// own. Rounded once for the document, 3 × 1.6048 are 4.81: the odd cent is the first one's.
  @Test func everyCollectorHasTheTaxOnItsOwnLines() throws {
    let usd = try #require(Currency(code: "USD", minorDigits: 2))
    func taxes(_ nets: [Int64], of tax: Int64) throws -> [Int64] {
      try Register.taxes(
        on: nets.map { try Money(minorUnits: $0, usd) }, percent: Exact(16),
        of: try Money(minorUnits: tax, usd)
      ).map(\.minorUnits)
    }
    #expect(try taxes([10_000, -9_900], of: 16) == [1_600, -1_584])
    #expect(try taxes([10_000, -10_000], of: 0) == [1_600, -1_600])
    #expect(try taxes([1_003, 1_003, 1_003], of: 481) == [161, 160, 160])
  }
}
