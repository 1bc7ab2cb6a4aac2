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

  /// The pack of a statement.
  /// - Throws: `BookingRefusal` for the joint venture itself, whose balance rests on all others'.
  public init(_ statement: PartnerStatement, seal: String?, _ tables: TariffTables) throws {
    guard !statement.isOfJointVenture else {
      throw BookingRefusal(
        "the statement of \(statement.party.codeText) rests on all others': there is no pack of it",
        remedy: "'tariff register verify' recomputes it from the register")
    }
    var files: [(name: String, bytes: [UInt8])] = [
      (statement.fileName + ".csv", try statement.csv()),
      (statement.fileName + ".txt", Array(try statement.text(seal: seal).utf8)),
      (Self.ratesName, Self.rates(statement, tables)),
      ("README.txt", Array(Self.explanation(statement).utf8)),
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

  private static func rates(_ statement: PartnerStatement, _ tables: TariffTables) -> [UInt8] {
    var writer = CSVWriter()
    writer.record(ratesColumns.map { .text($0) })
    for (currency, own) in statement.own {
      guard let official = own.official, let day = own.day else { continue }
      let (exchange, rate) =
        switch official.exchange {
        case .multiply(let rate): ("multiply", rate)
        case .divide(let rate): ("divide", rate)
        }
      writer.record([
        .text(currency.code), .text(own.currency.code), .number(day.description),
        .number(official.published.description), .text(exchange), .number(rate.description),
        .text(tables.path(official.mark)), .number("\(official.mark.line)"),
      ])
    }
    return writer.drain()
  }

  private static func explanation(_ statement: PartnerStatement) -> String {
    """
    The pack of \(statement.party.codeText) for \(statement.month)

    'tariff settle verify DIR', with the folder of this file, works every figure of
    \(statement.fileName).csv out again, up to the net due and the own currency. It needs no other
    file. A spreadsheet can do the same, row by row:

    line          a share. Where there is a basis, exact = divided x basis / bases, to a billionth
                  of a minor unit; amount is exact rounded down or up. Without a basis it is a
                  fixed amount. 'corrects' names the line that a note corrects.
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
