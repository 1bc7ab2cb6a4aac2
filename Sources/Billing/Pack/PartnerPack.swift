import CSV
import ExactMoney
import TariffRules

/// What a partner needs to work its statement of a month out again alone: its own lines and sums,
/// the official rates used, and the digests of these files. Nothing of the others' contracts.
public struct PartnerPack {
  /// The files by name; the manifest is the last.
  public let files: [(name: String, bytes: [UInt8])]
  /// The digest of the manifest, and so of all: to be compared by word of mouth.
  public let digest: String

  static let manifestName = "manifest.csv"
  static let ratesName = "rates.csv"
  static let manifestColumns = ["file", "bytes", "sha256"]
  static let ratesColumns = [
    "from", "to", "date", "published", "exchange", "rate", "file", "line",
  ]

  /// The pack of a party out of a month as it is settled.
  /// - Throws: `BookingRefusal` for the joint venture itself, whose balance rests on all others',
  ///   and where there is nothing to pack.
  public init(of party: String, in settled: SettledMonth) throws {
    func paper(_ kind: SettlementPaper.Kind) -> SettlementPaper? {
      settled.papers.first { $0.kind == kind && $0.party == party }
    }
    guard let statement = paper(.statement), let text = paper(.statementText),
      let rates = paper(.rates)
    else {
      throw BookingRefusal(
        "the statement of \(party) rests on all others': there is no pack of it",
        remedy: "'tariff register verify' recomputes it from the register")
    }
    let name = PartnerStatement.fileName(party, settled.month)
    let rows = try PackTable(name + ".csv", statement.bytes, columns: StatementRows.columns).rows
    guard !rows.isEmpty else {
      throw BookingRefusal(
        "nothing is booked for \(party) in \(settled.month): there is no pack of it",
        remedy: "check the month and the party, or leave out --pack")
    }
    var files: [(name: String, bytes: [UInt8])] = [
      (name + ".csv", statement.bytes), (name + ".txt", text.bytes), (Self.ratesName, rates.bytes),
      ("README.txt", Array(Self.explanation(party, settled.month).utf8)),
    ]
    var writer = CSVWriter()
    writer.record(Self.manifestColumns.map { .text($0) })
    for file in files {
      writer.record([
        .text(file.name), .number("\(file.bytes.count)"), .text(Self.digest(of: file.bytes)),
      ])
    }
    files.append((Self.manifestName, writer.drain()))
    self.files = files
    digest = Self.digest(of: files.last?.bytes ?? [])
  }

  static func digest(of bytes: [UInt8]) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.hex()
  }

  private static func explanation(_ party: String, _ month: Month) -> String {
    """
    The pack of \(party) for \(month)

    'tariff settle verify DIR', with the folder of this file, works every figure of
    \(PartnerStatement.fileName(party, month)).csv out again,
    up to the net due and the own currency. It needs no other file. A spreadsheet can do the same,
    row by row:

    line          a share. Where there is a basis, exact = divided x basis / bases, to a billionth
                  of a minor unit; amount is exact rounded down or up. Without a basis it is a
                  fixed amount. 'corrects' names the line that a note corrects; without a basis it
                  is taken as it stands, unless it is the mirror of an invoiced line above.
    collected     what you collect from customers: lines, and your part of a document's tax.
    sum           by kind the lines without 'corrects'; corrections: those with it. true-up brings
                  the sum of both to its exact value (column exact), rounded down or up. equity:
                  your fraction of what the joint venture has earned, rounded down or up.
                  net-due = all above - collected + carried-in; carried-in is what last month's
                  statement carried on.
    threshold     a net-due under it is carried on whole; else it is paid whole.
    payment       what settles 'paid'; amounts below zero you pay.
    own-currency  divided x basis / bases, rounded half away from zero, at the rate in rates.csv.

    Which of two parties gets an odd minor unit follows from fractions that are not in the pack; the
    true-up makes up for it once a month. manifest.csv has the digest of each file (SHA-256).

    """
  }
}
