import ExactMoney
import TariffRules

/// Prices the consignments of a file twice: on each side of a comparison.
public struct TwoCalculators {
  private var before: Calculator, after: Calculator
  private let dayBefore: Day?, dayAfter: Day?

  /// A side without a day prices each consignment on its own date, one with a day as if it had been
  /// concluded then.
  public init(_ before: TableComparison.Side, _ after: TableComparison.Side) {
    self.before = Calculator(before.tables, asOf: before.asOf)
    self.after = Calculator(after.tables, asOf: after.asOf)
    dayBefore = before.day
    dayAfter = after.day
  }

  /// The answers of both sides for a row.
  public mutating func answers(
    _ row: ConsignmentFile.Row
  ) -> (before: ConsignmentComparison.Answer, after: ConsignmentComparison.Answer) {
    (Self.answer(row, dayBefore, &before), Self.answer(row, dayAfter, &after))
  }

  private static func answer(
    _ row: ConsignmentFile.Row, _ day: Day?, _ calculator: inout Calculator
  ) -> ConsignmentComparison.Answer {
    let quote = row.quote(on: day, &calculator)
    switch quote.result {
    case .success(let price): return .price(PriceRecord(price, calculator.tables))
    case .failure(let refusal): return .none(refusal.status, refusal.message)
    }
  }
}

extension ConsignmentFile.Row {
  /// Which consignment of the file it is.
  public var subject: ConsignmentComparison.Subject {
    .init(
      reference: fields["reference"] ?? "", line: line, customer: fields["customer"] ?? "")
  }

  /// The quote of the row, on its own date or as if it had been concluded on a day.
  public func quote(on day: Day?, _ calculator: inout Calculator) -> Quote {
    if let refusal { return Quote(rejected: fields, refusal) }
    var fields = fields
    // A day that is no day stays, so that the row is refused on both sides.
    if let day, fields["date"].flatMap({ Day($0) }) != nil {
      fields["date"] = day.description
    }
    return calculator.quote(fields: fields)
  }
}
