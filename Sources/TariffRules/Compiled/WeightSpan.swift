/// The classes of the actual and of the chargeable weight, around those of a consignment, for which
/// the same rows fit.
public struct WeightSpan: BitwiseCopyable, Sendable {
  /// Classes from the first to the last.
  public struct Run: BitwiseCopyable, Sendable {
    /// The lowest class.
    public fileprivate(set) var first = Int(FieldClasses.other)
    /// The highest; `Int.max` where no weight is too high.
    public fileprivate(set) var last = Int.max

    /// Whether not every weight is in it.
    public var isNarrow: Bool { first > Int(FieldClasses.other) || last < Int.max }
  }

  /// Those of the actual weight.
  public private(set) var weight = Run()
  /// Those of the chargeable weight.
  public private(set) var chargeable = Run()

  /// All weights.
  public init() {}

  /// Whether not every weight is in it.
  public var isNarrow: Bool { weight.isNarrow || chargeable.isNarrow }

  /// Narrows it to the classes next to a consignment's own that are like it.
  /// - Parameters:
  ///   - number: the class of the consignment's weight; below `other` where it has none.
  ///   - count: how many classes there are.
  public mutating func narrow(
    _ isChargeable: Bool, _ number: Int, _ count: Int, _ areAlike: (Int, Int) -> Bool
  ) {
    guard number >= Int(FieldClasses.other) else { return }
    var run = isChargeable ? chargeable : weight
    var first = number
    while first > run.first && areAlike(number, first - 1) { first -= 1 }
    run.first = first
    var last = number
    while last < run.last && last + 1 < count && areAlike(number, last + 1) { last += 1 }
    if last + 1 < count { run.last = min(run.last, last) }
    if isChargeable { chargeable = run } else { weight = run }
  }
}
