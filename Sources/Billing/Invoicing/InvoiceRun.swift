import ExactMoney
import TariffRules
import Unification

/// Turns consignments into invoices: rates each, groups them by customer, currency and billing
/// month.
public struct InvoiceRun {
  /// How consignments are gathered.
  public enum Grouping: String, CaseIterable, Sendable {
    /// One invoice for a customer, a currency and a billing month.
    case month
    /// One invoice for each consignment.
    case consignment
  }

  /// A consignment that could not be invoiced.
  public struct Rejected: Sendable {
    /// Its line in the input.
    public let line: Int
    /// Its reference, if it has one.
    public let reference: String?
    /// Why.
    public let message: String
    /// What to do.
    public let remedy: String
  }

  private struct Key: Hashable {
    let customer: Int64
    let currency: Currency
    let month: Month
    let number: Int
  }

  private struct Group {
    let seller: Party
    let customer: Customer
    var lines: [DraftLine] = []
  }

  private var calculator: Calculator
  private let grouping: Grouping
  private let register: Register?
  private let quotes: Register?
  private let withAnnex: Bool
  private let fileDigests: [String: String]
  private var keys: [Key] = []
  private var groups: [Key: Group] = [:]
  private var seen: Set<String> = []
  private var taken: Set<DocumentNumber> = []
  /// The lines of invoices met that were credited whole, by the note that did it.
  private var credited: [DocumentNumber: [Int: DocumentNumber]] = [:]
  /// What could not be invoiced, in the order of the input.
  public private(set) var rejected: [Rejected] = []
  /// Consignments that the tables priced although a saved quote holds for them, with what to do.
  public private(set) var passedOver: [Rejected] = []
  /// Where consignments of the input were invoiced before, in the order of the input.
  public private(set) var before: [DocumentLine.Place] = []
  /// How many consignments were read.
  public private(set) var count = 0

  /// A run over tables. What the register has is not rated again.
  /// - Parameter quotes: the register of saved quotes, where it is not the one issued into.
  public init(
    _ calculator: Calculator, by grouping: Grouping = .month, into register: Register? = nil,
    quotes: Register? = nil, withAnnex: Bool = false
  ) {
    self.calculator = calculator
    self.grouping = grouping
    self.register = register
    self.quotes = register ?? quotes
    self.withAnnex = withAnnex
    fileDigests = calculator.tables.fileDigests()
  }

  /// Rates one consignment of a file and adds it to its invoice, or to the rejected.
  /// - Throws: what the register says when it cannot be read.
  public mutating func add(_ row: ConsignmentFile.Row, of file: ConsignmentFile) throws {
    count += 1
    do {
      let quote = file.text("quote", of: row)
      if let place = try placeBefore(row, quote) {
        before.append(place)
      } else if let quote {
        try add(row, of: file, at: quote)
      } else {
        try noteQuoteNotNamed(row)
        try add(file.quote(row, &calculator), line: row.line)
      }
    } catch let refusal as Refusal {
      reject(row.line, row.fields["reference"], refusal)
    }
  }

  private mutating func reject(_ line: Int, _ reference: String?, _ refusal: Refusal) {
    rejected.append(
      Rejected(
        line: line, reference: reference, message: refusal.message, remedy: refusal.remedy))
  }

  /// Where the consignment was invoiced already; refused where it had other contents then.
  private mutating func placeBefore(
    _ row: ConsignmentFile.Row, _ quote: String?
  ) throws -> DocumentLine.Place? {
    guard let register, row.refusal == nil, let customer = row.fields["customer"],
      let reference = row.fields["reference"],
      let issued = try register.issued(customer, reference)
    else { return nil }
    try once(customer, reference)
    let record = Consignment.record(row.fields)
    let quote = try quote.map { try Self.number($0) }
    guard issued.isSame(as: record, at: quote) else {
      throw try register.otherContents(
        customer, reference, issued, record, quote: quote,
        creditedBy: try credited(issued.place, in: register))
    }
    return issued.place
  }

  /// The note that credited a line whole, if one did.
  private mutating func credited(
    _ place: DocumentLine.Place, in register: Register
  ) throws -> DocumentNumber? {
    if credited[place.document] == nil {
      credited[place.document] = try register.credited(of: place.document)
    }
    return credited[place.document]?[place.position]
  }

  private mutating func once(_ customer: String, _ reference: String) throws(Refusal) {
    guard seen.insert("\(customer)\n\(reference)").inserted else {
      throw Refusal(
        .rejected, "twice", "the reference '\(reference)' of \(customer) comes twice",
        remedy: "a reference is unique for its customer; take one of the two away",
        field: "reference")
    }
  }

  // MARK: - Saved quotes

  private static func number(_ text: String) throws(Refusal) -> DocumentNumber {
    guard let number = DocumentNumber(text), number.series == SavedQuote.series else {
      throw .noQuote(text)
    }
    return number
  }

