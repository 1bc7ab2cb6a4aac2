import ExactMoney
import Foundation
import TariffRules
import Testing

@testable import Billing

/// A partner works its statement out again from its pack alone.
struct PartnerPackTests {
  /// A month with a rebate, a credit note, a partner that collects, and official rates.
  private static func month() throws -> ReconciledMonth {
    let month = try ReconciledMonth(
      ReconciliationTests.timber + ReconciliationTests.toPoti + ReconciliationTests.toBatumi)
    let day = try #require(Day("2026-09-10"))
    let number = try #require(
      try month.books.register.list().first { $0.customer == "SILKROAD" }?.number)
    _ = try month.books.register.rebate(
      number, line: 1, delivered: try #require(Day("2026-08-30")), on: day
    ) { _, _, _ in .multiply(by: .one) }
    _ = try month.books.register.credit(number, lines: [2], reason: "weight", on: day)
    return month
  }

  private static func pack(of code: String, _ month: ReconciledMonth) throws -> PartnerPack {
    let settled = try month.books.register.settled(month.month, month.tables, only: code)
    return try PartnerPack(of: code, in: settled)
  }

  /// Writes files into a folder of their own; the manifest anew, as a careful forger would.
  private static func write(
    _ files: [(name: String, bytes: [UInt8])], to folder: URL, forged: Bool = false
  ) throws {
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var manifest = "file,bytes,sha256\n"
    for file in files where file.name != "manifest.csv" {
      manifest += "\(file.name),\(file.bytes.count),\(PartnerPack.digest(of: file.bytes))\n"
    }
    for file in files {
      let bytes = forged && file.name == "manifest.csv" ? Array(manifest.utf8) : file.bytes
      try Data(bytes).write(to: folder.appending(path: file.name))
    }
  }

  @Test func everyPartyButTheJointVentureCan() throws {
    let month = try Self.month()
    defer { month.remove() }
    let folder = month.books.folder.appending(path: "Pack")
    let settlement = try month.books.register.settle(month.month, month.tables)
    for code in settlement.currencies.flatMap(\.positions).map(\.party) {
      guard code != settlement.jointVenture else {
        #expect(throws: BookingRefusal.self) { try Self.pack(of: code, month) }
        continue
      }
      let pack = try Self.pack(of: code, month)
      try Self.write(pack.files, to: folder)
      let check = try PackCheck(folder.path)
      #expect(check.party == code)
      #expect(check.digest == pack.digest)
      let due = try settlement.currencies[0].positions.first { $0.party == code }?.due()
      #expect(check.text().contains("net due \(due?.amountText ?? "-") USD: every figure follows"))
    }
  }

  /// A pack that could not be worked out again would accuse the joint venture of a change.
  @Test func thereIsNoneOfAPartyForWhichNothingIsBooked() throws {
    let month = try Self.month()
    defer { month.remove() }
    let refusal = #expect(throws: BookingRefusal.self) { try Self.pack(of: "KURYK", month) }
    #expect(refusal?.message == "nothing is booked for KURYK in 2026-08: there is no pack of it")
  }

  /// A whole credit mirrors a share that the pack has; where the pack has no such share, the reader
  /// is told that the line is believed.
  @Test func itSaysWhichCorrectionsAreTakenAsTheyStand() throws {
    let month = try Self.month()
    defer { month.remove() }
    let folder = month.books.folder.appending(path: "Pack")
    let pack = try Self.pack(of: "ADY", month)
    try Self.write(pack.files, to: folder)
    let proved = try PackCheck(folder.path).text()
    let rows = String(decoding: pack.files[0].bytes, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let credit = try #require(rows.firstIndex { $0[0] == "line" && $0[12] == "" && $0[15] != "" })
    let figures = "1 line, \(rows[credit][10]) USD\n"
    #expect(proved.contains("corrections that mirror the invoiced share exactly: \(figures)"))
    #expect(!proved.contains("as they stand"))

    var changed = rows
    changed[credit][15] = "MCM-2025-000001/1"
    var files = pack.files
    files[0].bytes = Array((changed.map { $0.joined(separator: ",") + "\n" }).joined().utf8)
    try Self.write(files, to: folder, forged: true)
    let believed = try PackCheck(folder.path).text()
    #expect(believed.contains("as they stand, which this pack cannot prove: \(figures)"))
    #expect(!believed.contains("mirror"))
  }

  /// Every figure of the statement and of the rates raised by one in its last digit, one at a time,
  /// the digests worked out anew: another figure no longer follows, and is named.
  @Test func noFigureCanBeChanged() throws {
    let month = try Self.month()
    defer { month.remove() }
    let folder = month.books.folder.appending(path: "Pack")
    let pack = try Self.pack(of: "ADY", month)
    var tried = 0
    for (index, file) in pack.files.enumerated() where file.name.hasSuffix(".csv") {
      guard file.name != "manifest.csv" else { continue }
      let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
      for (row, line) in lines.enumerated().dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for (column, cell) in cells.enumerated() {
          // The threshold decides only what is under it, and of what the joint venture has earned
          // a quarter may still round to the same: those two are seen by their digest alone.
          guard Exact(fraction: cell) != nil, cells[0] != "threshold",
            !line.contains(",equity,") || column != 12,
            file.name == "rates.csv" ? column == 5 : column > 9, let last = cell.last,
            let digit = last.wholeNumberValue
          else { continue }
          var changed = cells
          changed[column] = cell.dropLast() + "\((digit + 1) % 10)"
          var all = lines.map(String.init)
          all[row] = changed.joined(separator: ",")
          var files = pack.files
          files[index].bytes = Array((all.joined(separator: "\n") + "\n").utf8)
          try Self.write(files, to: folder, forged: true)
          tried += 1
          let fault = #expect(throws: PackFault.self, "\(all[row])") {
            try PackCheck(folder.path)
          }
          #expect(fault?.finding.line ?? 0 > 0)
          #expect(fault?.isUnreadable == false)
        }
      }
    }
    #expect(tried > 40)
  }

  /// What no figure depends on is seen by its digest.
  @Test func noTextCanBeChanged() throws {
    let month = try Self.month()
    defer { month.remove() }
    let folder = month.books.folder.appending(path: "Pack")
    let pack = try Self.pack(of: "ADY", month)
    for (name, old, new) in [
      ("STATEMENT-ADY-2026-08.csv", ",T,2026-08-05,", ",T,2026-08-06,"),
      ("STATEMENT-ADY-2026-08.csv", "threshold,2026-08,ADY", "threshold,2026-08,ADY "),
      ("STATEMENT-ADY-2026-08.csv", "carry-forward,USD,50.00", "carry-forward,USD,50.01"),
      ("STATEMENT-ADY-2026-08.csv", ",124.24,0.25,1", ",124.25,0.25,1"),
      ("STATEMENT-ADY-2026-08.txt", "Statement of", "statement of"),
      ("README.txt", "a share.", "no share."),
    ] {
      let files = pack.files.map { file in
        let text = String(decoding: file.bytes, as: UTF8.self)
        return file.name == name
          ? (name: name, bytes: Array(text.replacing(old, with: new).utf8)) : file
      }
      try Self.write(files, to: folder)
      #expect(files.map(\.bytes) != pack.files.map(\.bytes), "\(name) has no \(old)")
      #expect(throws: PackFault.self, "\(name): \(new)") { try PackCheck(folder.path) }
    }
  }

  /// No other party's code or name, no share or measure of another's; but who pays whom.
  @Test func itHasNothingOfTheOthersContracts() throws {
    let month = try Self.month()
    defer { month.remove() }
    let settlement = try month.books.register.settle(month.month, month.tables)
    let parties = TablesInForce(month.tables, on: month.month.last, asOf: nil).parties
    let payers = settlement.currencies.flatMap(\.payments)
      .filter { $0.from == "ADY" || $0.to == "ADY" }.flatMap { [$0.from, $0.to] }
    var secret: Set<String> = []
    var open: Set<String> = []
    for listed in try month.books.register.list() {
      let document = try #require(try month.books.register.document(listed.number)?.0)
      for line in document.lines {
        for share in line.shares {
          let figures = [share.amount.amountText, share.basis?.description].compactMap(\.self)
          if share.party == "ADY" { open.formUnion(figures) } else { secret.formUnion(figures) }
        }
        for charge in line.charges where charge.carrier != "ADY" {
          secret.insert(charge.amount.amountText)
        }
        // The amount divided and the sum of the measures are what proves the share.
        open.formUnion([line.divided?.amountText, line.bases?.description].compactMap(\.self))
      }
    }
    secret.subtract(open.union(["0.00", "0", "1", ""]))
    #expect(secret.count > 10)
    for file in try Self.pack(of: "ADY", month).files {
      let text = String(decoding: file.bytes, as: UTF8.self)
      let words = Set(text.split { ",\n ;".contains($0) }.map(String.init))
      #expect(words.isDisjoint(with: secret), "\(file.name): \(words.intersection(secret))")
      for party in parties where party.codeText != "ADY" {
        #expect(!text.contains(party.name))
        if !payers.contains(party.codeText) { #expect(!words.contains(party.codeText)) }
      }
    }
  }

  /// Made-up months in three currencies, with notes of every kind: whatever the odd cents, every
  /// partner's pack follows.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func everyMonthFollows(_ seed: UInt64) throws {
    let books = try Books()
    defer { books.remove() }
    let tables = try #require(InvoiceRunTests.tables)
    let day = try #require(Day("2026-09-10"))
    for (index, (code, digits)) in [("USD", 2), ("KZT", 2), ("JPY", 0)].enumerated() {
      var made = try MadeUpInvoices(seed: seed * 10 + UInt64(index), code, digits: digits)
      made.parties = ["POTI", "MCM", "KTZ", "ADY", "GR"]
      for round in 0..<4 {
        let number = try books.register.nextNumber("JV", 2026)
        let invoice = try made.invoice(number, lines: 3)
        try books.register.transaction {
          _ = try books.register.insert(invoice, WrittenDocument(invoice, annex: nil))
        }
        if round == 0 {
          let other = try made.line(invoice.lines[0].reference)
          let change = try books.change(number, [1: other])
          _ = try books.register.adjust(change, reason: "circular", on: day)
        }
        if round == 1 { _ = try books.register.credit(number, lines: [2], reason: "lost", on: day) }
        if round == 2 {
          let delivered = try #require(Day("2026-08-30"))
          _ = try books.register.rebate(number, line: 3, delivered: delivered, on: day) {
            _, _, _ in throw BookingRefusal("no rate", remedy: "")
          }
        }
      }
    }
    let august = try #require(Month("2026-08"))
    let settlement = try books.register.settle(august, tables)
    let folder = books.folder.appending(path: "Pack")
    for party in TablesInForce(tables, on: august.last, asOf: nil).parties
    where party.codeText != settlement.jointVenture {
      let statement = try books.register.statement(of: party, in: settlement, tables)
      guard !statement.positions.isEmpty else { continue }
      let settled = try books.register.settled(august, tables, only: party.codeText)
      try Self.write(try PartnerPack(of: party.codeText, in: settled).files, to: folder)
      do {
        _ = try PackCheck(folder.path)
      } catch let fault as PackFault {
        Issue.record("\(party.codeText): \(fault.finding.text())")
      }
    }
  }
}
