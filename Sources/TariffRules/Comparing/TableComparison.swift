import ExactMoney

/// Two states of tariff tables side by side: the rows added, gone and changed of each schedule.
public struct TableComparison: Sendable {
  /// One side: a folder, on a day or with every edition, as known on a day or altogether.
  public struct Side: Sendable {
    /// The tables.
    public let tables: TariffTables
    /// The day whose editions count; nil: every edition.
    public let day: Day?
    /// Only what was published not after this day; nil: everything.
    public let asOf: Day?

    /// One side of a comparison.
    public init(_ tables: TariffTables, on day: Day?, asOf: Day?) {
      self.tables = tables
      self.day = day
      self.asOf = asOf
    }
  }

  /// An edition that is compared.
  public struct Edition: Sendable, Hashable {
    /// Its file, relative to the tables folder.
    public let path: String
    /// The day it became known; nil for a file by year, whose rows say so.
    public let published: Day?
    /// Whether it ends its schedule.
    public let isWithdrawal: Bool
  }

  /// A cell that differs. A side that has no such cell is nil.
  public struct Cell: Sendable, Hashable {
    /// The column, or the key of the head.
    public let column: String
    /// As it was and as it is.
    public let before: String?, after: String?
  }

  /// Where a row stands.
  public struct Place: Sendable, Hashable {
    /// The file, relative to the tables folder.
    public let path: String
    /// The line.
    public let line: Int

    /// A line of a file.
    public init(path: String, line: Int) {
      self.path = path
      self.line = line
    }
  }

  /// A row that differs: it has a place on the sides that have it.
  public struct Row: Sendable, Hashable {
    /// What a clerk calls it.
    public let name: String
    /// Where it stands.
    public let before: Place?, after: Place?
    /// The cells that differ; of a row that only one side has, those that say something.
    public let cells: [Cell]

    /// Whether it was added, is gone, or has changed.
    public var what: Change {
      before == nil ? .added : after == nil ? .gone : .changed
    }

    /// What can happen to a row.
    public enum Change: String, Sendable, CaseIterable { case added, gone, changed }
  }

  /// Two editions of one schedule that differ.
  public struct Schedule: Sendable {
    /// Where it is in the tables folder: country, tariff and schedule.
    public let name: String
    /// Its kind.
    public let kind: String
    /// The editions; nil where none is in force.
    public let before: Edition?, after: Edition?
    /// What differs in the head, but for the day of publication and notes.
    public let head: [Cell]
    /// The rows that differ.
    public let rows: [Row]

    /// The head as a row of its own, for one list of all that differs; none where it is the same.
    public var headRow: Row? {
      guard !head.isEmpty, let before, let after else { return nil }
      return Row(
        name: "head", before: Place(path: before.path, line: 1),
        after: Place(path: after.path, line: 1), cells: head)
    }
  }

  /// The two sides.
  public let before: Side, after: Side
  /// The schedules that differ, in the order of their folders.
  public let schedules: [Schedule]

  /// Compares two sides.
  public init(_ before: Side, _ after: Side) {
    self.before = before
    self.after = after
    let (old, new) = (before.files, after.files)
    schedules = Set(old.keys).union(new.keys).sorted().flatMap { name in
      let (left, right) = (old[name] ?? [], new[name] ?? [])
      return Self.pairs((before, left), (after, right))
        .compactMap { Self.compare($0, $1, (before, after)) }
    }
  }

  /// Whether the two sides say the same.
  public var isEmpty: Bool { schedules.isEmpty }

  /// How many rows of a sort there are.
  public func count(_ what: Row.Change) -> Int {
    schedules.reduce(0) { $0 + $1.rows.count { $0.what == what } }
  }

  // MARK: - Which editions are beside each other

  /// What one side has of a schedule: files that together are one table.
  private typealias Text = [PublishedTable]

