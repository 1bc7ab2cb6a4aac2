import CSV
import ExactMoney
import TariffRules

extension ConsignmentComparison {
  /// The columns of the money as CSV.
  public static let columns = [
    "item", "line", "reference", "customer", "name", "currency", "before", "after", "difference",
    "rows",
  ]

  /// The money as CSV: `total`, `lane`, `party`, `customer` and `charge` over all consignments,
  /// then for each that differs `consignment`, `consignment-charge` and `consignment-share`, and
  /// `not-compared` for the others.
  public func csv(dialect: CSVWriter.Dialect = .plain) -> [UInt8] {
    var writer = CSVWriter(dialect: dialect)
    writer.record(Self.columns.map { .text($0) })
    for currency in totals.currencies {
      for (item, tallies) in tallies {
        for (name, tally) in tallies.list(currency) {
          writer.record([
            .text(item), .text(""), .text(""), .text(item == "customer" ? name : ""), .text(name),
            .text(currency.code), .number(tally.before.amountText(currency)),
            .number(tally.after.amountText(currency)),
            .number(tally.difference.amountText(currency)), .text(""),
          ])
        }
      }
    }
    for entry in entries { entry.write(to: &writer) }
    for exception in exceptions { exception.write(to: &writer) }
    return writer.drain()
  }

  fileprivate var tallies: [(String, Tallies)] {
    [
      ("total", totals), ("lane", lanes), ("party", parties), ("customer", customers),
      ("charge", charges),
    ]
  }

  /// The money as JSON.
  public var json: JSONText {
    .object([
      (
        "control",
        .object([
          ("read", .number("\(count)")), ("compared", .number("\(compared)")),
          ("differ", .number("\(entries.count)")),
          ("not_compared", .number("\(exceptions.count)")), ("unpriced", .number("\(unpriced)")),
          ("adds_up", .text(addsUp ? "yes" : "no")),
        ])
      ),
      (
        "sums",
        .list(
          totals.currencies.flatMap { currency in
            tallies.flatMap { item, tallies in
              tallies.list(currency).map { name, tally in
                .object([("item", .text(item)), ("name", .text(name))] + tally.json(currency))
              }
            }
          })
      ),
      ("consignments", .list(entries.map(\.json))),
      ("not_compared", .list(exceptions.map(\.json))),
    ])
  }
}

extension Tally {
  fileprivate func json(_ currency: Currency) -> [(String, JSONText)] {
    [
      ("currency", .text(currency.code)), ("before", .text(before.amountText(currency))),
      ("after", .text(after.amountText(currency))),
      ("difference", .text(difference.amountText(currency))),
    ]
  }
}

extension ConsignmentComparison.Entry {
  fileprivate func write(to writer: inout CSVWriter) {
    func record(
      _ item: String, _ name: String, _ before: Money, _ after: Money, _ difference: Money,
      _ rows: String
    ) {
      writer.record([
        .text(item), .number(subject.line > 0 ? "\(subject.line)" : ""), .text(subject.reference),
        .text(subject.customer),
        .text(name), .text(after.currency.code), .number(before.amountText),
        .number(after.amountText), .number(difference.amountText), .text(rows),
      ])
    }
    record(
      "consignment", difference.laneAfter, difference.before, difference.after,
      difference.difference, difference.division.map(\.words).joined(separator: "; "))
    for charge in difference.charges {
      record(
        "consignment-charge",
        charge.carrier.isEmpty ? charge.code : "\(charge.carrier) \(charge.code)", charge.before,
        charge.after, charge.difference, charge.causes.map(\.words).joined(separator: "; "))
    }
    for party in difference.parties where party.difference.minorUnits != 0 {
      record(
        "consignment-share", party.party, party.before, party.after, party.difference, "")
    }
  }

  fileprivate var json: JSONText {
    func amounts(_ before: Money, _ after: Money, _ difference: Money) -> [(String, JSONText)] {
      [
        ("before", .text(before.amountText)), ("after", .text(after.amountText)),
        ("difference", .text(difference.amountText)),
      ]
    }
    return .object(
      subject.json + [
        ("lane_before", .text(difference.laneBefore)), ("lane_after", .text(difference.laneAfter)),
        ("currency", .text(difference.after.currency.code)),
      ] + amounts(difference.before, difference.after, difference.difference) + [
        (
          "charges",
          .list(
            difference.charges.map { charge in
              .object(
                [("carrier", .text(charge.carrier)), ("code", .text(charge.code))]
                  + amounts(charge.before, charge.after, charge.difference)
                  + [("rows", .list(charge.causes.map(\.json)))])
            })
        ),
        (
          "shares",
          .list(
            difference.parties.map { party in
              .object(
                [("party", .text(party.party))]
                  + amounts(party.before, party.after, party.difference))
            })
        ), ("division", .list(difference.division.map(\.json))),
      ])
  }
}

extension PriceDifference.Cause {
  fileprivate var json: JSONText {
    func side(_ step: PriceRecord.Step?) -> JSONText {
      guard let step else { return .null }
      return .object([
        ("name", .text(step.name)), ("value", .text(step.value)), ("place", step.place.json),
      ])
    }
    return .object([
      ("what", .text((after ?? before)?.what ?? "")), ("before", side(before)),
      ("after", side(after)),
    ])
  }
}

extension ConsignmentComparison.Subject {
  fileprivate var json: [(String, JSONText)] {
    [
      ("line", .optional(line > 0 ? line : nil)), ("reference", .text(reference)),
      ("customer", .text(customer)),
    ]
  }
}

extension ConsignmentComparison.Exception {
  fileprivate func write(to writer: inout CSVWriter) {
    let currencies = [before, after].compactMap { answer -> String? in
      if case .price(let record) = answer { return record.total.currency.code }
      return nil
    }
    writer.record([
      .text("not-compared"), .number(subject.line > 0 ? "\(subject.line)" : ""),
      .text(subject.reference),
      .text(subject.customer), .text(""), .text(Set(currencies).sorted().joined(separator: ";")),
      .number(before.amount), .number(after.amount), .text(""),
      .text([before.reason, after.reason].filter { !$0.isEmpty }.joined(separator: "; ")),
    ])
  }

  fileprivate var json: JSONText {
    .object(subject.json + [("before", before.json), ("after", after.json)])
  }
}

extension ConsignmentComparison.Answer {
  fileprivate var amount: String {
    if case .price(let record) = self { return record.total.amountText }
    return ""
  }

  fileprivate var reason: String {
    if case .none(let status, let message) = self { return "\(status.rawValue): \(message)" }
    return ""
  }

  fileprivate var json: JSONText {
    switch self {
    case .price(let record):
      .object([
        ("status", .text(Status.priced.rawValue)), ("lane", .text(record.lane)),
        ("currency", .text(record.total.currency.code)), ("total", .text(record.total.amountText)),
      ])
    case .none(let status, let message):
      .object([("status", .text(status.rawValue)), ("message", .text(message))])
    }
  }
}
