import TariffRules

/// Where the classes of a quantity begin: found by its place, not by search.
struct StepTable: BitwiseCopyable, Sendable {
  private let bounds: FixedTable<Int64>
  /// For each stretch of equal length, how many bounds are not above its beginning.
  private let starts: FixedTable<UInt16>
  private let shift: UInt64

  private static let mostStretches: Int64 = 1024

  /// One class for all.
  init() {
    bounds = FixedTable()
    starts = FixedTable()
    shift = 0
  }

  /// - Parameter bounds: rising, and none below zero.
  init(_ bounds: [Int64], _ memory: FixedMemory) {
    self.bounds = memory.table(bounds)
    let last = bounds.last ?? 0
    var shift: Int64 = 0
    while last >> shift >= Self.mostStretches { shift += 1 }
    self.shift = UInt64(shift)
    var starts: [UInt16] = []
    var passed = 0
    for stretch in 0...(last >> shift) {
      while passed < bounds.count && bounds[passed] <= stretch << shift { passed += 1 }
      starts.append(UInt16(truncatingIfNeeded: passed))
    }
    self.starts = memory.table(starts)
  }

  /// How many bounds are not above a value of zero or more.
  @inline(__always)
  func number(of value: Int64) -> Int {
    let stretch = Int(value &>> Int64(shift))
    var passed = stretch < starts.count ? Int(starts[stretch]) : bounds.count
    while passed < bounds.count && bounds[passed] <= value { passed &+= 1 }
    return passed
  }
}
