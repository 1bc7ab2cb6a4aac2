import ExactMoney

/// One table as published with effect from a day.
public struct Edition<Content: Sendable>: Sendable {
  /// Index of its file in `TariffTables.files`.
  public let file: Int32
  /// The rows.
  public let content: Content
}

/// A schedule: all editions of one table, by effective day and then by day of publication.
public struct Schedule<Content: Sendable>: Sendable {
  /// An edition with its two clocks; a withdrawal has no edition.
  struct Entry: Sendable {
    let change: Change
    let edition: Edition<Content>?
  }

  /// The folder name.
  public let name: String
  /// Sorted; of two editions for one day the later published one comes later.
  let entries: [Entry]

  init(name: String, entries: [Entry]) {
    self.name = name
    self.entries = entries.sorted { $0.change < $1.change }
  }

  /// The edition in force on a day as known on another: the newest effective not after it.
  public func inForce(on day: Day, asOf: Day?) -> Edition<Content>? {
    entries.last { $0.change.effective <= day && $0.change.isKnown(asOf) }?.edition
  }

  /// The first day after `day` on which another edition, already known, takes effect.
  func nextChange(after day: Day, asOf: Day?) -> Day? {
    entries.first { $0.change.effective > day && $0.change.isKnown(asOf) }?.change.effective
  }

  /// Every edition, the oldest first, without withdrawals.
  public var editions: [Edition<Content>] { entries.compactMap(\.edition) }
}

/// The two clocks of an edition: the day it takes effect and the day it became known.
public struct Change: Hashable, Comparable, Sendable {
  /// The first day it applies to.
  public let effective: Day
  /// The day it became known.
  public let published: Day

  /// By effective day, then by day of publication.
  public static func < (left: Change, right: Change) -> Bool {
    (left.effective, left.published) < (right.effective, right.published)
  }

  func isKnown(_ asOf: Day?) -> Bool { asOf.map { published <= $0 } ?? true }
}

/// A file of the tables folder: one edition of one schedule, or one year of rates.
public struct TableInfo: Sendable {
  /// Path relative to the tables folder, with `/`.
  public let path: String
  /// Where the figures come from, as the head says.
  public let source: String
  /// The evidence the head gives.
  public let evidence: Evidence
  /// The number of its schedule.
  public let schedule: Int
  /// The day the edition became known; nil where the file holds a year, not an edition.
  public internal(set) var published: Day?
}
