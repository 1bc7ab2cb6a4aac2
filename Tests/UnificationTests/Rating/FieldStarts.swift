@testable import Unification

/// Memory in which a scanner writes where the fields of a row start.
final class FieldStarts {
  let places: UnsafeMutablePointer<Int>

  init(_ scanner: RowScanner) { places = .allocate(capacity: scanner.placeCount) }

  deinit { places.deallocate() }
}
