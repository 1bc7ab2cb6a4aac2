import TariffRules

/// How a quote ended.
public enum Status: String, Sendable, CaseIterable {
  case priced
  case onRequest = "on-request"
  case noRate = "no-rate"
  case conflict
  case rejected
}

/// Why there is no price: one of the four answers that are not a price, with the facts for a
/// helpful message.
public struct Refusal: Error, Sendable {
  /// Which of the answers.
  public let status: Status
  /// A word for scripts.
  public let code: String
  /// What is the matter.
  public let message: String
  /// What to do.
  public let remedy: String
  /// The field of the consignment that is meant, if one is.
  public let field: String?
  /// The closest row, for `no-rate`.
  public let nearest: Nearest?
  /// All rows that fit, for `conflict`; the row that says so, for `on-request`.
  public let candidates: [Mark]
  /// What is wrong with the fields of the consignment, where that is the matter.
  var problems: [FieldProblem] = []
  /// Which leg of the route has no price, from 0; nil where it is no single one.
  var leg: Int?

  /// A refusal from its facts.
  public init(
    _ status: Status, _ code: String, _ message: String, remedy: String, field: String? = nil,
    nearest: Nearest? = nil, candidates: [Mark] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.remedy = remedy
    self.field = field
    self.nearest = nearest
    self.candidates = candidates
  }

  /// An amount, factor or chain beyond what is computed exactly.
  static func beyondLimits(_ what: String) -> Refusal {
    Refusal(
      .rejected, "beyond-limits", "beyond the limits of exact calculation: \(what)",
      remedy: "amounts go up to 10^13 minor units; check the count and the weight, and the tables "
        + "for rates too high or factors with many decimals")
  }

  /// A rule asks for a field that the consignment does not give: no guess is made.
  static func needs(
    _ field: Field, _ what: String, _ mark: Mark, _ facts: Facts, _ now: TablesInForce
  ) -> Refusal {
    let tables = now.tables
    let isWagon = now.equipment[facts[.equipment]]?.ridesOnAWagon == false
    // The chargeable weight is made from the actual one, and the owner of a wagon is its owner.
    let field: Field =
      switch field {
      case .chargeable: .weight
      case .wagonOwner where isWagon: .owner
      default: field
      }
    let place = "\(tables.path(mark)):\(mark.line)"
    switch (field, facts[field]) {
    case (.distance, _):
      return Refusal(
        .noRate, "no-distance", "\(what) needs the distance, which the carrier's table has not",
        remedy: "choose places of its distance table, or add the distance (\(place) asks for it)",
        candidates: [mark])
    case (.unClass, Facts.unknown):
      let number = FactWords(tables: tables).text(.unNumber, facts)
      return Refusal(
        .rejected, "unknown-class", "\(what) needs the class of UN \(number), which no table lists",
        remedy: "add the number to codes/dangerous-goods (\(place) asks for it)",
        field: "un_number", candidates: [mark])
    case (_, let value) where value != Facts.absent:
      return Refusal(
        .noRate, "no-edition",
        "\(what) looks up \(field.column) in a grouping that is not in force",
        remedy: "check the date, or add an edition of the grouping (\(place) asks for it)",
        candidates: [mark])
    default:
      return Refusal(
        .rejected, "needs-field", "\(what) needs \(field.column)",
        remedy: "give '\(field.column)' (\(place) asks for it)", field: field.column,
        candidates: [mark])
    }
  }

  /// The same refusal, said of one leg.
  func on(leg: Int) -> Refusal {
    var same = self
    same.leg = leg
    return same
  }

  /// The same refusal, said of one lane.
  func on(lane: String) -> Refusal {
    var same = Refusal(
      status, code, "lane \(lane): \(message)", remedy: remedy, field: field, nearest: nearest,
      candidates: candidates)
    same.leg = leg
    return same
  }
}
