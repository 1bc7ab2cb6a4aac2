import TariffRules

/// Which classes of a field some rows cannot tell apart: to them these are alike.
struct Likeness {
  /// Some rows of a list.
  struct Rows {
    let sieve: Sieve
    var mask: [UInt64]

    /// All of a list that may fit a class of a field.
    init(_ sieve: Sieve, _ field: Field, _ number: Int) {
      self.sieve = sieve
      mask = sieve.rows(field, number)
    }

    /// All of a list.
    init(_ sieve: Sieve) {
      self.sieve = sieve
      mask = (0..<sieve.words).map { _ in .max }
    }

    func contains(_ index: Int) -> Bool { mask[index / 64] >> UInt64(index % 64) & 1 == 1 }

    /// Whether a row might not be decided for want of a field.
    var canBeOpen: Bool {
      (0..<sieve.screens.count).contains { sieve.screens[$0].canBeOpen(mask) }
    }
  }

  private let screens: [(screen: Sieve.Screen, rows: [UInt64])]
  private let columns: [FixedTable<Int16>]
  private let classes: [Int]

  /// - Parameters:
  ///   - classes: those that are compared.
  ///   - columns: columns of grids that the field picks, by class.
  init(
    _ field: Field, among classes: [Int], _ lists: [Rows], columns: [FixedTable<Int16>] = []
  ) {
    self.classes = classes
    self.columns = columns
    screens = lists.compactMap { list in list.sieve.screen(field).map { ($0, list.mask) } }
  }

  /// For each class a number; those that are alike have the same, the first has 0.
  var numbers: [UInt16] {
    var numbers = [UInt16](repeating: 0, count: classes.count)
    if screens.isEmpty && columns.isEmpty { return numbers }
    // The first of each kind, found by a number mixed from all that it lets through.
    var bits = 4
    while 1 << bits < 2 * classes.count { bits += 1 }
    var firsts = [Int32](repeating: -1, count: 1 << bits)
    var next: UInt16 = 0
    for (place, number) in classes.enumerated() {
      var at = Int(truncatingIfNeeded: mixed(number) >> UInt64(64 - bits))
      while firsts[at] >= 0 && !areAlike(classes[Int(firsts[at])], number) {
        at = (at + 1) % firsts.count
      }
      if firsts[at] < 0 {
        firsts[at] = Int32(place)
        numbers[place] = next
        next += 1
      } else {
        numbers[place] = numbers[Int(firsts[at])]
      }
    }
    return numbers
  }

  /// Whether no two classes are told apart.
  var isTotal: Bool {
    guard let first = classes.first else { return true }
    return !classes.contains { !areAlike(first, $0) }
  }

  private func areAlike(_ one: Int, _ other: Int) -> Bool {
    for (screen, rows) in screens where screen.tells(one, from: other, among: rows) {
      return false
    }
    return !columns.contains { $0[one] != $0[other] }
  }

  private func mixed(_ number: Int) -> UInt64 {
    var mixed: UInt64 = 1
    for (screen, rows) in screens {
      mixed = (mixed ^ screen.mixed(number, among: rows)) &* 0xC2B2_AE3D_27D4_EB4F
      mixed ^= mixed >> 31
    }
    for column in columns {
      mixed = (mixed ^ UInt64(bitPattern: Int64(column[number]))) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= mixed >> 29
    }
    return mixed &* 0xFF51_AFD7_ED55_8CCD
  }
}
