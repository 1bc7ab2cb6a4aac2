import ExactMoney

/// Distance belts (or days of storage) by columns of rates.
public struct Grid: Sendable {
  /// One row: a belt contains both its ends.
  public struct Belt: Sendable {
    /// First kilometre or day.
    public let from: Int
    /// Last kilometre or day; `Int.max` for "and longer".
    public let to: Int
    /// Where it stands.
    public let mark: Mark
  }

  /// What a look-up finds.
  public enum Cell: Sendable {
    /// The rate, and the row it stands in.
    case rate(Exact, Mark)
    /// The belt is there but the cell is empty.
    case empty(Belt)
    /// No belt contains the kilometre; the nearest one.
    case noBelt(nearest: Belt?)
  }

  /// Whether its rows are days whose fees are summed, not distance belts.
  public let isSteps: Bool
  /// The currency of the rates.
  public let currency: Currency
  /// Column names as symbols.
  public let columns: [Int64]
  /// The rows, rising.
  public let belts: [Belt]
  /// Rates as whole numbers of 1/`scale`, row by row; `empty` where there is none.
  public let cells: [Int64]
  /// What a cell of one stands for is one part of this.
  public let scale: Int64
  /// The belt of each kilometre; -1 where there is none.
  public let beltAt: [Int32]

  /// The cell that has no rate.
  public static let empty = Int64.min

  /// The rate of a column at a distance.
  public func rate(at kilometre: Int, column: Int) -> Cell {
    let index = belt(at: kilometre)
    guard let index else { return .noBelt(nearest: nearest(to: kilometre)) }
    return cell(index, column)
  }

  /// The sum of the daily fees of a column over so many days, with the last row that counted.
  public func sum(days: Int, column: Int) throws(BeyondLimits) -> Cell {
    if days == 0, let first = belts.first { return .rate(.zero, first.mark) }
    var total = Exact.zero
    var last: Mark?
    var reached = 0
    for (index, belt) in belts.enumerated() where belt.from <= days {
      let count = min(days, belt.to) - belt.from + 1
      guard case .rate(let fee, let mark) = cell(index, column) else { return .empty(belt) }
      total = try total.plus(try fee.times(Exact(count)))
      last = mark
      reached = belt.to
    }
    guard let last, reached >= days else { return .noBelt(nearest: nearest(to: days)) }
    return .rate(total, last)
  }

  private func cell(_ belt: Int, _ column: Int) -> Cell {
    let value = cells[belt * columns.count + column]
    guard value != Self.empty, let rate = Exact(Int128(value), over: Int128(scale)) else {
      return .empty(belts[belt])
    }
    return .rate(rate, belts[belt].mark)
  }

  private func belt(at kilometre: Int) -> Int? {
    guard beltAt.indices.contains(kilometre), beltAt[kilometre] >= 0 else { return nil }
    return Int(beltAt[kilometre])
  }

  private func nearest(to kilometre: Int) -> Belt? {
    belts.min { one, other in
      Self.gap(one, kilometre) < Self.gap(other, kilometre)
    }
  }

  private static func gap(_ belt: Belt, _ kilometre: Int) -> Int {
    kilometre < belt.from ? belt.from - kilometre : max(0, kilometre - belt.to)
  }
}

extension Grid {
  /// Reads a grid of kilometres or, as `steps`, of days.
  static func read(_ reader: TableReader, steps: Bool) -> Grid? {
    let from = steps ? "from_day" : "from_km"
    let to = steps ? "to_day" : "to_km"
    let fixed = Set([from, to, "source", "evidence", "note"])
    let header = reader.file.header
    let columns = header.indices.filter { !fixed.contains(header[$0].text) }
    guard let currency = reader.headCurrency() else { return nil }
    var belts: [Belt] = []
    // The last belt read, even one that does not count: a fault is said once.
    var last: Belt?
    var cells: [Exact?] = []
    cells.reserveCapacity(reader.file.records.count * columns.count)
    for row in reader.rows {
      guard let first = row.neededWhole(from, in: 0...30_000),
        let end = steps && row.text(to) == "*" ? Int.max : row.neededWhole(to, in: 0...30_000)
      else { continue }
      let belt = Belt(from: first, to: end, mark: row.mark)
      let follows = row.follows(belt, after: last, from, steps: steps)
      if belt.to > last?.to ?? -1 { last = belt }
      guard follows else { continue }
      belts.append(belt)
      for index in columns {
        let rate = row.decimal(at: index, header[index].text)
        if let rate, rate.isNegative {
          row.report(header[index].text, "a rate cannot be negative", "write 0 or more")
        }
        cells.append(rate)
      }
    }
    reader.checkGapsUsed(belts)
    if steps, let first = belts.first, first.from != 1 {
      reader.rows.first?.report(from, "the days begin at \(first.from)", "begin with day 1")
    }
    if steps, let cell = reader.file.head["known_gap"] {
      reader.loader.add(
        reader.file, cell.line, cell.column, "days cannot have a known gap",
        "give every day a row; free days are a row of 0")
    }
    let scale = cells.reduce(Int128(1)) { scale, cell in
      guard let cell, scale % cell.denominator != 0 else { return scale }
      return max(scale, cell.denominatorAsPowerOfTen)
    }
    return Grid(
      isSteps: steps, currency: currency,
      columns: columns.map { reader.loader.symbols.intern(header[$0].text) },
      belts: belts, scaled: reader.scaled(cells, by: scale), scale: Int64(scale))
  }

