/// Asks the conditions of a list of rows about every class of a field. Rows with the same cell have
/// the same test, and are asked once.
struct ScreenMaker {
  /// What some rows ask of a field.
  private struct Question {
    let test: Test
    /// The rows, as a mask.
    var rows: [UInt64]
  }

  /// How many words a mask has.
  let words: Int
  /// The mask of all rows.
  let full: [UInt64]
  /// The fields that rows ask about, but for the ends of rows that may fit both ways.
  private(set) var fields: Set<Field> = []
  private let list: [Conditions]
  private let classes: FieldClasses
  private let groupings: GroupingsInForce
  /// By field.
  private var questions = [[Question]](repeating: [], count: Field.allCases.count)
  /// About the ends of rows that may fit both ways.
  private var ofEnds = [[Question]](repeating: [], count: Field.allCases.count)

  init(_ list: [Conditions], _ classes: FieldClasses, _ groupings: GroupingsInForce) {
    self.list = list
    self.classes = classes
    self.groupings = groupings
    words = max(1, (list.count + 63) / 64)
    full = Self.mask(list, words) { _ in true }
    var known: [ObjectIdentifier: Int] = [:]
    var knownEnds = known
    for (index, row) in list.enumerated() {
      for test in row.tests {
        let field = test.field.rawValue
        if row.bothWays && test.isEnd {
          Self.add(test, index, words, &ofEnds[field], &knownEnds)
        } else {
          Self.add(test, index, words, &questions[field], &known)
        }
      }
    }
    fields = Set(Field.allCases.filter { !questions[$0.rawValue].isEmpty })
  }

  private static func add(
    _ test: Test, _ row: Int, _ words: Int, _ questions: inout [Question],
    _ known: inout [ObjectIdentifier: Int]
  ) {
    let place = known[ObjectIdentifier(test)] ?? questions.count
    if place == questions.count {
      known[ObjectIdentifier(test)] = place
      questions.append(Question(test: test, rows: [UInt64](repeating: 0, count: words)))
    }
    questions[place].rows[row / 64] |= 1 << UInt64(row % 64)
  }

  private static func mask(
    _ list: [Conditions], _ words: Int, _ holds: (Conditions) -> Bool
  ) -> [UInt64] {
    var mask = [UInt64](repeating: 0, count: words)
    for (index, row) in list.enumerated() where holds(row) {
      mask[index / 64] |= 1 << UInt64(index % 64)
    }
    return mask
  }

  /// The rows of which something holds.
  func mask(_ holds: (Conditions) -> Bool) -> [UInt64] { Self.mask(list, words, holds) }

  /// For each class of a field the rows that may fit, then those that cannot be decided.
  func screen(_ field: Field) -> [UInt64] {
    let count = classes.count(field)
    var masks = [UInt64](repeating: 0, count: count * 2 * words)
    var facts = Facts()
    for number in 0..<count {
      classes.set(field, number, in: &facts)
      let may = number * 2 * words
      let needs = may + words
      for word in 0..<words { masks[may + word] = full[word] }
      for question in questions[field.rawValue] {
        switch question.test.match(facts, value: facts[field], groupings) {
        case .yes: continue
        case .no: for word in 0..<words { masks[may + word] &= ~question.rows[word] }
        case .needs: for word in 0..<words { masks[needs + word] |= question.rows[word] }
        }
      }
      // A condition that fails outweighs one that cannot be decided.
      for word in 0..<words { masks[needs + word] &= masks[may + word] }
    }
    return masks
  }

  /// For each class of place the rows that fit with it at one end, or that do not fit both ways.
  func end(_ field: Field) -> [UInt64] {
    let count = classes.count(field)
    var masks = [UInt64](repeating: 0, count: count * words)
    var facts = Facts()
    for number in 0..<count {
      classes.set(field, number, in: &facts)
      for word in 0..<words { masks[number * words + word] = full[word] }
      for question in ofEnds[field.rawValue]
      where question.test.match(facts, value: facts[field], groupings) != .yes {
        for word in 0..<words { masks[number * words + word] &= ~question.rows[word] }
      }
    }
    return masks
  }
}
