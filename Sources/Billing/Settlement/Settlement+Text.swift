import ExactMoney
import TariffRules
import Unification

extension Settlement {
  /// The joint venture's own statement: every party, who collected what, who pays whom.
  /// - Parameter names: the parties' full names by code.
  public func text(_ names: [String: String], seal: String?) throws -> String {
    var lines = ["Settlement of \(month)", ""] + state(seal)
    for own in currencies {
      lines += try ["In \(own.currency)", ""] + own.billedLines() + [""]
      lines += try own.entitlementLines() + [""] + own.accountLines() + [""]
      lines += own.paymentLines + [""]
      let chart = try own.chart()
      if !chart.isEmpty { lines += chart + [""] }
    }
    lines += ["Parties"] + partyLines(names)
    return lines.joined(separator: "\n") + "\n"
  }

  private func state(_ seal: String?) -> [String] {
    if let seal { return ["Closed; seal \(seal)", ""] }
    let open = "\(month) is open: figures change with every document until it is closed."
    return [
      isProvisional
        ? open + " So is an earlier month: what it carries forward may change." : open, "",
    ]
  }

  private func partyLines(_ names: [String: String]) -> [String] {
    var layout = Layout([.left, .left], indent: 2)
    let parties = currencies.flatMap(\.positions).map(\.party)
    let once = parties.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    for party in once {
      layout.row(party, names[party] ?? "")
    }
    return layout.lines
  }
}

extension Settlement.InCurrency {
  fileprivate func billedLines() throws -> [String] {
    var layout = Layout([.left, .right, .right, .right, .right, .right], indent: 2)
    layout.row("Billed", "documents", "lines", "net", "tax", "total")
    for kind in Document.Kind.allCases {
      guard let own = billed[kind] else { continue }
      let total = try own.net.adding(own.tax)
      layout.row(
        kind.words, "\(own.documents)", "\(own.lines)", own.net.amountText, own.tax.amountText,
        total.amountText)
    }
    return layout.lines
  }

  fileprivate func entitlementLines() throws -> [String] {
    let kinds = AgreementRule.Kind.allCases.filter { kind in
      positions.contains { $0.shares[kind] != nil }
    }
    let sides = [Layout.Side](repeating: .right, count: kinds.count + 4)
    var layout = Layout([.left] + sides, indent: 2)
    layout.row(
      cells: ["Entitled"] + kinds.map(\.rawValue) + ["corrections", "true-up", "equity", "sum"])
    for position in positions {
      layout.row(
        cells: [position.party] + kinds.map { position.shares[$0]?.amountText ?? "" } + [
          position.corrections.amountText, position.trueUp.amountText,
          position.equity.amountText, try position.entitlement().amountText,
        ])
    }
    return layout.lines
  }

  fileprivate func accountLines() throws -> [String] {
    let sides = [Layout.Side](repeating: .right, count: 7)
    var layout = Layout([.left] + sides, indent: 2)
    layout.row(
      "Account", "entitled", "tax", "collected", "carried in", "net due", "carried on", "paid")
    for position in positions {
      layout.row(
        position.party, try position.entitlement().amountText, position.tax.amountText,
        position.collected.negated.amountText, position.opening.amountText,
        try position.due().amountText, position.carried.amountText,
        try position.paid().amountText)
    }
    return layout.lines
  }

  fileprivate var paymentLines: [String] {
    if payments.isEmpty { return ["  No payments"] }
    var layout = Layout([.left, .left, .left, .right], indent: 2)
    for payment in payments {
      layout.row(payment.from, "pays", payment.to, payment.amount.amountText)
    }
    return ["  Payments"] + layout.lines
  }

  /// Bars of what each party has of the month; a party below zero has none.
  fileprivate func chart() throws -> [String] {
    let sums = try positions.map { ($0.party, try $0.given()) }
    let most = sums.map(\.1.minorUnits).max() ?? 0
    guard most > 0 else { return [] }
    var layout = Layout([.left, .right, .left], indent: 2)
    for (party, sum) in sums where sum.minorUnits > 0 {
      let width = Int((Int128(sum.minorUnits) * 40 + Int128(most) - 1) / Int128(most))
      layout.row(party, sum.amountText, String(repeating: "#", count: width))
    }
    return ["  Shares of the month"] + layout.lines
  }
}

extension Document.Kind {
  fileprivate var words: String {
    switch self {
    case .invoice: "invoices"
    case .creditNote: "credit notes"
    case .adjustmentNote: "adjustment notes"
    }
  }
}