  private init(
    isSteps: Bool, currency: Currency, columns: [Int64], belts: [Belt], scaled: [Int64],
    scale: Int64
  ) {
    self.isSteps = isSteps
    self.currency = currency
    self.columns = columns
    self.belts = belts
    self.scale = scale
    cells = scaled
    let top = belts.map { $0.to == Int.max ? $0.from : $0.to }.max() ?? 0
    var at = [Int32](repeating: -1, count: belts.isEmpty ? 0 : top + 1)
    for (index, belt) in belts.enumerated() where belt.from <= min(belt.to, top) {
      for kilometre in belt.from...min(belt.to, top) { at[kilometre] = Int32(index) }
    }
    beltAt = at
  }
}

extension Exact {
  /// The power of ten that makes it whole; 10^9 at most, which cells are limited to.
  fileprivate var denominatorAsPowerOfTen: Int128 {
    var power: Int128 = 1
    while power < 1_000_000_000, power % denominator != 0 { power *= 10 }
    return power
  }

  fileprivate func scaled(by scale: Int128) -> Int64? {
    let product = numerator.multipliedReportingOverflow(by: scale / denominator)
    return product.overflow ? nil : Int64(exactly: product.partialValue)
  }
}

extension Row {
  /// Checks that a belt begins where the one before it ended.
  fileprivate func follows(
    _ belt: Grid.Belt, after last: Grid.Belt?, _ column: String, steps: Bool
  ) -> Bool {
    let what = steps ? "days" : "belt"
    if belt.from > belt.to {
      report(
        column, "the \(what) \(belt.from)–\(belt.to) ends before it begins",
        "put the smaller number first")
      return false
    }
    guard let last else { return true }
    // Put together only for a message: nearly every row follows the one before it.
    var name: String { "\(belt.from)–\(belt.to == Int.max ? "*" : String(belt.to))" }
    if belt.from == last.from && belt.to == last.to {
      report(column, "the \(what) \(name) comes twice", "keep one of the two rows")
      return false
    }
    if belt.to < last.from {
      report(
        column, "the \(what) \(name) comes after \(last.from)–\(last.to)",
        "rows must rise, each beginning after the one before it")
      return false
    }
    if belt.from <= last.to {
      report(
        column, "the \(what) \(name) overlaps the one before it (\(last.from)–\(last.to))",
        "rows must rise, each beginning after the one before it")
      return false
    }
    if belt.from > last.to + 1 {
      let gap = (last.to + 1, belt.from - 1)
      let known = reader.knownGaps().contains { $0 == gap }
      report(
        column, "no \(what) for \(gap.0)–\(gap.1)",
        known
          ? "the head declares this gap; a consignment in it has no rate"
          : "add the missing row, or declare 'known_gap,\(gap.0)-\(gap.1)' in the head",
        severity: known ? .warning : .error)
    }
    return true
  }
}

extension TableReader {
  /// The rates as whole numbers of one scale.
  fileprivate func scaled(_ cells: [Exact?], by scale: Int128) -> [Int64] {
    cells.map { cell in
      guard let cell else { return Grid.empty }
      if let number = cell.scaled(by: scale) { return number }
      loader.add(
        file, 0, 0, "the rate \(cell) has too many digits beside the finest rate of the table",
        "rates of one table have at most 18 digits together, before and after the point")
      return Grid.empty
    }
  }

  /// The currency of the head, which tables of amounts need.
  func headCurrency(_ key: String = "currency") -> Currency? {
    guard let cell = file.head[key] else {
      loader.add(
        file, 1, 0, "the head has no '\(key)'", "add a line such as '\(key),CHF' to the head")
      return nil
    }
    if let currency = loader.currencies[cell.text] { return currency }
    loader.add(
      file, cell.line, cell.column, "unknown currency '\(cell.text)'",
      "codes are those of codes/currencies."
        + NearNames.hint(for: cell.text, among: loader.currencies.keys))
    return nil
  }

  fileprivate func knownGaps() -> [(Int, Int)] {
    guard let cell = file.head["known_gap"] else { return [] }
    return cell.text.split(separator: ";").compactMap { gap in
      let ends = gap.split(separator: "-").map { Int($0) }
      guard ends.count == 2, let from = ends[0], let to = ends[1] else { return nil }
      return (from, to)
    }
  }

  fileprivate func checkGapsUsed(_ belts: [Grid.Belt]) {
    guard let cell = file.head["known_gap"] else { return }
    let gaps = knownGaps()
    if gaps.count != cell.text.split(separator: ";", omittingEmptySubsequences: false).count {
      loader.add(
        file, cell.line, cell.column, "'\(cell.text)' is not a list of gaps",
        "write 'known_gap,401-410'; several separated by ';'")
    }
    for (from, to) in gaps where belts.contains(where: { $0.from <= to && from <= $0.to }) {
      loader.add(
        file, cell.line, cell.column, "the known gap \(from)-\(to) is no gap: a row covers it",
        "take it out of the head")
    }
  }
}
