import ExactMoney
import TariffRules

/// How a chargeable weight comes about.
struct ChargeableWeight {
  /// Whether a minimum stands, or the actual weight rounded up.
  var isMinimum = false
  /// What the actual weight is rounded up to, in thousandths of a kilogram; 0 where it is rounded
  /// in two ways that do not go into one another, or where there is no weight.
  var step: Int64 = 0
  /// The largest actual weight for which the minimum stands.
  var mostAtMinimum: Int64 = 0
  /// The chargeable weight of the consignment for which it was found.
  var weight = Facts.absent

  /// The chargeable weight of another one for which it comes about in the same way.
  @inline(__always)
  func weight(_ actual: Int64) -> Int64 {
    isMinimum || step == 0 ? weight : (actual &+ step &- 1) / step &* step
  }
}

extension LegReckoner {
  /// Sets the chargeable weight, where it can matter; false where only the exact calculation can
  /// tell.
  @inline(__always)
  mutating func setWeight(
    _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts
  ) -> Bool {
    let keys = carrier.pointee.keys.pointer + Int(row.classes[Field.equipment.rawValue])
    let actual = row.weight
    chargeable = ChargeableWeight()
    guard keys.pointee.asksWeight, actual != Facts.absent else { return true }
    isRefused = true
    let words = carrier.pointee.minimumWeights.words
    let (fitting, open) = (scratch, scratch + words)
    carrier.pointee.minimumWeights.sift(row.classes, fitting: fitting, open: open, within: &span)
    var (least, rounded, step) = (Int64(0), actual, Int64(1))
    var isOdd = false
    for word in 0..<words {
      if open[word] != 0 { return false }
      var rest = fitting[word]
      while rest != 0 {
        let index = word &* 64 &+ rest.trailingZeroBitCount
        rest &= rest &- 1
        let own = carrier.pointee.roundUps[index]
        if own != step {
          rounded = max(rounded, (actual &+ own &- 1) / own &* own)
          if own % step != 0 && step % own != 0 { isOdd = true }
          step = max(own, step)
        }
        least = max(least, carrier.pointee.leastWeights[index])
      }
    }
    let weight = max(least, rounded)
    chargeable.isMinimum = least >= rounded
    chargeable.step = isOdd ? 0 : step
    chargeable.mostAtMinimum = least / step * step
    chargeable.weight = weight
    row.values[Field.chargeable.rawValue] = weight
    row.classes[Field.chargeable.rawValue] = finder.number(of: weight, .chargeable)
    return true
  }

  /// Sets for which weights a recipe holds: those for which the same rows fit, and for which the
  /// chargeable weight comes about in the same way.
  func reach(
    _ recipe: inout LegRecipe, _ carrier: UnsafePointer<CarrierPlan>, _ row: borrowing RowFacts,
    _ classes: FieldClasses
  ) {
    let weight = row.weight
    let keys = carrier.pointee.keys.pointer + Int(row.classes[Field.equipment.rawValue])
    guard keys.pointee.asksWeight else { return }
    let goesByChargeable = isPerTonne || span.chargeable.isNarrow
    if weight == Facts.absent || (goesByChargeable && chargeable.step == 0) {
      (recipe.low, recipe.high) = (weight, weight)
      return
    }
    var (low, high) = Self.bounds(span.weight, classes.bounds(.weight))
    if goesByChargeable {
      let step = chargeable.step
      if chargeable.isMinimum {
        high = min(high, chargeable.mostAtMinimum)
      } else {
        // Rounded up it is above a bound just where it is itself above the last step not beyond.
        low = max(low, chargeable.mostAtMinimum + 1)
        let (least, most) = Self.bounds(span.chargeable, classes.bounds(.chargeable))
        low = max(low, least > 0 ? (least - 1) / step * step + 1 : 0)
        if most < Int64.max { high = min(high, most / step * step) }
      }
    }
    (recipe.low, recipe.high) = (low, high)
  }

  /// The least and the greatest weight of a run of classes.
  private static func bounds(_ run: WeightSpan.Run, _ bounds: [Int64]) -> (Int64, Int64) {
    let other = Int(FieldClasses.other)
    let low = run.first > other ? bounds[run.first - other - 1] : 0
    let high = run.last < Int.max ? bounds[run.last - other] - 1 : Int64.max
    return (low, high)
  }
}
