import ExactMoney

/// One file of a tables folder as a person reads it: its two clocks, its head and its rows as
/// texts, before any meaning.
struct PublishedTable {
  let path: String
  /// Where its schedule is: `AZ/ADY/rates` in the shape of the tables folder.
  let schedule: String
  let kind: TableLoader.Kind
  /// The day it takes effect and the day it became known; of a file by year its rows have both.
  let change: Change
  let isWithdrawal: Bool
  let table: TableFile
  let bytes: [UInt8]

  /// Nil for a file that is no table; the files of loaded tables all are.
  init?(_ file: TableFolder.File) {
    let table = TableFile(
      path: file.path, number: 0, bytes: file.bytes, findings: FindingList())
    guard let kind = table.head["kind"].flatMap({ TableLoader.Kind(rawValue: $0.text) }) else {
      return nil
    }
    path = file.path
    schedule = file.scope + "/" + file.schedule
    self.kind = kind
    self.table = table
    bytes = file.bytes
    isWithdrawal = table.head["withdrawn"]?.text == "yes"
    if kind.isByYear {
      change = Change(effective: .earliest, published: .earliest)
      return
    }
    guard let effective = Day(file.stem.prefix(10)),
      let published = table.head["published"].flatMap({ Day($0.text) })
    else { return nil }
    change = Change(effective: effective, published: published)
  }

  /// The rows, as far as they were known on a day.
  func rows(asOf: Day?) -> [PrintedRow] {
    let columns = table.header.map(\.text)
    let rows = table.records.map { record in
      PrintedRow(
        path: path, line: record.line,
        cells: columns.enumerated().compactMap { index, column in
          guard !column.isEmpty, index < record.count else { return nil }
          return PrintedRow.Cell(column: column, text: record.string(index))
        })
    }
    switch kind {
    case .distances: return rows.flatMap(\.pairs)
    case .divisors, .dailyRates: return rows.filter { $0.isKnown(asOf) }
    default: return rows
    }
  }
}

/// A row of a table as it is printed, with its place.
struct PrintedRow {
  struct Cell {
    let column: String
    let text: String
  }

  let path: String
  let line: Int
  let cells: [Cell]

  subscript(column: String) -> String { cells.first { $0.column == column }?.text ?? "" }

  /// A row of a distance table as one row for each pair of places: a distance holds both ways, and
  /// a clerk looks for the pair.
  var pairs: [PrintedRow] {
    let place = self["place"]
    return cells.filter { !["place", "name", "source", "evidence", "note"].contains($0.column) }
      .flatMap { cell -> [PrintedRow] in
        guard !cell.text.isEmpty else { return [] }
        return cell.column.split(separator: ";").map { other in
          let ends = [place, String(other)].sorted().joined(separator: " - ")
          return PrintedRow(
            path: path, line: line,
            cells: [Cell(column: "pair", text: ends), Cell(column: "km", text: cell.text)])
        }
      }
  }

  func isKnown(_ asOf: Day?) -> Bool {
    guard let asOf, let published = Day(self["published"]) else { return true }
    return published <= asOf
  }
}

extension TableLoader.Kind {
  /// The columns by which a clerk calls two rows the same row; of several rows that have them alike
  /// those with the most cells in common are.
  func key(_ table: TableFile) -> [String] {
    switch self {
    case .countries: ["country"]
    case .currencies: ["currency"]
    case .equipment: ["equipment"]
    case .places: ["place"]
    case .parties: ["party"]
    case .customers: ["customer"]
    case .lanes: ["lane"]
    case .legs: ["lane", "leg"]
    case .partners: ["partner"]
    case .policy: ["key"]
    case .partnerColumns: ["partner"]
    case .dangerousGoods: ["un_number"]
    case .distances: ["pair"]
    case .grid: ["from_km", "to_km"]
    case .steps: ["from_day", "to_day"]
    case .charges: ["charge"]
    case .agreement: ["step", "kind", "party"]
    case .divisors: ["from", "to"]
    case .dailyRates: ["date"]
    case .grouping: [table.head["key"]?.text ?? "group"]
    case .rates, .coefficients, .pricing, .discounts, .taxes, .minimumDistances, .minimumWeights:
      ["name"]
    }
  }

  /// Whether the order of its rows counts: in a chain, on a quote, among the columns of shares.
  var isOrdered: Bool {
    switch self {
    case .coefficients, .discounts, .charges, .parties: true
    default: false
    }
  }

  /// What a column says where it is left out or, in some, empty.
  func unsaid(_ column: String) -> String {
    switch column {
    case "both_ways", "included": return "no"
    case "rank": return "1"
    default:
      let hasConditions: Bool
      switch self {
      case .rates, .coefficients, .charges, .pricing, .discounts, .taxes, .agreement,
        .minimumDistances, .minimumWeights:
        hasConditions = true
      default: hasConditions = false
      }
      guard hasConditions, let field = Field(column: column) else { return "" }
      // In these tables such a column is a cell of the row's own, not a condition.
      let isOwn =
        (self == .rates && [.charge, .rate, .grid, .unit].contains(field))
        || (self == .charges && field == .charge) || (self == .pricing && field == .rate)
      return isOwn ? "" : "*"
    }
  }
}
