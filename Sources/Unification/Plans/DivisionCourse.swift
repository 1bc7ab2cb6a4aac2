import ExactMoney
import TariffRules

/// A division as it is gone through row by row: what is given first, then the remainder in
/// proportion, then what is guaranteed. What no row changes is decided here.
struct DivisionCourse: BitwiseCopyable {
  /// Something that is given before the remainder is divided.
  struct Gift: BitwiseCopyable {
    enum Kind: UInt8 {
      /// To the carriers that are no partners.
      case passThrough
      case amount, partOfTotal, partOfRemainder
    }

    let kind: Kind
    var mode = RoundingMode.halfAway
    var party: Int32 = 0
    /// The place of the amount among those of the agreement.
    var amount: Int32 = 0
    var part = Ratio.one
  }

  /// What a leg counts for the carrier whose place it is: per kilometre, or without a leg at all.
  struct Measure: BitwiseCopyable {
    var leg: Int32 = 0
    let place: Int32
    let weight: Int64
  }

  enum Basis: UInt8 {
    case ownCharges, distance, fixed
  }

  struct Guarantee: BitwiseCopyable {
    let party: Int32, amount: Int32
    /// The column of the margin that pays first; below zero where none does.
    let margin: Int32
    /// Whether the party has a part of the total at all.
    let isOwed: Bool
  }

  let gifts: FixedTable<Gift>
  private(set) var basis = Basis.ownCharges
  let measures: FixedTable<Measure>
  /// Who shares the remainder, in the order in which odd units fall to them; none where it cannot
  /// be divided.
  let sharers: FixedTable<Int32>
  private(set) var guarantee: Guarantee?
  /// All who may have a share, rising.
  let earners: FixedTable<Int32>

  /// - Parameter deficit: the column of who bears what is missing; below zero for nobody.
  init(
    _ steps: [DivisionPlan.Step], _ legs: [DivisionPlan.Leg], _ carriers: [Int], deficit: Int,
    _ memory: FixedMemory
  ) {
    var gifts: [Gift] = []
    var measures: [Measure] = []
    var sharers = carriers
    var given = Set<Int>()
    for step in steps {
      switch step {
      case .passThrough:
        gifts.append(Gift(kind: .passThrough))
        given.formUnion(legs.filter { $0.carrier < 0 }.map(\.party))
      case .arbitrary(let party, let amount), .marginAmount(let party, let amount):
        gifts.append(Gift(kind: .amount, party: Int32(party), amount: Int32(amount)))
        given.insert(party)
      case .marginPercent(let party, let part, let ofTotal, let mode):
        let kind = ofTotal ? Gift.Kind.partOfTotal : .partOfRemainder
        gifts.append(Gift(kind: kind, mode: mode, party: Int32(party), part: part))
        given.insert(party)
      case .prorate(let rule):
        (basis, measures, sharers) = Self.shared(rule, legs, carriers)
        given.formUnion(sharers)
      case .guarantee(let party, let amount, let margin):
        guarantee = Guarantee(
          party: Int32(party), amount: Int32(amount), margin: Int32(margin),
          isOwed: given.contains(party))
        given.formUnion([party, margin])
      }
    }
    earners = memory.table(given.union([deficit]).filter { $0 >= 0 }.sorted().map { Int32($0) })
    self.gifts = memory.table(gifts)
    self.measures = memory.table(measures)
    self.sharers = memory.table(sharers.map { Int32($0) })
  }

  /// How the remainder is divided, and among whom.
  private static func shared(
    _ rule: DivisionPlan.Basis, _ legs: [DivisionPlan.Leg], _ carriers: [Int]
  ) -> (Basis, [Measure], [Int]) {
    switch rule {
    case .ownCharges: return (.ownCharges, [], carriers)
    case .distance(let perKilometre):
      let measures = legs.indices.filter { legs[$0].carrier >= 0 && legs[$0].hasDistance }.map {
        Measure(
          leg: Int32($0), place: Int32(legs[$0].carrier), weight: perKilometre[legs[$0].carrier])
      }
      let isMeasured = Set(measures.map(\.place)).count == carriers.count
      return (.distance, measures, isMeasured ? carriers : [])
    case .fixed(let list):
      let all = (0..<list.count).map { list[$0] }
      let measures = all.enumerated().map { Measure(place: Int32($0), weight: $1.weight) }
      return (.fixed, measures, all.map(\.party))
    }
  }
}
