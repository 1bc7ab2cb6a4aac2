/// The conditions of a list of rows, compiled: one bit for each row, one mask for each class of
/// each field asked. All rows are tried at once by putting masks together.
public struct Sieve: BitwiseCopyable, Sendable {
  /// What a field's classes leave of the rows: for each class the rows that may fit, then those
  /// that cannot be decided.
  public struct Screen: BitwiseCopyable, Sendable {
    let fieldNumber: Int
    let words: Int
    let masks: FixedTable<UInt64>

    /// Whether some of the rows tell two classes apart.
    public func tells(_ one: Int, from other: Int, among rows: [UInt64]) -> Bool {
      (0..<2 * words).contains { word in
        let differ = masks[one * 2 * words + word] ^ masks[other * 2 * words + word]
        return differ & rows[word % words] != 0
      }
    }

    /// Whether some class leaves any of the rows undecided.
    public func canBeOpen(_ rows: [UInt64]) -> Bool {
      (0..<masks.count).contains { index in
        let isUnknown = index / (2 * words) == Int(FieldClasses.unknown)
        guard index / words % 2 == 1, !isUnknown || fieldNumber == Field.unClass.rawValue
        else { return false }
        return masks[index] & rows[index % words] != 0
      }
    }

    /// A number that is the same for classes that none of the rows tells apart.
    public func mixed(_ number: Int, among rows: [UInt64]) -> UInt64 {
      var mixed: UInt64 = 0
      for word in 0..<2 * words {
        mixed ^= masks[number * 2 * words + word] & rows[word % words]
        mixed = (mixed ^ mixed >> 29) &* 0x9E37_79B9_7F4A_7C15
      }
      return mixed
    }
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
  /// The fields that the rows ask about; those of a weight come last.
  public let screens: FixedTable<Screen>
  private let full: FixedTable<UInt64>
  private let ends: Ends?
  /// How many screens are not of a weight.
  private let lightScreens: Int
  /// The rows that ask about a weight.
  private let weighing: FixedTable<UInt64>

  /// The most words a mask may have: 4096 rows.
  public static let mostWords = 64

  /// What only a rate row knows: it is not sifted, the row itself decides it beforehand.
  private static var ofRate: [Field] { [.charge, .rate, .grid, .unit] }

  /// What differs between consignments that are alike in all but their weight.
  private static var ofWeight: [Field] { [.weight, .chargeable] }

  /// Compiles a list of conditions for the groupings in force on a day.
  public init(
    _ list: [Conditions], _ classes: FieldClasses, _ groupings: GroupingsInForce,
    _ memory: FixedMemory
  ) {
    let maker = ScreenMaker(list, classes, groupings)
    let words = maker.words
    rows = list.count
    self.words = words
    full = memory.table(maker.full)
    let asked = maker.fields.subtracting(Self.ofRate)
    let light = asked.subtracting(Self.ofWeight).sorted { $0.rawValue < $1.rawValue }
    let heavy = Self.ofWeight.filter(asked.contains)
    lightScreens = light.count
    weighing = memory.table(
      maker.mask { row in Self.ofWeight.contains { row.ask(about: $0) } })
    screens = memory.table(
      (light + heavy).map { field in
        Screen(
          fieldNumber: field.rawValue, words: words, masks: memory.table(maker.screen(field)))
      })
    if list.contains(where: \.bothWays) {
      ends = Ends(
        from: memory.table(maker.end(.from)), to: memory.table(maker.end(.to)),
        bothWays: memory.table(maker.mask(\.bothWays)))
    } else {
      ends = nil
    }
  }

  /// The rows that a class of a field leaves, decided or not.
  public func rows(_ field: Field, _ number: Int) -> [UInt64] {
    guard let screen = screen(field) else { return (0..<words).map { full[$0] } }
    return (0..<words).map { screen.masks[number * 2 * words + $0] }
  }

