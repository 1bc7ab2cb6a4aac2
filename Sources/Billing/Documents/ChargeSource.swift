import TariffRules
import Unification

/// The rows of the tables that a charge rests on, as one text the register keeps once: many
/// consignments rest on the same rows.
public struct ChargeSource: Sendable, Hashable {
  /// A step on each line: what it does, the row's name, the figure and the place, by tabs. (No cell
  /// of a table has a tab or a line break.)
  let text: String

  init(text: String) { self.text = text }

  /// Keeps the steps that rest on a row; of quantities, which every consignment has its own, the
  /// row alone.
  init(_ steps: [PriceRecord.Step]) {
    text = steps.compactMap { step in
      step.place.map { place in
        let value = step.what == Step.What.quantity.rawValue ? "" : step.value
        return "\(step.what)\t\(step.name)\t\(value)\t\(place.path):\(place.line)"
      }
    }.joined(separator: "\n")
  }

  /// The steps again.
  var steps: [PriceRecord.Step] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 4 else { return nil }
      return PriceRecord.Step(
        what: parts[0], name: parts[1], value: parts[2], place: Self.place(parts[3]))
    }
  }

  /// The rows alone, each once: `path:line` separated by `;`.
  public var rows: String {
    var rows: [String] = []
    for place in steps.compactMap(\.place) {
      let row = "\(place.path):\(place.line)"
      if !rows.contains(row) { rows.append(row) }
    }
    return rows.joined(separator: ";")
  }

  private static func place(_ text: String) -> PriceRecord.Place? {
    guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...])
    else { return nil }
    return PriceRecord.Place(path: String(text[..<colon]), line: line)
  }
}
