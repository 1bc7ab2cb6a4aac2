@testable import Unification

/// Kinds of legs for tests of what is kept for them; nobody reads the rules of their carrier. They
/// stand to the end of the tests, as what refers to them does not keep them.
struct LegKinds {
  private let kinds: UnsafeMutablePointer<LegKind>

  init(_ count: Int) {
    kinds = .allocate(capacity: count)
    let carrier = UnsafeMutablePointer<CarrierPlan>.allocate(capacity: 1)
    for number in 0..<count {
      let key = LegKey(first: UInt64(number))
      (kinds + number).initialize(to: LegKind(key, carrier, conversions: 0))
    }
  }

  subscript(_ number: Int) -> UnsafeMutablePointer<LegKind> { kinds + number }
}
