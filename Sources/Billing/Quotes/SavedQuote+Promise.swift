import ExactMoney
import TariffRules
import Unification

extension SavedQuote {
  /// Whether the price is promised to a consignment.
  /// - Throws: why not, with the day or the facts that differ.
  func promise(to consignment: Consignment, _ tables: TariffTables) throws(Refusal) {
    let name = consignment.reference.map { "'\($0)'" } ?? "the consignment"
    let remedy =
      "quote it anew, or leave its field 'quote' empty to have it rated by the tables"
    guard consignment.date >= firstDay else {
      throw Refusal(
        .rejected, "before-quote",
        "\(name) is of \(consignment.date), and \(number) was given on \(firstDay)",
        remedy: remedy, field: "date")
    }
    guard consignment.date <= validUntil else {
      throw Refusal(
        .rejected, "quote-expired",
        "\(name) is of \(consignment.date), and \(number) held until \(validUntil)",
        remedy: remedy, field: "date")
    }
    let differences = differences(from: consignment, tables)
    guard differences.isEmpty else {
      throw Refusal(
        .rejected, "not-as-quoted",
        "\(name) is not what \(number) was given for: " + differences.joined(separator: "; "),
        remedy: remedy)
    }
  }

  /// The facts that the price was given for and that are others now, in words.
  private func differences(from consignment: Consignment, _ tables: TariffTables) -> [String] {
    let then = Consignment.fields(ofRecord: fields)
    let asked = try? Consignment(then, tables)
    return Consignment.fields.filter { field in
      switch field {
      // Any contract within the days of the promise; when it is delivered and who collects the
      // money makes no price.
      case "date", "supplied", "collected_by": return false
      // A quote given to nobody, or for no consignment note yet, holds for each.
      case "customer" where then[field] == nil, "reference" where then[field] == nil: return false
      default: break
      }
      guard then[field] != consignment.given[field] else { return false }
      // `547508` and its name, `2` and `02` are the same.
      guard let old = asked?.meaning(of: field), let new = consignment.meaning(of: field) else {
        return true
      }
      return old != new
    }.map { field in
      "\(field) was \(then[field].map { "'\($0)'" } ?? "not given")"
        + ", is \(consignment.given[field].map { "'\($0)'" } ?? "not given")"
    }
  }
}

extension Refusal {
  /// A quote that a line has the price of already.
  static func taken(_ quote: DocumentNumber, by place: DocumentLine.Place) -> Refusal {
    Refusal(
      .rejected, "quote-taken",
      "\(quote) is invoiced already, as line \(place.position) of \(place.document)",
      remedy: "a quote is for one consignment: save one for each, or leave the field 'quote' empty")
  }

  /// What a row names is no saved quote.
  static func noQuote(_ text: String) -> Refusal {
    Refusal(
      .rejected, "no-quote", "there is no saved quote '\(text)'",
      remedy: "'tariff quote list' shows their numbers; an empty field 'quote' has the consignment "
        + "rated by the tables")
  }
}

extension Consignment {
  /// What a field means to the tables, as a number; nil for a text or where it is not given.
  fileprivate func meaning(of field: String) -> Int64? {
    switch field {
    case "reference": return nil
    case "from": return from
    case "to": return to
    case "via": return via
    case "count": return Int64(count)
    case "customer": return customer
    case "commodity": return commodity.padded * 10 + Int64(commodity.digits)
    default: return Field(column: field).map { facts[$0] }.flatMap { $0 == Facts.absent ? nil : $0 }
    }
  }
}
