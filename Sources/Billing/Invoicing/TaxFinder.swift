import TariffRules
import Unification

/// Finds the one tax category of a consignment: by the seller's country, the service and the
/// traffic.
struct TaxFinder {
  let tables: TablesInForce
  let seller: Party

  /// The one rule that fits.
  /// - Parameter facts: what is known of the consignment on its route.
  func rule(for consignment: Consignment, _ facts: Facts) throws(Refusal) -> TaxRule {
    let symbols = tables.tables.symbols
    var facts = facts
    facts[.traffic] = symbols.number(of: traffic(consignment)) ?? Facts.absent
    facts[.sellerCountry] = symbols.number(of: seller.country) ?? Facts.absent
    facts[.service] = symbols.number(of: "carriage") ?? Facts.absent
    var fitting: [TaxRule] = []
    for rule in tables.taxes?.content ?? [] {
      switch rule.conditions.match(facts, tables.groupings) {
      case .yes: fitting.append(rule)
      case .no: continue
      case .needs(let field):
        throw Refusal(
          .rejected, "needs-field", "tax '\(rule.name)' needs \(field.column)",
          remedy: "give '\(field.column)'", field: field.column, candidates: [rule.mark])
      }
    }
    if let only = fitting.first, fitting.count == 1 { return only }
    let places = fitting.map { "\(tables.tables.path($0.mark)):\($0.mark.line)" }
      .joined(separator: " or ")
    let what = "\(traffic(consignment)) carriage sold from \(seller.country) on \(tables.day)"
    throw Refusal(
      fitting.isEmpty ? .rejected : .conflict, fitting.isEmpty ? "no-tax" : "two-taxes",
      fitting.isEmpty ? "no tax category for \(what)" : "several tax categories for \(what)",
      remedy: fitting.isEmpty
        ? "add a row that fits to joint-venture/taxes" : "narrow the conditions of \(places)",
      candidates: fitting.map(\.mark))
  }

  /// Import, export, transit or domestic as the seller's country sees the whole consignment.
  ///
  /// A border point at an end means that the goods come from beyond it or go on beyond it.
  private func traffic(_ consignment: Consignment) -> String {
    // A place that is not in force has no rule of tax.
    guard let from = tables.places[consignment.from], let to = tables.places[consignment.to] else {
      return "unknown"
    }
    switch (from.isBorder, to.isBorder) {
    case (true, true): return "transit"
    case (true, false): return "import"
    case (false, true): return "export"
    case (false, false):
      if from.country == to.country { return "domestic" }
      if from.country == seller.country { return "export" }
      return to.country == seller.country ? "import" : "transit"
    }
  }
}