  /// Adds a consignment at the price of the saved quote that its row names.
  private mutating func add(
    _ row: ConsignmentFile.Row, of file: ConsignmentFile, at text: String
  ) throws {
    let consignment = try file.consignment(row, calculator.tables)
    let number = try Self.number(text)
    guard let quotes, let quote = try quotes.quote(number) else { throw Refusal.noQuote(text) }
    do {
      try quote.promise(to: consignment, calculator.tables)
    } catch { throw file.placed(error, row) }
    if let place = try quotes.line(honouring: number) { throw Refusal.taken(number, by: place) }
    guard taken.insert(number).inserted else {
      throw Refusal(
        .rejected, "quote-taken", "\(number) is named twice in the file",
        remedy: "a quote is for one consignment: save one for each")
    }
    let now = calculator.tables(on: consignment.date)
    let lane = calculator.tables.symbols.number(of: quote.price.lane) ?? Facts.absent
    let isThrough = now.lanes.contains { $0.codeText == quote.price.lane }
    try add(
      consignment, line: row.line, at: quote.price,
      facts: consignment.facts(on: lane, isThrough: isThrough, now), quoted: quote,
      evidence: quote.evidence, files: quote.files,
      explanation: withAnnex ? quote.annex(consignment) : "")
  }

  /// A saved quote that a row does not name is not honoured; that is said.
  private mutating func noteQuoteNotNamed(_ row: ConsignmentFile.Row) throws {
    guard let quotes, let customer = row.fields["customer"],
      let reference = row.fields["reference"], let day = row.fields["date"].flatMap({ Day($0) })
    else { return }
    for quote in try quotes.quotes(of: customer, reference)
    where quote.firstDay <= day && day <= quote.validUntil {
      passedOver.append(
        Rejected(
          line: row.line, reference: reference,
          message: "\(quote.number) holds until \(quote.validUntil) for it, but the row does not "
            + "name it: rated by the tables",
          remedy: "to invoice it at \(quote.price.total), name the quote in a column 'quote'"))
    }
  }

  private mutating func add(_ quote: Quote, line: Int) throws(Refusal) {
    if let refusal = quote.refusal { throw refusal }
    guard let price = quote.price, let consignment = quote.consignment else { return }
    let tables = calculator.tables
    let bearer = calculator.lateRebateBearer(consignment, price)
    try add(
      consignment, line: line, at: LinePrice(price, borneBy: bearer, tables), facts: price.facts,
      evidence: price.evidence,
      files: price.paths(tables).compactMap { path in
        fileDigests[path].map { TableFile(path: path, digest: $0) }
      },
      explanation: withAnnex ? quote.text(tables, forCustomer: true) : "")
  }

  private mutating func add(
    _ consignment: Consignment, line inputLine: Int, at price: LinePrice, facts: Facts,
    quoted: SavedQuote? = nil, evidence: [Evidence], files: [TableFile], explanation: String
  ) throws(Refusal) {
    guard let reference = consignment.reference else { throw .missing("reference") }
    // With a space more it would be another reference, and the consignment invoiced again.
    guard reference.first != " ", reference.last != " " else {
      throw Refusal(
        .rejected, "edge-space", "the reference '\(reference)' begins or ends with a space",
        remedy: "take the space away", field: "reference")
    }
    guard let code = consignment.customer else { throw .missing("customer") }
    guard consignment.date.days(until: consignment.supplied).magnitude <= 366 else {
      throw Refusal(
        .rejected, "supplied-when",
        "supplied on \(consignment.supplied), more than a year from the contract of "
          + "\(consignment.date)",
        remedy: "check the year of 'supplied': it picks the month of the invoice",
        field: "supplied")
    }
    let supply = calculator.tables(on: consignment.supplied)
    guard let customer = supply.customers[code], let seller = supply.jointVentureParty else {
      throw Refusal(
        .rejected, "no-party",
        "the customer or the joint venture itself is not in force on \(consignment.supplied)",
        remedy: "check the day of supply, joint-venture/customers and joint-venture/policy")
    }
    try once(customer.codeText, reference)
    let tax = try TaxFinder(tables: supply, seller: seller).rule(for: consignment, facts)
    let line = DocumentLine(
      consignment, reference: reference, at: price, tax: .init(tax),
      equivalent: try supply.equivalent(of: price.total, in: seller.currency),
      collectedBy: consignment.collectedBy.map { calculator.tables.symbols.name(of: $0) }
        ?? seller.codeText,
      quoted: quoted.map { .init(number: $0.number, validUntil: $0.validUntil) },
      tables: calculator.tables)
    let key = Key(
      customer: code, currency: price.total.currency, month: Month(consignment.supplied),
      number: grouping == .month ? 0 : keys.count + 1)
    if groups[key] == nil {
      keys.append(key)
      groups[key] = Group(seller: seller, customer: customer)
    }
    let taxes = calculator.tables.path(tax.mark)
    groups[key]?.lines.append(
      DraftLine(
        line: line, inputLine: inputLine, evidence: evidence,
        files: files
          + (fileDigests[taxes].map { [TableFile(path: taxes, digest: $0)] } ?? []),
        explanation: explanation))
  }

