import ExactMoney
import TariffRules

extension Quote {
  /// The quote for people: the price, every leg and charge with its steps, the division, and what
  /// it rests on.
  public func text(_ tables: TariffTables, forCustomer: Bool = false) -> String {
    var lines = heading(tables)
    switch result {
    case .success(let price):
      lines += price.summary(forCustomer: forCustomer)
      if !forCustomer {
        lines += ["", "How the price comes about"]
        for leg in price.legs { lines += leg.lines(tables) }
        lines += price.pricingLines(tables)
        lines += ["", "How it is divided"] + price.divisionLines(tables)
      }
      lines += price.lists
      lines += alternativeLines(than: price)
    case .failure(let refusal):
      lines += refusal.lines(tables) + alternativeLines(than: nil)
    }
    if !findings.isEmpty {
      lines += ["", "Please note"]
      for finding in findings {
        let place = forCustomer ? "" : " (\(finding.file):\(finding.line))"
        lines.append("  \(finding.message)\(place)")
        lines.append("    \(finding.remedy)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ tables: TariffTables) -> [String] {
    guard let consignment else { return [] }
    let directory = tables.directory
    let load = given["load"] ?? "loaded"
    let reference = consignment.reference.map { " \($0)" } ?? ""
    var what = "\(consignment.count) × \(tables.symbols.name(of: consignment.equipment)), \(load)"
    what += ", commodity \(given["commodity"] ?? "")"
    if let owner = given["owner"] { what += ", \(owner)" }
    if let weight = given["weight_kg"] { what += ", \(weight) kg net each" }
    return [
      "Quote\(reference) for \(consignment.date): "
        + "\(directory.label(consignment.from)) to \(directory.label(consignment.to))",
      what, "",
    ]
  }

  private func alternativeLines(than price: Price?) -> [String] {
    guard !alternatives.isEmpty else { return [] }
    var layout = Layout([.left, .left, .right], indent: 2)
    for other in alternatives {
      layout.row(other.lane, other.status.rawValue, other.total?.description ?? "")
    }
    var lines = ["", "Other lanes"]
    for (other, line) in zip(alternatives, layout.lines) {
      lines.append(line)
      if let reason = other.reason { lines.append("    \(reason)") }
    }
    return lines
  }
}

extension Price {
  fileprivate func summary(forCustomer: Bool) -> [String] {
    var layout = Layout([.left, .left])
    layout.row("Price", "\(unitRate) per \(unit.rawValue)")
    layout.row("Total", "\(total) for \(count)")
    layout.row("Lane", laneName == lane ? lane : "\(lane): \(laneName)")
    layout.row("Holds until", validUntil.description)
    if let transitDays {
      var text = transitDays.counted("day")
      if let guaranteedDays { text += ", \(guaranteedDays) guaranteed" }
      if let lateRebatePerDay {
        text += "; rebate \(lateRebatePerDay) per \(unit.rawValue) and day late"
      }
      layout.row("Transit", text)
    }
    // The customer is told how good the figures are, not whose they are.
    let rests =
      forCustomer
      ? evidence.map(\.rawValue)
      : evidenceByCarrier.map { "\($0.country) \($0.carrier): \($0.evidence.rawValue)" }
    layout.row("Rests on", rests.joined(separator: forCustomer ? ", " : "; "))
    return layout.lines
  }

  fileprivate func pricingLines(_ tables: TariffTables) -> [String] {
    var layout = Layout([.left, .right], indent: 2)
    layout.row("Sum of the charges", "\(sumText)")
    layout.row("Pricing: \(adjustmentText)\(tables.place(pricingMark))", "\(adjustment)")
    layout.row("Total", "\(total)")
    return [""] + layout.lines
  }

  private var sumText: String {
    (try? total.minus(adjustment)).map(\.description) ?? ""
  }

  fileprivate func divisionLines(_ tables: TariffTables) -> [String] {
    var layout = Layout([.left, .left, .right], indent: 2)
    for share in shares { layout.row(share.partyCode, share.kind.rawValue, "\(share.amount)") }
    layout.row("Total", "", "\(total)")
    return layout.lines + [""] + division.map { "  \($0.text)\(tables.place($0.mark))" }
  }

  fileprivate var lists: [String] {
    var lines: [String] = []
    if !includes.isEmpty { lines += ["", "Included"] + includes.map { "  \($0)" } }
    if !excludes.isEmpty { lines += ["", "Not included"] + excludes.map { "  \($0)" } }
    return lines
  }
}

extension Leg {
  fileprivate func lines(_ tables: TariffTables) -> [String] {
    let directory = tables.directory
    var title = "\(carrierCode) (\(country)), \(directory.label(from))"
    title += from == to ? "" : " to \(directory.label(to)), \(traffic)"
    if let distanceKilometres { title += ", \(distanceKilometres) km" }
    if let chargeableWeight {
      title += ", billed \(FactWords.decimal(thousandths: chargeableWeight)) kg"
    }
    var lines = ["", "  \(title): \(amount)"]
    for charge in charges {
      lines.append(
        "    \(charge.name): \(charge.unitRateText) \(amount.currency.code) per "
          + "\(charge.unit.rawValue)\(charge.quantityText) = \(charge.perUnit) each, "
          + "\(charge.amount) in all")
      lines += charge.stepLines(tables)
    }
    return lines
  }
}

extension Charge {
  fileprivate var quantityText: String { quantity == .one ? "" : " × \(quantity)" }

  fileprivate func stepLines(_ tables: TariffTables) -> [String] {
    var layout = Layout([.left, .right, .left], indent: 6)
    for step in steps {
      layout.row(step.words, step.result, tables.place(step.mark, evidence: true))
    }
    return layout.lines
  }
}

extension Step {
  fileprivate var words: String {
    let figure = value.map(\.description) ?? ""
    let name = name ?? ""
    switch what {
    case .rate: return "rate \(figure) \(currency ?? "") (\(name))"
    case .column: return "column \(name)"
    case .distance: return "\(name) \(figure) km picks the row"
    case .weight: return "\(name) \(figure)"
    case .quantity: return "× \(figure) \(name)"
    case .coefficient: return "× \(figure) \(name)"
    case .markUp: return "× \(figure) \(name) (mark-up)"
    case .floor: return "at least \(figure) (\(name))"
    case .ceiling: return "at most \(figure) (\(name))"
    case .included: return "\(name) \(figure): already in the rate"
    case .conversion: return "\(name): \(figure)"
    case .unitRate: return figure.isEmpty ? "unit rate, \(name)" : "unit rate to \(figure), \(name)"
    case .charge: return figure.isEmpty ? "charge, \(name)" : "charge to \(figure), \(name)"
    }
  }

  /// The value after the step; fractions with no finite decimal as people can compare them, too.
  fileprivate var result: String {
    switch what {
    case .column, .distance, .weight, .included: return ""
    default: return "= \(after.approximation(digits: 6))"
    }
  }
}

extension Exact {
  /// The decimal if it has few digits, else its first digits followed by `…`.
  public func approximation(digits: Int) -> String {
    if let text = text(digits: digits) {
      return text.contains(".") ? description : text
    }
    guard let step = Exact(1, over: 1_000_000),
      let rounding = Rounding(step: step, mode: .down), let cut = try? rounded(rounding)
    else { return description }
    return cut.description + "…"
  }
}

extension TariffTables {
  /// Where a row stands, for the end of a line; with its evidence if asked.
  fileprivate func place(_ mark: Mark?, evidence: Bool = false) -> String {
    guard let mark else { return "" }
    let place = "\(path(mark)):\(mark.line)"
    return evidence ? "\(place) \(mark.evidence.rawValue)" : " [\(place)]"
  }
}

extension Refusal.Miss {
  /// What is asked for, what there is, and by how much it fails.
  fileprivate var words: String {
    let owner = field == "as-of" ? "the question" : "the consignment"
    return "\(field) \(wanted), \(owner) has \(has)" + (by.map { ": \($0)" } ?? "")
  }
}

extension Refusal {
  fileprivate func lines(_ tables: TariffTables) -> [String] {
    if problems.count > 1 {
      return problems.flatMap { ["\(title): \($0.text)", "  \($0.remedy)"] }
    }
    var lines = ["\(title): \(message)", "  \(remedy)"]
    if let nearest {
      lines.append(
        "  closest: \(tables.path(nearest.mark)):\(nearest.mark.line) wants \(nearest.miss.words)")
      for miss in nearest.others { lines.append("    and \(miss.words)") }
    }
    for mark in candidates { lines.append("  see \(tables.path(mark)):\(mark.line)") }
    return lines
  }

  private var title: String {
    switch status {
    case .priced: "Priced"
    case .onRequest: "Price on request"
    case .noRate: "No rate"
    case .conflict: "Conflict"
    case .rejected: "Rejected"
    }
  }
}
