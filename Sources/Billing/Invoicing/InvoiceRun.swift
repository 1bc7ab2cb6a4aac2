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
  private let withAnnex: Bool
  private var keys: [Key] = []
  private var groups: [Key: Group] = [:]
  private var seen: Set<String> = []
  /// What could not be invoiced, in the order of the input.
  public private(set) var rejected: [Rejected] = []
  /// Where consignments of the input were invoiced before, in the order of the input.
  public private(set) var before: [DocumentLine.Place] = []
  /// How many consignments were read.
  public private(set) var count = 0

  /// A run over tables. What the register has is not rated again.
  public init(
    _ calculator: Calculator, by grouping: Grouping = .month, into register: Register? = nil,
    withAnnex: Bool = false
  ) {
    self.calculator = calculator
    self.grouping = grouping
    self.register = register
    self.withAnnex = withAnnex
  }

  /// Rates one consignment of a file and adds it to its invoice, or to the rejected.
  /// - Throws: what the register says when it cannot be read.
  public mutating func add(_ row: ConsignmentFile.Row, of file: ConsignmentFile) throws {
    count += 1
    do {
      if let place = try placeBefore(row) {
        before.append(place)
        return
      }
      try add(file.quote(row, &calculator))
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
  private mutating func placeBefore(_ row: ConsignmentFile.Row) throws -> DocumentLine.Place? {
    guard let register, row.refusal == nil, let customer = row.fields["customer"],
      let reference = row.fields["reference"],
      let issued = try register.issued(customer, reference)
    else { return nil }
    try once(customer, reference)
    let record = Consignment.record(row.fields)
    guard record == issued.fields else {
      throw Refusal.otherContents(customer, reference, issued, record)
    }
    return issued.place
  }

  private mutating func once(_ customer: String, _ reference: String) throws(Refusal) {
    guard seen.insert("\(customer)\n\(reference)").inserted else {
      throw Refusal(
        .rejected, "twice", "the reference '\(reference)' of \(customer) comes twice",
        remedy: "a reference is unique for its customer; take one of the two away",
        field: "reference")
    }
  }

  private mutating func add(_ quote: Quote) throws(Refusal) {
    if let refusal = quote.refusal { throw refusal }
    guard let price = quote.price, let consignment = quote.consignment else { return }
    guard let reference = consignment.reference else { throw .missing("reference") }
    guard let code = consignment.customer else { throw .missing("customer") }
    let supply = calculator.tables(on: consignment.supplied)
    guard let customer = supply.customers[code], let seller = supply.jointVentureParty else {
      throw Refusal(
        .rejected, "no-party",
        "the customer or the joint venture itself is not in force on \(consignment.supplied)",
        remedy: "check the day of supply, joint-venture/customers and joint-venture/policy")
    }
    try once(customer.codeText, reference)
    let tax = try TaxFinder(tables: supply, seller: seller).rule(for: consignment, at: price)
    let line = DocumentLine(
      consignment, reference: reference, at: price, tax: .init(tax),
      equivalent: try supply.equivalent(of: price.total, in: seller.currency),
      collectedBy: consignment.collectedBy.map { calculator.tables.symbols.name(of: $0) }
        ?? seller.codeText,
      borneBy: lateRebateBearer(consignment, price), tables: calculator.tables)
    let key = Key(
      customer: code, currency: price.total.currency, month: Month(consignment.supplied),
      number: grouping == .month ? 0 : keys.count + 1)
    if groups[key] == nil {
      keys.append(key)
      groups[key] = Group(seller: seller, customer: customer)
    }
    groups[key]?.lines.append(
      DraftLine(
        line: line, evidence: price.evidence,
        paths: price.paths(calculator.tables) + [calculator.tables.path(tax.mark)],
        explanation: withAnnex ? quote.text(calculator.tables, forCustomer: true) : ""))
  }

  /// Who bears a rebate for late delivery, by the agreement of the date of contract.
  private mutating func lateRebateBearer(
    _ consignment: Consignment, _ price: Price
  ) -> String? {
    let now = calculator.tables(on: consignment.date)
    return now.agreement?.content.first { rule in
      rule.kind == .lateRebate && rule.conditions.match(price.facts, now.groupings) == .yes
    }?.fundedBy
  }

  /// What is to be invoiced, sorted by customer, currency and month.
  public func drafts() -> [Draft] {
    let sorted = keys.sorted { left, right in
      let codes = (groups[left]?.customer.codeText ?? "", groups[right]?.customer.codeText ?? "")
      if codes.0 != codes.1 { return codes.0 < codes.1 }
      if left.currency != right.currency { return left.currency.code < right.currency.code }
      return (left.month, left.number) < (right.month, right.number)
    }
    let tables = calculator.tables
    let digest = tables.digest()
    let files = tables.fileDigests()
    return sorted.compactMap { key in
      groups[key].map { group in
        Draft(
          month: key.month, seller: .init(group.seller), customer: .init(group.customer),
          currency: key.currency, lines: group.lines, tablesDigest: digest, fileDigests: files)
      }
    }
  }
}

extension Refusal {
  fileprivate static func missing(_ field: String) -> Refusal {
    Refusal(
      .rejected, "needs-field", "an invoice needs '\(field)'", remedy: "give '\(field)'",
      field: field)
  }

  /// The same reference with other contents: which fields differ.
  static func otherContents(
    _ customer: String, _ reference: String, _ issued: Register.Issued, _ record: String
  ) -> Refusal {
    let then = Consignment.fields(ofRecord: issued.fields)
    let now = Consignment.fields(ofRecord: record)
    let changes = Consignment.fields.filter { then[$0] != now[$0] }.map { field in
      "\(field) was \(then[field].map { "'\($0)'" } ?? "not given")"
        + ", is \(now[field].map { "'\($0)'" } ?? "not given")"
    }
    return Refusal(
      .rejected, "other-contents",
      "'\(reference)' of \(customer) is invoiced in \(issued.place.document) with other contents: "
        + changes.joined(separator: "; "),
      remedy: "an invoice is never edited: credit it ('tariff credit') and give the new "
        + "consignment a reference of its own, or take the row back")
  }
}

extension Price {
  /// The files of the tables that the price and its division rest on.
  fileprivate func paths(_ tables: TariffTables) -> [String] {
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
      let exact = try official.exchange.convert(amount.exact)
      let rounding = Rounding(to: currency, mode: .halfAway)
      return try Money(exactly: try exact.rounded(rounding), currency)
    } catch { throw Refusal(.rejected, "beyond-limits", error.what, remedy: "check the amount") }
  }
}
