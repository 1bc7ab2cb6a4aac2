import CSV

/// The codes and names that only tables may know.
struct TableNames {
  /// Carriers, places, parties, lanes and customers.
  private(set) var names: Set<String> = []
  /// Commodity codes and prefixes.
  private(set) var commodities: Set<String> = []

  /// From the tables' paths and texts.
  init(_ files: [(String, String)]) {
    for (path, text) in files {
      let parts = path.split(separator: "/").map(String.init)
      if parts.count == 4 { names.insert(parts[1]) }
      read(text)
    }
  }

  private mutating func read(_ text: String) {
    var kind = ""
    var inHead = true
    var header: [String] = []
    var reader = CSVReader(bytes: Array(text.utf8))
    while let result = try? reader.next() {
      guard case .success(let record) = result else { continue }
      let cells = (0..<record.count).map(record.string)
      if cells.allSatisfy(\.isEmpty) {
        inHead = false
      } else if inHead {
        if cells[0] == "kind", cells.count > 1 { kind = cells[1] }
      } else if header.isEmpty {
        header = cells
      } else {
        add(Dictionary(zip(header, cells)) { first, _ in first }, kind)
      }
    }
  }

  private mutating func add(_ row: [String: String], _ kind: String) {
    let texts = (Self.columns[kind] ?? []).compactMap { row[$0] }
    names.formUnion(
      texts.flatMap { $0.split(separator: ";") }.map(String.init).filter { !$0.isEmpty })
    let cells = (row["commodity"] ?? "").split(separator: ";")
    commodities.formUnion(cells.map { String($0.drop { $0 == "!" }) }.filter { $0 != "*" })
  }

  /// The columns with codes and names, by the kind of table.
  private static let columns = [
    "places": ["place", "name", "also"], "parties": ["party", "name"],
    "lanes": ["lane", "name"], "customers": ["customer", "name"],
  ]
}
