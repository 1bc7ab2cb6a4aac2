import CSV
import TariffRules

/// A month's settlement as its papers are drawn from it.
struct DrawnMonth {
  let settlement: Settlement
  let statements: [PartnerStatement]
  /// The files that decided the month, with their digests.
  let tables: [UInt8]
  /// Whether the statements are those of all parties.
  var isWhole = true

  var findings: [String] { statements.flatMap(\.findings) }

  /// The papers that the seal is over.
  func papers() throws -> [SettlementPaper] {
    var papers = [
      SettlementPaper(.settlement, "", try settlement.csv()),
      SettlementPaper(.tables, "", tables),
      SettlementPaper(.control, text: settlement.controlText),
    ]
    for statement in statements {
      papers.append(SettlementPaper(.statement, statement.party, try statement.sumRows()))
      if !statement.isOfJointVenture {
        papers.append(SettlementPaper(.rates, statement.party, statement.rates()))
      }
    }
    return papers
  }

  /// The same for people; a closed month's have its seal.
  func texts(seal: String?) throws -> [SettlementPaper] {
    let names = Dictionary(statements.map { ($0.party, $0.name) }) { first, _ in first }
    let own =
      isWhole
      ? [SettlementPaper(.settlementText, text: try settlement.text(names, seal: seal))] : []
    return try own
      + statements.map {
        SettlementPaper(.statementText, $0.party, text: try $0.text(seal: seal))
      }
  }

  /// The tables' files that decide a month, with their digests.
  static func files(
    _ now: TablesInForce, _ statements: [PartnerStatement], _ tables: TariffTables
  ) -> [UInt8] {
    var paths = now.settlingFiles.map(tables.path(ofFile:))
    paths += statements.flatMap(\.own).compactMap { $0.own.official?.source?.file }
    let digests = tables.fileDigests()
    var writer = CSVWriter()
    writer.record([.text("file"), .text("sha256")])
    for path in Set(paths).sorted() {
      writer.record([.text(path), .text(digests[path] ?? "")])
    }
    return writer.drain()
  }
}
