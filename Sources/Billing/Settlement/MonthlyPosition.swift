import ExactMoney
import TariffRules

/// What a party has earned and collected in a month, in one currency.
public struct MonthlyPosition: Sendable, Equatable {
  /// The party's code.
  public let party: String
  /// Its shares in the month's invoices, by the step of the agreement that gave them.
  public internal(set) var shares: [AgreementRule.Kind: Money] = [:]
  /// Its shares in credit and adjustment notes.
  public internal(set) var corrections: Money
  /// What makes of its rounded shares its exact entitlement of the month, given out once.
  public internal(set) var trueUp: Money
  /// Its part of the joint venture's margin, by equity; for the joint venture what it gives.
  public internal(set) var equity: Money
  /// Value-added tax on the month's documents, which the joint venture owes the state.
  public internal(set) var tax: Money
  /// What it collects from customers, tax included.
  public internal(set) var collected: Money
  /// What was carried into the month.
  public internal(set) var opening: Money
  /// What of the balance is carried into the next month; the rest is paid.
  public internal(set) var carried: Money
  /// By how much the exact entitlements are above the shares, in billionths of a minor unit.
  var lean: Int128 = 0

  init(party: String, _ currency: Currency) {
    self.party = party
    let none = Money.zero(currency)
    corrections = none
    trueUp = none
    equity = none
    tax = none
    collected = none
    opening = none
    carried = none
  }

  /// Everything the party was given as shares of lines.
  func given() throws(BeyondLimits) -> Money {
    var sum = corrections
    for share in shares.values { sum = try sum.adding(share) }
    return sum
  }

  /// What it is entitled to for the month: shares, true-up and its part of the margin.
  public func entitlement() throws(BeyondLimits) -> Money {
    try given().adding(trueUp).adding(equity)
  }

  /// What it is owed (negative: owes) at the end of the month.
  public func due() throws(BeyondLimits) -> Money {
    try entitlement().adding(tax).subtracting(collected).adding(opening)
  }

  /// What it is paid (negative: pays).
  public func paid() throws(BeyondLimits) -> Money { try due().subtracting(carried) }
}

/// One payment that settles balances.
public struct Payment: Sendable, Equatable {
  /// Who pays, and who is paid.
  public let from: String, to: String
  /// How much.
  public let amount: Money
}
