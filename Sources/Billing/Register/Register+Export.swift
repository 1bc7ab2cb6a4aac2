import CSV
import ExactMoney

/// The register as CSV for scripts: a row for each line, charge or share of its documents.
public struct RegisterExport {
  /// What a row is.
  public enum What: String, CaseIterable, Sendable { case lines, charges, shares }

  let what: What
  private let party: String?
  private var writer: CSVWriter
  /// How many rows were written so far.
  public private(set) var count = 0

  /// An export of lines, charges or shares, for programs or for spreadsheets.
  /// - Parameter party: whose shares are written; nil for everybody's.
  public init(what: What, of party: String? = nil, forSpreadsheets: Bool = false) {
    self.what = what
    self.party = party
    writer = CSVWriter(dialect: forSpreadsheets ? .excel : .plain)
  }

  private static let place = ["document", "line", "customer", "booked", "reference", "lane"]

  var columns: [String] {
    switch what {
    case .lines:
      Self.place + [
        "kind", "corrects", "date", "supplied", "from", "to", "commodity", "equipment", "load",
        "count", "unit_rate", "net", "currency", "tax_category", "tax_percent", "collected_by",
        "quote",
      ]
    case .charges: Self.place + ["leg", "carrier", "charge", "amount", "currency", "source"]
    case .shares:
      Self.place + ["party", "share", "amount", "currency", "basis", "bases", "divided", "odd"]
    }
  }

  mutating func header() -> [UInt8] {
    writer.record(columns.map { .text($0) })
    return writer.drain()
  }

  mutating func rows(of document: Document) -> [UInt8] {
    for (index, line) in document.lines.enumerated() {
      let place: [CSVWriter.Field] = [
        .text(document.number?.description ?? ""), .number("\(index + 1)"),
        .text(document.customer.code), .number(document.booked.description),
        .text(line.reference), .text(line.lane),
      ]
      switch what {
      case .lines: record(place + cells(line, document))
      case .charges:
        for charge in line.charges {
          record(
            place + [
              .number("\(charge.leg)"), .text(charge.carrier), .text(charge.code),
              .number(charge.amount.amountText), .text(document.currency.code),
              .text(charge.source.rows),
            ])
        }
      case .shares:
        for share in line.shares where share.party == party ?? share.party {
          record(place + cells(share, line, document))
        }
      }
    }
    return writer.drain()
  }

  private mutating func record(_ fields: [CSVWriter.Field]) {
    writer.record(fields)
    count += 1
  }

  private func cells(_ line: DocumentLine, _ document: Document) -> [CSVWriter.Field] {
    [
      .text(document.kind.rawValue),
      .text(line.corrects.map { "\($0.document) \($0.position)" } ?? ""),
      .number(line.date.description), .number(line.supplied.description),
      .number(line.from.code), .number(line.to.code), .number(line.commodity),
      .text(line.equipment), .text(line.load), .number("\(line.count)"),
      .number(line.unitRate.amountText), .number(line.net.amountText),
      .text(document.currency.code), .text(line.tax.category.rawValue),
      .number(line.tax.percent.description), .text(line.collectedBy),
      .text(line.quoted?.number.description ?? ""),
    ]
  }

  private func cells(
    _ share: DocumentLine.Share, _ line: DocumentLine, _ document: Document
  ) -> [CSVWriter.Field] {
    let isPart = share.basis != nil && line.bases != nil
    return [
      .text(share.party), .text(share.kind.rawValue), .number(share.amount.amountText),
      .text(document.currency.code), .number(isPart ? share.basis?.description ?? "" : ""),
      .number(isPart ? line.bases?.description ?? "" : ""),
      .number(isPart ? line.divided?.amountText ?? "" : ""), .number("\(share.odd)"),
    ]
  }
}

extension Register {
  /// Writes an export piece by piece: a month's documents, or all.
  public func export(
    _ export: inout RegisterExport, booked month: Month?, _ write: ([UInt8]) throws -> Void
  ) throws {
    try write(export.header())
    for listed in try list(booked: month) {
      if let (document, _) = try document(listed.number) { try write(export.rows(of: document)) }
    }
  }
}
