import ExactMoney
import TariffRules

/// How the price of a leg comes about for consignments that ask the same, before the money of a
/// day: what is due by which rates. Its charges are behind it.
struct LegRecipe: BitwiseCopyable {
  /// One charge: the rate and what it is multiplied with, but for the chargeable weight, conversion
  /// and the coefficients. All that is multiplied here is in the key of the kind: see `KeyPart`.
  struct Charge: BitwiseCopyable {
    /// The row of the charges.
    var charge: Int16
    var currency: Int16
    /// How often tonnes of chargeable weight multiply, before the first rounding and after it.
    var tonnesBefore: UInt8 = 0, tonnesAfter: UInt8 = 0
    /// The links of the chain that apply, as a mask.
    var links: UInt64
    /// What is rounded first, and what multiplies the outcome.
    var before = Ratio.one, after = Ratio.one

    var isPerTonne: Bool { tonnesBefore | tonnesAfter != 0 }
  }

  /// The weights for which it holds, in thousandths of a kilogram; one that is not given is below
  /// all.
  var low = Int64.min, high = Int64.max
  var kilometres: Int64 = -1
  var chargeable = ChargeableWeight()
  var chargeCount = 0

  @inline(__always)
  static func charges(_ recipe: UnsafePointer<LegRecipe>) -> UnsafePointer<Charge> {
    UnsafeRawPointer(recipe + 1).assumingMemoryBound(to: Charge.self)
  }
}

/// What the price of a leg depends on, the weight and the money of a day aside, and how it comes
/// about: a recipe for each of some weights. It stands where it is until all kinds are forgotten.
struct LegKind: BitwiseCopyable {
  let key: LegKey
  let carrier: UnsafePointer<CarrierPlan>
  /// The number, in the regime, of the conversions that can be needed.
  let conversions: Int32
  private var count: UInt16 = 0, capacity: UInt16 = 0
  private var recipes: UnsafeMutablePointer<UnsafePointer<LegRecipe>>?
  /// The series that was asked for last, the one thing here that belongs to days: most legs need no
  /// conversion, and have but one.
  var latest = Latest()

  /// A series by what converts its money. It stands as long as its book has the same age; none has
  /// the age of nought.
  struct Latest: BitwiseCopyable {
    var exchange: UInt16 = 0, target: UInt16 = 0
    var age: UInt32 = 0
    var series: UnsafeMutablePointer<LegSeries>?
  }

  private static let first: UInt16 = 2, most: UInt16 = 64

  init(_ key: LegKey, _ carrier: UnsafePointer<CarrierPlan>, conversions: Int32) {
    (self.key, self.carrier, self.conversions) = (key, carrier, conversions)
  }

  /// The recipe for a weight; nil if there is none yet.
  static func recipe(
    _ kind: UnsafePointer<LegKind>, _ weight: Int64
  ) -> UnsafePointer<LegRecipe>? {
    guard let list = kind.pointee.recipes else { return nil }
    for index in 0..<Int(kind.pointee.count)
    where list[index].pointee.low <= weight && weight <= list[index].pointee.high {
      return UnsafePointer(list[index])
    }
    return nil
  }

  /// Keeps another recipe, unless there is no room.
  mutating func keep(
    _ recipe: LegRecipe, _ charges: UnsafePointer<LegRecipe.Charge>, in memory: inout Arena
  ) {
    guard memory.hasRoom(1 << 13), count < Self.most else { return }
    let list: UnsafeMutablePointer<UnsafePointer<LegRecipe>>
    if let recipes, count < capacity {
      list = recipes
    } else {
      capacity = max(Self.first, capacity * 2)
      list = memory.take(UnsafePointer<LegRecipe>.self, Int(capacity))
      if let recipes { list.update(from: recipes, count: Int(count)) }
      recipes = list
    }
    let kept = memory.take(LegRecipe.self, 1)
    kept.initialize(to: recipe)
    memory.take(LegRecipe.Charge.self, recipe.chargeCount).update(
      from: charges, count: recipe.chargeCount)
    list[Int(count)] = UnsafePointer(kept)
    count += 1
  }
}
