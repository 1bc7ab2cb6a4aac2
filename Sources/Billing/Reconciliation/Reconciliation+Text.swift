import ExactMoney
import TariffRules
import Unification

extension Reconciliation {
  private static let mostListed = 200

  /// For people: the sums, the parts of the difference, and each item that does not match.
  public func text() -> String {
    var lines = [
      "Reconciliation of \(party.name) (\(party.codeText)) for \(month)",
      "\(rows.counted("row")) of \(file), read by \(layout), against "
        + "\(entries.counted("entry", "entries")) of the statement", "",
    ]
    if currencies.isEmpty { lines += ["Nothing on either side.", ""] }
    for own in currencies {
      lines += ["In \(own.currency)", ""] + own.outcomeLines + [""]
      if !own.parts.isEmpty { lines += own.partLines + [""] }
      lines += itemLines(own.currency)
    }
    lines += controlLines
    return lines.joined(separator: "\n") + "\n"
  }

  private func itemLines(_ currency: Currency) -> [String] {
    let open = items.filter { $0.outcome != .matched && $0.difference.currency == currency }
    guard !open.isEmpty else { return [] }
    var layout = Layout([.left, .left, .right, .right, .right, .right, .left], indent: 2)
    layout.row("Reference", "Ours in", "Their line", "Ours", "Theirs", "Difference", "")
    for item in open.prefix(Self.mostListed) {
      layout.row(
        item.reference, item.placesText, item.line.map { "\($0)" } ?? "",
        item.ours?.amountText ?? "", item.theirs?.amountText ?? "", item.difference.amountText,
        (item.cause?.rawValue ?? item.outcome.rawValue) + (item.why.isEmpty ? "" : ": \(item.why)"))
    }
    let more = open.count - Self.mostListed
    return layout.lines + (more > 0 ? ["  … and \(more) more: --format csv has all"] : []) + [""]
  }

  private var controlLines: [String] {
    var lines = [
      "Control: \(rows.counted("row")) of the file and \(entries.counted("entry", "entries")) of "
        + "the statement in \(items.count.counted("item"))"
    ]
    for own in currencies {
      let parts = own.parts.map { part in
        let amount = part.sum.difference
        let sign = amount.minorUnits < 0 ? "-" : "+"
        return " \(sign) \(amount.minorUnits < 0 ? amount.negated.amountText : amount.amountText) "
          + part.name
      }.joined()
      lines.append(
        "  \(own.currency): ours \(own.total.ours.amountText)\(parts) "
          + "= theirs \(own.total.theirs.amountText)")
    }
    return lines
  }
}

extension Reconciliation.Item {
  /// The lines of our documents: `SERIES-2026-000001/2`, several separated by `;`.
  var placesText: String {
    places.map { "\($0.document)/\($0.position)" }.joined(separator: ";")
  }
}

extension Reconciliation.InCurrency {
  fileprivate var outcomeLines: [String] {
    var layout = Layout([.left, .right, .right, .right, .right], indent: 2)
    layout.row("", "items", "ours", "theirs", "difference")
    func row(_ name: String, _ sum: Reconciliation.Sum) {
      layout.row(
        name, "\(sum.items)", sum.ours.amountText, sum.theirs.amountText,
        sum.difference.amountText)
    }
    for outcome in Reconciliation.Outcome.allCases {
      if let sum = outcomes[outcome] { row(outcome.rawValue, sum) }
    }
    row("all", total)
    return layout.lines
  }

  fileprivate var partLines: [String] {
    var layout = Layout([.left, .right, .right], indent: 2)
    layout.row("The difference by its cause", "items", "difference")
    for (name, sum) in parts { layout.row(name, "\(sum.items)", sum.difference.amountText) }
    layout.row("together", "", total.difference.amountText)
    return layout.lines
  }
}
