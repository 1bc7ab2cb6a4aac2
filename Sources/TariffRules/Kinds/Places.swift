/// A station, port or border point.
public struct Place: Sendable {
  /// Its six-digit code, as a symbol.
  public let code: Int64
  /// The name as its owner writes it.
  public let name: String
  /// Other names people ask for.
  public let also: [String]
  /// Whether a leg that ends here crosses a border or the sea.
  public let isBorder: Bool
  /// ISO 3166 code, from the folder.
  public let country: String
  /// Codes of the same crossing's stations on the other side.
  public let faces: [String]
  /// Where it is listed.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [Int64: Place] {
    let loader = reader.loader
    let country = String(reader.scope.prefix { $0 != "/" })
    var places: [Int64: Place] = [:]
    for row in reader.rows {
      guard let code = row.needed("place"), let name = row.needed("name") else { continue }
      guard code.utf8.count == 6, code.utf8.allSatisfy({ (48...57).contains($0) }) else {
        row.report("place", "'\(code)' is not a station code", "a station code has six digits")
        continue
      }
      let symbol = loader.symbols.intern(code)
      loader.define(code, .place)
      _ = row.needed("border")
      let place = Place(
        code: symbol, name: name, also: row.list("also"), isBorder: row.yes("border"),
        country: country, faces: row.list("faces"), mark: row.mark)
      if places.updateValue(place, forKey: symbol) != nil {
        row.report("place", "the place \(code) is listed twice", "keep one of the rows")
      }
    }
    return places
  }
}

/// Minimum distance or weight: one row.
public struct Minimum: Sendable {
  /// What a person would call it.
  public let name: String
  /// When it applies.
  public let conditions: Conditions
  /// Kilometres, or kilograms in thousandths.
  public let least: Int64
  /// Weights only: the actual weight is rounded up to a multiple of this, in thousandths of a
  /// kilogram.
  public let roundUp: Int64
  /// Where it stands.
  public let mark: Mark

  static func readDistances(_ reader: TableReader) -> [Minimum] {
    reader.rows.compactMap { row in
      guard let name = row.needed("name"), row.needed("minimum_km") != nil,
        let least = row.whole("minimum_km", in: 0...30_000)
      else { return nil }
      return Minimum(
        name: name, conditions: row.conditions(), least: Int64(least), roundUp: 1, mark: row.mark)
    }
  }

  static func readWeights(_ reader: TableReader) -> [Minimum] {
    reader.rows.compactMap { row in
      guard let name = row.needed("name"), row.needed("minimum_kg") != nil,
        row.needed("round_up_kg") != nil,
        let least = row.whole("minimum_kg", in: 0...10_000_000),
        let step = row.whole("round_up_kg", in: 1...1_000_000)
      else { return nil }
      return Minimum(
        name: name, conditions: row.conditions(), least: Int64(least) * 1000,
        roundUp: Int64(step) * 1000, mark: row.mark)
    }
  }
}

/// Tariff kilometres between the places of one tariff.
public struct Distances: Sendable {
  struct Pair: Hashable {
    let low: Int64
    let high: Int64
    init(_ one: Int64, _ other: Int64) {
      low = min(one, other)
      high = max(one, other)
    }
  }

  private var kilometres: [Pair: (kilometres: Int32, mark: Mark)] = [:]

  /// The distance between two places, either way, and the row that gives it.
  public func distance(_ from: Int64, _ to: Int64) -> (kilometres: Int, mark: Mark)? {
    kilometres[Pair(from, to)].map { (Int($0.kilometres), $0.mark) }
  }

  /// The number of pairs.
  public var count: Int { kilometres.count }

  /// Every pair of places with its distance, in the order of their codes.
  public var entries: [(from: Int64, to: Int64, kilometres: Int, mark: Mark)] {
    kilometres.map { ($0.key.low, $0.key.high, Int($0.value.kilometres), $0.value.mark) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
  }

  static func read(_ reader: TableReader) -> Distances {
    var distances = Distances()
    let columns = reader.file.header.enumerated().filter {
      !["place", "name", "source", "evidence", "note"].contains($0.element.text)
    }
    let ends: [(index: Int, codes: [Int64])] = columns.map { index, cell in
      let codes = cell.text.split(separator: ";").compactMap { code in
        reader.loader.symbol(String(code), .place) {
          reader.loader.add(
            reader.file, cell.line, cell.column, "unknown place '\(code)' in the header", $0)
        }
      }
      return (index, codes)
    }
    for row in reader.rows {
      guard let from = row.needed("place").flatMap({ _ in row.code("place", .place) })
      else { continue }
      let mark = row.mark
      for (index, codes) in ends where index < row.record.count && !row.record.isEmpty(index) {
        let column = reader.file.header[index].text
        guard let km = row.whole(column, in: 0...30_000) else { continue }
        for to in codes { distances.add(row, column, Pair(from, to), km, mark) }
      }
    }
    return distances
  }

  private mutating func add(_ row: Row, _ column: String, _ pair: Pair, _ km: Int, _ mark: Mark) {
    if let known = kilometres[pair], known.kilometres != Int32(km) {
      row.report(
        column, "\(km) km, but line \(known.mark.line) says \(known.kilometres) km",
        "distances hold both ways: make the two cells agree")
    }
    if kilometres[pair] == nil { kilometres[pair] = (Int32(km), mark) }
  }
}
