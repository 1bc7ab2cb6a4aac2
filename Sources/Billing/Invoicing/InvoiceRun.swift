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
    var lines: [InvoiceLine] = []
  }

  private var calculator: Calculator
  private let grouping: Grouping
  private var keys: [Key] = []
  private var groups: [Key: Group] = [:]
  private var seen: Set<String> = []
  /// What could not be invoiced, in the order of the input.
  public private(set) var rejected: [Rejected] = []
  /// How many consignments were read.
  public private(set) var count = 0

  /// A run over tables.
  public init(_ calculator: Calculator, by grouping: Grouping = .month) {
    self.calculator = calculator
    self.grouping = grouping
  }

  /// Rates one consignment of a file and adds it to its invoice, or to the rejected.
  public mutating func add(_ row: ConsignmentFile.Row, of file: ConsignmentFile) {
    count += 1
    let quote = file.quote(row, &calculator)
    do throws(Refusal) {
      try add(quote)
    } catch {
      rejected.append(
        Rejected(
          line: row.line, reference: row.fields["reference"], message: error.message,
          remedy: error.remedy))
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
    guard seen.insert("\(customer.codeText)\n\(reference)").inserted else {
      throw Refusal(
        .rejected, "twice", "the reference '\(reference)' of \(customer.codeText) comes twice",
        remedy: "a reference is unique for its customer; take one of the two away",
        field: "reference")
    }
    let line = InvoiceLine(
      reference: reference, consignment: consignment, price: price,
      tax: try TaxFinder(tables: supply, seller: seller).rule(for: consignment, at: price),
      equivalent: try equivalent(of: price.total, seller, supply))
    let key = Key(
      customer: code, currency: price.total.currency, month: Month(consignment.supplied),
      number: grouping == .month ? 0 : keys.count + 1)
    if groups[key] == nil {
      keys.append(key)
      groups[key] = Group(seller: seller, customer: customer)
    }
    groups[key]?.lines.append(line)
  }

  private func equivalent(
    of amount: Money, _ seller: Party, _ supply: TablesInForce
  ) throws(Refusal) -> Money {
    if amount.currency == seller.currency { return amount }
    guard let official = supply.officialRate(from: amount.currency, to: seller.currency) else {
      throw Refusal(
        .rejected, "no-exchange-rate",
        "no official rate from \(amount.currency) to \(seller.currency) within ten days up to "
          + "\(supply.day), the day of supply",
        remedy: "add the day's rate under exchange-rates")
    }
    do {
      let exact = try official.exchange.convert(amount.exact)
      let rounding = Rounding(to: seller.currency, mode: .halfAway)
      return try Money(exactly: try exact.rounded(rounding), seller.currency)
    } catch { throw Refusal(.rejected, "beyond-limits", error.what, remedy: "check the amount") }
  }

  /// The invoices as drafts, sorted by customer, currency and month.
  /// - Throws: `BeyondLimits` where a sum does not fit.
  public func drafts(issued: Day?) throws(BeyondLimits) -> [Invoice] {
    let sorted = keys.sorted { left, right in
      let codes = (groups[left]?.customer.codeText ?? "", groups[right]?.customer.codeText ?? "")
      if codes.0 != codes.1 { return codes.0 < codes.1 }
      if left.currency != right.currency { return left.currency.code < right.currency.code }
      return (left.month, left.number) < (right.month, right.number)
    }
    var invoices: [Invoice] = []
    for key in sorted {
      guard let group = groups[key] else { continue }
      invoices.append(
        try Invoice(
          number: nil, issued: issued, month: key.month, seller: group.seller,
          customer: group.customer, currency: key.currency, lines: group.lines))
    }
    return invoices
  }
}

extension Refusal {
  fileprivate static func missing(_ field: String) -> Refusal {
    Refusal(
      .rejected, "needs-field", "an invoice needs '\(field)'", remedy: "give '\(field)'",
      field: field)
  }
}
