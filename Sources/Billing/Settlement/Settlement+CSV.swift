import CSV
import ExactMoney
import TariffRules

extension Settlement {
  static let columns = ["month", "currency", "party", "item", "amount"]

  /// The settlement for scripts: a row for each item of each party, then the payments (`pays X`).
  public func csv() throws -> [UInt8] {
    var writer = CSVWriter()
    writer.record(Self.columns.map { .text($0) })
    for own in currencies {
      for position in own.positions {
        for (item, amount) in try position.items() {
          writer.record(cells(own, position.party, item, amount))
        }
      }
      for payment in own.payments {
        writer.record(cells(own, payment.from, "pays \(payment.to)", payment.amount))
      }
    }
    return writer.drain()
  }

  private func cells(
    _ own: InCurrency, _ party: String, _ item: String, _ amount: Money
  ) -> [CSVWriter.Field] {
    [
      .number(month.description), .text(own.currency.code), .text(party), .text(item),
      .number(amount.amountText),
    ]
  }
}

extension MonthlyPosition {
  /// Every item of the position in the order of the statement; those of shares by their kind.
  func items() throws -> [(String, Money)] {
    let kinds = AgreementRule.Kind.allCases.compactMap { kind in
      shares[kind].map { (kind.rawValue, $0) }
    }
    return kinds + [
      ("corrections", corrections), ("true-up", trueUp), ("equity", equity), ("tax", tax),
      ("collected", collected.negated), ("carried-in", opening), ("net-due", try due()),
      ("carried-on", carried), ("paid", try paid()),
    ]
  }
}
