import ExactMoney
import TariffRules

/// The money that two states of the tables make of the same consignments: by consignment, charge,
/// party, lane and customer, with the rows that made each difference.
public struct ConsignmentComparison: Sendable {
  /// A consignment of a file.
  public struct Subject: Sendable, Hashable {
    /// Its reference; empty if it has none.
    public let reference: String
    /// Its line.
    public let line: Int
    /// Its customer; empty if it has none.
    public let customer: String

    /// A consignment by its reference, line and customer.
    public init(reference: String, line: Int, customer: String) {
      self.reference = reference
      self.line = line
      self.customer = customer
    }
  }

  /// One side's answer for a consignment.
  public enum Answer: Sendable {
    /// A price.
    case price(PriceRecord)
    /// Why there is none.
    case none(Status, String)
  }

  /// A consignment that both sides price, with a difference.
  public struct Entry: Sendable {
    /// Which.
    public let subject: Subject
    /// What differs.
    public let difference: PriceDifference
  }

  /// A consignment that cannot be compared: priced on one side alone, or in two currencies.
  public struct Exception: Sendable {
    /// Which.
    public let subject: Subject
    /// The two answers.
    public let before: Answer, after: Answer
  }

  /// Rows that made a difference together, and what they made.
  public struct Made: Sendable {
    /// The figures.
    public let causes: [PriceDifference.Cause]
    /// Whether what pricing did is meant: it follows the charges unless a row of its own changed.
    public let isPricing: Bool
    /// The charges they changed.
    public internal(set) var tally = Tally()
  }

  /// Consignments read.
  public private(set) var count = 0
  /// Those that both sides price, in one currency.
  public private(set) var compared = 0
  /// Those without a price on either side.
  public private(set) var unpriced = 0
  /// The consignments that differ.
  public private(set) var entries: [Entry] = []
  /// Those that cannot be compared.
  public private(set) var exceptions: [Exception] = []
  /// The totals, and the same by lane, party, customer and charge.
  public private(set) var totals = Tallies(), lanes = Tallies(), parties = Tallies()
  /// The totals by customer, and by charge.
  public private(set) var customers = Tallies(), charges = Tallies()
  /// The charges on each side that differ, by the figures that made it, for each currency.
  public private(set) var made: [Currency: [Made]] = [:]
  private var places: [MadeKey: Int] = [:]

  private struct MadeKey: Hashable {
    let currency: Currency
    let isPricing: Bool
    let causes: [PriceDifference.Cause]
  }

  /// Nothing compared yet.
  public init() {}

  /// Adds a consignment with the answers of both sides.
  public mutating func add(
    _ subject: Subject, before: Answer, after: Answer
  ) throws(BeyondLimits) {
    count += 1
    switch (before, after) {
    case (.none, .none): unpriced += 1
    case (.price(let old), .price(let new)) where old.total.currency == new.total.currency:
      compared += 1
      try add(subject, old, new)
    default:
      exceptions.append(Exception(subject: subject, before: before, after: after))
    }
  }

  private mutating func add(
    _ subject: Subject, _ old: PriceRecord, _ new: PriceRecord
  ) throws(BeyondLimits) {
    let difference = try PriceDifference(old, new)
    let currency = new.total.currency
    try totals.add("total", currency, before: old.total, after: new.total)
    try customers.add(subject.customer, currency, before: old.total, after: new.total)
    if old.lane == new.lane {
      try lanes.add(new.lane, currency, before: old.total, after: new.total)
    } else {
      try lanes.add(old.lane, currency, before: old.total, after: nil)
      try lanes.add(new.lane, currency, before: nil, after: new.total)
    }
    for party in difference.parties {
      try parties.add(party.party, currency, before: party.before, after: party.after)
    }
    for (charges, isBefore) in [(old.charges, true), (new.charges, false)] {
      for charge in charges {
        try self.charges.add(
          charge.title, currency, before: isBefore ? charge.amount : nil,
          after: isBefore ? nil : charge.amount)
      }
    }
    guard !difference.isEmpty else { return }
    entries.append(Entry(subject: subject, difference: difference))
    for charge in difference.charges { try add(charge, currency) }
  }

  private mutating func add(
    _ charge: PriceDifference.Charge, _ currency: Currency
  ) throws(BeyondLimits) {
    let key = MadeKey(
      currency: currency, isPricing: charge.carrier.isEmpty, causes: charge.causes)
    let place = places[key] ?? made[currency, default: []].count
    if places.updateValue(place, forKey: key) == nil {
      made[currency, default: []].append(Made(causes: key.causes, isPricing: key.isPricing))
    }
    try made[currency]?[place].tally.add(charge.before, charge.after)
  }

  /// Whether anything differs, or is priced on one side alone.
  public var isEmpty: Bool { entries.isEmpty && exceptions.isEmpty }

  /// In equals out: every way of summing gives the difference of the totals, and every consignment
  /// read is in one of the counts.
  public var addsUp: Bool {
    count == compared + unpriced + exceptions.count
      && totals.currencies.allSatisfy { currency in
        let total = totals.sum(currency)
        let sums = [lanes, parties, customers, charges].map { $0.sum(currency) }
        let made = made[currency, default: []].reduce(Exact?(.zero)) { sum, item in
          sum.flatMap { try? $0.plus(item.tally.difference) }
        }
        return made == total.difference
          && sums.allSatisfy { $0.before == total.before && $0.after == total.after }
      }
  }
}

extension PriceRecord.Charge {
  /// As a line of a report names it: `KTZ haulage` in the shape of carrier and code.
  var title: String { carrier.isEmpty ? code : "\(carrier) \(code)" }
}
