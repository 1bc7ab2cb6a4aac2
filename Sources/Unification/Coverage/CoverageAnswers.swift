import ExactMoney
import TariffRules

/// The answers of one way, equipment and load, for every class and span of days, merged where they
/// are the same.
struct CoverageAnswers {
  /// Which refusal; 0 is a price.
  typealias Answer = Int

  /// What makes two refusals the same: the amounts and days in their words may differ.
  private struct Reason: Hashable {
    let status: Status
    let code: String
    let marks: [Mark]
  }

  private let classes: CoverageClasses
  private let spans: Int
  private var refusals: [Refusal] = []
  private var numbers: [Reason: Answer] = [:]
  private var answers: [Answer]

  init(_ spans: Int, _ classes: CoverageClasses) {
    self.classes = classes
    self.spans = spans
    answers = [Answer](
      repeating: 0,
      count: spans * classes.owners.count * classes.commodities.classes.count
        * classes.weights.starts.count)
  }

  private func position(_ span: Int, _ owner: Int, _ commodity: Int, _ weight: Int) -> Int {
    let commodities = classes.commodities.classes.count
    let weights = classes.weights.starts.count
    return ((span * classes.owners.count + owner) * commodities + commodity) * weights + weight
  }

  /// The number of an answer, the same for the same reason.
  mutating func number(of refusal: Refusal?) -> Answer {
    guard let refusal else { return 0 }
    let marks = refusal.candidates + [refusal.nearest?.mark].compactMap(\.self)
    let reason = Reason(status: refusal.status, code: refusal.code, marks: marks)
    if let known = numbers[reason] { return known }
    refusals.append(refusal)
    numbers[reason] = refusals.count
    return refusals.count
  }

  mutating func set(
    _ span: Int, _ owner: Int, _ commodity: Int, _ weight: Int, _ answer: Answer
  ) {
    answers[position(span, owner, commodity, weight)] = answer
  }

  mutating func copy(from same: Int, to span: Int) {
    let size = answers.count / spans
    for index in 0..<size { answers[span * size + index] = answers[same * size + index] }
  }

  // MARK: - Merging

  /// Weights of the commodities of one owner that have the same answer on the same spans.
  private struct Block: Hashable {
    let commodities: [Int]
    let weights: [Int]
  }

  /// What has no price, with everything alike in one.
  func gaps(
    _ way: CoverageWay, _ item: Equipment, _ load: String, spans: [CoverageGap.Span]
  ) -> [CoverageGap] {
    var gaps: [CoverageGap] = []
    for answer in refusals.indices.map({ $0 + 1 }) {
      for (pattern, blocks) in patterns(of: answer) {
        let owned = Dictionary(grouping: classes.owners.indices) { blocks[$0] ?? [] }
        for (list, owners) in owned.sorted(by: { $0.value[0] < $1.value[0] }) {
          for block in list {
            let members = CoverageGap.Members(
              commodityClasses: classes.commodities, commodities: Set(block.commodities),
              weightClasses: classes.weights, weights: Set(block.weights))
            gaps.append(
              CoverageGap(
                way: way, equipment: item.code, load: load,
                owners: owners.count == classes.owners.count
                  ? [] : owners.map { classes.owners[$0] },
                commodities: members.commodityText, weights: members.weightText,
                days: Self.joined(pattern.map { spans[$0] }), refusal: refusals[answer - 1],
                members: members))
          }
        }
      }
    }
    return gaps
  }

  /// For each set of spans on which cells have this answer, the blocks of cells by owner.
  private func patterns(of answer: Answer) -> [(spans: [Int], blocks: [Int: [Block]])] {
    var found: [[Int]: [Int: [Block]]] = [:]
    for owner in classes.owners.indices {
      var cells: [[Int]: [Int: [Int]]] = [:]
      for commodity in classes.commodities.classes.indices {
        for weight in classes.weights.starts.indices {
          let own = (0..<spans).filter { answers[position($0, owner, commodity, weight)] == answer }
          if !own.isEmpty { cells[own, default: [:]][commodity, default: []].append(weight) }
        }
      }
      for (pattern, byCommodity) in cells {
        let blocks = Dictionary(grouping: byCommodity.keys.sorted()) { byCommodity[$0] ?? [] }
          .map { Block(commodities: $0.value, weights: $0.key) }
          .sorted { $0.commodities[0] < $1.commodities[0] }
        found[pattern, default: [:]][owner] = blocks
      }
    }
    return found.map { ($0.key, $0.value) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
  }

  /// Spans that follow one another as one.
  private static func joined(_ spans: [CoverageGap.Span]) -> [CoverageGap.Span] {
    spans.reduce(into: []) { list, span in
      if let last = list.last, last.last.adding(days: 1) == span.first {
        list[list.count - 1] = CoverageGap.Span(first: last.first, last: span.last)
      } else {
        list.append(span)
      }
    }
  }
}
