import ExactMoney
import TariffRules
import Unification

extension DifferenceCauses {
  /// Another rounding: of the exact entitlement, of a part of it, to other steps, or within one
  /// minor unit for each share.
  func rounding(_ difference: AmountDifference) throws -> Found? {
    guard let how = try roundingInWords(difference) else { return nil }
    return Found(cause: .rounding, why: how)
  }

  private func roundingInWords(_ difference: AmountDifference) throws -> String? {
    let theirs = difference.row.amount
    let exact = try difference.exact()
    let entitlement = try difference.conversion.convert(exact)
    let words = "exactly \(entitlement.approximation(digits: 6)) \(theirs.currency)"
    for mode in RoundingMode.allCases {
      let rounding = Rounding(to: theirs.currency, mode: mode)
      if (try? entitlement.rounded(rounding)) == theirs.exact {
        return mode == .halfAway && difference.conversion.official != nil
          ? "\(words): theirs converts the exact share, ours the rounded one"
          : "\(words), theirs is rounded \(mode.rawValue)"
      }
    }
    if let count = try perUnit(difference, exact) {
      return "\(words), theirs is rounded per unit and taken \(count) times"
    }
    let shares = difference.entries.reduce(0) { $0 + $1.lines.count }
    let off = (theirs.minorUnits - difference.ours.minorUnits).magnitude
    if off <= shares.magnitude {
      return shares == 1
        ? "\(words): within one minor unit"
        : "\(words): within one minor unit for each of \(shares) shares"
    }
    if let mode = try wholeUnits(difference, entitlement) {
      return "\(words), theirs is rounded \(mode.rawValue) to whole \(theirs.currency)"
    }
    return nil
  }

  /// The share of one unit rounded, then taken as often as there are units.
  private func perUnit(_ difference: AmountDifference, _ exact: Exact) throws -> Int? {
    guard difference.entries.count == 1, let count = difference.lines.first?.count, count > 1
    else { return nil }
    let currency = difference.entries[0].amount.currency
    let one = try exact.divided(by: Exact(count))
    let rounded = try one.rounded(Rounding(to: currency, mode: .halfAway))
    let whole = try rounded.times(Exact(count))
    return difference.isTheirs(whole) ? count : nil
  }

  private func wholeUnits(
    _ difference: AmountDifference, _ entitlement: Exact
  ) throws -> RoundingMode? {
    let theirs = difference.row.amount
    guard theirs.minorUnits != 0, theirs.currency.minorDigits > 0, theirs.exact.isWhole else {
      return nil
    }
    return RoundingMode.allCases.first { mode in
      guard let rounding = Rounding(step: .one, mode: mode) else { return false }
      return (try? entitlement.rounded(rounding)) == theirs.exact
    }
  }
}
