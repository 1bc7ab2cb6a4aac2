import CSV
import TariffRules

/// A further service in a carrier's tables, charged once for each unit: so that a consignment has
/// as many charges as where each carrier asks for more than haulage.
struct SampleServices {
  private static let charge = "documents"
  private static let name = "Documents of a consignment, made up for a measurement"

  /// The schedules of a carrier that have a row more.
  static let schedules = ["charges", "rates"]

  /// An edition of a schedule with a row more: the service is converted and rounded as the first
  /// charge is, and asks for nothing in particular.
  static func adding(to edition: [UInt8], of schedule: String) -> [UInt8] {
    var reader = CSVReader(bytes: edition)
    var header: [String] = []
    var first: [String] = []
    var isBelowHead = false
    while first.isEmpty, let record = try? reader.next()?.get() {
      let cells = (0..<record.count).map { record.string($0) }
      if !isBelowHead {
        isBelowHead = cells == [""]
      } else if header.isEmpty {
        header = cells
      } else {
        first = cells
      }
    }
    guard first.count == header.count else { return edition }
    var writer = CSVWriter()
    writer.record(
      zip(header, first).map { column, model in
        .text(schedule == "rates" ? rate(column) : charge(column, like: model))
      })
    let end = edition.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
    return edition + end + writer.drain()
  }

  private static func charge(_ column: String, like model: String) -> String {
    switch column {
    case "charge": charge
    case "name": name
    default: Field(column: column) == nil ? model : "*"
    }
  }

  private static func rate(_ column: String) -> String {
    switch column {
    case "charge": charge
    case "name": name
    case "rate": "12"
    case "unit", "rated_per": Unit.flat.rawValue
    case "rank": "1"
    case "grid": ""
    default: Field(column: column) == nil ? "" : "*"
    }
  }
}
