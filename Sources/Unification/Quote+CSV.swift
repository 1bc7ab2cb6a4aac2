import CSV
import ExactMoney
import TariffRules

/// Writes quotes as CSV: the input's columns, then the answer, then a share for every party.
public struct QuoteCSV {
  /// The columns that follow the input's, before the shares.
  public static let columns = ["status", "currency", "unit", "unit_rate", "total", "error"]

  private let parties: [String]
  private var writer: CSVWriter

  /// A writer for quotes over tables.
  /// For the customer there are no shares.
  public init(
    _ tables: TariffTables, forCustomer: Bool = false, dialect: CSVWriter.Dialect = .plain
  ) {
    parties = forCustomer ? [] : tables.partyCodes
    writer = CSVWriter(dialect: dialect)
  }

  /// The names of all columns that the result adds.
  public static func reserved(_ tables: TariffTables) -> [String] {
    columns + tables.partyCodes.map { "share_\($0)" }
  }

  /// Writes the header.
  public mutating func header(_ input: [String]) {
    for name in input + Self.columns + parties.map({ "share_\($0)" }) { writer.field(.text(name)) }
    writer.endRecord()
  }

  /// Writes a quote behind the columns it came with; an unreadable record gives empty columns.
  public mutating func row(_ quote: Quote, _ row: ConsignmentFile.Row, width: Int) {
    self.row(
      quote,
      (0..<width).map { index in row.record.map { .verbatim($0.bytes(index)) } ?? .text("") })
  }

  /// Writes a quote behind the fields it came with.
  public mutating func row(_ quote: Quote, _ input: [CSVWriter.Field]) {
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
