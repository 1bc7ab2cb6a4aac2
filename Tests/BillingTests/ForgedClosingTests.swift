import ExactMoney
import Foundation
import TariffRules
import Testing
import Unification

@testable import Billing

/// Somebody forges a figure of a closed month and makes everything that depends on it anew: sums,
/// balances, payments, papers, seals, chain. `verify` works the month out again from its documents.
struct ForgedClosingTests {
  /// Two closed months with a credit note in each, and what is carried from one to the next.
  private static let sound = Result {
    let books = try Books()
    defer { books.remove() }
    let tables = try #require(InvoiceRunTests.tables)
    let first = try books.issue(Books.container("A") + Books.container("B", count: 3))
    _ = try books.register.credit(
      #require(first.first?.number), lines: [2], reason: "lost", on: #require(Day("2026-09-01")))
    _ = try books.register.close(try #require(Month("2026-08")), tables)
    let second = try books.issue(
      Books.container("E", supplied: "2026-09-20") + Books.container("F", supplied: "2026-09-21"),
      on: "2026-10-01")
    _ = try books.register.credit(
      #require(second.first?.number), lines: [2], reason: "lost", on: #require(Day("2026-10-01")))
    let september = try #require(Month("2026-09"))
    let closed = try books.register.close(september, tables).closed
    try #require(try books.register.verify().firstBad == nil)
    let opening = try books.register.settle(september, tables).currencies.flatMap(\.positions)
    try #require(opening.contains { $0.opening.minorUnits != 0 })
    try #require(closed.balances.count >= 5)
    return try Data(contentsOf: URL(filePath: books.register.path))
  }

  /// What is forged: figures of a month, or words in its papers.
  struct Forged: CustomTestStringConvertible {
    let name: String
    var month = "2026-08"
    var change: @Sendable (inout Settlement.InCurrency) throws -> Void = { _ in }
    /// A party's fraction of equity, by which the month is settled.
    var equity: (party: String, fraction: Exact)?
    /// Whether who pays whom is worked out anew.
    var nets = true
    var papers: @Sendable (inout [SettlementPaper]) throws -> Void = { _ in }
    let found: String
    var testDescription: String { name }
  }

  /// A minor unit moved from one party to another.
  private static func move(
    _ field: @escaping @Sendable (inout MonthlyPosition, _ units: Int64) throws -> Void,
    from one: String = "KTZ", to other: String = "GR"
  ) -> @Sendable (inout Settlement.InCurrency) throws -> Void {
    { month in
      for (party, units) in [(one, Int64(-1)), (other, 1)] {
        let index = try #require(month.positions.firstIndex { $0.party == party })
        try field(&month.positions[index], units)
      }
    }
  }

  private static func plus(_ money: Money, _ units: Int64) throws -> Money {
    try Money(total: money.minorUnits + units, money.currency)
  }

  /// Other words in a paper.
  private static func words(
    _ kind: SettlementPaper.Kind, _ party: String, _ pattern: String, _ new: String
  ) -> @Sendable (inout [SettlementPaper]) throws -> Void {
    { papers in
      let index = try #require(papers.firstIndex { $0.kind == kind && $0.party == party })
      let text = String(decoding: papers[index].bytes, as: UTF8.self)
      let other = text.replacing(try Regex(pattern), with: new, maxReplacements: 1)
      try #require(other != text)
      papers[index] = SettlementPaper(kind, party, text: other)
    }
  }

  static let figures = [
    Forged(
      name: "shares",
      change: move { $0.shares[.prorate] = try plus(#require($0.shares[.prorate]), $1) },
      found: "net due of KTZ is "),
    Forged(
      name: "corrections", change: move { $0.corrections = try plus($0.corrections, $1) },
      found: "net due of KTZ is "),
    Forged(
      name: "true-up", change: move { $0.trueUp = try plus($0.trueUp, $1) },
      found: "net due of KTZ is "),
    Forged(
      name: "equity", change: move { $0.equity = try plus($0.equity, $1) },
      found: "net due of KTZ is "),
    Forged(
      name: "tax", change: move({ $0.tax = try plus($0.tax, $1) }, to: "MCM"),
      found: "net due of KTZ is "),
    Forged(
      name: "collected", change: move { $0.collected = try plus($0.collected, $1) },
      found: "net due of KTZ is "),
    Forged(
      name: "carried in", change: move { $0.opening = try plus($0.opening, $1) },
      found: "net due of KTZ is "),
    Forged(
      name: "carried into the following month", month: "2026-09",
      change: move { $0.opening = try plus($0.opening, $1) }, found: "net due of KTZ is "),
    Forged(
      name: "carried on", change: move({ $0.carried = try plus($0.carried, $1) }, to: "MCM"),
      found: "carried on of KTZ is "),
    Forged(
      name: "shares that change no balance",
      change: {
        let index = try #require($0.positions.firstIndex { $0.party == "KTZ" })
        let arbitrary = try #require($0.positions[index].shares[.arbitrary])
        $0.positions[index].shares[.arbitrary] = try plus(arbitrary, 1)
        $0.positions[index].corrections = try plus($0.positions[index].corrections, -1)
      }, found: "SETTLEMENT-2026-08.csv says '2026-08,USD,KTZ,arbitrary,"),
    Forged(
      name: "payments",
      change: { month in
        let first = try #require(month.payments.first)
        month.payments[0] = Payment(
          from: first.from, to: first.to, amount: try plus(first.amount, 1))
      }, nets: false, found: "SETTLEMENT-2026-08.csv says '2026-08,USD,"),
    Forged(
      name: "documents", change: { $0.billed[.invoice]?.documents += 1 },
      found: "its control says 'USD: 3 documents, "),
    Forged(
      name: "exact entitlement", change: move { $0.lean += Int128($1) },
      found: "STATEMENT-KTZ-2026-08.csv says '"),
  ]

  static let words = [
    Forged(
      name: "a fraction of equity", papers: words(.statement, "KTZ", ",0.25,1,", ",0.2,1,"),
      found: "net due of KTZ is "),
    Forged(
      name: "a fraction of equity by which all are paid", equity: ("KTZ", .one),
      papers: words(.statement, "KTZ", ",0.25,1,", ",1,1,"),
      found: "the fractions of equity in its papers do not sum to one"),
    Forged(
      name: "all fractions of equity",
      papers: { papers in
        for party in ["KTZ", "ADY", "GR", "CRCT"] {
          try words(.statement, party, ",0.25,1,", ",0,1,")(&papers)
        }
      }, found: "it cannot be settled again: its papers name no terms that serve"),
    Forged(
      name: "a threshold",
      papers: words(.statement, "KTZ", "carry-forward,USD,50.00", "carry-forward,USD,51.00"),
      found: "STATEMENT-ADY-2026-08.csv says '"),
    Forged(
      name: "a rate", papers: words(.rates, "KTZ", "multiply,[0-9]+", "multiply,1"),
      found: "the rates of KTZ says '"),
    Forged(
      name: "the own currency",
      papers: words(.statement, "KTZ", "net-due USD,KZT,(-?)[0-9]+", "net-due USD,KZT,7"),
      found: "STATEMENT-KTZ-2026-08.csv says 'own-currency,"),
    Forged(
      name: "a text", papers: words(.statementText, "KTZ", "net-due +", "net-due 1"),
      found: "STATEMENT-KTZ-2026-08.txt says '"),
    Forged(
      name: "a text of all", papers: words(.settlementText, "", "KTZ +", "KTZ 1"),
      found: "SETTLEMENT-2026-08.txt says '"),
    Forged(
      name: "a paper taken out",
      papers: { $0.removeAll { $0.kind == .rates && $0.party == "KTZ" } },
      found: "a paper of the month is missing"),
    Forged(
      name: "a party taken out", papers: { $0.removeAll { $0.party == "AKTAU" } },
      found: "its statements are not those of the parties that have a part in 2026-08"),
    Forged(
      name: "all papers of a later month taken out", month: "2026-09", papers: { $0 = [] },
      found: "it has no papers, though a month closed before it has"),
  ]

  @Test(arguments: figures + words) func aForgedFigureIsFound(forged: Forged) throws {
    let fault = try #require(try verified(forged).firstBad)
    #expect(fault.entry == (forged.month == "2026-08" ? 3 : 6))
    #expect(fault.name == "closing")
    #expect(fault.what.hasPrefix(forged.found), "\(fault.what)")
  }

  /// What a forger leaves as it was verifies: it is the figures that are found, not the forging.
  @Test func whatIsMadeAnewUnchangedVerifies() throws {
    let found = try verified(Forged(name: "nothing", found: ""))
    #expect(found.firstBad == nil && found.entries == 6 && found.closingsWithoutPapers == 0)
  }

  /// Documents of a closed month that come after its end, and a month that is passed over.
  @Test func everyMonthIsClosedWhole() throws {
    let late = try verified(
      Forged(name: "late", found: ""), "UPDATE documents SET booked = '2026-08' WHERE entry = 4")
    #expect(late.firstBad?.entry == 3)
    #expect(
      late.firstBad?.what
        == "the seal of 2026-08 is not that of its documents, balances and papers",
      "the seal is over the entry's digest, which is over the seal")

    let books = try Books()
    defer { books.remove() }
    let tables = try #require(InvoiceRunTests.tables)
    try books.issue(Books.container("A"))
    try books.issue(Books.container("E", supplied: "2026-09-20"), on: "2026-10-01")
    for month in ["2026-08", "2026-09"] {
      _ = try books.register.close(try #require(Month(month)), tables)
    }
    let passed = try Forgery.make(
      books.register,
      """
      UPDATE closings SET month = '2026-10' WHERE entry = 4;
      UPDATE closings SET month = '2026-09' WHERE entry = 3;
      """
    ).verify()
    #expect(passed.firstBad?.entry == 3)
    #expect(
      passed.firstBad?.what
        == "it closes 2026-09, but 2026-08 has documents and was not closed before it")
  }

  /// Months closed before papers were recorded verify as far as they can be.
  @Test func monthsClosedWithoutPapersAreCounted() throws {
    let found = try verified(Forged(name: "all papers", found: ""), papersOfAll: { $0 = [] })
    #expect(found.firstBad == nil && found.closings == 2 && found.closingsWithoutPapers == 2)
  }

  private func verified(
    _ forged: Forged, _ sql: String = "SELECT 1",
    papersOfAll: (inout [SettlementPaper]) -> Void = { _ in }
  ) throws -> Register.Verification {
    let path = FileManager.default.temporaryDirectory.appending(path: "forged-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.sound.get().write(to: URL(filePath: path))
    let register = try Register(path, for: .existing)
    let tables = try #require(InvoiceRunTests.tables)
    var opening: [ClosedBalance] = []
    let made = try Forgery.make(register, sql) { entry, closed in
      let isForged = closed.month.description == forged.month
      let known = try SettlementTerms(tables, closed.month, asOf: nil)
      let terms = SettlementTerms(
        jointVenture: known.jointVenture,
        equity: known.equity.map { own in
          let other = isForged ? forged.equity : nil
          return other?.party == own.party ? other ?? own : own
        }, thresholds: known.thresholds, order: known.order)
      var settlement = try register.settle(closed.month, opening, terms)
      if isForged {
        try forged.change(&settlement.currencies[0])
        if forged.nets { try net(&settlement.currencies[0]) }
      }
      let parties = closed.papers.filter { $0.kind == .statement }.map(\.party)
      let statements = try parties.map {
        try register.statement(of: #require(tables.party($0)), in: settlement, tables)
      }
      let files = try #require(closed.papers.first { $0.kind == .tables }).bytes
      let drawn = DrawnMonth(settlement: settlement, statements: statements, tables: files)
      var papers = try drawn.papers() + drawn.texts(seal: closed.seal)
      if isForged { try forged.papers(&papers) }
      papersOfAll(&papers)
      opening = try settlement.balances()
      try Forgery.write(opening, papers, entry, register)
    }
    return try made.verify()
  }

  private func net(_ month: inout Settlement.InCurrency) throws {
    let open = try month.positions.map { (party: $0.party, units: try $0.paid().minorUnits) }
    let currency = month.currency
    month.payments = try Netting.payments(open).map {
      Payment(from: $0.from, to: $0.to, amount: try Money(total: $0.units, currency))
    }
  }
}
