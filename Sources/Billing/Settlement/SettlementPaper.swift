import ExactMoney

/// One file of a month's settlement. Closing a month records them, so that it can be written again
/// as it was, whatever has become of the tables since.
public struct SettlementPaper: Sendable, Equatable {
  /// What it is.
  public enum Kind: String, Sendable {
    /// The joint venture's own statement, for people and for scripts.
    case settlementText = "settlement-text"
    case settlement
    /// A party's statement; as it is recorded the CSV is without the rows of lines and of what is
    /// collected, which stand in the register's documents.
    case statementText = "statement-text"
    case statement
    /// The official rates of a party's statement, for its pack.
    case rates
    /// The files of the tables that decided the month, with their digests.
    case tables
    /// In and out, as it was checked: a line for each currency.
    case control

    /// Whether the seal is over it. The texts for people say the same, and have the seal in them.
    var isSealed: Bool { ![.settlementText, .statementText].contains(self) }
  }

  /// What it is.
  public let kind: Kind
  /// The party's code; empty for the month as a whole.
  public let party: String
  /// What it says.
  public let bytes: [UInt8]

  init(_ kind: Kind, _ party: String = "", _ bytes: [UInt8]) {
    self.kind = kind
    self.party = party
    self.bytes = bytes
  }

  init(_ kind: Kind, _ party: String = "", text: String) {
    self.init(kind, party, Array(text.utf8))
  }

  /// The name of its file; nil for what is not written.
  public func fileName(_ month: Month) -> String? {
    switch kind {
    case .settlementText: "SETTLEMENT-\(month).txt"
    case .settlement: "SETTLEMENT-\(month).csv"
    case .statementText: PartnerStatement.fileName(party, month) + ".txt"
    case .statement: PartnerStatement.fileName(party, month) + ".csv"
    case .rates, .tables, .control: nil
    }
  }
}

/// A month's settlement as it is written.
public struct SettledMonth: Sendable {
  /// The month.
  public let month: Month
  /// The seal; nil while the month is open.
  public let seal: String?
  /// Its files, the joint venture's own first.
  public let papers: [SettlementPaper]
  /// What the reader should know: where no official rate is there.
  public let findings: [String]

  /// In and out, as it was checked, line by line.
  public var control: String {
    papers.first { $0.kind == .control }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }
}
