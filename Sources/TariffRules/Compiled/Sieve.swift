/// The conditions of a list of rows, compiled: one bit for each row, one mask for each class of
/// each field asked. All rows are tried at once by putting masks together.
public struct Sieve: BitwiseCopyable, Sendable {
  /// What a field's classes leave of the rows: for each class the rows that may fit, then those
  /// that cannot be decided.
  public struct Screen: BitwiseCopyable, Sendable {
    let fieldNumber: Int
    let masks: FixedTable<UInt64>
  }

  /// Rows that may fit both ways: the masks of one end, by class of place.
  struct Ends: BitwiseCopyable, Sendable {
    let from: FixedTable<UInt64>
    let to: FixedTable<UInt64>
    let bothWays: FixedTable<UInt64>
  }

  /// How many rows there are.
  public let rows: Int
  /// How many words a mask has.
  public let words: Int
  /// The fields that the rows ask about.
  public let screens: FixedTable<Screen>
  private let full: FixedTable<UInt64>
  private let ends: Ends?

  /// The most words a mask may have: 4096 rows.
  public static let mostWords = 64

  /// What only a rate row knows: it is not sifted, the row itself decides it beforehand.
  private static var ofRate: [Field] { [.charge, .rate, .grid, .unit] }

  /// Compiles a list of conditions for the groupings in force on a day.
  public init(
    _ list: [Conditions], _ classes: FieldClasses, _ groupings: GroupingsInForce,
    _ memory: FixedMemory
  ) {
    rows = list.count
    let words = max(1, (list.count + 63) / 64)
    self.words = words
    full = memory.table(Self.mask(list.indices.map { _ in true }, words))
    let asked = Set(
      list.flatMap { row in row.tests.filter { !(row.bothWays && $0.isEnd) }.map(\.field) }
    ).subtracting(Self.ofRate)
    let both = list.map(\.bothWays)
    screens = memory.table(
      asked.sorted { $0.rawValue < $1.rawValue }.map { field in
        var masks: [UInt64] = []
        let asking = list.enumerated().compactMap { index, row in
          let tests = row.tests.filter { $0.field == field && !(row.bothWays && $0.isEnd) }
          return tests.isEmpty ? nil : (index: index, tests: tests)
        }
        for number in 0..<classes.count(field) {
          let facts = classes.sample(field, number)
          var may = Self.mask(list.indices.map { _ in true }, words)
          var needs = [UInt64](repeating: 0, count: words)
          for row in asking {
            let bit = UInt64(1) << UInt64(row.index % 64)
            let match = Conditions.match(row.tests, field, facts, groupings)
            if match == .no { may[row.index / 64] &= ~bit }
            if match != .no && match != .yes { needs[row.index / 64] |= bit }
          }
          masks += may + needs
        }
        return Screen(fieldNumber: field.rawValue, masks: memory.table(masks))
      })
    if both.contains(true) {
      func end(_ field: Field) -> FixedTable<UInt64> {
        var masks: [UInt64] = []
        for number in 0..<classes.count(field) {
          let facts = classes.sample(field, number)
          masks += Self.mask(
            list.map { row in
              !row.bothWays || row.match(only: field, facts, groupings, skip: false) == .yes
            }, words)
        }
        return memory.table(masks)
      }
      ends = Ends(
        from: end(.from), to: end(.to), bothWays: memory.table(Self.mask(both, words)))
    } else {
      ends = nil
    }
  }

  private static func mask(_ bits: [Bool], _ words: Int) -> [UInt64] {
    var mask = [UInt64](repeating: 0, count: words)
    for (index, bit) in bits.enumerated() where bit { mask[index / 64] |= 1 << UInt64(index % 64) }
    return mask
  }

  /// Whether rows look at both ends at once.
  public var asksBothWays: Bool { ends != nil }

  /// Puts the masks of the classes together.
  /// - Parameters:
  ///   - classes: the class of each field, by its raw value.
  ///   - fitting: receives the rows that fit or cannot be decided.
  ///   - open: receives those of them that cannot be decided.
  @inline(__always)
  public func sift(
    _ classes: UnsafePointer<UInt16>, fitting: UnsafeMutablePointer<UInt64>,
    open: UnsafeMutablePointer<UInt64>
  ) {
    if words == 1 {
      var may = full[0]
      var needs: UInt64 = 0
      for index in 0..<screens.count {
        let screen = screens.pointer + index
        let at = Int(classes[screen.pointee.fieldNumber]) &* 2
        may &= screen.pointee.masks.pointer[at]
        needs |= screen.pointee.masks.pointer[at &+ 1]
      }
      if let ends { may &= self.ends(ends, classes, 0) }
      fitting[0] = may
      open[0] = needs & may
      return
    }
    for word in 0..<words {
      fitting[word] = full[word]
      open[word] = 0
    }
    for index in 0..<screens.count {
      let screen = screens.pointer + index
      let at = Int(classes[screen.pointee.fieldNumber]) &* 2 &* words
      let masks = screen.pointee.masks.pointer + at
      for word in 0..<words {
        fitting[word] &= masks[word]
        open[word] |= masks[words &+ word]
      }
    }
    for word in 0..<words {
      if let ends { fitting[word] &= self.ends(ends, classes, word) }
      open[word] &= fitting[word]
    }
  }

  @inline(__always)
  private func ends(_ ends: Ends, _ classes: UnsafePointer<UInt16>, _ word: Int) -> UInt64 {
    let from = Int(classes[Field.from.rawValue]) &* words &+ word
    let to = Int(classes[Field.to.rawValue]) &* words &+ word
    return ends.from[from] & ends.to[to] | ends.from[to] & ends.to[from] & ends.bothWays[word]
  }
}

extension Conditions {
  /// Whether the tests of one field hold.
  fileprivate func match(
    only field: Field, _ facts: Facts, _ groupings: GroupingsInForce, skip skipEnds: Bool
  ) -> Match {
    Self.match(
      tests.filter { $0.field == field && !(skipEnds && $0.isEnd) }, field, facts, groupings)
  }

  /// Whether tests of one field hold.
  fileprivate static func match(
    _ tests: [Test], _ field: Field, _ facts: Facts, _ groupings: GroupingsInForce
  ) -> Match {
    var answer = Match.yes
    for test in tests {
      switch test.match(facts, value: facts[field], groupings) {
      case .yes: continue
      case .no: return .no
      case .needs(let field): answer = .needs(field)
      }
    }
    return answer
  }

  /// Whether the tests of some fields hold; of the others nothing is asked.
  public func match(
    among fields: [Field], _ facts: Facts, _ groupings: GroupingsInForce
  ) -> Match {
    var answer = Match.yes
    for field in fields {
      switch match(only: field, facts, groupings, skip: false) {
      case .yes: continue
      case .no: return .no
      case .needs(let field): answer = .needs(field)
      }
    }
    return answer
  }

  /// The fields the row looks at.
  public var fields: [Field] { tests.map(\.field) }
}
