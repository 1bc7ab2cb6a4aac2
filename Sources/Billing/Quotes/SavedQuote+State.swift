import ExactMoney

extension SavedQuote {
  /// What can still become of a quote.
  public enum State: String, Sendable {
    /// An invoice may honour it.
    case open
    /// The last day of the promise is over.
    case expired
    /// An invoice has honoured it.
    case invoiced
  }

  /// The state on a day; without one no quote counts as expired.
  public func state(on day: Day?, invoiced line: DocumentLine.Place?) -> State {
    if line != nil { return .invoiced }
    return day.map { $0 > validUntil } == true ? .expired : .open
  }
}
