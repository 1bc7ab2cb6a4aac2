import SeededNumbers

/// A division agreement drawn at random, and a second way to divide by it: whole cents and whole
/// weights only, written from the specification.
struct DivisionModel {
  static let partners = ["NR", "SR", "ER"]

  enum Basis: CaseIterable { case ownCharges, distance, percent, equity }

  var charges: [String: Int] = [:]
  var count = 1
  /// Cents a unit.
  var price = 0
  /// Off the top, cents a unit.
  var arbitrary: (party: String, cents: Int)?
  /// In tenths of a percent, of the remainder or of the through-rate.
  var margin: (tenths: Int, ofWhole: Bool)?
  var basis = Basis.ownCharges
  /// Weight of a kilometre in tenths, or percentages.
  var weights: [String: Int] = [:]
  /// Cents a unit, and whether the margin pays first.
  var guarantee: (party: String, cents: Int, marginFirst: Bool)?
  /// The order of ties.
  var order = partners
  /// Whether the margin bears a deficit; if not, it is divided as a loss.
  var marginBears = false

  /// Money enough for every step, or sometimes not.
  init(_ random: inout SplitMix64) {
    let size = [9, 999, 99_999].randomElement(using: &random) ?? 999
    for carrier in DivisionBench.carriers.keys.sorted() {
      charges[carrier] = Int.random(in: 0...size, using: &random)
    }
    // Someone of the partners charges something, someone perhaps nothing.
    let party = { (random: inout SplitMix64) in
      Self.partners.randomElement(using: &random) ?? "NR"
    }
    if Bool.random(using: &random) { charges[party(&random)] = 0 }
    charges[party(&random)] = Int.random(in: 1...size, using: &random)
    count = Int.random(in: 1...7, using: &random)
    price = Int.random(in: 0...4 * size, using: &random)
    if Bool.random(using: &random) {
      arbitrary = (party(&random), Int.random(in: 0...size / 2, using: &random))
    }
    if Int.random(in: 0..<4, using: &random) > 0 {
      margin = (Int.random(in: 0...150, using: &random), Bool.random(using: &random))
    }
    basis = Basis.allCases.randomElement(using: &random) ?? .ownCharges
    let first = Int.random(in: 0...100, using: &random)
    let second = Int.random(in: 0...100 - first, using: &random)
    weights = ["NR": first, "SR": second, "ER": 100 - first - second]
    order = Self.partners.shuffled(using: &random)
    if Int.random(in: 0..<3, using: &random) == 0 {
      guarantee = (
        party(&random), Int.random(in: 0...size, using: &random), Bool.random(using: &random)
      )
    }
    marginBears = margin != nil && Bool.random(using: &random)
  }

  // MARK: - As rows of a table

  var rows: [String] {
    var rows = ["1,pass-through,*,,,,,,,,"]
    let text = DivisionBench.text
    if let arbitrary {
      rows.append("2,arbitrary,\(arbitrary.party),\(text(arbitrary.cents)),USD,,,,,,")
    }
    if let margin {
      let of = margin.ofWhole ? "through-rate" : "remainder"
      rows.append("3,margin,MC,,,\(Self.tenths(margin.tenths)),\(of),,,,half-away")
    }
    switch basis {
    case .ownCharges: rows.append("4,prorate,*,,,,,own-charges,,,")
    case .equity: rows.append("4,prorate,*,,,,,equity,,,")
    case .distance:
      rows += Self.partners.map {
        "4,prorate,\($0),,,,,distance,\(Self.tenths(weights[$0] ?? 0)),,"
      }
    case .percent:
      rows += Self.partners.map { "4,prorate,\($0),,,\(weights[$0] ?? 0),,percent,,," }
    }
    if let guarantee {
      let funded = guarantee.marginFirst ? "margin" : "others"
      let amount = text(guarantee.cents)
      rows.append("5,guarantee,\(guarantee.party),\(amount),USD,,,,,\(funded),")
    }
    rows.append("6,odd-cents,\(order.joined(separator: ";")),,,,,,,,")
    rows.append("7,deficit,,,,,,,,\(marginBears ? "margin" : "prorate"),")
    return rows
  }

  private static func tenths(_ number: Int) -> String { "\(number / 10).\(number % 10)" }

  // MARK: - Dividing

  /// What each party's share of the remainder is measured by.
  var bases: [String: Int] {
    let km = ["NR": 500, "SR": 400, "ER": 100]
    return switch basis {
    case .ownCharges: charges.filter { Self.partners.contains($0.key) }
    case .equity: ["NR": 1, "SR": 1, "ER": 1]
    case .percent: weights
    case .distance: weights.reduce(into: [:]) { $0[$1.key] = $1.value * (km[$1.key] ?? 0) }
    }
  }

  /// What every party gets, in cents; nil where a guarantee asks for more than there is.
  func divided() -> [String: Int]? {
    var shares = ["NR": 0, "SR": 0, "ER": 0]
    var left = price * count
    shares["PORT"] = (charges["PORT"] ?? 0) * count
    left -= shares["PORT"] ?? 0
    if let arbitrary {
      shares[arbitrary.party, default: 0] += arbitrary.cents * count
      left -= arbitrary.cents * count
    }
    if let margin {
      let part = (margin.ofWhole ? price * count : left) * margin.tenths
      let kept = part.signum() * ((abs(part) + 500) / 1000)
      shares["MC"] = kept
      left -= kept
    }
    if left < 0 && marginBears {
      shares["MC", default: 0] += left
      left = 0
    }
    let prorate = Self.split(left, bases, order)
    for (party, cents) in prorate { shares[party, default: 0] += cents }
    return guaranteed(shares, prorate)
  }

  private func guaranteed(_ divided: [String: Int], _ prorate: [String: Int]) -> [String: Int]? {
    var shares = divided
    guard let guarantee else { return shares }
    var missing = guarantee.cents * count - (shares[guarantee.party] ?? 0)
    guard missing > 0 else { return shares }
    shares[guarantee.party, default: 0] += missing
    if guarantee.marginFirst, margin != nil {
      let paid = min(max(0, shares["MC"] ?? 0), missing)
      shares["MC", default: 0] -= paid
      missing -= paid
    }
    let others = prorate.filter { $0.key != guarantee.party && $0.value > 0 }
    guard missing == 0 || others.values.reduce(0, +) >= missing else { return nil }
    for (party, cents) in Self.split(missing, others, order) { shares[party, default: 0] -= cents }
    return shares
  }

  /// Largest remainder: whole cents first, then one each to the largest fractions, ties in order.
  static func split(_ total: Int, _ weights: [String: Int], _ order: [String]) -> [String: Int] {
    let sum = weights.values.reduce(0, +)
    guard sum > 0 else { return [:] }
    var shares = weights.mapValues { abs(total) * $0 / sum }
    let fractions = weights.mapValues { abs(total) * $0 % sum }
    var left = abs(total) - shares.values.reduce(0, +)
    while left > 0 {
      // The first in the order of those with the largest fraction that has no odd cent yet.
      let waiting = order.filter { party in
        guard let weight = weights[party], let share = shares[party] else { return false }
        return share == abs(total) * weight / sum
      }
      guard let most = waiting.compactMap({ fractions[$0] }).max(),
        let next = waiting.first(where: { fractions[$0] == most })
      else { break }
      shares[next, default: 0] += 1
      left -= 1
    }
    return shares.mapValues { $0 * total.signum() }
  }
}
