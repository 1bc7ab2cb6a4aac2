import ExactMoney
import TariffRules

/// What is priced: one customer's goods under one contract of carriage, as read from a file or from
/// options.
public struct Consignment: Sendable {
  /// The fields of a consignment, in the order of the specification; the same names in a CSV
  /// header.
  public static let fields = [
    "reference", "date", "from", "to", "via", "commodity", "equipment", "owner", "load",
    "weight_kg", "gross_kg", "count", "customer", "wagon_owner", "supplied", "collected_by",
    "un_number", "axles", "length_m", "width_m", "section_wagons", "oversize", "condition",
    "goods_origin", "wagons_in_train", "persons", "storage_days",
  ]

  /// The consignment note number; nil if not given.
  public let reference: String?
  /// The day the contract of carriage was concluded: it picks editions and conversion.
  public let date: Day
  /// The day of delivery: it picks the billing month.
  public let supplied: Day
  /// Origin and destination.
  public let from: Int64, to: Int64
  /// A place the route must pass.
  public let via: Int64?
  /// The commodity code.
  public let commodity: CommodityCode
  /// The equipment.
  public let equipment: Int64
  /// Identical units.
  public let count: Int
  /// The customer, if given.
  public let customer: Int64?
  /// The party that collects the money; nil: the joint venture.
  public let collectedBy: Int64?
  /// Everything rules can ask about, as numbers.
  public let facts: Facts
  /// The fields as they were given, for documents.
  public let given: [String: String]
}

/// One thing wrong with a consignment: the field and what to do.
public struct FieldProblem: Error, Sendable, Hashable {
  /// The field.
  public let field: String
  /// What is wrong.
  public let message: String
  /// What to do.
  public let remedy: String
  /// Where the field stands in a file; nil where it is in none.
  var place: String?

  /// What is wrong, with the field and its place.
  var text: String { (place.map { "\($0): " } ?? "") + "\(field): \(message)" }
}

/// What is wrong with a consignment; never empty.
public struct BadConsignment: Error, Sendable {
  /// Every problem, in the order of the fields.
  public let problems: [FieldProblem]

  /// As the refusal a quote carries: one finding for each field, and each remedy once.
  public var refusal: Refusal {
    let remedies = problems.map(\.remedy).reduce(into: [String]()) { known, remedy in
      if !known.contains(remedy) { known.append(remedy) }
    }
    var refusal = Refusal(
      .rejected, "bad-field", problems.map(\.text).joined(separator: "; "),
      remedy: remedies.joined(separator: "; "), field: problems.first?.field)
    refusal.problems = problems
    return refusal
  }
}
