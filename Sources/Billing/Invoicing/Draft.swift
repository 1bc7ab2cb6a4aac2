import ExactMoney
import TariffRules
import Unification

/// A line of an invoice to be, with what is kept beside it.
struct DraftLine {
  let line: DocumentLine
  /// The line of the consignment in the input.
  let inputLine: Int
  let evidence: [Evidence]
  /// The files of the tables that it rests on.
  let files: [TableFile]
  /// For the annex; empty where none was asked for.
  let explanation: String
}

/// An invoice before it has a number: what a run has gathered for one customer, currency and month.
public struct Draft {
  let month: Month
  let seller: Document.Seller
  let customer: Document.Buyer
  let currency: Currency
  var lines: [DraftLine]
  let tablesDigest: String

  /// The draft as a document without a number.
  /// - Throws: `BeyondLimits` where a sum does not fit.
  public func document(issued: Day?) throws(BeyondLimits) -> Document {
    try document(number: nil, issued: issued, booked: month)
  }

  func document(
    number: DocumentNumber?, issued: Day?, booked: Month
  ) throws(BeyondLimits) -> Document {
    let evidence = Set(lines.flatMap(\.evidence)).sorted().map(\.rawValue)
    // A saved quote rests on files as they were then: a path may be there twice.
    let files = Set(lines.flatMap(\.files)).sorted {
      ($0.path, $0.digest) < ($1.path, $1.digest)
    }
    return try Document(
      DocumentHead(
        number: number, issued: issued, month: month, booked: booked, seller: seller,
        customer: customer, currency: currency, evidence: evidence.joined(separator: ", "),
        tablesDigest: tablesDigest, files: files),
      lines.map(\.line))
  }

  /// The explanation of the prices, where it was asked for.
  func annex(_ number: DocumentNumber) -> String? {
    let texts = lines.map(\.explanation).filter { !$0.isEmpty }
    guard !texts.isEmpty else { return nil }
    return "Annex to invoice \(number): how the prices came about\n\n"
      + texts.joined(separator: "\n")
  }
}
