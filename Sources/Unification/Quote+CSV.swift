import CSV
import ExactMoney
import TariffRules

/// Writes quotes as CSV: the input's columns, then the answer, then a share for every party.
public struct QuoteCSV {
  /// The columns that follow the input's, before the shares.
  public static let columns = ["status", "currency", "unit", "unit_rate", "total", "error"]

  /// A last column with the number that a quote was saved under, where quotes are saved.
  public static let numberColumn = "quote"

  private let parties: [String]
  private let withNumbers: Bool
  private var writer: CSVWriter

  /// A writer for quotes over tables.
  /// For the customer there are no shares.
  public init(
    _ tables: TariffTables, forCustomer: Bool = false, withNumbers: Bool = false,
    dialect: CSVWriter.Dialect = .plain
  ) {
    self.withNumbers = withNumbers
    parties = forCustomer ? [] : tables.partyCodes
    writer = CSVWriter(dialect: dialect)
  }

  /// The names of all columns that the result adds.
  public static func reserved(_ tables: TariffTables) -> [String] {
    columns + tables.partyCodes.map { "share_\($0)" }
  }

  /// Writes the header.
  public mutating func header(_ input: [String]) {
    let added = Self.columns + parties.map { "share_\($0)" }
    for name in input + added + (withNumbers ? [Self.numberColumn] : []) {
      writer.field(.text(name))
    }
    writer.endRecord()
  }

  /// Writes a quote behind the columns it came with; an unreadable record gives empty columns.
  public mutating func row(
    _ quote: Quote, _ row: ConsignmentFile.Row, width: Int, savedAs number: String? = nil
  ) {
    self.row(
      quote,
      (0..<width).map { index in row.record.map { .verbatim($0.bytes(index)) } ?? .text("") },
      savedAs: number)
  }

  /// Writes a quote behind the fields it came with.
  public mutating func row(
    _ quote: Quote, _ input: [CSVWriter.Field], savedAs number: String? = nil
  ) {
    for field in input { writer.field(field) }
    let price = quote.price
    writer.field(.text(quote.status.rawValue))
    writer.field(.text(price?.total.currency.code ?? ""))
    writer.field(.text(price?.unit.rawValue ?? ""))
    writer.field(.number(price?.unitRate.amountText ?? ""))
    writer.field(.number(price?.total.amountText ?? ""))
    writer.field(.text(quote.refusal?.message ?? ""))
    for party in parties {
      writer.field(.number(price.flatMap { $0.share(of: party) }?.amountText ?? ""))
    }
    if withNumbers { writer.field(.text(number ?? "")) }
    writer.endRecord()
  }

  /// Hands over what was written so far.
  public mutating func drain() -> [UInt8] { writer.drain() }
}

extension Price {
  /// The sum of a party's lines; zero for a party with no part in it.
  public func share(of party: String) -> Money? {
    var sum = Money.zero(total.currency)
    for share in shares where share.partyCode == party {
      guard let more = try? sum.plus(share.amount) else { return nil }
      sum = more
    }
    return sum
  }
}
