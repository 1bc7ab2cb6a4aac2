import ExactMoney
import Foundation
import SeededNumbers
import TariffRules
import Testing
import Unification

@testable import Billing

/// Invoices made up from a seed: taxed lines in three currencies, shares with odd cents.
struct MadeUpInvoices {
  var numbers: SplitMix64
  let currency: Currency
  let sellerCurrency: Currency
  /// A port, the joint venture, and the three that divide.
  var parties = ["PORT", "JV", "AA", "BB", "CC"]
  /// The most a line comes to, in minor units.
  var most: Int64 = 5_000_000

  init(seed: UInt64, _ code: String, digits: Int) throws {
    numbers = SplitMix64(seed: seed)
    currency = try #require(Currency(code: code, minorDigits: digits))
    sellerCurrency = try #require(Currency(code: "USD", minorDigits: 2))
  }

  mutating func invoice(_ number: DocumentNumber, lines count: Int) throws -> Document {
    let month = try #require(Month("2026-08"))
    let head = DocumentHead(
      number: number, issued: Day("2026-09-01"), month: month, booked: month,
      seller: .init(
        code: "JV", name: "Venture", address: "", taxNumber: "", bank: "",
        currency: sellerCurrency),
      customer: .init(code: "C1", name: "One", address: "", taxNumber: "", paymentDays: 30),
      currency: currency)
    return try Document(head, try (1...count).map { try line("\(number) \($0)") })
  }

  mutating func line(_ reference: String) throws -> DocumentLine {
    let day = try #require(Day("2026-08-03"))
    let total = Int64.random(in: 1...most, using: &numbers)
    let through = Int64.random(in: 0...total / 3, using: &numbers)
    let margin = Int64.random(in: 0...total / 20, using: &numbers)
    let divided = total - through - margin
    let weights = (0..<3).map { _ in Exact(Int.random(in: 1...9_999, using: &numbers)) }
    let allocation = try Allocation(of: divided, by: weights)
    let leans = try allocation.leans()
    var shares = [share(parties[0], .passThrough, through), share(parties[1], .margin, margin)]
    for (index, part) in allocation.parts.enumerated() {
      shares.append(
        DocumentLine.Share(
          party: parties[index + 2], kind: .prorate, amount: money(part.minorUnits),
          lean: leans[index], odd: part.oddUnits, basis: weights[index]))
    }
    let isTaxed = Bool.random(using: &numbers)
    let charge = total - Int64.random(in: -50...50, using: &numbers)
    return DocumentLine(
      corrects: nil, reference: reference, date: day, supplied: day,
      from: .init(code: "000001", name: "A"), to: .init(code: "000002", name: "B"), lane: "L",
      commodity: "10", equipment: "box", load: "loaded", count: 1, unit: "container",
      unitRate: money(total), net: money(total),
      equivalent: try Money(minorUnits: total / 3, sellerCurrency),
      tax: .init(
        name: isTaxed ? "Domestic" : "International",
        category: isTaxed ? .standard : .zeroRated, percent: Exact(isTaxed ? 16 : 0),
        legalBasis: ""),
      collectedBy: parties[1], fields: "reference=\(reference)",
      guarantee: .init(days: 20, rebatePerDay: money(101), borneBy: "all"),
      divided: money(divided), bases: try weights.reduce(Exact.zero) { try $0.plus($1) }, note: "",
      charges: [
        .init(
          leg: 1, carrier: "AA", code: "haulage", amount: money(charge), source: ChargeSource([])),
        .init(
          leg: 0, carrier: "", code: "pricing", amount: money(total - charge),
          source: ChargeSource([])),
      ],
      shares: shares)
  }

  private func share(
    _ party: String, _ kind: AgreementRule.Kind, _ units: Int64
  ) -> DocumentLine.Share {
    .init(party: party, kind: kind, amount: money(units), lean: 0, odd: 0, basis: nil)
  }

  func money(_ units: Int64) -> Money {
    (try? Money(minorUnits: units, currency)) ?? .zero(currency)
  }
}

struct CorrectingTests {
  private static let day = Day("2026-09-10") ?? .earliest

