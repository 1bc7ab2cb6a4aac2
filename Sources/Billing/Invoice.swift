import ExactMoney
import TariffRules
import Unification

/// One line of an invoice: a consignment at its through-rate.
public struct InvoiceLine: Sendable {
  /// The consignment note number.
  public let reference: String
  /// What was carried.
  public let consignment: Consignment
  /// Its price, with the shares that the customer does not see.
  public let price: Price
  /// The one tax category of the line.
  public let tax: TaxRule
  /// The net amount in the seller's currency, at the official rate of the day of supply.
  public let equivalent: Money

  /// The net amount.
  public var net: Money { price.total }
}

/// The lines of one tax category, taxed together.
public struct InvoiceTax: Sendable {
  /// The rule.
  public let rule: TaxRule
  /// What is taxed.
  public let net: Money
  /// The tax: rounded once for the category and document.
  public let tax: Money
  /// The net amount in the seller's currency.
  public let equivalent: Money
}

/// An invoice: one customer, one currency, one billing month (or one consignment).
public struct Invoice: Sendable {
  /// The number; nil for a draft.
  public let number: String?
  /// The day of issue; nil if not given for a draft.
  public let issued: Day?
  /// The billing month, of the day of supply.
  public let month: Month
  /// The joint venture.
  public let seller: Party
  /// Who pays.
  public let customer: Customer
  /// The currency of all amounts.
  public let currency: Currency
  /// A consignment each, in the order of the input.
  public let lines: [InvoiceLine]
  /// One for each tax category and rate.
  public let taxes: [InvoiceTax]
  /// The sum of the lines.
  public let net: Money
  /// The sum of the taxes.
  public let tax: Money
  /// What is to be paid.
  public let total: Money

  /// Adds up the lines and works out the taxes.
  /// - Throws: `BeyondLimits` where a sum does not fit.
  init(
    number: String?, issued: Day?, month: Month, seller: Party, customer: Customer,
    currency: Currency, lines: [InvoiceLine]
  ) throws(BeyondLimits) {
    self.number = number
    self.issued = issued
    self.month = month
    self.seller = seller
    self.customer = customer
    self.currency = currency
    self.lines = lines
    var taxes: [InvoiceTax] = []
    var net = Money.zero(currency)
    var tax = Money.zero(currency)
    for rule in Self.rules(of: lines) {
      let own = lines.filter { $0.tax.isTaxed(with: rule) }
      let made = try InvoiceTax(rule, own, currency, seller.currency)
      taxes.append(made)
      net = try net.plus(made.net)
      tax = try tax.plus(made.tax)
    }
    self.taxes = taxes
    self.net = net
    self.tax = tax
    total = try net.plus(tax)
  }

  private static func rules(of lines: [InvoiceLine]) -> [TaxRule] {
    lines.map(\.tax).reduce(into: []) { rules, rule in
      if !rules.contains(where: { $0.isTaxed(with: rule) }) { rules.append(rule) }
    }
  }

  /// The last day of payment, for an invoice with a day of issue.
  public var due: Day? { issued?.adding(days: customer.paymentDays) }
}

extension InvoiceTax {
  init(
    _ rule: TaxRule, _ lines: [InvoiceLine], _ currency: Currency, _ sellerCurrency: Currency
  ) throws(BeyondLimits) {
    var net = Money.zero(currency)
    var equivalent = Money.zero(sellerCurrency)
    for line in lines {
      net = try net.plus(line.net)
      equivalent = try equivalent.plus(line.equivalent)
    }
    let exact = try net.exact.times(rule.percent).divided(by: Exact(100))
    let rounding = Rounding(to: currency, mode: .halfAway)
    self.rule = rule
    self.net = net
    tax = try Money(exactly: try exact.rounded(rounding), currency)
    self.equivalent = equivalent
  }
}

extension TaxRule {
  /// Whether two rules are of one category and rate, so that their lines are taxed together.
  fileprivate func isTaxed(with other: TaxRule) -> Bool {
    category == other.category && percent == other.percent
  }
}
