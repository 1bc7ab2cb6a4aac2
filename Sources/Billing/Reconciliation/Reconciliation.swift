import ExactMoney
import TariffRules
import Unification

/// A partner's own file of a month against its statement: what agrees, what does not and why.
public struct Reconciliation: Sendable {
  /// How a row or an entry ended.
  public enum Outcome: String, CaseIterable, Sendable {
    case matched, differs
    case onlyOurs = "only-ours"
    case onlyTheirs = "only-theirs"
    case duplicated
  }

  /// Why an amount differs.
  public enum Cause: String, CaseIterable, Sendable {
    case edition = "another-edition"
    case rounding = "another-rounding"
    case share = "another-share"
    case conversionDay = "another-conversion-day"
    case unknown
  }

  /// One row of theirs, entries of ours, or both.
  public struct Item: Sendable {
    /// How it ended.
    public let outcome: Outcome
    /// Why it differs; nil for what does not differ in amount but is missing or twice.
    public let cause: Cause?
    /// The cause or the circumstance in words, with the rows of the tables.
    public let why: String
    /// The consignment note number.
    public let reference: String
    /// The lines of our documents.
    public let places: [DocumentLine.Place]
    /// The line in their file.
    public let line: Int?
    /// The amounts; nil on the side where it is not.
    public let ours: Money?, theirs: Money?
    /// Theirs less ours.
    public let difference: Money
  }

  /// What items of one kind come to.
  public struct Sum: Sendable, Equatable {
    /// How many.
    public internal(set) var items = 0
    /// Their amounts.
    public internal(set) var ours: Money, theirs: Money
    /// Theirs less ours.
    public internal(set) var difference: Money

    init(_ currency: Currency) {
      let none = Money.zero(currency)
      (ours, theirs, difference) = (none, none, none)
    }
  }

  /// One currency of the file.
  public struct InCurrency: Sendable {
    /// The currency.
    public let currency: Currency
    /// By how items ended.
    public internal(set) var outcomes: [Outcome: Sum] = [:]
    /// By why they differ: with what is missing or twice, all of the difference.
    public internal(set) var causes: [Cause: Sum] = [:]
    /// Everything.
    public internal(set) var total: Sum
  }

  /// The party.
  public let party: Party
  /// The month.
  public let month: Month
  /// The file's name.
  public let file: String
  /// The row of the tables that says how the file is read: path and line.
  public let layout: String
  /// In the order of the documents; then what is only theirs, in the order of the file.
  public internal(set) var items: [Item] = []
  /// The sums by currency.
  public internal(set) var currencies: [InCurrency] = []
  /// How many rows the file has, and the statement entries.
  public let rows: Int, entries: Int

  init(
    _ party: Party, _ month: Month, file: String, layout: String, rows: Int, entries: Int
  ) {
    self.party = party
    self.month = month
    self.file = file
    self.layout = layout
    self.rows = rows
    self.entries = entries
  }

  /// Whether all matches.
  public var isEmpty: Bool { items.allSatisfy { $0.outcome == .matched } }

  mutating func add(_ item: Item) throws(BeyondLimits) {
    items.append(item)
    let currency = item.difference.currency
    let place = currencies.firstIndex { $0.currency == currency } ?? currencies.count
    if place == currencies.count {
      currencies.append(InCurrency(currency: currency, total: Sum(currency)))
    }
    var own = currencies[place]
    try own.outcomes[item.outcome, default: Sum(currency)].add(item)
    if let cause = item.cause { try own.causes[cause, default: Sum(currency)].add(item) }
    try own.total.add(item)
    currencies[place] = own
  }

  mutating func sortCurrencies() {
    currencies.sort { $0.currency.code < $1.currency.code }
  }
}

extension Reconciliation.Sum {
  mutating func add(_ item: Reconciliation.Item) throws(BeyondLimits) {
    items += 1
    if let amount = item.ours { ours = try ours.adding(amount) }
    if let amount = item.theirs { theirs = try theirs.adding(amount) }
    difference = try difference.adding(item.difference)
  }
}

extension Reconciliation.InCurrency {
  /// The parts of the difference, those without items left out: first what is missing or twice,
  /// then what differs by its cause.
  public var parts: [(name: String, sum: Reconciliation.Sum)] {
    let missing: [Reconciliation.Outcome] = [.onlyOurs, .onlyTheirs, .duplicated]
    return missing.compactMap { outcome in outcomes[outcome].map { (outcome.rawValue, $0) } }
      + Reconciliation.Cause.allCases.compactMap { cause in
        causes[cause].map { (cause.rawValue, $0) }
      }
  }
}

extension Reconciliation {
  /// In equals out, or the step fails: every row of the file and every entry of the statement is in
  /// one item, and the parts of the difference add up to it.
  /// - Parameters:
  ///   - theirs: what the rows come to, added up while they were read.
  ///   - ours: what the entries come to in the file's currency.
  func control(theirs: [Currency: Int64], ours: [Currency: Int64]) throws {
    func check(_ holds: Bool, _ what: String) throws {
      if !holds { throw SettlementFault(what: what) }
    }
    try check(
      items.filter { $0.line != nil }.count == rows,
      "not every row of the file is in the result once")
    try check(
      items.reduce(0) { $0 + $1.places.count } == entries,
      "not every entry of the statement is in the result once")
    for own in currencies {
      let code = own.currency.code
      try check(
        own.total.theirs.minorUnits == theirs[own.currency] ?? 0,
        "\(code): the result is not what the file sums up to")
      try check(
        own.total.ours.minorUnits == ours[own.currency] ?? 0,
        "\(code): the result is not what the statement sums up to")
      let parts = own.parts.reduce(0) { $0 + $1.sum.difference.minorUnits }
      try check(
        parts == own.total.difference.minorUnits
          && own.total.theirs.minorUnits - own.total.ours.minorUnits == parts,
        "\(code): the parts do not add up to the difference")
    }
  }
}