  private func record(_ invoice: Document, in register: Register) throws {
    try register.transaction {
      _ = try register.insert(invoice, WrittenDocument(invoice, annex: nil))
    }
  }

  @Test(arguments: [("USD", 2), ("KZT", 2), ("JPY", 0)])
  func anInvoiceAndItsNotesAreZero(_ code: String, _ digits: Int) throws {
    let books = try Books()
    defer { books.remove() }
    var made = try MadeUpInvoices(seed: 77, code, digits: digits)
    for index in 1...12 {
      let number = try books.register.nextNumber("JV", 2026)
      let invoice = try made.invoice(number, lines: Int.random(in: 1...6, using: &made.numbers))
      try record(invoice, in: books.register)
      // In between: a rebate, an adjustment, single lines; at the end all that is left.
      if index % 2 == 0 {
        _ = try books.register.rebate(
          number, line: 1, delivered: try #require(Day("2026-08-30")), on: Self.day
        ) { _, _, _ in throw BookingRefusal("no rate", remedy: "") }
      }
      if index % 3 == 0 {
        let other = try made.line(invoice.lines[0].reference)
        _ = try books.register.adjust(
          books.change(number, [1: other]), reason: "circular", on: Self.day)
        let again = try books.register.adjust(
          books.change(number, [1: other]), reason: "x", on: Self.day)
        #expect(again == nil, "exactly the difference is billed, once")
      }
      if index % 4 != 0 && invoice.lines.count > 1 {
        _ = try books.register.credit(number, lines: [2], reason: "weight", on: Self.day)
      }
      _ = try books.register.credit(number, lines: nil, reason: "weight", on: Self.day)
      try expectNothing(of: number, in: books.register)
      #expect(throws: BookingRefusal.self) {
        try books.register.credit(number, lines: nil, reason: "again", on: Self.day)
      }
    }
    #expect(try books.register.verify().firstBad == nil)
  }

  /// Between the reading of a change and its note somebody credits the whole invoice, or a line: a
  /// note of the difference to nothing would bill the line again in full.
  @Test func whatWasCreditedMeanwhileIsNotBilledAgain() throws {
    let books = try Books()
    defer { books.remove() }
    var made = try MadeUpInvoices(seed: 8, "USD", digits: 2)
    for lines in [nil, [2]] {
      let number = try books.register.nextNumber("JV", 2026)
      try record(try made.invoice(number, lines: 2), in: books.register)
      let stale = try books.change(number, [1: try made.line("A"), 2: try made.line("B")])
      let note = try books.register.credit(number, lines: lines, reason: "weight", on: Self.day)
      let by = try #require(note.document.number)
      let before = try books.register.account(number).balances.map(\.net.minorUnits)
      let refusal = #expect(throws: BookingRefusal.self) {
        try books.register.adjust(stale, reason: "circular", on: Self.day)
      }
      #expect(refusal?.message == "\(number) changed meanwhile, by \(by)")
      #expect(try books.register.account(number).balances.map(\.net.minorUnits) == before)
      // Read anew, the credited line stays credited.
      let fresh = try books.change(number, [2: try made.line("B")])
      #expect(try books.register.adjust(fresh, reason: "circular", on: Self.day) == nil)
    }
  }

  /// Line by line and share by share nothing is left, and no tax.
  private func expectNothing(of number: DocumentNumber, in register: Register) throws {
    let account = try register.account(number)
    for balance in account.balances {
      #expect(balance.net.minorUnits == 0)
      #expect(balance.equivalent.minorUnits == 0)
      #expect(balance.charges.allSatisfy { $0.amount.minorUnits == 0 })
      #expect(
        balance.shares.allSatisfy { $0.amount.minorUnits == 0 && $0.lean == 0 && $0.odd == 0 })
    }
    let documents = [account.invoice] + account.notes
    #expect(documents.reduce(0) { $0 + $1.tax.minorUnits } == 0)
    #expect(documents.reduce(0) { $0 + $1.total.minorUnits } == 0)
  }

  /// Two containers at 3650 USD, 23 days guaranteed on the lane to Poti only: this one has none.
  @Test func noGuaranteeNoRebate() throws {
    let books = try Books()
    defer { books.remove() }
    let number = try #require(try books.issue(Books.container("A")).first?.number)
    #expect(throws: BookingRefusal.self) {
      try books.register.rebate(
        number, line: 1, delivered: Self.day, on: Self.day
      ) { _, _, _ in .multiply(by: .one) }
    }
  }

  /// 101 minor units a day; from 3 August, 20 days are guaranteed: delivered on 26 August it took
  /// 23 days, 3 of them late: 303, borne by AA, BB and CC and the JV in proportion to what they
  /// have.
  @Test func daysCountFromTheDayAfterTheContract() throws {
    let books = try Books()
    defer { books.remove() }
    var made = try MadeUpInvoices(seed: 5, "USD", digits: 2)
    let number = try books.register.nextNumber("JV", 2026)
    let invoice = try made.invoice(number, lines: 1)
    try record(invoice, in: books.register)
    func rebate(_ day: String) throws -> LateRebate {
      let delivered = try #require(Day(day))
      return try books.register.rebate(number, line: 1, delivered: delivered, on: Self.day) {
        _, _, _ in .multiply(by: .one)
      }.rebate
    }
    #expect(throws: BookingRefusal.self, "20 days are in time") { try rebate("2026-08-23") }
    #expect(throws: BookingRefusal.self, "before the contract") { try rebate("2026-08-01") }
    #expect(throws: BookingRefusal.self, "after the note") { try rebate("2026-09-11") }
    let given = try rebate("2026-08-26")
    #expect((given.days, given.late) == (23, 3))
    #expect(given.amount.amountText == "3.03")
    #expect(given.arithmetic == "3 days × 1 container × 1.01 = 3.03 USD")
    #expect(given.invoicedDelivery == nil, "no day of supply was given")
    #expect(throws: BookingRefusal.self, "given once") { try rebate("2026-08-27") }
    let note = try #require(try books.register.account(number).notes.first)
    let parties = note.lines[0].shares.map(\.party)
    #expect(Set(parties) == ["AA", "BB", "CC", "JV"])
    #expect(note.lines[0].shares.reduce(0) { $0 + $1.amount.minorUnits } == -303)
    #expect(note.net.amountText == "-3.03")
  }

  /// 16 % of 0.03 + 0.03 + 0.03 is 0.0144: 0.01 once for the document, and each line alone nothing.
  @Test func taxComesBackToTheCentLineByLine() throws {
    let books = try Books()
    defer { books.remove() }
    var made = try MadeUpInvoices(seed: 1, "USD", digits: 2)
    let number = try books.register.nextNumber("JV", 2026)
    let month = try #require(Month("2026-08"))
    let model = try made.invoice(number, lines: 1)
    let lines = (1...3).map { index in
      let line = model.lines[0]
      return DocumentLine(
        corrects: nil, reference: "R\(index)", date: line.date, supplied: line.supplied,
        from: line.from, to: line.to, lane: line.lane, commodity: "10", equipment: "box",
        load: "loaded", count: 1, unit: "container", unitRate: made.money(3), net: made.money(3),
        equivalent: made.money(3),
        tax: .init(name: "D", category: .standard, percent: Exact(16), legalBasis: ""),
        collectedBy: "JV", fields: "reference=R\(index)", guarantee: nil, divided: nil, bases: nil,
        note: "",
        charges: [
          .init(
            leg: 1, carrier: "JV", code: "x", amount: made.money(3), source: ChargeSource([]))
        ],
        shares: [
          .init(party: "JV", kind: .margin, amount: made.money(3), lean: 0, odd: 0, basis: nil)
        ])
    }
    let head = DocumentHead(
      number: number, issued: Day("2026-09-01"), month: month, booked: month,
      seller: model.seller, customer: model.customer, currency: model.currency)
    let invoice = try Document(head, lines)
    #expect(invoice.tax.amountText == "0.01")
    try record(invoice, in: books.register)
    let taxes = try [[2], [1], [3]].map {
      try books.register.credit(number, lines: $0, reason: "r", on: Self.day).document.tax
        .minorUnits
    }
    // 0.0096 stands after the first: 0.01; 0.0048 after the second: 0.00; nothing after the third.
    #expect(taxes == [0, -1, 0])
  }
}
