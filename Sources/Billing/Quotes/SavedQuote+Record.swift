import CSV
import ExactMoney
import TariffRules
import Unification

extension SavedQuote {
  /// Everything the register keeps of the quote, in one fixed form: what its digest is over.
  ///
  /// Each record begins with the name of what it holds. The form is never changed for quotes that
  /// are recorded: their digests depend on it.
  func record() -> [UInt8] {
    var writer = CSVWriter()
    writer.record(
      [
        .text("quote"), .text(number.description), .number(day.description),
        .number(asOf?.description ?? ""), .number(validUntil.description), .text(tablesDigest),
      ]
        + written.all.map { bytes in
          var digest = SHA256()
          digest.update(bytes)
          return .text(digest.hex())
        })
    return writer.drain() + content()
  }

  /// The consignment and the price: what a quote rests on is read as a whole, never searched, and
  /// so kept as one text.
  func content() -> [UInt8] {
    var writer = CSVWriter()
    let rebate = price.guarantee?.rebatePerDay
    writer.record([.text("fields"), .text(fields)])
    writer.record([
      .text("price"), .text(price.lane), .text(price.unit),
      .text(price.total.currency.code), .number("\(price.total.currency.minorDigits)"),
      .number("\(price.unitRate.minorUnits)"), .number("\(price.total.minorUnits)"),
      .number(price.guarantee.map { "\($0.days)" } ?? ""),
      .number(rebate.map { "\($0.minorUnits)" } ?? ""), .text(rebate?.currency.code ?? ""),
      .number(rebate.map { "\($0.currency.minorDigits)" } ?? ""),
      .text(price.guarantee?.borneBy ?? ""),
      .number(price.divided.map { "\($0.minorUnits)" } ?? ""),
      .text(price.bases?.description ?? ""),
    ])
    for step in division.steps { writer.record(Self.cells("division", step)) }
    for kind in evidence { writer.record([.text("evidence"), .text(kind.rawValue)]) }
    for file in files { writer.record([.text("file"), .text(file.path), .text(file.digest)]) }
    for charge in price.charges {
      writer.record([
        .text("charge"), .number("\(charge.leg)"), .text(charge.carrier), .text(charge.code),
        .number("\(charge.amount.minorUnits)"),
      ])
      for step in charge.source.steps { writer.record(Self.cells("step", step)) }
    }
    for share in price.shares { writer.record(share.cells) }
    return writer.drain()
  }

  private static func cells(_ name: String, _ step: PriceRecord.Step) -> [CSVWriter.Field] {
    [
      .text(name), .text(step.what), .text(step.name), .text(step.value),
      .text(step.place?.path ?? ""), .number(step.place.map { "\($0.line)" } ?? ""),
    ]
  }
}

/// The content of a saved quote, read back.
struct QuoteContent {
  private(set) var fields = ""
  private var divisionSteps: [PriceRecord.Step] = []
  private(set) var evidence: [Evidence] = []
  private(set) var files: [TableFile] = []
  private var head: Head?
  private var charges: [(charge: DocumentLine.Charge, steps: [PriceRecord.Step])] = []
  private var shares: [DocumentLine.Share] = []

  private struct Head {
    let cells: [String]
    let currency: Currency
  }

  private struct Unreadable: Error {}

  /// Reads the content; nil where it is not what the program wrote.
  init?(_ bytes: [UInt8]) {
    var reader = CSVReader(bytes: bytes)
    do {
      while let record = try reader.next()?.get() {
        try take((0..<record.count).map { record.string($0) })
      }
    } catch { return nil }
  }

  /// The price.
  var price: LinePrice? {
    guard let head, let units = Int64(head.cells[5]), let total = Int64(head.cells[6]) else {
      return nil
    }
    return try? LinePrice(
      lane: head.cells[1], unit: head.cells[2],
      unitRate: Money(minorUnits: units, head.currency),
      total: Money(minorUnits: total, head.currency), guarantee: guarantee(head.cells),
      divided: Int64(head.cells[12]).map { try Money(minorUnits: $0, head.currency) },
      bases: Exact(fraction: head.cells[13]),
      charges: charges.map { charge, steps in
        DocumentLine.Charge(
          leg: charge.leg, carrier: charge.carrier, code: charge.code, amount: charge.amount,
          source: ChargeSource(steps))
      }, shares: shares)
  }

  /// What the division did.
  var division: ChargeSource { ChargeSource(divisionSteps) }

  private func guarantee(_ cells: [String]) throws -> DocumentLine.Guarantee? {
    guard !cells[7].isEmpty else { return nil }
    guard let days = Int(cells[7]), let units = Int64(cells[8]), let digits = Int(cells[10]),
      let currency = Currency(code: cells[9], minorDigits: digits)
    else { throw Unreadable() }
    return DocumentLine.Guarantee(
      days: days, rebatePerDay: try Money(minorUnits: units, currency),
      borneBy: cells[11].isEmpty ? nil : cells[11])
  }

  private mutating func take(_ cells: [String]) throws {
    switch (cells[0], cells.count) {
    case ("fields", 2): fields = cells[1]
    case ("division", 6): divisionSteps.append(try step(cells))
    case ("step", 6) where !charges.isEmpty:
      charges[charges.count - 1].steps.append(try step(cells))
    case ("price", 14):
      guard let digits = Int(cells[4]), let currency = Currency(code: cells[3], minorDigits: digits)
      else { throw Unreadable() }
      head = Head(cells: cells, currency: currency)
    case ("evidence", 2):
      guard let kind = Evidence(rawValue: cells[1]) else { throw Unreadable() }
      evidence.append(kind)
    case ("file", 3): files.append(TableFile(path: cells[1], digest: cells[2]))
    case ("charge", 5):
      guard let leg = Int(cells[1]) else { throw Unreadable() }
      let charge = DocumentLine.Charge(
        leg: leg, carrier: cells[2], code: cells[3], amount: try money(cells[4]),
        source: ChargeSource([]))
      charges.append((charge, []))
    case ("share", 7):
      guard let kind = AgreementRule.Kind(rawValue: cells[2]), let lean = Int64(cells[4]),
        let odd = Int64(cells[5])
      else { throw Unreadable() }
      shares.append(
        DocumentLine.Share(
          party: cells[1], kind: kind, amount: try money(cells[3]), lean: lean, odd: odd,
          basis: Exact(fraction: cells[6])))
    default: throw Unreadable()
    }
  }

  private func step(_ cells: [String]) throws -> PriceRecord.Step {
    guard let line = Int(cells[5]) else { throw Unreadable() }
    return PriceRecord.Step(
      what: cells[1], name: cells[2], value: cells[3],
      place: PriceRecord.Place(path: cells[4], line: line))
  }

  private func money(_ text: String) throws -> Money {
    guard let units = Int64(text), let head else { throw Unreadable() }
    return try Money(minorUnits: units, head.currency)
  }
}
