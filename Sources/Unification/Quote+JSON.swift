import ExactMoney
import TariffRules

/// Writes quotes as the JSON that scripts read. For the customer, without legs and shares.
public struct QuoteJSON: Sendable {
  private let tables: TariffTables
  private let digest: String
  private let forCustomer: Bool

  /// A writer for quotes over tables.
  /// - Parameter digest: that of the tables, where it is known already.
  public init(_ tables: TariffTables, forCustomer: Bool = false, digest: String? = nil) {
    self.tables = tables
    self.forCustomer = forCustomer
    self.digest = digest ?? tables.digest()
  }

  /// One quote.
  /// - Parameter number: that under which it was saved.
  public func value(_ quote: Quote, savedAs number: String? = nil) -> JSONText {
    let price = quote.price
    var pairs: [(String, JSONText)] = [
      ("reference", .optional(quote.given["reference"])),
      ("date", .optional(quote.given["date"])),
      ("lane", .optional(price?.lane)),
      ("status", .text(quote.status.rawValue)),
      ("currency", .optional(price?.total.currency.code)),
      ("unit", .optional(price?.unit.rawValue)),
      ("unit_rate", .optional(price?.unitRate.amountText)),
      ("count", .optional(quote.consignment?.count)),
      ("total", .optional(price?.total.amountText)),
      ("adjustment", forCustomer ? .null : price?.adjustmentJSON ?? .null),
      ("valid_until", .optional(price?.validUntil.description)),
      ("transit_days", .optional(price?.transitDays)),
      ("late_rebate_per_day", .optional(price?.rebateInItsCurrency)),
      ("tables_digest", .text(digest)),
      ("evidence", .list(price?.evidence.map { .text($0.rawValue) } ?? [])),
      ("legs", forCustomer ? .null : .list(price?.legs.map { $0.json(tables) } ?? [])),
      ("shares", forCustomer ? .null : .list(price?.shares.map(\.json) ?? [])),
      ("alternatives", .list(quote.alternatives.map(\.json))),
      ("includes", .list(price?.includes.map { .text($0) } ?? [])),
      ("excludes", .list(price?.excludes.map { .text($0) } ?? [])),
      ("findings", .list(quote.findings.map(\.json))),
    ]
    if let number { pairs.append(("saved_as", .text(number))) }
    if let refusal = quote.refusal { pairs.append(("error", refusal.json(tables))) }
    return .object(pairs)
  }
}

extension Price {
  /// The rebate, where it is in the currency that the quote names.
  fileprivate var rebateInItsCurrency: String? {
    lateRebatePerDay.flatMap { $0.currency == total.currency ? $0.amountText : nil }
  }

  fileprivate var adjustmentJSON: JSONText {
    .object([("what", .text(adjustmentText)), ("amount", .text(adjustment.amountText))])
  }
}

extension Leg {
  fileprivate func json(_ tables: TariffTables) -> JSONText {
    .object([
      ("carrier", .text(carrierCode)), ("country", .text(country)),
      ("from", .text(tables.symbols.name(of: from))), ("to", .text(tables.symbols.name(of: to))),
      ("traffic", .text(traffic)), ("tariff_distance_km", .optional(distanceKilometres)),
      (
        "chargeable_weight_kg",
        chargeableWeight.map { .number(FactWords.decimal(thousandths: $0)) } ?? .null
      ),
      ("amount", .text(amount.amountText)), ("charges", .list(charges.map { $0.json(tables) })),
    ])
  }
}

extension Charge {
  /// The unit rate with at least the currency's digits: `17.20`, not `17.2`.
  public var unitRateText: String {
    unitRate.text(digits: amount.currency.minorDigits) ?? unitRate.description
  }

  fileprivate func json(_ tables: TariffTables) -> JSONText {
    .object([
      ("code", .text(code)), ("unit", .text(unit.rawValue)), ("unit_rate", .text(unitRateText)),
      ("quantity", .text(quantity.description)), ("amount", .text(amount.amountText)),
      ("currency", .text(amount.currency.code)), ("evidence", .text(evidence.rawValue)),
      ("steps", .list(steps.map { $0.json(tables) })),
    ])
  }
}

extension Step {
  fileprivate func json(_ tables: TariffTables) -> JSONText {
    .object([
      ("what", .text(what.rawValue)), ("name", .optional(name)),
      ("value", .optional(value?.description)), ("currency", .optional(currency)),
      ("after", .text(after.description)), ("file", .optional(mark.map { tables.path($0) })),
      ("line", .optional(mark.map { Int($0.line) })),
    ])
  }
}

extension Share {
  fileprivate var json: JSONText {
    .object([
      ("party", .text(partyCode)), ("kind", .text(kind.rawValue)),
      ("amount", .text(amount.amountText)),
    ])
  }
}

extension Alternative {
  fileprivate var json: JSONText {
    .object([
      ("lane", .text(lane)), ("status", .text(status.rawValue)),
      ("total", .optional(total?.amountText)),
    ])
  }
}

extension Finding {
  /// A finding as the JSON that scripts read.
  public var json: JSONText {
    .object([
      ("severity", .text(severity.rawValue)), ("message", .text(message)),
      ("file", .text(file)), ("line", .optional(line > 0 ? line : nil)),
    ])
  }
}

extension Refusal.Nearest {
  fileprivate func json(_ tables: TariffTables) -> JSONText {
    .object(
      [("file", .text(tables.path(mark))), ("line", .number("\(mark.line)"))] + miss.json
        + [("others", .list(others.map { .object($0.json) }))])
  }
}

extension Refusal.Miss {
  fileprivate var json: [(String, JSONText)] {
    [
      ("field", .text(field)), ("wanted", .text(wanted)), ("has", .text(has)),
      ("by", .optional(by)),
    ]
  }
}

extension Refusal {
  fileprivate func json(_ tables: TariffTables) -> JSONText {
    var pairs: [(String, JSONText)] = [("code", .text(code)), ("message", .text(message))]
    if let nearest { pairs.append(("nearest", nearest.json(tables))) }
    if !candidates.isEmpty {
      let list = candidates.map { mark in
        JSONText.object([
          ("file", .text(tables.path(mark))), ("line", .number("\(mark.line)")),
        ])
      }
      pairs.append(("candidates", .list(list)))
    }
    return .object(pairs)
  }
}
