import ExactMoney
import TariffRules
import Unification

extension DifferenceCauses {
  /// How many days beyond the contract and the month another day of conversion is looked for.
  private static let conversionDays = 62

  /// Another conversion day: our amount, or the exact entitlement, at the official rate of another
  /// day.
  /// - Parameter stated: a rate that the file names; then every official rate counts that is it.
  func conversionDay(_ difference: AmountDifference, at stated: Exact?) -> Found? {
    guard let agreed = difference.conversion.official, let entry = difference.entries.first else {
      return nil
    }
    let currency = difference.conversion.currency
    let rates = tables.officialRates(from: entry.amount.currency, to: currency).filter { official in
      guard official.rate.mark != agreed.rate.mark else { return false }
      if let stated { return official.rate.rate == stated }
      return entry.date.days(until: official.rate.date) >= -Self.conversionDays
        && month.last.days(until: official.rate.date) <= Self.conversionDays
    }.sorted { one, other in
      one.rate.date.days(until: entry.date).magnitude
        < other.rate.date.days(until: entry.date).magnitude
    }
    let amounts = amounts(difference)
    for official in rates {
      let conversion = StatementConversion(currency: currency, official: official)
      for amount in amounts {
        guard let converted = try? conversion.convert(amount),
          (try? conversion.money(converted)) == difference.row.amount
        else { continue }
        let mark = official.rate.mark
        return Found(
          cause: .conversionDay,
          why: "converted at \(official.rate.rate) of \(official.rate.date) "
            + "[\(tables.path(mark)):\(mark.line)], not at \(agreed.rate.rate) of "
            + "\(agreed.rate.date)")
      }
    }
    return nil
  }

  private func amounts(_ difference: AmountDifference) -> [Exact] {
    var sum = Money.zero(difference.entries[0].amount.currency)
    for entry in difference.entries { sum = (try? sum.plus(entry.amount)) ?? sum }
    return [sum.exact] + [try? difference.exact()].compactMap(\.self)
  }
}
