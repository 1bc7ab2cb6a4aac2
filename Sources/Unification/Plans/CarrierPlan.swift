import ExactMoney
import TariffRules

/// A fraction of machine words.
struct Ratio: BitwiseCopyable, Sendable {
  var numerator: Int64 = 1
  var denominator: Int64 = 1

  static let one = Ratio()

  init() {}

  /// Nil where a part needs more than so many bits.
  init?(_ exact: Exact, bits: Int = 62) {
    guard let top = Int64(exactly: exact.numerator), let below = Int64(exactly: exact.denominator),
      top.magnitude < UInt64(1) << UInt64(bits), below < Int64(1) << Int64(bits)
    else { return nil }
    numerator = top
    denominator = below
  }
}

/// A rate row compiled.
struct RatePlan: BitwiseCopyable {
  /// The amount itself; nil where a grid gives it.
  var amount: Ratio?
  var currency: Int32 = 0
  var grid: Int32 = -1
  /// The column of the grid; -1 where the class of a field picks it.
  var column: Int32 = -1
  var columnField: Int32 = 0
  var columns = FixedTable<Int16>()
  /// What multiplies before rounding and after it.
  var before: (Unit.Quantity?, Unit.Quantity?) = (nil, nil)
  var after: (Unit.Quantity?, Unit.Quantity?) = (nil, nil)
  /// Whether the chargeable weight is among them.
  var isPerTonne = false
  var startedKilometres: Int32 = 0
  var deemed: Ratio?
  /// Only the exact calculation can do it.
  var isExactOnly = false
  /// The links of the chain that the row's own charge, name, grid and unit let through.
  var chain: UInt64 = 0
  var openChain: UInt64 = 0
}

/// A row of the charges compiled.
struct ChargePlan: BitwiseCopyable {
  /// Its rates, as a mask.
  var rates = FixedTable<UInt64>()
  /// Rounding of the unit rate and of the charge; nil for `exact` and `minor`.
  var unitStep: Ratio?
  var isUnitExact = false
  var chargeStep: Ratio?
  var mode = RoundingMode.halfAway
  var isExactOnly = false
  /// Its number among the charge codes of the carrier.
  var code: Int32 = 0
}

/// A grid compiled.
struct GridPlan: BitwiseCopyable {
  var currency: Int32 = -1
  var scale: Int64 = 1
  var columns: Int = 0
  var beltAt = FixedTable<Int32>()
  var cells = FixedTable<Int64>()
}

/// A field that enters the key of a leg: its class as the carrier's rows tell it from others, or
/// its very value.
struct KeyPart: BitwiseCopyable {
  var field: Int32
  var shift: Int32
  /// By class; empty where the value itself counts.
  var alike: FixedTable<UInt16>

  /// The fields that a rate can be multiplied with, the weight aside: where one is, legs are told
  /// apart by its value, as their recipes have it multiplied already.
  static let valued: [Field] = [.axles, .length, .persons, .storageDays]

  /// What is known only when a leg or a rate is looked at.
  static let derived: Set<Field> = [
    .traffic, .from, .to, .route, .lane, .distance, .chargeable, .charge, .rate, .grid, .unit,
    .pricing, .sellerCountry, .service,
  ]
}

/// What a leg's price depends on, for one kind of equipment.
struct KeyPlan: BitwiseCopyable {
  var parts = FixedTable<KeyPart>()
  /// Whether the weight can matter.
  var asksWeight = false
  /// The number, in the regime, of the conversions that can be needed.
  var conversions: Int32 = 0
  /// The parts do not fit into the key.
  var isTooWide = false
}

/// The rules of one carrier in force on a day, compiled.
struct CarrierPlan: BitwiseCopyable {
  var number = 0
  var minimumDistances: Sieve
  var leastKilometres: FixedTable<Int64>
  var minimumWeights: Sieve
  var leastWeights: FixedTable<Int64>
  var roundUps: FixedTable<Int64>
  var charges: Sieve
  var chargePlans: FixedTable<ChargePlan>
  var rates: Sieve
  var ratePlans: FixedTable<RatePlan>
  /// For each rate row the rows of its rank.
  var rankMasks: FixedTable<UInt64>
  var chain: Sieve
  var grids: FixedTable<GridPlan>
  /// By the class of the equipment.
  var keys = FixedTable<KeyPlan>()
  /// Whether any part is beyond what is compiled: then every leg is calculated the exact way.
  var isExactOnly: Bool
  /// Whether any row asks about the lane or the kind of route, or a column goes by them.
  var asksLane = false
}
