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

  /// What the parts of the remainder go by.
  enum Basis: UInt8 {
    case ownCharges, distance, fixed
  }

  struct Guarantee: BitwiseCopyable {
    /// Below zero where nothing is guaranteed.
    var party: Int32 = -1
    var amount: Int32 = 0
    /// The column of the margin that pays first; below zero where none does.
    var margin: Int32 = -1
    /// Whether the party has a part of the total at all.
    var isOwed = false
  }

  /// Who has a part of the remainder, and by what it is measured.
  private struct Sharing {
    let basis: Basis
    var sharers: [Int]
    var weights: [Int64] = []
    var firstLegs: [Int32] = []
    var otherLegs: [DivisionPlan.LegOf] = []
  }

  let gifts: FixedTable<Gift>
  let basis: Basis
  /// Who has a part of the remainder, in the order in which odd units fall to them; none where it
  /// cannot be divided.
  let sharers: FixedTable<Int32>
  /// The weights of the sharers, or those of a kilometre; none for own charges.
  let weights: FixedTable<Int64>
  /// One leg of each sharer, and the legs besides, with the place of the sharer.
  let firstLegs: FixedTable<Int32>, otherLegs: FixedTable<DivisionPlan.LegOf>
  private(set) var guarantee = Guarantee()
  /// All who may have a share, rising.
  let earners: FixedTable<Int32>

  /// - Parameter deficit: the column of who bears what is missing; below zero for nobody.
  init(
    _ steps: [DivisionPlan.Step], _ legs: [DivisionPlan.Leg], _ carriers: [Int], deficit: Int,
    _ memory: FixedMemory
  ) {
    var gifts: [Gift] = []
    var sharing = Sharing(basis: .fixed, sharers: [])
    var earners = Set([deficit])
    for step in steps {
      switch step {
      case .passThrough:
        gifts.append(Gift(kind: .passThrough))
        earners.formUnion(legs.filter { $0.carrier < 0 }.map(\.party))
      case .arbitrary(let party, let amount), .marginAmount(let party, let amount):
        gifts.append(Gift(kind: .amount, party: Int32(party), amount: Int32(amount)))
        earners.insert(party)
      case .marginPercent(let party, let part, let ofTotal, let mode):
        let kind = ofTotal ? Gift.Kind.partOfTotal : .partOfRemainder
        gifts.append(Gift(kind: kind, mode: mode, party: Int32(party), part: part))
        earners.insert(party)
      case .prorate(let rule):
        sharing = Self.sharing(rule, legs, carriers)
        earners.formUnion(sharing.sharers)
      case .guarantee(let party, let amount, let margin):
        guarantee = Guarantee(
          party: Int32(party), amount: Int32(amount), margin: Int32(margin),
          isOwed: earners.contains(party))
        earners.formUnion([party, margin])
      }
    }
    self.gifts = memory.table(gifts)
    basis = sharing.basis
    sharers = memory.table(sharing.sharers.map { Int32($0) })
    weights = memory.table(sharing.weights)
    firstLegs = memory.table(sharing.firstLegs)
    otherLegs = memory.table(sharing.otherLegs)
    self.earners = memory.table(earners.filter { $0 >= 0 }.sorted().map { Int32($0) })
  }

  private static func sharing(
    _ rule: DivisionPlan.Basis, _ legs: [DivisionPlan.Leg], _ carriers: [Int]
  ) -> Sharing {
    switch rule {
    case .ownCharges:
      return measured(legs, Sharing(basis: .ownCharges, sharers: carriers)) { _ in true }
    case .distance(let perKilometre):
      let weights = carriers.indices.map { perKilometre[$0] }
      let sharing = Sharing(basis: .distance, sharers: carriers, weights: weights)
      return measured(legs, sharing) { $0.hasDistance }
    case .fixed(let list):
      let all = (0..<list.count).map { list[$0] }
      return Sharing(basis: .fixed, sharers: all.map(\.party), weights: all.map(\.weight))
    }
  }

  /// A sharing by such legs; without sharers where one has no leg.
  private static func measured(
    _ legs: [DivisionPlan.Leg], _ sharing: Sharing, by isMeasure: (DivisionPlan.Leg) -> Bool
  ) -> Sharing {
    var sharing = sharing
    for place in sharing.sharers.indices {
      let own = legs.indices.filter { legs[$0].carrier == place && isMeasure(legs[$0]) }
      guard let first = own.first else { return Sharing(basis: sharing.basis, sharers: []) }
      sharing.firstLegs.append(Int32(first))
      sharing.otherLegs += own.dropFirst().map {
        DivisionPlan.LegOf(leg: Int32($0), owner: Int32(place))
      }
    }
    return sharing
  }
}
