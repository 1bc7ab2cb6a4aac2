import CProcessor
import ExactMoney
import TariffRules

// What is known of rows, lanes and legs stands in three steps. A kind holds for all days of the
// same rules, before money: what is due, and by which rates. A series is a kind in the money of
// days on which the same converts. A band is what a series comes to for a stretch of weights.

/// How consignments with the same key are answered on all days of the same rules: what the terms
/// and the legs of its lanes are, before the money of a day. Its lanes are behind it.
struct KindPlan: BitwiseCopyable {
  struct Lane: BitwiseCopyable {
    let terms: UnsafePointer<TermsPlan>
    let plan: UnsafePointer<LanePlan>
    let kind: UnsafePointer<LaneKind>
    /// The same as of the kind, where it is read with it.
    let target: Int32, conversions: Int32
  }

  var unit: Int32 = 0
  /// None where a quote must answer.
  var laneCount: Int32 = 0

  @inline(__always)
  static func lanes(_ plan: UnsafePointer<KindPlan>) -> UnsafePointer<Lane> {
    UnsafeRawPointer(plan + 1).assumingMemoryBound(to: Lane.self)
  }
}

/// The legs of a lane for consignments that ask the same of them, on all days of the same rules.
struct LaneKind: BitwiseCopyable {
  typealias Legs = UnsafeBufferPointer<UnsafeMutablePointer<LegKind>>

  let legs: UnsafePointer<UnsafeMutablePointer<LegKind>>
  let legCount: Int32
  /// The currency in which it is wanted.
  let target: Int32
  /// The number of what may have to be converted on its legs.
  let conversions: Int32

  /// Fetches it with its legs, which are behind it.
  @inline(__always)
  static func fetch(_ kind: UnsafePointer<LaneKind>) {
    prefetch(kind)
    prefetch(UnsafeRawPointer(kind) + 64)
  }

  /// Fetches the kinds of its legs.
  @inline(__always)
  static func fetchLegs(_ kind: UnsafePointer<LaneKind>) {
    for leg in 0..<Int(kind.pointee.legCount) { prefetch(kind.pointee.legs[leg]) }
  }

  func isOf(_ other: Legs, _ target: Int32) -> Bool {
    legCount == other.count && self.target == target
      && other.indices.allSatisfy { legs[$0] == other[$0] }
  }
}
