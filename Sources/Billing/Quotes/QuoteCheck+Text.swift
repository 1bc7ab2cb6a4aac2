import ExactMoney
import Unification

extension QuoteCheck {
  /// Each quote with its price then and now; then what differs, with the rows that made it.
  public func text() -> String {
    guard !checked.isEmpty else { return "no saved quote is open\n" }
    var layout = Layout([.left, .left, .left, .right, .right, .left])
    layout.row("Quote", "Customer", "Lane", "Quoted", "Now", "")
    for one in checked {
      let total = one.quote.price.total
      layout.row(
        one.quote.number.description, one.quote["customer"], one.quote.price.lane,
        total.description, one.words, one.change)
    }
    let lines = layout.lines.joined(separator: "\n") + "\n"
    return changed == 0 ? lines : lines + "\n" + comparison.text()
  }
}

extension QuoteCheck.Checked {
  fileprivate var words: String {
    switch now {
    case .price(let record): record.total.description
    case .none(let status, _): status.rawValue
    }
  }

  /// What differs, and from which day of contract on.
  fileprivate var change: String {
    guard let from else { return "stands" }
    guard case .price(let record) = now,
      let difference = try? record.total.minus(quote.price.total)
    else { return "from \(from)" }
    if difference.minorUnits == 0 { return "divided otherwise from \(from)" }
    return "\(difference.minorUnits > 0 ? "+" : "")\(difference.amountText) from \(from)"
  }
}