  /// Rejects the consignments of every invoice that cannot be made, as its sums are beyond the
  /// limits: so that this is known before the first invoice has a number.
  /// - Parameter day: the day of issue.
  public mutating func rejectWhatCannotBeMade(issued day: Day?) {
    for key in keys {
      guard let group = groups[key] else { continue }
      do throws(BeyondLimits) {
        _ = try draft(of: group, key, digest: "").document(issued: day)
      } catch {
        groups[key] = nil
        for line in group.lines {
          rejected.append(
            Rejected(
              line: line.inputLine, reference: line.line.reference,
              message: "the invoice of \(group.customer.codeText) for \(key.month) in "
                + "\(key.currency) is beyond the limits: \(error.what)",
              remedy: "split the file, or invoice with --per consignment"))
        }
      }
    }
  }

  private func draft(of group: Group, _ key: Key, digest: String) -> Draft {
    Draft(
      month: key.month, seller: .init(group.seller), customer: .init(group.customer),
      currency: key.currency, lines: group.lines, tablesDigest: digest)
  }

  /// Consignments that would be invoiced before they are supplied, or that were supplied before the
  /// contract was concluded, with what to do.
  public func suppliedOddly(_ issued: Day?) -> [Rejected] {
    let all = keys.compactMap { groups[$0] }.flatMap(\.lines)
    return all.sorted { $0.inputLine < $1.inputLine }.compactMap { row in
      let line = row.line
      if let issued, line.supplied > issued {
        return Rejected(
          line: row.inputLine, reference: line.reference,
          message: "supplied on \(line.supplied), after the date of the invoice, \(issued)",
          remedy: "check 'supplied' and --issue-date: an invoice is never edited")
      }
      guard line.supplied < line.date else { return nil }
      return Rejected(
        line: row.inputLine, reference: line.reference,
        message: "supplied on \(line.supplied), before its contract of \(line.date)",
        remedy: "check 'supplied' and 'date': an invoice is never edited")
    }
  }

  /// Editions that prices rest on although they became known after the day of issue, and how many
  /// consignments do: one of the two days is likely to be wrong.
  public func publishedAfter(
    _ issued: Day
  ) -> [(path: String, published: Day, consignments: Int)] {
    let late = calculator.tables.files.compactMap { file -> (String, Day)? in
      guard let published = file.published, published > issued else { return nil }
      return (file.path, published)
    }
    if late.isEmpty { return [] }
    let lines = keys.compactMap { groups[$0] }.flatMap(\.lines)
    return late.compactMap { path, published in
      let count = lines.count { line in line.files.contains { $0.path == path } }
      return count > 0 ? (path, published, count) : nil
    }
  }

  /// What is to be invoiced, sorted by customer, currency and month.
  public func drafts() -> [Draft] {
    let sorted = keys.sorted { left, right in
      let codes = (groups[left]?.customer.codeText ?? "", groups[right]?.customer.codeText ?? "")
      if codes.0 != codes.1 { return codes.0 < codes.1 }
      if left.currency != right.currency { return left.currency.code < right.currency.code }
      return (left.month, left.number) < (right.month, right.number)
    }
    let digest = calculator.tables.digest()
    return sorted.compactMap { key in groups[key].map { draft(of: $0, key, digest: digest) } }
  }
}

extension Refusal {
  fileprivate static func missing(_ field: String) -> Refusal {
    Refusal(
      .rejected, "needs-field", "an invoice needs '\(field)'", remedy: "give '\(field)'",
      field: field)
  }
}

extension Price {
  /// The files of the tables that the price and its division rest on.
  func paths(_ tables: TariffTables) -> [String] {
    let marks =
      legs.flatMap(\.charges).flatMap(\.steps).compactMap(\.mark) + division.compactMap(\.mark)
      + [pricingMark].compactMap(\.self)
    return Set(marks.map { tables.path($0) }).sorted()
  }
}

extension TablesInForce {
  /// An amount in another currency at the official rate of this day, to the nearest minor unit.
  func equivalent(of amount: Money, in currency: Currency) throws(Refusal) -> Money {
    if amount.currency == currency { return amount }
    guard let official = officialRate(from: amount.currency, to: currency) else {
      throw Refusal(
        .rejected, "no-exchange-rate",
        "no official rate from \(amount.currency) to \(currency) within ten days up to "
          + "\(day), the day of supply",
        remedy: "add the day's rate under exchange-rates")
    }
    do {
      return try Money(nearest: try official.exchange.convert(amount.exact), currency)
    } catch {
      throw Refusal(
        .rejected, "beyond-limits",
        "what it costs in \(currency), the seller's currency, is beyond the limits: "
          + error.what,
        remedy: "check the official rate of \(day) under exchange-rates")
    }
  }
}
