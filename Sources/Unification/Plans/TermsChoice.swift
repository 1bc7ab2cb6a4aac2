import ExactMoney
import TariffRules

/// The rows of the joint venture's tables that fit a consignment on its route.
struct TermsChoice: Hashable {
  /// The row of the pricing.
  var pricing: Int?
  /// For each row of the discounts whether it fits; none where no pricing asks for them.
  var discounts: [Bool] = []
  /// The rows of the agreement.
  var agreement: [Int] = []

  /// Nil where several rows of the pricing fit, or where one is not decided: a quote says what that
  /// means.
  /// - Parameters:
  ///   - row: its classes get those of the way.
  ///   - lane: the consignment's way.
  init?(_ row: borrowing RowFacts, on lane: LanePlan, _ regime: RegimePlan) {
    let (now, classes, sieves) = (regime.now, regime.classes, regime.sieves)
    func stand(_ field: Field, _ number: UInt16) { row.classes[field.rawValue] = number }
    stand(.from, classes.number(of: row.from, .from))
    stand(.to, classes.number(of: row.to, .to))
    stand(.lane, lane.lane)
    stand(.route, lane.route)
    for field in [Field.traffic, .distance, .chargeable, .pricing] {
      stand(field, FieldClasses.absent)
    }
    if let sieve = sieves.pricing, let rules = now.pricing?.content {
      let fit = Sifted(sieve, row.classes)
      // Of those that fit or may fit the lowest rank decides, and one row must have it.
      let lowest = fit.rows.map { rules[$0].rank }.min()
      let ranked = fit.rows.filter { rules[$0].rank == lowest }
      guard ranked.count <= 1, !ranked.contains(where: fit.isOpen) else { return nil }
      pricing = ranked.first
    }
    if let pricing, let sieve = sieves.discounts, let rules = now.pricing?.content {
      stand(.pricing, classes.number(of: rules[pricing].name, .pricing))
      defer { stand(.pricing, FieldClasses.absent) }
      let fit = Sifted(sieve, row.classes)
      guard !fit.rows.contains(where: fit.isOpen) else { return nil }
      discounts = [Bool](repeating: false, count: sieve.rows)
      for index in fit.rows { discounts[index] = true }
    }
    if let sieve = sieves.agreement, let rules = now.agreement?.content {
      let fit = Sifted(sieve, row.classes)
      agreement = fit.rows.filter { rules[$0].kind.isOfConsignment }
      guard !agreement.contains(where: fit.isOpen) else { return nil }
    }
  }

  /// The rows of a list that fit, or may fit.
  private struct Sifted {
    private(set) var rows: [Int] = []
    private var open: [UInt64] = []

    init(_ sieve: Sieve, _ classes: UnsafePointer<UInt16>) {
      var span = WeightSpan()
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * sieve.words) { masks in
        guard let fitting = masks.baseAddress else { return }
        sieve.sift(classes, fitting: fitting, open: fitting + sieve.words, within: &span)
        for index in 0..<sieve.rows where masks[index / 64] >> UInt64(index % 64) & 1 != 0 {
          rows.append(index)
        }
        open = Array(masks[sieve.words...])
      }
    }

    /// Whether it is not decided if a row fits.
    func isOpen(_ row: Int) -> Bool { open[row / 64] >> UInt64(row % 64) & 1 != 0 }
  }
}

/// The conditions of the joint venture's own tables, compiled; nil for a table that there is not.
struct JointSieves: Sendable {
  let pricing: Sieve?, discounts: Sieve?, agreement: Sieve?

  init(_ now: TablesInForce, _ classes: FieldClasses, _ memory: FixedMemory) {
    func sieve(_ conditions: [Conditions]?) -> Sieve? {
      conditions.map { Sieve($0, classes, now.groupings, memory) }
    }
    pricing = sieve(now.pricing?.content.map(\.conditions))
    discounts = sieve(now.discounts?.content.map(\.conditions))
    agreement = sieve(now.agreement?.content.map(\.conditions))
  }

  /// Those that there are.
  var all: [Sieve] { [pricing, discounts, agreement].compactMap(\.self) }
}
