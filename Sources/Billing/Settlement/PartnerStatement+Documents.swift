import CSV
import ExactMoney
import Unification

extension PartnerStatement {
  /// The columns of a statement as CSV; `row` is `line`, `sum` or `own-currency`.
  static let columns = [
    "row", "month", "party", "document", "line", "reference", "date", "lane", "item", "currency",
    "amount", "exact", "divided", "basis", "bases",
  ]

  /// The statement as CSV: every share of a line with what it was measured by and the exact
  /// entitlement, then the sums. It holds all that is needed to work it out again.
  public func csv() throws -> [UInt8] {
    var writer = CSVWriter()
    writer.record(Self.columns.map { .text($0) })
    for line in lines { writer.record(cells(line)) }
    for (currency, position) in positions {
      for (item, amount) in try position.items() {
        writer.record(sum("sum", item, currency, amount.amountText, note: ""))
      }
    }
    for (currency, own) in own {
      let note = own.day.map { "\(currency.code) \(own.rate) of \($0)" } ?? "no official rate"
      writer.record(
        sum("own-currency", "net-due", own.currency, own.due?.amountText ?? "", note: note))
    }
    return writer.drain()
  }

  private func cells(_ line: Line) -> [CSVWriter.Field] {
    [
      .text("line"), .number(month.description), .text(party.codeText),
      .text(line.place.document.description), .number("\(line.place.position)"),
      .text(line.reference), .number(line.date.description), .text(line.lane),
      .text(line.kind.rawValue), .text(line.amount.currency.code),
      .number(line.amount.amountText), .number(line.exactText),
      .number(line.measure?.divided.amountText ?? ""),
      .number(line.measure?.basis.description ?? ""),
      .number(line.measure?.bases.description ?? ""),
    ]
  }

  private func sum(
    _ row: String, _ item: String, _ currency: Currency, _ amount: String, note: String
  ) -> [CSVWriter.Field] {
    [
      .text(row), .number(month.description), .text(party.codeText), .text(""), .text(""),
      .text(note), .text(""), .text(""), .text(item), .text(currency.code), .number(amount),
      .text(""), .text(""), .text(""), .text(""),
    ]
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
        + "STATEMENT-\(party.codeText)-\(month).csv"
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
    let digits = amount.currency.minorDigits + 9
    let whole = Exact(amount.minorUnits)
    guard let billionths = Exact(Int128(lean), over: Int128(Allocation.billionths)),
      let units = try? whole.plus(billionths), let exact = try? units.times(amount.currency.step)
    else { return "" }
    return exact.text(digits: digits) ?? exact.description
  }
}
