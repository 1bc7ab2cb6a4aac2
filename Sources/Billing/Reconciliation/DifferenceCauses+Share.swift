import ExactMoney
import TariffRules
import Unification

extension DifferenceCauses {
  /// A part that the party could claim of an amount.
  private struct Claim {
    let words: String
    let amount: Exact
  }

  /// Another share: the percentage that the file names, of the amount divided.
  func statedShare(_ difference: AmountDifference, _ percent: Exact) -> Found? {
    guard let (divided, fixed) = divided(difference) else { return nil }
    let claim = try? divided.exact.times(percent).divided(by: Exact(100)).plus(fixed)
    guard let claim, difference.isNearlyTheirs(claim) else { return nil }
    return Found(
      cause: .share, why: "\(percent) % of \(divided), as the file says, \(ourShare(difference))")
  }

  /// Another share: the right amount divided by another measure, or another amount by the right
  /// one.
  /// - Parameter isLast: whether nothing else fits, so that it is worth while to rate the
  ///   consignment again for its distances.
  mutating func share(_ difference: AmountDifference, isLast: Bool) throws -> Found? {
    guard let (divided, fixed) = divided(difference), let line = difference.lines.first,
      let measure = difference.entries[0].lines.lazy.compactMap(\.measure).first
    else { return nil }
    let part = try measure.basis.divided(by: measure.bases)
    var claims: [Claim] = []
    let agreed = try divided.exact.times(part).plus(fixed)
    func claim(_ words: String, _ of: Exact, _ part: Exact) throws {
      let amount = try of.times(part).plus(fixed)
      if amount != agreed { claims.append(Claim(words: words, amount: amount)) }
    }
    let charged = try charges(of: line)
    let own = charged.first { $0.carrier == party.codeText }?.amount
    if let own { claims.append(Claim(words: "its own charges, undivided", amount: own)) }
    try claim("its part of the whole \(line.net)", line.net.exact, part)
    if let margin = line.shares.first(where: { $0.kind == .margin })?.amount {
      let before = try divided.plus(margin)
      try claim("its part of \(before), before the margin", before.exact, part)
    }
    let now = TablesInForce(tables, on: line.date, asOf: nil)
    if let equity = now.partners?.content.first(where: { $0.partner == party.code })?.fraction {
      try claim("its equity of \(equity) in \(divided)", divided.exact, equity)
    }
    let partners = charged.filter { carrier in
      now.carriers.values.contains {
        $0.tariff.codeText == carrier.carrier && now.isPartner($0.tariff.code)
      }
    }
    if partners.count > 1, let equal = Exact(1, over: Int128(partners.count)) {
      try claim("one of \(partners.count) equal parts of \(divided)", divided.exact, equal)
    }
    if let own {
      var all = Exact.zero
      for carrier in partners { all = try all.plus(carrier.amount) }
      if all > .zero {
        try claim("its own charges, \(own) of \(all)", divided.exact, try own.divided(by: all))
      }
    }
    if isLast, let (own, all) = try kilometres(line, now) {
      try claim("its distance, \(own) of \(all) km", divided.exact, try own.divided(by: all))
    }
    guard let fits = claims.first(where: { difference.isNearlyTheirs($0.amount) }) else {
      return nil
    }
    return Found(cause: .share, why: "\(fits.words), \(ourShare(difference))")
  }

  /// What was divided for the one entry of a difference, and what the party has beside its part.
  private func divided(_ difference: AmountDifference) -> (divided: Money, fixed: Exact)? {
    guard difference.entries.count == 1 else { return nil }
    let measured = difference.entries[0].lines.filter { $0.measure != nil }
    guard measured.count == 1, let measure = measured[0].measure else { return nil }
    let fixed = try? difference.entries[0].amount.minus(measured[0].amount)
    return fixed.map { (measure.divided, $0.exact) }
  }

  private func ourShare(_ difference: AmountDifference) -> String {
    guard let measure = difference.entries[0].lines.lazy.compactMap(\.measure).first else {
      return ""
    }
    return "not \(measure.basis) of \(measure.bases)"
  }

  /// What each carrier charges on the line, in the order of the legs.
  private func charges(
    of line: DocumentLine
  ) throws -> [(carrier: String, amount: Exact)] {
    var sums: [(carrier: String, amount: Exact)] = []
    for charge in line.charges where !charge.carrier.isEmpty {
      let index = sums.firstIndex { $0.carrier == charge.carrier } ?? sums.count
      if index == sums.count { sums.append((charge.carrier, .zero)) }
      sums[index].amount = try sums[index].amount.plus(charge.amount.exact)
    }
    return sums
  }

  /// The tariff kilometres of the party and of all partners on the line, as it would be rated now.
  private mutating func kilometres(
    _ line: DocumentLine, _ now: TablesInForce
  ) throws -> (own: Exact, all: Exact)? {
    guard let price = price(of: line, in: TableState(on: line.date)) else { return nil }
    var (own, all) = (0, 0)
    for leg in price.legs where now.isPartner(leg.carrier) {
      all += leg.distanceKilometres ?? 0
      if leg.carrierCode == party.codeText { own += leg.distanceKilometres ?? 0 }
    }
    return own > 0 ? (Exact(own), Exact(all)) : nil
  }
}
