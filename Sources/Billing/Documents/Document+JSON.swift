import ExactMoney
import Unification

extension Document {
  /// The document for scripts, with what came after it: keys are stable, amounts are texts.
  public func json(
    correctedBy corrections: [DocumentNumber], remarks: [(what: String, value: String)]
  ) -> JSONText {
    .object([
      ("document", .optional(number?.description)), ("kind", .text(kind.rawValue)),
      ("issued", .optional(issued?.description)), ("month", .text(month.description)),
      ("booked", .text(booked.description)), ("customer", .text(customer.code)),
      ("currency", .text(currency.code)), ("corrects", .optional(corrects?.description)),
      ("reason", .optional(reason.isEmpty ? nil : reason)), ("net", .text(net.amountText)),
      ("tax", .text(tax.amountText)), ("total", .text(total.amountText)),
      ("seller_currency", .text(seller.currency.code)), ("evidence", .text(evidence)),
      ("tables_digest", .text(tablesDigest)),
      ("lines", .list(lines.enumerated().map { $1.json($0 + 1) })),
      ("taxes", .list(taxes.map(\.json))),
      ("corrected_by", .list(corrections.map { .text($0.description) })),
      (
        "remarks",
        .list(
          remarks.map { .object([("what", .text($0.what)), ("value", .text($0.value))]) })
      ),
    ])
  }
}

extension DocumentTax {
  fileprivate var json: JSONText {
    .object([
      ("name", .text(rule.name)), ("tax_category", .text(rule.category.rawValue)),
      ("tax_percent", .text(rule.percent.description)), ("net", .text(net.amountText)),
      ("tax", .text(tax.amountText)), ("seller_equivalent", .text(equivalent.amountText)),
    ])
  }
}

extension DocumentLine {
  fileprivate func json(_ position: Int) -> JSONText {
    .object([
      ("line", .number("\(position)")), ("corrected_line", .optional(corrects?.position)),
      ("reference", .text(reference)), ("date", .text(date.description)),
      ("supplied", .text(supplied.description)), ("from", .text(from.code)),
      ("to", .text(to.code)), ("lane", .text(lane)), ("commodity", .text(commodity)),
      ("equipment", .text(equipment)), ("load", .text(load)), ("count", .number("\(count)")),
      ("unit", .text(unit)), ("unit_rate", .text(unitRate.amountText)),
      ("net", .text(net.amountText)), ("seller_equivalent", .text(equivalent.amountText)),
      ("tax_category", .text(tax.category.rawValue)),
      ("tax_percent", .text(tax.percent.description)), ("collected_by", .text(collectedBy)),
      ("quote", .optional(quoted?.number.description)),
      ("note", .optional(note.isEmpty ? nil : note)),
      ("charges", .list(charges.map(\.json))), ("shares", .list(shares.map(\.json))),
    ])
  }
}

extension DocumentLine.Charge {
  fileprivate var json: JSONText {
    .object([
      ("leg", .optional(leg == 0 ? nil : leg)),
      ("carrier", .optional(carrier.isEmpty ? nil : carrier)), ("code", .text(code)),
      ("amount", .text(amount.amountText)),
    ])
  }
}

extension DocumentLine.Share {
  fileprivate var json: JSONText {
    .object([
      ("party", .text(party)), ("kind", .text(kind.rawValue)), ("amount", .text(amount.amountText)),
    ])
  }
}
