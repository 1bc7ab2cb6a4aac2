import Unification

extension JSONText {
  /// The value as a cell of CSV.
  var plain: String {
    switch self {
    case .text(let text), .number(let text): text
    default: ""
    }
  }
}
