import CSV
import ExactMoney
import TariffRules

extension Document {
  /// Everything the register keeps of the document, in one fixed form: what its digest is over.
  ///
  /// Each record begins with the name of what it holds. The form is never changed for documents
  /// that are recorded: their digests depend on it.
  func record(_ written: WrittenDocument) -> [UInt8] {
    var writer = CSVWriter()
    writer.record(headRecord(written))
    for file in files { writer.record([.text("file"), .text(file.path), .text(file.digest)]) }
    for tax in taxes {
      writer.record(
        [.text("tax")] + tax.rule.cells
          + [tax.net, tax.tax, tax.equivalent].map { .number("\($0.minorUnits)") })
    }
    for line in lines {
      writer.record(line.cells)
      if let quoted = line.quoted {
        writer.record([.text("quoted"), .text(quoted.number.description)])
      }
      for charge in line.charges { writer.record(charge.cells) }
      for share in line.shares { writer.record(share.cells) }
    }
    return writer.drain()
  }

  private func headRecord(_ written: WrittenDocument) -> [CSVWriter.Field] {
    var cells: [CSVWriter.Field] = [
      .text("document"), .text(kind.rawValue), .text(number?.description ?? ""),
      .number(issued?.description ?? ""), .number(month.description), .number(booked.description),
      .text(corrects?.description ?? ""), .text(reason),
      .text(seller.code), .text(seller.name), .text(seller.address), .text(seller.taxNumber),
      .text(seller.bank), .text(seller.currency.code), .number("\(seller.currency.minorDigits)"),
      .text(customer.code), .text(customer.name), .text(customer.address),
      .text(customer.taxNumber), .number("\(customer.paymentDays)"),
      .text(currency.code), .number("\(currency.minorDigits)"),
    ]
    cells += [net, tax, total].map { .number("\($0.minorUnits)") }
    cells += [.text(evidence), .text(tablesDigest)]
    cells += [written.text, written.csv, written.annex ?? []].map { bytes in
      var digest = SHA256()
      digest.update(bytes)
      return .text(digest.hex())
    }
    return cells
  }
}

/// The bytes of a document's files, as they were when it was issued.
public struct WrittenDocument: Sendable, Equatable {
  /// The plain text.
  public let text: [UInt8]
  /// The CSV for programs.
  public let csv: [UInt8]
  /// The explanation of the prices, where asked for.
  public let annex: [UInt8]?

  /// The files of a document.
  init(_ document: Document, annex: String?) {
    text = Array(document.text().utf8)
    csv = document.csv()
    self.annex = annex.map { Array($0.utf8) }
  }

  /// As the register has them.
  init(text: [UInt8], csv: [UInt8], annex: [UInt8]?) {
    self.text = text
    self.csv = csv
    self.annex = annex
  }
}

extension DocumentLine.Tax {
  fileprivate var cells: [CSVWriter.Field] {
    [.text(name), .text(category.rawValue), .number(percent.description), .text(legalBasis)]
  }
}

extension DocumentLine {
  fileprivate var cells: [CSVWriter.Field] {
    var cells: [CSVWriter.Field] = [
      .text("line"), .text(corrects?.document.description ?? ""),
      .number(corrects.map { "\($0.position)" } ?? ""), .text(reference),
      .number(date.description), .number(supplied.description), .text(from.code),
      .text(from.name), .text(to.code), .text(to.name), .text(lane), .text(commodity),
      .text(equipment), .text(load), .number("\(count)"), .text(unit),
    ]
    cells += [unitRate, net, equivalent].map { .number("\($0.minorUnits)") }
    cells += tax.cells
    cells += [.text(collectedBy), .text(fields)]
    cells += [
      .number(guarantee.map { "\($0.days)" } ?? ""),
      .number(guarantee.map { "\($0.rebatePerDay.minorUnits)" } ?? ""),
      .text(guarantee?.rebatePerDay.currency.code ?? ""),
      .number(guarantee.map { "\($0.rebatePerDay.currency.minorDigits)" } ?? ""),
      .text(guarantee?.borneBy ?? ""),
      .number(divided.map { "\($0.minorUnits)" } ?? ""), .text(bases?.description ?? ""),
      .text(note),
    ]
    return cells
  }
}

extension DocumentLine.Charge {
  var cells: [CSVWriter.Field] {
    [
      .text("charge"), .number("\(leg)"), .text(carrier), .text(code),
      .number("\(amount.minorUnits)"), .text(source.text),
    ]
  }
}

extension DocumentLine.Share {
  var cells: [CSVWriter.Field] {
    [
      .text("share"), .text(party), .text(kind.rawValue), .number("\(amount.minorUnits)"),
      .number("\(lean)"), .number("\(odd)"), .text(basis?.description ?? ""),
    ]
  }
}
