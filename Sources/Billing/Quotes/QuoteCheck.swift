import ExactMoney
import TariffRules
import Unification

/// Saved quotes beside what the tables say now: which would have another price, and by which row.
public struct QuoteCheck {
  /// One quote, looked at.
  public struct Checked: Sendable {
    /// The quote.
    public let quote: SavedQuote
    /// The price now, or why there is none.
    public let now: ConsignmentComparison.Answer
    /// The first day of contract within the promise that has it; nil where the quote's stands.
    public let from: Day?
  }

  /// The quotes in the order they were added.
  public private(set) var checked: [Checked] = []
  /// Quoted and now, with the rows that made each difference.
  public private(set) var comparison = ConsignmentComparison()
  private var calculator: Calculator

  /// A check against tables, as they are known on a day or at all.
  public init(_ calculator: Calculator) { self.calculator = calculator }

  /// How many quotes would have another price, or none.
  public var changed: Int { checked.count { $0.from != nil } }

  /// Looks at one quote: on the day of contract it was asked for, and on every later day of the
  /// promise from which other tables hold for its route.
  public mutating func add(_ quote: SavedQuote) throws(BeyondLimits) {
    let before = PriceRecord(quote.price, division: quote.division)
    var day = Day(quote["date"]) ?? quote.day
    var now = answer(quote, on: day)
    var isChanged = try differs(before, now)
    while !isChanged, let next = nextChange(after: day, of: quote) {
      day = next
      let later = answer(quote, on: day)
      isChanged = try differs(before, later, byTablesAlone: true)
      if isChanged { now = later }
    }
    let reference = quote["reference"]
    try comparison.add(
      ConsignmentComparison.Subject(
        reference: "\(quote.number)" + (reference.isEmpty ? "" : " \(reference)"), line: 0,
        customer: quote["customer"]), before: .price(before), after: now)
    checked.append(Checked(quote: quote, now: now, from: isChanged ? day : nil))
  }

  /// The next day of the promise on which other tables are in force.
  private func nextChange(after day: Day, of quote: SavedQuote) -> Day? {
    let (tables, asOf) = (calculator.tables, calculator.asOf)
    let now = tables.editionsInForce(on: day, asOf: asOf)
    var next = day.adding(days: 1)
    while let day = next, day <= quote.validUntil {
      if tables.editionsInForce(on: day, asOf: asOf) != now { return day }
      next = day.adding(days: 1)
    }
    return nil
  }

  private mutating func answer(
    _ quote: SavedQuote, on day: Day
  ) -> ConsignmentComparison.Answer {
    var fields = Consignment.fields(ofRecord: quote.fields)
    fields["date"] = day.description
    switch calculator.quote(fields: fields).result {
    case .failure(let refusal): return .none(refusal.status, refusal.message)
    case .success(let price):
      let division = ChargeSource(PriceRecord(price, calculator.tables).division)
      return .price(
        PriceRecord(LinePrice(price, borneBy: nil, calculator.tables), division: division))
    }
  }

  /// Whether the price or its division differs. Each day has its own official rate of exchange: on
  /// another day than the one asked for, it alone makes no other price.
  private func differs(
    _ before: PriceRecord, _ after: ConsignmentComparison.Answer, byTablesAlone: Bool = false
  ) throws(BeyondLimits) -> Bool {
    guard case .price(let record) = after, record.total.currency == before.total.currency else {
      return true
    }
    let difference = try PriceDifference(before, record)
    guard byTablesAlone else { return !difference.isEmpty }
    let causes = difference.charges.flatMap(\.causes) + difference.division
    return causes.contains { ($0.after ?? $0.before)?.what != Step.What.conversion.rawValue }
  }
}

extension PriceRecord {
  /// A price of the books, as prices are compared.
  fileprivate init(_ price: LinePrice, division: ChargeSource) {
    self.init(
      lane: price.lane, total: price.total,
      charges: price.charges.map {
        Charge(carrier: $0.carrier, code: $0.code, amount: $0.amount, steps: $0.source.steps)
      },
      shares: price.shares.map { Share(party: $0.party, amount: $0.amount) },
      division: division.steps)
  }
}
