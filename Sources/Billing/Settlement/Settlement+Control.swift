import ExactMoney
import TariffRules

/// In is not out: the step fails, nothing of it is used.
public struct SettlementFault: Error, Sendable, Equatable {
  /// What does not add up.
  public let what: String
}

extension Settlement {
  /// In equals out, or the step fails.
  /// - Parameter nets: the net amounts of the month's lines, by currency.
  func control(_ nets: [String: Int64]) throws {
    for month in currencies {
      func check(_ holds: Bool, _ what: String) throws {
        if !holds { throw SettlementFault(what: "\(month.currency): \(what)") }
      }
      let code = month.currency.code
      let positions = month.positions
      let given = try positions.reduce(Int64(0)) { $0 + (try $1.given().minorUnits) }
      let net = month.billed.values.reduce(0) { $0 + $1.net.minorUnits }
      let tax = month.billed.values.reduce(0) { $0 + $1.tax.minorUnits }
      try check(net == nets[code] ?? 0, "the documents do not sum up their lines")
      try check(given == net, "the shares are \(given) of \(net) minor units billed")
      try check(positions.reduce(0) { $0 + $1.lean } == 0, "the exact entitlements do not sum up")
      try check(
        positions.reduce(0) { $0 + $1.trueUp.minorUnits } == 0, "the true-ups do not sum to zero")
      for position in positions {
        let off =
          Int128(position.trueUp.minorUnits) * Int128(Allocation.billionths)
          - position.lean
        try check(
          off.magnitude <= Int128(Allocation.billionths).magnitude,
          "\(position.party) is more than one minor unit from its exact share")
      }
      try check(
        positions.reduce(0) { $0 + $1.equity.minorUnits } == 0, "the margin is not divided whole")
      let collected = positions.reduce(0) { $0 + $1.collected.minorUnits }
      try check(collected == net + tax, "what is collected is not what is billed with tax")
      let opening = positions.reduce(0) { $0 + $1.opening.minorUnits }
      try check(opening == 0, "what was carried in does not sum to zero")
      var open = Dictionary(
        uniqueKeysWithValues: try positions.map { ($0.party, try $0.paid().minorUnits) })
      for payment in month.payments {
        open[payment.from, default: 0] += payment.amount.minorUnits
        open[payment.to, default: 0] -= payment.amount.minorUnits
      }
      try check(open.values.allSatisfy { $0 == 0 }, "the payments do not settle the balances")
    }
  }

  /// What the month leaves of each account, for closing it.
  public func balances() throws -> [ClosedBalance] {
    try currencies.flatMap { month in
      try month.positions.map { position in
        ClosedBalance(
          party: position.party, due: try position.due(), paid: try position.paid(),
          carried: position.carried)
      }
    }
  }
}

extension Settlement {
  /// In and out, as `control` has checked them: a line for each currency.
  var controlText: String {
    currencies.map { own in
      let documents = own.billed.values.reduce(0) { $0 + $1.documents }
      let lines = own.billed.values.reduce(0) { $0 + $1.lines }
      let net = own.billed.values.reduce(Int64(0)) { $0 + $1.net.minorUnits }
      return "\(own.currency): \(documents.counted("document")), \(lines.counted("line")), "
        + "\(Exact(net).amountText(own.currency)) net = shares; true-ups and payments sum to zero; "
        + own.payments.count.counted("payment")
    }.joined(separator: "\n")
  }
}
