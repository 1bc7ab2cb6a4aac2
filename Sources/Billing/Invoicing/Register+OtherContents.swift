import TariffRules
import Unification

extension Register {
  /// Why a consignment is refused whose reference was invoiced with other contents: which fields
  /// differ, and what to do.
  /// - Parameter note: what credited it whole, if anything did.
  func otherContents(
    _ customer: String, _ reference: String, _ issued: Issued, _ record: String,
    quote: DocumentNumber?, creditedBy note: DocumentNumber?
  ) throws -> Refusal {
    let then = Consignment.fields(ofRecord: issued.fields)
    let now = Consignment.fields(ofRecord: record)
    func change(_ field: String, _ then: String?, _ now: String?) -> String {
      "\(field) was \(then.map { "'\($0)'" } ?? "not given")"
        + ", is \(now.map { "'\($0)'" } ?? "not given")"
    }
    var changes = Consignment.fields.filter { then[$0] != now[$0] }.map {
      change($0, then[$0], now[$0])
    }
    if issued.quote != quote {
      changes.append(change("quote", issued.quote?.description, quote?.description))
    }
    let remedy: String
    if let note {
      let free = try freeReference(customer, like: reference)
      remedy =
        "it was credited by \(note): give the corrected consignment a reference of its own, for "
        + "example \(free), or take the row back"
    } else {
      remedy =
        "an invoice is never edited: credit it ('tariff credit') and give the new consignment a "
        + "reference of its own, or take the row back"
    }
    return Refusal(
      .rejected, "other-contents",
      "'\(reference)' of \(customer) is invoiced in \(issued.place.document) with other contents: "
        + changes.joined(separator: "; "), remedy: remedy)
  }
}
