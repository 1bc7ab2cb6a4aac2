import ExactMoney

extension RatingTotals {
  /// The control table: rows in and out, then the money of each currency by party.
  public var table: [String] {
    let answers = zip(Status.allCases, rowsOut).map { "\($1) \($0.rawValue)" }
    var lines = [
      "\(rowsIn.counted("row")) in, \(rowsOut.reduce(0, +)) out: \(answers.joined(separator: ", "))"
    ]
    var amounts = Layout([.left, .left, .right], indent: 2)
    for sums in sums {
      amounts.row(sums.currency.code, "total", sums.currency.text(sums.total))
      for (party, share) in zip(parties, sums.shares) where share != 0 {
        amounts.row("", party, sums.currency.text(share))
      }
    }
    lines += amounts.lines
    return lines
  }
}

extension Currency {
  /// Minor units as an amount. A sum over many consignments may be beyond what one amount can be.
  fileprivate func text(_ minorUnits: Int128) -> String {
    Exact(minorUnits, over: Int128(minorUnitsPerUnit))?.text(digits: minorDigits) ?? "?"
  }
}