  /// What the classes of a field leave; nil where no row asks about it.
  public func screen(_ field: Field) -> Screen? {
    (0..<screens.count).first { screens[$0].fieldNumber == field.rawValue }.map { screens[$0] }
  }

  /// Puts the masks of the classes together.
  /// - Parameters:
  ///   - classes: the class of each field, by its raw value.
  ///   - fitting: receives the rows that fit or cannot be decided.
  ///   - open: receives those of them that cannot be decided.
  ///   - span: is narrowed to the weights that leave the same rows.
  @inline(__always)
  public func sift(
    _ classes: UnsafePointer<UInt16>, fitting: UnsafeMutablePointer<UInt64>,
    open: UnsafeMutablePointer<UInt64>, within span: inout WeightSpan
  ) {
    if words == 1 {
      var may = full[0]
      var needs: UInt64 = 0
      if let ends { may &= self.ends(ends, classes, 0) }
      for index in 0..<lightScreens { sift(index, classes, &may, &needs) }
      if may & weighing[0] != 0 {
        fitting[0] = may
        narrow(&span, classes, among: fitting)
        for index in lightScreens..<screens.count { sift(index, classes, &may, &needs) }
      }
      fitting[0] = may
      open[0] = needs & may
      return
    }
    for word in 0..<words {
      fitting[word] = full[word]
      if let ends { fitting[word] &= self.ends(ends, classes, word) }
      open[word] = 0
    }
    for index in 0..<lightScreens { sift(index, classes, fitting, open) }
    var weighs = false
    for word in 0..<words where fitting[word] & weighing[word] != 0 { weighs = true }
    if weighs {
      narrow(&span, classes, among: fitting)
      for index in lightScreens..<screens.count { sift(index, classes, fitting, open) }
    }
    for word in 0..<words { open[word] &= fitting[word] }
  }

  /// Narrows a span to the classes of weight that leave the same of some rows as those given.
  private func narrow(
    _ span: inout WeightSpan, _ classes: UnsafePointer<UInt16>, among rows: UnsafePointer<UInt64>
  ) {
    for index in lightScreens..<screens.count {
      let screen = screens[index]
      let isChargeable = screen.fieldNumber == Field.chargeable.rawValue
      span.narrow(
        isChargeable, Int(classes[screen.fieldNumber]), screen.masks.count / (2 * words)
      ) { one, other in
        (0..<2 * words).allSatisfy { word in
          let differ =
            screen.masks[one * 2 * words + word] ^ screen.masks[other * 2 * words + word]
          return differ & rows[word % words] == 0
        }
      }
    }
  }

  @inline(__always)
  private func sift(
    _ index: Int, _ classes: UnsafePointer<UInt16>, _ may: inout UInt64, _ needs: inout UInt64
  ) {
    let screen = screens.pointer + index
    let at = Int(classes[screen.pointee.fieldNumber]) &* 2
    may &= screen.pointee.masks.pointer[at]
    needs |= screen.pointee.masks.pointer[at &+ 1]
  }

  @inline(__always)
  private func sift(
    _ index: Int, _ classes: UnsafePointer<UInt16>, _ fitting: UnsafeMutablePointer<UInt64>,
    _ open: UnsafeMutablePointer<UInt64>
  ) {
    let screen = screens.pointer + index
    let at = Int(classes[screen.pointee.fieldNumber]) &* 2 &* words
    let masks = screen.pointee.masks.pointer + at
    for word in 0..<words {
      fitting[word] &= masks[word]
      open[word] |= masks[words &+ word]
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
  /// Whether the tests of some fields hold; of the others nothing is asked.
  public func match(
    among fields: [Field], _ facts: Facts, _ groupings: GroupingsInForce
  ) -> Match {
    var answer = Match.yes
    for field in fields {
      for test in tests where test.field == field {
        switch test.match(facts, value: facts[field], groupings) {
        case .yes: continue
        case .no: return .no
        case .needs(let field): answer = .needs(field)
        }
      }
    }
    return answer
  }

  /// The fields the row looks at.
  public var fields: [Field] { tests.map(\.field) }
}
