import CSV
import ExactMoney

/// The rows of a party's statement as CSV.
struct StatementRows {
  /// What a row is.
  enum Kind: String {
    case line, collected, sum, threshold, payment
    case ownCurrency = "own-currency"
  }

  /// The columns.
  static let columns = [
    "row", "month", "party", "document", "line", "reference", "date", "lane", "item", "currency",
    "amount", "exact", "divided", "basis", "bases", "corrects",
  ]

  /// The columns as the first record of a file.
  static var header: [UInt8] {
    var writer = CSVWriter()
    writer.record(columns.map { .text($0) })
    return writer.drain()
  }

  /// The party's code.
  let party: String
  let month: Month

  /// What a row says, by column.
  struct Cells {
    let kind: Kind
    let item: String
    let currency: Currency
    let amount: String
    var document = "", line = "", reference = "", date = "", lane = ""
    var exact = "", divided = "", basis = "", bases = "", corrects = ""

    init(_ kind: Kind, _ item: String, _ amount: Money) {
      self.kind = kind
      self.item = item
      currency = amount.currency
      self.amount = amount.amountText
    }

    init(_ kind: Kind, _ item: String, noAmountIn currency: Currency) {
      self.kind = kind
      self.item = item
      self.currency = currency
      amount = ""
    }
  }

  func record(_ cells: Cells) -> [CSVWriter.Field] {
    [
      .text(cells.kind.rawValue), .number(month.description), .text(party),
      .text(cells.document), .number(cells.line), .text(cells.reference), .number(cells.date),
      .text(cells.lane), .text(cells.item), .text(cells.currency.code), .number(cells.amount),
      .number(cells.exact), .number(cells.divided), .number(cells.basis), .number(cells.bases),
      .text(cells.corrects),
    ]
  }

  func row(_ line: PartnerStatement.Line) -> [CSVWriter.Field] {
    var cells = Cells(.line, line.kind.rawValue, line.amount)
    cells.document = line.place.document.description
    cells.line = "\(line.place.position)"
    cells.reference = line.reference
    cells.date = line.date.description
    cells.lane = line.lane
    cells.exact = line.exactText
    cells.divided = line.measure?.divided.amountText ?? ""
    cells.basis = line.measure?.basis.description ?? ""
    cells.bases = line.measure?.bases.description ?? ""
    cells.corrects = line.corrects.map { "\($0.document)/\($0.position)" } ?? ""
    return record(cells)
  }

  func row(_ item: PartnerStatement.Collected) -> [CSVWriter.Field] {
    var cells = Cells(.collected, item.position == nil ? "tax" : "net", item.amount)
    cells.document = item.document.description
    cells.line = item.position.map { "\($0)" } ?? ""
    cells.reference = item.reference
    return record(cells)
  }

  func row(
    _ own: Settlement.OwnCurrency, of currency: Currency, _ due: Money
  ) -> [CSVWriter.Field] {
    var cells =
      own.due.map { Cells(.ownCurrency, "net-due \(currency)", $0) }
      ?? Cells(.ownCurrency, "net-due \(currency)", noAmountIn: own.currency)
    cells.reference =
      own.official.map { "\(currency.code) \($0.words) of \($0.day)" } ?? "no official rate"
    cells.date = own.official?.day.description ?? ""
    switch own.official?.exchange {
    case .multiply(let rate): (cells.basis, cells.bases) = (rate.description, "1")
    case .divide(let rate): (cells.basis, cells.bases) = ("1", rate.description)
    case nil: break
    }
    if own.official != nil { cells.divided = due.amountText }
    return record(cells)
  }
}

extension PartnerStatement.Line {
  /// The exact entitlement with nine digits beyond the minor unit.
  var exactText: String {
    let exact = try? Exact.minorUnits(amount.minorUnits, lean: Int128(lean))
    return exact?.exactText(amount.currency) ?? ""
  }
}

extension Exact {
  /// Minor units and billionths of one.
  static func minorUnits(
    _ units: Int64, lean: Int128
  ) throws(BeyondLimits) -> Exact {
    guard let billionths = Exact(lean, over: Int128(Allocation.billionths)) else {
      throw BeyondLimits(what: "an exact entitlement")
    }
    return try Exact(units).plus(billionths)
  }

  /// Minor units as an amount with nine digits beyond the minor unit.
  func exactText(_ currency: Currency) -> String {
    guard let amount = try? times(currency.step) else { return "" }
    return amount.text(digits: currency.minorDigits + 9) ?? amount.description
  }
}
