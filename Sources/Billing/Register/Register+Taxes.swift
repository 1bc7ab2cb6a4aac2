import ExactMoney

extension Register {
  /// What is wrong with the taxes of a document; nil where nothing is.
  ///
  /// Tax is that of what stands after the document, less what was taxed before it: nothing before
  /// an invoice, and before a note what the invoice and the notes before it taxed.
  func fault(inTaxesOf document: Document, _ entry: Int64) throws -> String? {
    for (index, tax) in document.taxes.enumerated() {
      let name = "the tax category '\(tax.rule.name)'"
      if document.taxes[..<index].contains(where: { $0.rule.isTaxed(with: tax.rule) }) {
        return "\(name) comes twice"
      }
      let own = document.lines.filter { $0.tax.isTaxed(with: tax.rule) }
      if try Document.sum(own.map(\.net), document.currency) != tax.net {
        return "\(name) does not sum up its lines"
      }
      let equivalents = own.map(\.equivalent)
      if try Document.sum(equivalents, document.seller.currency) != tax.equivalent {
        return "\(name) does not sum up its lines in \(document.seller.currency)"
      }
      let before = try taxed(with: tax.rule, before: entry, document.currency)
      let due = try tax.rule.tax(on: try before.net.plus(tax.net)).minus(before.tax)
      if due != tax.tax {
        return "\(name) has \(tax.tax) of tax, but \(tax.rule.percent) % of it are \(due)"
      }
    }
    let stray = document.lines.firstIndex { line in
      !document.taxes.contains { $0.rule.isTaxed(with: line.tax) }
    }
    return stray.map { "line \($0 + 1) is in no tax category" }
  }

  /// What a document's invoice and the notes before it taxed in a category.
  private func taxed(
    with rule: DocumentLine.Tax, before entry: Int64, _ currency: Currency
  ) throws -> (net: Money, tax: Money) {
    var taxed = (net: Money.zero(currency), tax: Money.zero(currency))
    try database.rows(
      """
      SELECT t.net, t.tax FROM documents own
      JOIN documents d ON d.entry = own.corrects OR d.corrects = own.corrects
      JOIN taxes t ON t.entry = d.entry
      WHERE own.entry = ?1 AND d.entry < ?1 AND t.category = ?2 AND t.percent = ?3
      """, [.integer(entry), .text(rule.category.rawValue), .text(rule.percent.description)]
    ) { row in
      taxed.net = try taxed.net.plus(try Money(minorUnits: row.integer(0), currency))
      taxed.tax = try taxed.tax.plus(try Money(minorUnits: row.integer(1), currency))
    }
    return taxed
  }
}
