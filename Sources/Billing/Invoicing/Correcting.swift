import ExactMoney
import TariffRules
import Unification

/// An invoice with all that corrected it.
struct Account {
  let invoice: Document
  let number: DocumentNumber
  let notes: [Document]
  let balances: [LineBalance]
}

extension Register {
  /// An invoice with the notes that corrected it so far, inside a transaction.
  func account(_ number: DocumentNumber) throws -> Account {
    guard let (invoice, _) = try document(number) else { throw try noDocument(number) }
    guard invoice.kind == .invoice else {
      throw BookingRefusal(
        "\(number) is no invoice but corrects \(invoice.corrects?.description ?? "one")",
        remedy: "name the invoice: a credit takes back its notes, too")
    }
    var balances = invoice.lines.enumerated().map { index, line in
      LineBalance(line, at: DocumentLine.Place(document: number, position: index + 1))
    }
    var notes: [Document] = []
    for correction in try corrections(of: number) {
      guard let (note, _) = try document(correction) else { continue }
      notes.append(note)
      for line in note.lines {
        guard let position = line.corrects?.position, balances.indices.contains(position - 1)
        else { continue }
        try balances[position - 1].add(line, of: correction)
      }
    }
    return Account(invoice: invoice, number: number, notes: notes, balances: balances)
  }

  /// Numbers and records a note of lines that correct an invoice, inside a transaction.
  ///
  /// Tax is worked out on what stands after the note, less what was taxed before: so the notes of
  /// an invoice that is taken back line by line take back its tax to the minor unit.
  func record(
    _ kind: Document.Kind, of lines: [DocumentLine], on account: Account, reason: String,
    issued day: Day
  ) throws -> (document: Document, written: WrittenDocument) {
    let invoice = account.invoice
    try checkOrder(of: day, in: account.number.series)
    let number = try nextNumber(account.number.series, day.year)
    let head = DocumentHead(
      kind: kind, number: number, issued: day, month: invoice.month,
      booked: try booked(invoice.booked), corrects: account.number, reason: reason,
      seller: invoice.seller, customer: invoice.customer, currency: invoice.currency,
      evidence: invoice.evidence, tablesDigest: invoice.tablesDigest, files: invoice.files)
    var taxes: [DocumentTax] = []
    for rule in Document.categories(of: lines) {
      let before = ([invoice] + account.notes).flatMap(\.taxes).filter {
        $0.rule.isTaxed(with: rule)
      }
      let own = lines.filter { $0.tax.isTaxed(with: rule) }
      let net = try Document.sum(own.map(\.net), invoice.currency)
      let stands = try Document.sum(before.map(\.net) + [net], invoice.currency)
      let taxed = try Document.sum(before.map(\.tax), invoice.currency)
      taxes.append(
        DocumentTax(
          rule: rule, net: net, tax: try rule.tax(on: stands).minus(taxed),
          equivalent: try Document.sum(own.map(\.equivalent), invoice.seller.currency)))
    }
    let document = try Document(head, lines, taxes: taxes)
    let written = WrittenDocument(document, annex: nil)
    try insert(document, written)
    return (document, written)
  }

  /// Credits an invoice, or some of its lines: the exact mirror of what stands, in amounts, taxes
  /// and shares.
  /// - Parameter positions: the lines, from 1; nil for all.
  /// - Throws: `BookingRefusal` where there is nothing to credit; `DatabaseError`.
  public func credit(
    _ number: DocumentNumber, lines positions: [Int]?, reason: String, on day: Day
  ) throws -> (document: Document, written: WrittenDocument) {
    try transaction {
      let account = try account(number)
      try check(day, against: account)
      var mirrors: [DocumentLine] = []
      for position in positions ?? Array(1...max(1, account.balances.count)) {
        guard account.balances.indices.contains(position - 1) else {
          throw BookingRefusal(
            "\(number) has no line \(position)",
            remedy: "it has \(account.balances.count.counted("line")), counted from 1")
        }
        let balance = account.balances[position - 1]
        if balance.isSettled {
          guard positions != nil else { continue }
          throw BookingRefusal(
            "line \(position) of \(number) is credited already, by \(balance.byWhom)",
            remedy: "'tariff register show \(number)' shows what corrected it")
        }
        mirrors.append(balance.mirror(note: ""))
      }
      guard !mirrors.isEmpty else {
        let by = account.balances.last?.byWhom ?? ""
        throw BookingRefusal(
          "\(number) is credited already, by \(by)",
          remedy: "'tariff register documents' writes its documents again")
      }
      return try record(.creditNote, of: mirrors, on: account, reason: reason, issued: day)
    }
  }

  /// Bills or gives back what lines of an invoice cost otherwise now: the difference alone.
  /// - Returns: nil where nothing differs.
  /// - Throws: `BookingRefusal` where somebody corrected the invoice since the change was worked
  ///   out: what was credited meanwhile must not be billed again.
  public func adjust(
    _ change: Rerating.Change, reason: String, on day: Day
  ) throws -> (document: Document, written: WrittenDocument)? {
    try transaction {
      let account = try account(change.invoice)
      try check(day, against: account)
      let notes = account.notes.compactMap(\.number)
      guard notes == change.notes else {
        let others = notes.filter { !change.notes.contains($0) }.map(\.description)
        throw BookingRefusal(
          "\(change.invoice) changed meanwhile, by \(others.joined(separator: ", "))",
          remedy: "run again: what stands of it is then read anew")
      }
      var differences: [DocumentLine] = []
      for (index, balance) in account.balances.enumerated() {
        guard !balance.isSettled, let line = change.lines[index + 1] else { continue }
        let difference = try balance.difference(to: line, note: "")
        if difference.net.minorUnits != 0 || !difference.shares.isEmpty {
          differences.append(difference)
        }
      }
      guard !differences.isEmpty else { return nil }
      return try record(.adjustmentNote, of: differences, on: account, reason: reason, issued: day)
    }
  }

  func check(_ day: Day, against account: Account) throws {
    if let issued = account.invoice.issued, day < issued {
      throw BookingRefusal(
        "a note of \(day) would be older than the invoice \(account.number) of \(issued)",
        remedy: "give --issue-date the day of the note")
    }
  }
}

extension Register {
  /// The lines of an invoice that were credited whole, with the note that did it.
  public func credited(of number: DocumentNumber) throws -> [Int: DocumentNumber] {
    guard try !corrections(of: number).isEmpty else { return [:] }
    var credited: [Int: DocumentNumber] = [:]
    for balance in try account(number).balances where balance.isSettled {
      credited[balance.place.position] = balance.notes.last?.document
    }
    return credited
  }

  /// A reference like this one that the customer's consignments do not have yet: "CIM-0802/2".
  func freeReference(_ customer: String, like reference: String) throws -> String {
    var count = 2
    while try issued(customer, "\(reference)/\(count)") != nil { count += 1 }
    return "\(reference)/\(count)"
  }
}

extension LineBalance {
  /// The last note that corrected it.
  var byWhom: String { notes.last.map { "\($0.document)" } ?? "nobody" }
}
