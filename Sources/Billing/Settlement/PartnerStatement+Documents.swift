import CSV
import ExactMoney
import Unification

extension PartnerStatement {
  /// What a row of the CSV is.
  enum RowKind: String {
    case line, collected, sum, threshold, payment
    case ownCurrency = "own-currency"
  }

  /// The columns of a statement as CSV.
  static let columns = [
    "row", "month", "party", "document", "line", "reference", "date", "lane", "item", "currency",
    "amount", "exact", "divided", "basis", "bases", "corrects",
  ]

  /// The name of its files, without an ending.
  public var fileName: String { "STATEMENT-\(party.codeText)-\(month)" }

  /// The statement as CSV: every share of a line with what it was measured by and the exact
  /// entitlement, what the party collects, the sums, what is carried on and paid. It holds all that
  /// is needed to work it out again: where there is a basis, the amount is divided × basis ÷ bases.
  public func csv() throws -> [UInt8] {
    var writer = CSVWriter()
    writer.record(Self.columns.map { .text($0) })
    for line in lines { writer.record(row(line)) }
    for item in collected { writer.record(row(item)) }
    for (currency, position) in positions { try writeSums(currency, position, &writer) }
    for (currency, own) in own {
      guard let position = positions.first(where: { $0.currency == currency })?.position else {
        continue
      }
      writer.record(row(own, of: currency, try position.due()))
    }
    return writer.drain()
  }

  private func writeSums(
    _ currency: Currency, _ position: MonthlyPosition, _ writer: inout CSVWriter
  ) throws {
    let terms = terms[currency]
    for (item, amount) in try position.items() {
      var cells = Cells(.sum, item, amount)
      if item == "true-up" { cells.exact = try exactSum(currency).exactText(currency) }
      if item == "equity", let equity = terms?.equity {
        cells.divided = equity.divided.amountText
        cells.basis = equity.fraction.description
        cells.bases = "1"
      }
      writer.record(record(cells))
    }
    if let threshold = terms?.threshold {
      writer.record(record(Cells(.threshold, "carry-forward", threshold)))
    }
    for payment in terms?.payments ?? [] {
      let pays = payment.from == party.codeText
      writer.record(
        record(
          Cells(
            .payment, pays ? "pays \(payment.to)" : "is paid by \(payment.from)",
            pays ? payment.amount.negated : payment.amount)))
    }
  }

  /// The exact entitlement of the month before the true-up: of all lines in a currency.
  private func exactSum(_ currency: Currency) throws -> Exact {
    var units: Int64 = 0
    var lean: Int64 = 0
    for line in lines where line.amount.currency == currency {
      units += line.amount.minorUnits
      lean += line.lean
    }
    return try Exact.minorUnits(units, lean: lean)
  }

  // MARK: - Rows

  /// What a row says, by column.
  private struct Cells {
    let kind: RowKind
    let item: String
    let currency: Currency
    let amount: String
    var document = "", line = "", reference = "", date = "", lane = ""
    var exact = "", divided = "", basis = "", bases = "", corrects = ""

    init(_ kind: RowKind, _ item: String, _ amount: Money) {
      self.kind = kind
      self.item = item
      currency = amount.currency
      self.amount = amount.amountText
    }

    init(_ kind: RowKind, _ item: String, noAmountIn currency: Currency) {
      self.kind = kind
      self.item = item
      self.currency = currency
      amount = ""
    }
  }

  private func record(_ cells: Cells) -> [CSVWriter.Field] {
    [
      .text(cells.kind.rawValue), .number(month.description), .text(party.codeText),
      .text(cells.document), .number(cells.line), .text(cells.reference), .number(cells.date),
      .text(cells.lane), .text(cells.item), .text(cells.currency.code), .number(cells.amount),
      .number(cells.exact), .number(cells.divided), .number(cells.basis), .number(cells.bases),
      .text(cells.corrects),
    ]
  }

  private func row(_ line: Line) -> [CSVWriter.Field] {
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

  private func row(_ item: Collected) -> [CSVWriter.Field] {
    var cells = Cells(.collected, item.position == nil ? "tax" : "net", item.amount)
    cells.document = item.document.description
    cells.line = item.position.map { "\($0)" } ?? ""
    cells.reference = item.reference
    return record(cells)
  }

  private func row(
    _ own: Settlement.OwnCurrency, of currency: Currency, _ due: Money
  ) -> [CSVWriter.Field] {
    var cells =
      own.due.map { Cells(.ownCurrency, "net-due \(currency)", $0) }
      ?? Cells(.ownCurrency, "net-due \(currency)", noAmountIn: own.currency)
    cells.reference =
      own.day.map { "\(currency.code) \(own.rate) of \($0)" } ?? "no official rate"
    cells.date = own.day?.description ?? ""
    switch own.official?.exchange {
    case .multiply(let rate): (cells.basis, cells.bases) = (rate.description, "1")
    case .divide(let rate): (cells.basis, cells.bases) = ("1", rate.description)
    case nil: break
    }
    if own.official != nil { cells.divided = due.amountText }
    return record(cells)
  }

  /// The statement for people.
  public func text(seal: String?) throws -> String {
    var lines = [
      "Statement of \(party.name) (\(party.codeText)) for \(month)", "",
      seal.map { "Closed; seal \($0)" } ?? "\(month) is open: figures change until it is closed.",
      "",
    ]
    if positions.isEmpty { lines.append("Nothing is booked for \(party.codeText) in \(month).") }
    for (currency, position) in positions {
      lines.append("In \(currency)")
      var layout = Layout([.left, .right], indent: 2)
      for (item, amount) in try position.items() where amount.minorUnits != 0 || item == "net-due" {
        layout.row(item, amount.amountText)
      }
      lines += layout.lines
      for (foreign, own) in own where foreign == currency {
        lines.append("  net due in \(own.currency): " + own.words(from: currency, month))
      }
      lines.append("")
    }
    lines.append(
      "\(self.lines.count) shares of consignments: each is in "
        + "\(fileName).csv"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Settlement.OwnCurrency {
  fileprivate func words(from foreign: Currency, _ month: Month) -> String {
    guard let due, let day else {
      return "no official rate from \(foreign) within ten days up to \(month.last)"
    }
    return "\(due.amountText), \(rate) of \(day)"
  }
}

extension PartnerStatement.Line {
  /// The exact entitlement with nine digits beyond the minor unit.
  var exactText: String {
    let exact = try? Exact.minorUnits(amount.minorUnits, lean: lean)
    return exact?.exactText(amount.currency) ?? ""
  }
}

extension Exact {
  /// Minor units and billionths of one.
  fileprivate static func minorUnits(
    _ units: Int64, lean: Int64
  ) throws(BeyondLimits) -> Exact {
    guard let billionths = Exact(Int128(lean), over: Int128(Allocation.billionths)) else {
      throw BeyondLimits(what: "an exact entitlement")
    }
    return try Exact(units).plus(billionths)
  }

  /// Minor units as an amount with nine digits beyond the minor unit.
  fileprivate func exactText(_ currency: Currency) -> String {
    guard let amount = try? times(currency.step) else { return "" }
    return amount.text(digits: currency.minorDigits + 9) ?? amount.description
  }
}
