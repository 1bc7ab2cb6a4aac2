import ExactMoney

/// How the one price of a through-rate comes about.
public struct PricingRule: Sendable {
  /// Where the price starts from.
  public enum Method: String, CaseIterable, Sendable {
    /// The sum of the legs' charges.
    case sum
    /// A published unified rate.
    case fixed
  }

  /// What a person would call it, as a symbol.
  public let name: Int64
  /// When it applies.
  public let conditions: Conditions
  /// A lower rank goes before a higher one.
  public let rank: Int
  /// Where the price starts from.
  public let method: Method
  /// The price per unit, for `fixed`.
  public let rate: Exact?
  /// The currency of the through-rate; nil: the customer's, else the policy's.
  public let currency: Currency?
  /// Bounds per unit, as amounts.
  public let floor: Exact?, cap: Exact?
  /// Bounds as percentages of the sum of the charges.
  public let floorPercent: Exact?, capPercent: Exact?
  /// What the price is rounded to.
  public let rounding: Rounding
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [PricingRule] {
    for row in reader.rows {
      if let name = row.text("name") { reader.loader.define(name, .pricing) }
    }
    return reader.rows.compactMap { row in
      guard let name = row.needed("name"), row.needed("method") != nil,
        let method = row.word("method", Method.self), row.needed("step") != nil,
        let step = row.decimal("step"), row.needed("rounding") != nil,
        let mode = row.word("rounding", RoundingMode.self)
      else { return nil }
      guard let rounding = Rounding(step: step, mode: mode) else {
        row.report("step", "a rounding step must be above zero", "write '1' or '0.01'")
        return nil
      }
      let rate = row.decimal("rate")
      if (method == .fixed) != (rate != nil) {
        row.report(
          "rate", "a fixed price needs a rate, a sum has none",
          "fill in 'rate' for 'fixed', leave it empty for 'sum'")
      }
      if method == .fixed && row.currency("currency") == nil {
        row.report("currency", "a fixed price needs its currency", "fill in 'currency'")
      }
      row.refuseNegative("rate", "floor", "cap", "floor_percent", "cap_percent")
      if row.text("currency") == nil && (row.text("floor") ?? row.text("cap")) != nil {
        row.report("currency", "a floor or cap needs its currency", "fill in 'currency'")
      }
      return PricingRule(
        name: reader.loader.symbols.intern(name), conditions: row.conditions(),
        rank: row.whole("rank", in: 0...1000) ?? 1, method: method, rate: rate,
        currency: row.currency("currency"), floor: row.decimal("floor"), cap: row.decimal("cap"),
        floorPercent: row.decimal("floor_percent"), capPercent: row.decimal("cap_percent"),
        rounding: rounding, mark: row.mark)
    }
  }
}

/// Which tax category a service has.
public struct TaxRule: Sendable {
  /// The categories of value-added tax.
  public enum Category: String, CaseIterable, Sendable {
    case zeroRated = "zero-rated"
    case exempt, standard
    case outOfScope = "out-of-scope"
  }

  /// As the invoice shows it.
  public let name: String
  /// When it applies.
  public let conditions: Conditions
  /// The category.
  public let category: Category
  /// The rate in percent.
  public let percent: Exact
  /// The law it rests on, as the invoice shows it.
  public let legalBasis: String
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [TaxRule] {
    reader.rows.compactMap { row in
      guard let name = row.needed("name"), row.needed("category") != nil,
        let category = row.word("category", Category.self), row.needed("percent") != nil,
        let percent = row.decimal("percent")
      else { return nil }
      row.refuseNegative("percent")
      if percent > Exact(100) {
        row.report("percent", "a tax of more than 100 percent", "write '16' for sixteen percent")
      }
      if category != .standard && percent != .zero {
        row.report("percent", "only the standard category has a rate", "write 0")
      }
      return TaxRule(
        name: name, conditions: row.conditions(), category: category, percent: percent,
        legalBasis: row.text("legal_basis") ?? "", mark: row.mark)
    }
  }
}
