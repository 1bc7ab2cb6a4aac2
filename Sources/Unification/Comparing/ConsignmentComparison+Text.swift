import ExactMoney
import TariffRules

extension ConsignmentComparison {
  /// How many consignments the text shows one by one, those with the largest difference first.
  public static let mostShown = 20

  /// The money for people: totals, then by lane, party, customer and charge, then the rows that
  /// made the difference, then the consignments that differ, then the control.
  public func text() -> String {
    var lines: [String] = []
    for currency in totals.currencies {
      lines += ["In \(currency)"]
      lines += table(currency).lines
      let rows = made[currency, default: []].filter { !$0.tally.difference.isZero }
      if !rows.isEmpty { lines += ["", "Rows that made the difference"] }
      for made in rows { lines += made.lines(currency) }
      lines.append("")
    }
    lines += entryLines
    if !exceptions.isEmpty { lines.append("Not compared") }
    for exception in exceptions { lines += exception.lines }
    if !exceptions.isEmpty { lines.append("") }
    return (lines + control).joined(separator: "\n") + "\n"
  }

  private func table(_ currency: Currency) -> Layout {
    var layout = Layout([.left, .right, .right, .right, .right], indent: 2)
    layout.row("", "consignments", "before", "after", "difference")
    func row(_ name: String, _ tally: Tally) {
      layout.row(
        name, "\(tally.count)", tally.before.amountText(currency),
        tally.after.amountText(currency), tally.difference.amountText(currency))
    }
    let groups = [
      ("lane", lanes), ("party", parties), ("customer", customers), ("charge", charges),
    ]
    for (title, tallies) in groups {
      layout.row("by \(title)")
      for (name, tally) in tallies.list(currency) {
        // A charge has each side added by itself.
        let count = title == "charge" ? "" : "\(tally.count)"
        layout.row(
          "  \(name.isEmpty ? "(none)" : name)", count, tally.before.amountText(currency),
          tally.after.amountText(currency), tally.difference.amountText(currency))
      }
    }
    row("total", totals.sum(currency))
    return layout
  }

  private var entryLines: [String] {
    guard !entries.isEmpty else { return [] }
    let largest = entries.enumerated().sorted { one, other in
      let (left, right) = (
        one.element.difference.difference.minorUnits.magnitude,
        other.element.difference.difference.minorUnits.magnitude
      )
      return left != right ? left > right : one.offset < other.offset
    }.prefix(Self.mostShown).map(\.element)
    var lines = ["Consignments that differ"]
    for entry in largest { lines += entry.lines }
    if entries.count > largest.count {
      lines.append(
        "  … and \(entries.count - largest.count) with smaller differences: CSV and JSON have all")
    }
    return lines + [""]
  }

  private var control: [String] {
    var lines = [
      "Control: \(count.counted("consignment")) read: \(compared) compared "
        + "(\(entries.count) differ), "
        + "\(exceptions.count) not comparable, \(unpriced) without a price on either side"
    ]
    for currency in totals.currencies {
      let total = totals.sum(currency)
      lines.append(
        "  \(currency): \(total.before.amountText(currency)) + "
          + "\(total.difference.amountText(currency)) = \(total.after.amountText(currency)); "
          + (addsUp
            ? "lanes, parties, customers, charges and rows add up to it"
            : "THE PARTS DO NOT ADD UP TO IT"))
    }
    return lines
  }
}

extension ConsignmentComparison.Made {
  fileprivate func lines(_ currency: Currency) -> [String] {
    let number = tally.count.counted("charge")
    let amount = "  \(tally.difference.amountText(currency)) in \(number)"
    if causes.isEmpty {
      return [amount + (isPricing ? ": what pricing adds or takes follows the charges" : "")]
    }
    return [amount] + causes.map { "    \($0.words)" }
  }
}

extension PriceDifference.Cause {
  /// `coefficient 'private wagon': 0.85 [file:line] -> 0.8 [file:line]`.
  public var words: String {
    guard let any = after ?? before else { return "" }
    let isNamed = any.what != "pricing" && any.what != "division"
    let name = isNamed && before?.name ?? any.name == any.name ? " '\(any.name)'" : ""
    func side(_ step: PriceRecord.Step?) -> String {
      guard let step else { return "(nothing)" }
      let figure = step.value.isEmpty || name.isEmpty ? step.name : ""
      let text = [figure, step.value].filter { !$0.isEmpty }.joined(separator: " ")
      let place = step.place.map { "[\($0.path):\($0.line)]" } ?? ""
      return [text, place].filter { !$0.isEmpty }.joined(separator: " ")
    }
    return "\(any.what)\(name): \(side(before)) -> \(side(after))"
  }
}

extension ConsignmentComparison.Subject {
  fileprivate var words: String {
    (reference.isEmpty ? "line \(line)" : reference + (line > 0 ? " (line \(line))" : ""))
      + (customer.isEmpty ? "" : ", \(customer)")
  }
}

extension ConsignmentComparison.Entry {
  fileprivate var lines: [String] {
    let lane =
      difference.laneBefore == difference.laneAfter
      ? difference.laneAfter : "\(difference.laneBefore) -> \(difference.laneAfter)"
    var lines = [
      "  \(subject.words), \(lane): \(difference.before.amountText) -> \(difference.after), "
        + "difference \(difference.difference.amountText)"
    ]
    var layout = Layout([.left, .right, .right, .right], indent: 4)
    for charge in difference.charges {
      layout.row(
        charge.carrier.isEmpty ? charge.code : "\(charge.carrier) \(charge.code)",
        charge.before.amountText, charge.after.amountText, charge.difference.amountText)
    }
    for party in difference.parties where party.difference.minorUnits != 0 {
      layout.row(
        "share of \(party.party)", party.before.amountText, party.after.amountText,
        party.difference.amountText)
    }
    for (index, line) in layout.lines.enumerated() {
      lines.append(line)
      guard index < difference.charges.count else { continue }
      lines += difference.charges[index].causes.map { "      \($0.words)" }
    }
    return lines + difference.division.map { "      \($0.words)" }
  }
}

extension ConsignmentComparison.Exception {
  fileprivate var lines: [String] {
    ["  \(subject.words)", "    before: \(before.words)", "    after:  \(after.words)"]
  }
}

extension ConsignmentComparison.Answer {
  /// The total, or why there is none.
  fileprivate var words: String {
    switch self {
    case .price(let record): "\(record.total), \(record.lane)"
    case .none(let status, let message): "\(status.rawValue): \(message)"
    }
  }
}
