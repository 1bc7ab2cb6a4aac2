import ExactMoney
import TariffRules
import Unification

/// The lines of one tax category, taxed together.
public struct DocumentTax: Sendable, Equatable {
  /// The category.
  public let rule: DocumentLine.Tax
  /// What is taxed.
  public let net: Money
  /// The tax: rounded once for the category and document.
  public let tax: Money
  /// The net amount in the seller's currency.
  public let equivalent: Money
}

/// A file of the tables that a document rests on, by the digest it had then.
public struct TableFile: Sendable, Hashable {
  /// The path below the tables folder.
  public let path: String
  /// SHA-256 of its content.
  public let digest: String
}

/// An invoice, a credit note or an adjustment note: one customer, one currency, one month.
public struct Document: Sendable, Equatable {
  /// What it is.
  public enum Kind: String, CaseIterable, Sendable {
    case invoice
    case creditNote = "credit-note"
    case adjustmentNote = "adjustment-note"
  }

  /// The joint venture as the document names it.
  public struct Seller: Sendable, Hashable {
    /// Code, name, address, tax number and bank, as the tables had them.
    public let code, name, address, taxNumber, bank: String
    /// Its own currency.
    public let currency: Currency
  }

  /// Who pays, as the document names them.
  public struct Buyer: Sendable, Hashable {
    /// Code, name, address and tax number, as the tables had them.
    public let code, name, address, taxNumber: String
    /// Days from the day of issue to the day of payment.
    public let paymentDays: Int
  }

  /// What it is.
  public let kind: Kind
  /// The number; nil for a draft.
  public let number: DocumentNumber?
  /// The day of issue; nil if not given for a draft.
  public let issued: Day?
  /// The month of supply.
  public let month: Month
  /// The month it is settled in: the month of supply, or a later one if that was closed.
  public let booked: Month
  /// The document it corrects.
  public let corrects: DocumentNumber?
  /// Why, for a correction.
  public let reason: String
  /// The joint venture.
  public let seller: Seller
  /// Who pays.
  public let customer: Buyer
  /// The currency of all amounts.
  public let currency: Currency
  /// The kinds of evidence the prices rest on, separated by commas.
  public let evidence: String
  /// The digest of all tables, as they were.
  public let tablesDigest: String
  /// The files of the tables that the prices rest on.
  public let files: [TableFile]
  /// In the order of the input.
  public let lines: [DocumentLine]
  /// One for each tax category and rate.
  public let taxes: [DocumentTax]
  /// The sum of the lines.
  public let net: Money
  /// The sum of the taxes.
  public let tax: Money
  /// What is to be paid.
  public let total: Money

  /// The last day of payment, for an invoice with a day of issue.
  public var due: Day? { issued?.adding(days: customer.paymentDays) }
}

/// What stays the same while a document is drafted, numbered and booked.
struct DocumentHead {
  var kind = Document.Kind.invoice
  var number: DocumentNumber?
  var issued: Day?
  var month: Month
  var booked: Month
  var corrects: DocumentNumber?
  var reason = ""
  var seller: Document.Seller
  var customer: Document.Buyer
  var currency: Currency
  var evidence = ""
  var tablesDigest = ""
  var files: [TableFile] = []
}

extension Document {
  /// A document of lines whose taxes are worked out already, or are by the rates of the lines.
  /// - Throws: `BeyondLimits` where a sum does not fit.
  init(
    _ head: DocumentHead, _ lines: [DocumentLine], taxes given: [DocumentTax]? = nil
  ) throws(BeyondLimits) {
    kind = head.kind
    number = head.number
    issued = head.issued
    month = head.month
    booked = head.booked
    corrects = head.corrects
    reason = head.reason
    seller = head.seller
    customer = head.customer
    currency = head.currency
    evidence = head.evidence
    tablesDigest = head.tablesDigest
    files = head.files
    self.lines = lines
    if let given { taxes = given } else { taxes = try Self.taxes(on: lines, head) }
    var net = Money.zero(head.currency)
    var tax = Money.zero(head.currency)
    for line in lines { net = try net.plus(line.net) }
    for part in taxes { tax = try tax.plus(part.tax) }
    self.net = net
    self.tax = tax
    total = try net.plus(tax)
  }

  /// Tax is rounded once for each category and rate, not for each line.
  static func taxes(
    on lines: [DocumentLine], _ head: DocumentHead
  ) throws(BeyondLimits) -> [DocumentTax] {
    var taxes: [DocumentTax] = []
    for rule in Self.categories(of: lines) {
      let own = lines.filter { $0.tax.isTaxed(with: rule) }
      let net = try sum(own.map(\.net), head.currency)
      taxes.append(
        DocumentTax(
          rule: rule, net: net, tax: try rule.tax(on: net),
          equivalent: try sum(own.map(\.equivalent), head.seller.currency)))
    }
    return taxes
  }

  static func categories(of lines: [DocumentLine]) -> [DocumentLine.Tax] {
    lines.map(\.tax).reduce(into: []) { rules, rule in
      if !rules.contains(where: { $0.isTaxed(with: rule) }) { rules.append(rule) }
    }
  }

  static func sum(_ amounts: [Money], _ currency: Currency) throws(BeyondLimits) -> Money {
    var sum = Money.zero(currency)
    for amount in amounts { sum = try sum.plus(amount) }
    return sum
  }
}

extension DocumentLine.Tax {
  /// The tax on a net amount, to the minor unit, half away from zero.
  func tax(on net: Money) throws(BeyondLimits) -> Money {
    try Money(nearest: try net.exact.times(percent).divided(by: Exact(100)), net.currency)
  }
}

extension Document.Seller {
  init(_ party: Party) {
    code = party.codeText
    name = party.name
    address = party.address
    taxNumber = party.taxNumber
    bank = party.bank
    currency = party.currency
  }
}

extension Document.Buyer {
  init(_ customer: Customer) {
    code = customer.codeText
    name = customer.name
    address = customer.address
    taxNumber = customer.taxNumber
    paymentDays = customer.paymentDays
  }
}
