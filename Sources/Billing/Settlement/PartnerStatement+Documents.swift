import CSV
import ExactMoney
import TariffRules
import Unification

extension PartnerStatement {
  /// The name of a party's files of a month, without an ending.
  static func fileName(_ party: String, _ month: Month) -> String {
    namePrefix + "\(party)-\(month)"
  }

  static let title = "Statement of "
  static let namePrefix = "STATEMENT-"

  /// The rows after those of lines and of what is collected: the sums, what is carried on and paid,
  /// the own currency. With them the statement holds all that is needed to work it out again: where
  /// there is a basis, the amount is divided × basis ÷ bases.
  func sumRows() throws -> [UInt8] {
    let rows = StatementRows(party: party, month: month)
    var writer = CSVWriter()
    for (currency, position) in positions { try writeSums(currency, position, rows, &writer) }
    for (currency, own) in own {
      guard let position = positions.first(where: { $0.currency == currency })?.position else {
        continue
      }
      writer.record(rows.row(own, of: currency, try position.due()))
    }
    return writer.drain()
  }

  private func writeSums(
    _ currency: Currency, _ position: MonthlyPosition, _ rows: StatementRows,
    _ writer: inout CSVWriter
  ) throws {
    let terms = terms[currency]
    for (item, amount) in try position.items() {
      var cells = StatementRows.Cells(.sum, item, amount)
      if item == "true-up" {
        let given = try position.given().minorUnits
        cells.exact = try Exact.minorUnits(given, lean: position.lean).exactText(currency)
      }
      if item == "equity", let equity = terms?.equity {
        cells.divided = equity.divided.amountText
        cells.basis = equity.fraction.description
        cells.bases = "1"
      }
      writer.record(rows.record(cells))
    }
    if let threshold = terms?.threshold {
      writer.record(rows.record(StatementRows.Cells(.threshold, "carry-forward", threshold)))
    }
    for payment in terms?.payments ?? [] {
      let pays = payment.from == party
      writer.record(
        rows.record(
          StatementRows.Cells(
            .payment, pays ? "pays \(payment.to)" : "is paid by \(payment.from)",
            pays ? payment.amount.negated : payment.amount)))
    }
  }

  /// The official rates it uses, for its pack.
  func rates() -> [UInt8] {
    var writer = CSVWriter()
    writer.record(PartnerPack.ratesColumns.map { .text($0) })
    for (currency, own) in own {
      guard let official = own.official, let source = official.source else { continue }
      let (exchange, rate) =
        switch official.exchange {
        case .multiply(let rate): ("multiply", rate)
        case .divide(let rate): ("divide", rate)
        }
      writer.record([
        .text(currency.code), .text(own.currency.code), .number(official.day.description),
        .number(source.published.description), .text(exchange), .number(rate.description),
        .text(source.file), .number("\(source.line)"),
      ])
    }
    return writer.drain()
  }

  /// The statement for people.
  public func text(seal: String?) throws -> String {
    var lines = [
      "\(Self.title)\(name) (\(party)) for \(month)", "",
      seal.map { "Closed; seal \($0)" } ?? "\(month) is open: figures change until it is closed.",
      "",
    ]
    if positions.isEmpty { lines.append("Nothing is booked for \(party) in \(month).") }
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
      "\(shares) shares of consignments: each is in "
        + Self.fileName(party, month) + ".csv"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Settlement.OwnCurrency {
  fileprivate func words(from foreign: Currency, _ month: Month) -> String {
    guard let due, let official else {
      return "no official rate from \(foreign) within ten days up to \(month.last)"
    }
    return "\(due.amountText), \(official.words) of \(official.day)"
  }
}
