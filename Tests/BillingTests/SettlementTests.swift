import ExactMoney
import Foundation
import SeededNumbers
import TariffRules
import Testing
import Unification

@testable import Billing

/// Months made up from seeds: invoices, credit notes, rebates and adjustments in three currencies.
struct SettlementTests {
  private static let currencies = [("USD", 2), ("KZT", 2), ("JPY", 0)]
  private static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "TariffTables")

  private static func tables() throws -> TariffTables {
    try #require(try TariffTables.load(from: shipped.path).tables)
  }

  /// What every party is entitled to, in billionths of a billionth of a minor unit, worked out from
  /// the made-up lines alone.
  private struct Expected {
    static let fine: Int128 = 1_000_000_000_000_000_000
    var exact: [String: Int128] = [:]
    var net: Int64 = 0

    mutating func add(_ line: DocumentLine) throws {
      net += line.net.minorUnits
      let bases = try line.shares.reduce(Exact.zero) { try $0.plus($1.basis ?? .zero) }
      for share in line.shares {
        var own = Int128(share.amount.minorUnits) * Self.fine
        if let basis = share.basis, let divided = line.divided {
          let part = try Exact(divided.minorUnits).times(basis).divided(by: bases)
          own = Self.fine / part.denominator * part.numerator
        }
        exact[share.party, default: 0] += own
      }
    }
  }

  /// A month's invoices in one currency, each line left, credited, adjusted or given a rebate.
  private func fill(
    _ books: Books, seed: UInt64, _ code: String, _ digits: Int
  ) throws -> Expected {
    let day = try #require(Day("2026-09-10"))
    var made = try MadeUpInvoices(seed: seed, code, digits: digits)
    made.parties = ["POTI", "MCM", "KTZ", "ADY", "GR"]
    var expected = Expected()
    for _ in 0..<Int.random(in: 1...7, using: &made.numbers) {
      let register = books.register
      let number = try register.nextNumber("JV", 2026)
      let invoice = try made.invoice(number, lines: Int.random(in: 1...5, using: &made.numbers))
      try register.transaction {
        _ = try register.insert(invoice, WrittenDocument(invoice, annex: nil))
      }
      for (index, line) in invoice.lines.enumerated() {
        switch Int.random(in: 0...4, using: &made.numbers) {
        case 0: _ = try register.credit(number, lines: [index + 1], reason: "lost", on: day)
        case 1:
          let other = try made.line(line.reference)
          let change = try books.change(number, [index + 1: other])
          _ = try register.adjust(change, reason: "circular", on: day)
          try expected.add(other)
        case 2:
          let delivered = try #require(Day("2026-08-30"))
          let note = try register.rebate(number, line: index + 1, delivered: delivered, on: day) {
            _, _, _ in throw BookingRefusal("no rate", remedy: "")
          }
          try expected.add(line)
          try expected.add(note.document.lines[0])
        default: try expected.add(line)
        }
      }
    }
    return expected
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func inEqualsOut(_ seed: UInt64) throws {
    let books = try Books()
    defer { books.remove() }
    var expected: [String: Expected] = [:]
    for (index, (code, digits)) in Self.currencies.enumerated() {
      expected[code] = try fill(books, seed: seed * 10 + UInt64(index), code, digits)
    }
    let month = try #require(Month("2026-08"))
    let tables = try Self.tables()
    let settlement = try books.register.settle(month, tables)
    #expect(settlement.currencies.count == 3)
    for own in settlement.currencies {
      try expectInEqualsOut(own, try #require(expected[own.currency.code]))
    }
    #expect(try books.register.verify().firstBad == nil)
    let closed = try books.register.close(month, tables).closed
    #expect(try books.register.settle(month, tables) == settlement, "closing changes nothing")
    #expect(try books.register.closed(month) == closed)
    #expect(try books.register.verify().firstBad == nil)
  }

  private func expectInEqualsOut(_ own: Settlement.InCurrency, _ expected: Expected) throws {
    let positions = own.positions
    let net = own.billed.values.reduce(0) { $0 + $1.net.minorUnits }
    #expect(net == expected.net, "invoices − credits, net of tax")
    #expect(try positions.reduce(0) { $0 + (try $1.given().minorUnits) } == net)
    #expect(try positions.reduce(0) { $0 + (try $1.entitlement().minorUnits) } == net)
    #expect(positions.reduce(0) { $0 + $1.trueUp.minorUnits } == 0)
    #expect(try positions.reduce(0) { $0 + (try $1.due().minorUnits) } == 0)
    #expect(try positions.reduce(0) { $0 + (try $1.paid().minorUnits) } == 0)
    #expect(Set(positions.map(\.party)).isSuperset(of: expected.exact.keys))
    for position in positions {
      let exact = expected.exact[position.party] ?? 0
      let settled = try position.given().plus(position.trueUp).minorUnits
      let off = Int128(settled) * Expected.fine - exact
      #expect(off.magnitude < Expected.fine.magnitude, "\(position.party): \(settled), \(off) off")
    }
    var open = Dictionary(
      uniqueKeysWithValues: try positions.map { ($0.party, try $0.paid().minorUnits) })
    for payment in own.payments {
      open[payment.from, default: 0] += payment.amount.minorUnits
      open[payment.to, default: 0] -= payment.amount.minorUnits
    }
    #expect(open.values.allSatisfy { $0 == 0 })
  }

  /// A statement has the lines of its party and month alone, and they come to its position.
  @Test func aStatementSumsUpItsLines() throws {
    let books = try Books()
    defer { books.remove() }
    _ = try fill(books, seed: 42, "USD", 2)
    let tables = try Self.tables()
    let month = try #require(Month("2026-08"))
    let settlement = try books.register.settle(month, tables)
    for party in TablesInForce(tables, on: month.last, asOf: nil).parties {
      let statement = try books.register.statement(of: party, in: settlement, tables)
      let lines = try books.register.statementLines(of: party.codeText, month)
      #expect(statement.shares == lines.count)
      guard let position = statement.positions.first?.position else {
        #expect(lines.isEmpty)
        continue
      }
      let sum = lines.reduce(0) { $0 + $1.amount.minorUnits }
      #expect(sum == (try position.given().minorUnits))
      let corrections = lines.filter(\.isCorrection)
      #expect(
        corrections.reduce(0) { $0 + $1.amount.minorUnits } == position.corrections.minorUnits)
    }
  }
}
