import ExactMoney
import Unification

extension Document {
  /// The document as plain text.
  ///
  /// `Register.verify` writes it again from what is recorded: a change here must leave the texts of
  /// documents that are recorded as they are.
  public func text() -> String {
    var lines = [title, ""]
    var head = Layout([.left, .left])
    head.row("Seller", seller.name)
    if !seller.address.isEmpty { head.row("", seller.address) }
    if !seller.taxNumber.isEmpty { head.row("", "Tax number \(seller.taxNumber)") }
    head.row("Customer", "\(customer.name) (\(customer.code))")
    if !customer.address.isEmpty { head.row("", customer.address) }
    if !customer.taxNumber.isEmpty { head.row("", "Tax number \(customer.taxNumber)") }
    if let issued {
      head.row("Date of \(kind == .invoice ? "invoice" : "note")", issued.description)
    }
    if let corrects { head.row("Corrects", "\(corrects)") }
    if !reason.isEmpty { head.row("Reason", reason) }
    head.row("Month of supply", month.description)
    if booked != month {
      head.row("Settled in", "\(booked), as \(month) was closed")
    }
    head.row("Currency", currency.code)
    head.row("Payment", payment)
    if !seller.bank.isEmpty { head.row("Bank", seller.bank) }
    lines += head.lines + [""] + lineTable + [""] + totals + [""] + notes
    return lines.joined(separator: "\n") + "\n"
  }

  private var title: String {
    guard let number else { return "DRAFT invoice: no number, not for payment" }
    switch kind {
    case .invoice: return "Invoice \(number)"
    case .creditNote: return "Credit note \(number)"
    case .adjustmentNote: return "Adjustment note \(number)"
    }
  }

  private var payment: String {
    if total.minorUnits < 0 { return "in your favour: set off or paid back" }
    if total.minorUnits == 0 { return "nothing to pay" }
    let dated = kind == .invoice ? "invoice" : "note"
    let basis = "\(customer.paymentDays.counted("day")) from the date of \(dated)"
    return due.map { "by \($0), \(basis)" } ?? basis
  }

  private var lineTable: [String] {
    var layout = Layout([.right, .left, .left, .left, .left, .right, .right, .right])
    layout.row("", "Reference", "Contract", "Supplied", "Carriage", "Units", "Rate", "Amount")
    for (index, line) in lines.enumerated() {
      layout.row(
        "\(index + 1)", line.reference, line.date.description, line.supplied.description,
        "\(line.from.name) to \(line.to.name)", "\(line.count)",
        line.corrects == nil ? line.unitRate.amountText : "", line.net.amountText)
      layout.row(
        "", "", "", "", "\(line.commodity), \(line.equipment), \(line.load), \(line.lane)")
      if let quoted = line.quoted {
        layout.row(
          "", "", "", "",
          "at the price of \(quoted.number), promised until \(quoted.validUntil)")
      }
      if let corrects = line.corrects {
        // A long note, such as that of a rebate, has its parts on lines of their own.
        let parts = line.note.split(separator: "; ")
        let first = parts.first.map { ": \($0)" } ?? ""
        layout.row("", "", "", "", "line \(corrects.position) of \(corrects.document)\(first)")
        for part in parts.dropFirst() { layout.row("", "", "", "", String(part)) }
      }
    }
    return layout.lines
  }

  private var totals: [String] {
    var layout = Layout([.left, .right, .right, .right])
    let isForeign = currency != seller.currency
    layout.row("", "Net", "Tax", isForeign ? "Net in \(seller.currency)" : "")
    for tax in taxes {
      layout.row(
        "\(tax.rule.name): \(tax.rule.category.rawValue), \(tax.rule.percent) %",
        tax.net.amountText, tax.tax.amountText, isForeign ? tax.equivalent.amountText : "")
    }
    layout.row("Sum", net.amountText, tax.amountText)
    let owed = total.minorUnits < 0 ? "In your favour" : "To pay"
    layout.row("\(owed), \(currency.code)", total.amountText)
    return layout.lines
  }

  private var notes: [String] {
    var notes = taxes.map(\.rule.legalBasis).filter { !$0.isEmpty }
    if number == nil {
      notes.append("The prices of this draft rest on figures that are: \(evidence)")
    }
    return notes
  }
}
