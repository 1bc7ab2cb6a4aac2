import ExactMoney

/// One row of the division agreement.
public struct AgreementRule: Sendable {
  /// What the step does.
  public enum Kind: String, CaseIterable, Sendable {
    case passThrough = "pass-through"
    case arbitrary, margin, prorate, guarantee
    case oddCents = "odd-cents"
    case deficit
    case lateRebate = "late-rebate"
    case carryForward = "carry-forward"

    /// Whether it is of a consignment, and not of a whole month.
    public var isOfConsignment: Bool { self != .carryForward }
  }

  /// What the remainder is divided by.
  public enum Basis: String, CaseIterable, Sendable {
    case ownCharges = "own-charges"
    case distance, percent, equity
  }

  /// What a percentage is of.
  public enum Of: String, CaseIterable, Sendable {
    case remainder
    case throughRate = "through-rate"
  }

  /// The order of the steps.
  public let step: Int
  /// What it does.
  public let kind: Kind
  /// When it applies.
  public let conditions: Conditions
  /// The parties, in order; empty means all (`*`).
  public let parties: [Int64]
  /// A fixed amount per unit.
  public let amount: Money?
  /// A percentage.
  public let percent: Exact?
  /// What it is a percentage of.
  public let of: Of?
  /// What the remainder is divided by.
  public let basis: Basis?
  /// Weight of a kilometre of this party.
  public let weight: Exact?
  /// Who pays: `margin`, `others`, `prorate`, `all`, or a party's code.
  public let fundedBy: String?
  /// How a percentage is rounded to the minor unit.
  public let rounding: RoundingMode?
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [AgreementRule] {
    var thresholds: [Currency: Int32] = [:]
    return reader.rows.compactMap { row -> AgreementRule? in
      guard row.needed("step") != nil, let step = row.whole("step", in: 0...1000),
        row.needed("kind") != nil, let kind = row.word("kind", Kind.self)
      else { return nil }
      let names = row.list("party").filter { $0 != "*" }
      let parties = names.compactMap { name in
        reader.loader.symbol(name, .party) {
          row.report("party", "unknown party '\(name)'", $0)
        }
      }
      let rule = AgreementRule(
        step: step, kind: kind, conditions: row.conditions(), parties: parties,
        amount: row.money("amount", "currency"), percent: row.decimal("percent"),
        of: row.word("of", Of.self), basis: row.word("basis", Basis.self),
        weight: row.decimal("weight"), fundedBy: row.text("funded_by"),
        rounding: row.word("rounding", RoundingMode.self), mark: row.mark)
      rule.check(row)
      if kind == .carryForward, let currency = rule.amount?.currency {
        if let line = thresholds[currency] {
          row.report(
            "currency", "a second 'carry-forward' in \(currency), after that of line \(line)",
            "keep one of them")
        }
        thresholds[currency] = row.mark.line
      }
      return rule
    }
  }

  /// The cells a kind needs, each reported on its own.
  private func check(_ row: Row) {
    func need(_ present: Bool, _ column: String, _ what: String) {
      if !present {
        row.report(
          column, "'\(kind.rawValue)' needs \(what)",
          "fill in '\(column)'; TariffTables/README.md lists the kinds of step")
      }
    }
    switch kind {
    case .passThrough: need(parties.isEmpty, "party", "'*' as party: all who are not partners")
    case .arbitrary, .guarantee:
      need(parties.count == 1, "party", "one party")
      need(amount != nil, "amount", "an amount with its currency")
      if kind == .guarantee {
        need(["margin", "others"].contains(fundedBy), "funded_by", "'margin' or 'others'")
      }
    case .margin:
      need(parties.count == 1, "party", "one party")
      need((amount != nil) != (percent != nil), "percent", "either a percentage or an amount")
      if percent != nil {
        need(of != nil, "of", "'remainder' or 'through-rate'")
        need(rounding != nil, "rounding", "a rounding mode")
      }
    case .prorate:
      need(basis != nil, "basis", "a basis")
      if basis == .percent {
        need(parties.count == 1 && percent != nil, "percent", "one party and its percentage")
      }
      if basis == .distance {
        need(weight != nil && parties.count <= 1, "weight", "a weight for one party or '*'")
      }
      if basis == .ownCharges || basis == .equity {
        need(parties.isEmpty, "party", "'*' as party: this basis divides among all")
      }
    case .oddCents:
      need(!parties.isEmpty, "party", "the parties in their order")
      need(Set(parties).count == parties.count, "party", "each party once")
    case .deficit:
      need(["margin", "prorate"].contains(fundedBy), "funded_by", "'margin' or 'prorate'")
    case .carryForward:
      need(amount != nil, "amount", "an amount with its currency")
      if !conditions.tests.isEmpty {
        row.report(
          "kind", "'carry-forward' is of a whole month, not of some consignments",
          "write '*' in its conditions")
      }
    case .lateRebate:
      need(fundedBy != nil, "funded_by", "'margin', 'all' or a carrier's code")
      if let fundedBy, fundedBy != "margin" && fundedBy != "all" {
        _ = row.code("funded_by", .carrier)
      }
    }
    for (value, column) in [(percent, "percent"), (weight, "weight"), (amount?.exact, "amount")] {
      if let value, value < .zero {
        row.report(column, "'\(column)' cannot be negative", "write 0 or more")
      }
    }
  }
}

extension Row {
  /// An amount with its currency; nil where the cell is empty.
  func money(_ amountColumn: String, _ currencyColumn: String) -> Money? {
    guard let amount = decimal(amountColumn) else { return nil }
    guard let currency = currency(currencyColumn) else {
      report(amountColumn, "the amount has no currency", "fill in '\(currencyColumn)'")
      return nil
    }
    if let money = try? Money(exactly: amount, currency) { return money }
    report(
      amountColumn, "\(amount) is not a whole number of minor units of \(currency.code)",
      "use at most \(currency.minorDigits) decimals")
    return nil
  }
}