  private static func pairs(
    _ before: (side: Side, files: [PublishedTable]), _ after: (side: Side, files: [PublishedTable])
  ) -> [(Text, Text)] {
    let all = before.files + after.files
    if all.contains(where: { $0.kind.isByYear }) { return [(before.files, after.files)] }
    if let left = before.side.day, let right = after.side.day {
      return [(before.side.inForce(before.files, left), after.side.inForce(after.files, right))]
    }
    // Every edition: from each day on which one takes effect, what each side has in force then.
    let days = Set(
      before.files.filter { before.side.knows($0) }.map(\.change.effective)
        + after.files.filter { after.side.knows($0) }.map(\.change.effective))
    var seen: Set<[String]> = []
    return days.sorted().compactMap { day in
      let pair = (before.side.inForce(before.files, day), after.side.inForce(after.files, day))
      let paths = [pair.0.first?.path ?? "", pair.1.first?.path ?? ""]
      return seen.insert(paths).inserted ? pair : nil
    }
  }

  // MARK: - What differs between them

  private static func compare(_ before: Text, _ after: Text, _ sides: (Side, Side)) -> Schedule? {
    guard let any = after.first ?? before.first,
      before.map(\.bytes) != after.map(\.bytes)
        || any.kind.isByYear
    else { return nil }
    let kind = any.kind
    let isOneDay = kind.isByYear && sides.0.day != nil
    let old = before.flatMap { sides.0.rows($0) }
    let new = after.flatMap { sides.1.rows($0) }
    let matching = RowMatching(kind: kind, key: isOneDay ? [] : kind.key(any.table))
    let rows = matching.differences(
      isOneDay ? sides.0.figure(old, kind) : old, isOneDay ? sides.1.figure(new, kind) : new)
    let head = kind.isByYear ? [] : headCells(before.first, after.first)
    guard !rows.isEmpty || !head.isEmpty || isWithdrawn(before) != isWithdrawn(after) else {
      return nil
    }
    return Schedule(
      name: any.schedule, kind: kind.rawValue, before: edition(before, kind),
      after: edition(after, kind), head: head, rows: rows)
  }

  private static func isWithdrawn(_ text: Text) -> Bool { text.first?.isWithdrawal ?? true }

  private static func edition(_ text: Text, _ kind: TableLoader.Kind) -> Edition? {
    guard let file = text.first else { return nil }
    if kind.isByYear { return Edition(path: file.schedule, published: nil, isWithdrawal: false) }
    return Edition(
      path: file.path, published: file.change.published, isWithdrawal: file.isWithdrawal)
  }

  /// The heads, where both sides have a table: a head that only one has says nothing new.
  private static func headCells(_ before: PublishedTable?, _ after: PublishedTable?) -> [Cell] {
    guard let before, let after, !before.isWithdrawal, !after.isWithdrawal else { return [] }
    return TableFile.headKeys.filter { !["published", "note", "withdrawn"].contains($0) }
      .compactMap { key in
        let (old, new) = (before.table.head[key]?.text, after.table.head[key]?.text)
        return old == new ? nil : Cell(column: key, before: old, after: new)
      }
  }
}

extension TableComparison.Side {
  /// The files by schedule.
  fileprivate var files: [String: [PublishedTable]] {
    Dictionary(grouping: tables.folder.files.compactMap { PublishedTable($0) }, by: \.schedule)
  }

  fileprivate func knows(_ file: PublishedTable) -> Bool { file.change.isKnown(asOf) }

  /// The edition in force on a day; as a list, for a side that has none.
  fileprivate func inForce(_ files: [PublishedTable], _ day: Day) -> [PublishedTable] {
    files.filter { $0.change.effective <= day && knows($0) }.max { $0.change < $1.change }
      .map { [$0] } ?? []
  }

  fileprivate func rows(_ file: PublishedTable) -> [PrintedRow] {
    file.isWithdrawal ? [] : file.rows(asOf: asOf)
  }

  /// The one row of dated rows that counts on the side's day.
  fileprivate func figure(_ rows: [PrintedRow], _ kind: TableLoader.Kind) -> [PrintedRow] {
    guard let day else { return rows }
    func published(_ row: PrintedRow) -> Day { Day(row["published"]) ?? .earliest }
    let covering = rows.filter { row in
      if kind == .divisors {
        guard let first = Day(row["from"]), let last = Day(row["to"]) else { return false }
        return first <= day && day <= last
      }
      guard let date = Day(row["date"]) else { return false }
      return date <= day && date.days(until: day) <= DailyRates.oldestDays
    }
    let newest = covering.max {
      (Day($0["date"]) ?? .earliest, published($0)) < (Day($1["date"]) ?? .earliest, published($1))
    }
    return newest.map { [$0] } ?? []
  }
}
