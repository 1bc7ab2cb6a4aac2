import CSV
import ExactMoney

/// A partner's own file of a month, made up from its statement: what a partner would send whose
/// books agree but for some consignments that it has not got.
struct PartnersFile {
  /// Each so many-th consignment is missing.
  static let missing = 100

  /// How `reconcile` reads it, as a table.
  static func layout(of partner: String) -> String {
    """
    kind,partner-columns
    source,made up for a measurement
    evidence,illustrative
    published,2000-01-01

    partner,reference,date,date_layout,amount,positive_is,currency,document
    \(partner),note,contract,YYYY-MM-DD,share,due-to-partner,currency,invoice

    """
  }

  /// Writes the file from a statement, one row after another.
  static func write(from statement: String, to path: String) throws {
    let input = try Input(statement)
    var reader = CSVReader { try input.read(into: $0) }
    guard let header = try reader.next()?.get() else { return }
    let titles = (0..<header.count).map { header.string($0) }
    let places = try ["row", "document", "line", "reference", "date", "currency", "amount"].map {
      guard let place = titles.firstIndex(of: $0) else {
        throw Stop(.internalFault, "a statement has no column '\($0)'")
      }
      return place
    }
    let output = try Output(path)
    var writer = CSVWriter()
    writer.record(["invoice", "note", "contract", "currency", "share"].map { .text($0) })
    var open: (line: [String], amount: Exact)?
    var count = 0
    func close() throws {
      guard let (line, amount) = open else { return }
      count += 1
      guard count % missing != 0 else { return }
      writer.record([
        .text(line[0]), .text(line[2]), .number(line[3]), .text(line[4]), .number("\(amount)"),
      ])
      if writer.bytes.count > 1 << 16 { try output.write(writer.drain()) }
    }
    while let record = try reader.next()?.get() {
      let cells = places.map { record.string($0) }
      guard cells[0] == "line" else { continue }
      // A consignment has a row for each kind of share; in the partner's books it has one.
      let line = Array(cells[1...5])
      let amount = try Exact(decimal: cells[6])
      if let (before, sum) = open, before == line {
        open = (line, try sum.plus(amount))
      } else {
        try close()
        open = (line, amount)
      }
    }
    try close()
    try output.write(writer.drain())
    try output.finish()
  }
}
