import ExactMoney
import TariffRules
import Unification

extension Invoice {
  /// The invoice as plain text.
  public func text(_ tables: TariffTables) -> String {
    var lines = [number.map { "Invoice \($0)" } ?? "DRAFT invoice: no number, not for payment", ""]
    var head = Layout([.left, .left])
    head.row("Seller", seller.name)
    if !seller.address.isEmpty { head.row("", seller.address) }
    if !seller.taxNumber.isEmpty { head.row("", "Tax number \(seller.taxNumber)") }
    head.row("Customer", "\(customer.name) (\(customer.codeText))")
    if !customer.address.isEmpty { head.row("", customer.address) }
    if !customer.taxNumber.isEmpty { head.row("", "Tax number \(customer.taxNumber)") }
    if let issued { head.row("Date of invoice", issued.description) }
    head.row("Month of supply", month.description)
    head.row("Currency", currency.code)
    head.row("Payment", payment)
    if !seller.bank.isEmpty { head.row("Bank", seller.bank) }
    lines += head.lines + [""] + lineTable(tables) + [""] + totals + [""] + notes
    return lines.joined(separator: "\n") + "\n"
  }

  private var payment: String {
    if let due { return "by \(due), \(customer.paymentDays) days from the date of invoice" }
    return "\(customer.paymentDays) days from the date of invoice"
  }

  private func lineTable(_ tables: TariffTables) -> [String] {
    var layout = Layout([.right, .left, .left, .left, .left, .right, .right, .right])
    layout.row("", "Reference", "Contract", "Supplied", "Carriage", "Units", "Rate", "Amount")
    for (index, line) in lines.enumerated() {
      let consignment = line.consignment
      let load = consignment.given["load"] ?? "loaded"
      layout.row(
        "\(index + 1)", line.reference, consignment.date.description,
        consignment.supplied.description,
        "\(tables.directory.name(of: consignment.from)) to "
          + tables.directory.name(of: consignment.to),
        "\(consignment.count)", line.price.unitRate.amountText, line.net.amountText)
      layout.row(
        "", "", "", "",
        "\(consignment.given["commodity"] ?? ""), "
          + "\(tables.symbols.name(of: consignment.equipment)), \(load), \(line.price.lane)")
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
    layout.row("To pay, \(currency.code)", total.amountText)
    return layout.lines
  }

  private var notes: [String] {
    var notes = taxes.filter { !$0.rule.legalBasis.isEmpty }.map(\.rule.legalBasis)
    if number == nil {
      let evidence = Set(lines.flatMap(\.price.evidence)).sorted().map(\.rawValue)
      notes.append(
        "The prices of this draft rest on figures that are: \(evidence.joined(separator: ", "))")
    }
    return notes
  }
}
