import CSV
import ExactMoney
import TariffRules

/// The classes of values, shared by all workers.
final class SharedClasses: Sendable {
  let classes: FieldClasses
  init(_ classes: FieldClasses) { self.classes = classes }
}

/// Rates plain rows without making a quote of each.
struct RowRater: ~Copyable {
  init(_ tables: TariffTables, _ asOf: Day?, _ file: ConsignmentFile, _ shared: SharedClasses) {}

  mutating func rate(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ out: inout ByteBuffer
  ) -> Int? { nil }

  mutating func settle(_ totals: inout RatingTotals) {}
}
