/// Something wrong or doubtful in a table, with its place and what to do about it.
public struct Finding: Hashable, Sendable {
  /// How much a finding weighs: an error makes the tables unusable, a warning does not.
  public enum Severity: String, Sendable { case error, warning }

  /// Whether the tables can be used in spite of it.
  public let severity: Severity
  /// The file, relative to the tables folder.
  public let file: String
  /// The line in the file, from 1; 0 where the file as a whole is meant.
  public let line: Int
  /// The column in that line, from 1; 0 where the line as a whole is meant.
  public let column: Int
  /// What is wrong.
  public let message: String
  /// What to do about it.
  public let remedy: String

  /// A finding from its facts.
  public init(
    _ severity: Severity, file: String, line: Int = 0, column: Int = 0, _ message: String,
    remedy: String
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.remedy = remedy
  }

  /// `path:line:column: error: what is wrong`, then a line with the remedy.
  public func text(in folder: String = "") -> String {
    var place = folder.isEmpty ? file : (folder + "/" + file)
    if line > 0 { place += ":\(line)" }
    if line > 0 && column > 0 { place += ":\(column)" }
    return "\(place): \(severity.rawValue): \(message)\n  \(remedy)"
  }
}

extension Finding: Comparable {
  /// In the order of files and lines.
  public static func < (left: Finding, right: Finding) -> Bool {
    (left.file, left.line, left.column, left.message)
      < (right.file, right.line, right.column, right.message)
  }
}

/// Where a figure stands in the tables: the file, the line, and how good the evidence for it is.
public struct Mark: Hashable, Sendable {
  /// Index into `TariffTables.files`.
  public let file: Int32
  /// Line in that file, from 1.
  public let line: Int32
  /// The evidence of the row, or of its file.
  public let evidence: Evidence

  /// A place from its parts.
  public init(file: Int32, line: Int32, evidence: Evidence) {
    self.file = file
    self.line = line
    self.evidence = evidence
  }
}

/// How good the evidence for a figure is, from the best to the weakest.
public enum Evidence: String, CaseIterable, Sendable, Comparable {
  case published, reported
  case thirdParty = "third-party"
  case inferred, illustrative

  /// In the order of the list: the weakest evidence is the greatest.
  public static func < (left: Evidence, right: Evidence) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Collects findings while tables are loaded; every finding at once, never only the first.
final class FindingList {
  private(set) var all: [Finding] = []
  private var seen: Set<Finding> = []

  func add(_ finding: Finding) {
    if seen.insert(finding).inserted { all.append(finding) }
  }

  var hasErrors: Bool { all.contains { $0.severity == .error } }

  /// In the order of files and lines.
  var inOrder: [Finding] { all.sorted() }
}
