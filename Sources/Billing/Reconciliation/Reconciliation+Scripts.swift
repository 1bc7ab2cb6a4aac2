import CSV
import ExactMoney
import TariffRules
import Unification

extension Reconciliation {
  static let columns = [
    "outcome", "cause", "reference", "ours_in", "their_line", "currency", "ours", "theirs",
    "difference", "why",
  ]

  /// Every item, a row each.
  public func csv() -> [UInt8] {
    var writer = CSVWriter()
    writer.record(Self.columns.map { .text($0) })
    for item in items {
      writer.record([
        .text(item.outcome.rawValue), .text(item.cause?.rawValue ?? ""), .text(item.reference),
        .text(item.placesText), .number(item.line.map { "\($0)" } ?? ""),
        .text(item.difference.currency.code), .number(item.ours?.amountText ?? ""),
        .number(item.theirs?.amountText ?? ""), .number(item.difference.amountText),
        .text(item.why),
      ])
    }
    return writer.drain()
  }

  /// Sums and items; amounts are decimal strings.
  public var json: JSONText {
    .object([
      ("partner", .text(party.codeText)), ("month", .text(month.description)),
      ("file", .text(file)), ("layout", .text(layout)), ("rows", .number("\(rows)")),
      ("entries", .number("\(entries)")), ("currencies", .list(currencies.map(\.json))),
      ("items", .list(items.map(\.json))),
    ])
  }
}

extension Reconciliation.Item {
  fileprivate var json: JSONText {
    .object([
      ("outcome", .text(outcome.rawValue)), ("cause", .optional(cause?.rawValue)),
      ("reference", .text(reference)),
      (
        "ours_in",
        .list(
          places.map { place in
            .object([
              ("document", .text(place.document.description)),
              ("line", .number("\(place.position)")),
            ])
          })
      ),
      ("their_line", .optional(line)), ("currency", .text(difference.currency.code)),
      ("ours", .optional(ours?.amountText)), ("theirs", .optional(theirs?.amountText)),
      ("difference", .text(difference.amountText)), ("why", .text(why)),
    ])
  }
}

extension Reconciliation.Sum {
  fileprivate func json(_ name: String) -> JSONText {
    .object([
      ("name", .text(name)), ("items", .number("\(items)")), ("ours", .text(ours.amountText)),
      ("theirs", .text(theirs.amountText)), ("difference", .text(difference.amountText)),
    ])
  }
}

extension Reconciliation.InCurrency {
  fileprivate var json: JSONText {
    .object([
      ("currency", .text(currency.code)),
      (
        "outcomes",
        .list(
          Reconciliation.Outcome.allCases.compactMap { outcome in
            outcomes[outcome]?.json(outcome.rawValue)
          })
      ),
      ("parts", .list(parts.map { $0.sum.json($0.name) })),
      ("total", total.json("total")),
    ])
  }
}
