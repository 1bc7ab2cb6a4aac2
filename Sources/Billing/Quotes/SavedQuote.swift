import ExactMoney
import TariffRules
import Unification

/// A quote that was given to somebody: its price is promised until a day, whatever becomes of the
/// tables.
public struct SavedQuote: Sendable, Equatable {
  /// The number: `QUOTE-2026-000001`, gapless within its year.
  public let number: DocumentNumber
  /// The day it was given: that of the knowledge asked for, else the date of contract asked for.
  public let day: Day
  /// Only what was published by that day counted; nil: all that the tables had.
  public let asOf: Day?
  /// The last day of contract that it is promised for.
  public let validUntil: Day
  /// The consignment as asked, `name=value` on lines of their own.
  public let fields: String
  /// The price with all that is behind it.
  public let price: LinePrice
  /// What the division did, with the rows of the agreement.
  let division: ChargeSource
  /// The kinds of evidence the price rests on, the best first.
  let evidence: [Evidence]
  /// The digest of all tables.
  public let tablesDigest: String
  /// The files of the tables that the price rests on, as they were.
  let files: [TableFile]
  /// As it was printed.
  public let written: WrittenQuote

  /// The series of all saved quotes.
  static let series = "QUOTE"

  /// A field of the consignment as asked; empty where it was not given.
  public subscript(field: String) -> String { Consignment.fields(ofRecord: fields)[field] ?? "" }

  /// For the annex of an invoice: that the price is that of the quote, and the quote as the
  /// customer had it.
  func annex(_ consignment: Consignment) -> String {
    let name = consignment.reference.map { "\($0), " } ?? ""
    return "\(name)contract of \(consignment.date): at the price of \(number), promised until "
      + "\(validUntil)\n\n" + String(decoding: written.customerText, as: UTF8.self)
  }

  /// The first day of contract that it is promised for.
  var firstDay: Day { Day(self["date"]).map { min($0, day) } ?? day }
}

/// The bytes of a quote as it was given, for everyone and for the customer.
public struct WrittenQuote: Sendable, Equatable {
  /// Plain text.
  public let text: [UInt8]
  /// Plain text without legs and shares.
  public let customerText: [UInt8]
  /// JSON, indented.
  public let json: [UInt8]
  /// JSON without legs and shares.
  public let customerJSON: [UInt8]

  /// As the register has them.
  init(text: [UInt8], customerText: [UInt8], json: [UInt8], customerJSON: [UInt8]) {
    self.text = text
    self.customerText = customerText
    self.json = json
    self.customerJSON = customerJSON
  }

  /// The files of a quote that has a number.
  init(
    _ quote: Quote, _ number: DocumentNumber, _ tables: TariffTables, tablesDigest: String
  ) {
    func text(_ forCustomer: Bool) -> [UInt8] {
      let note = quote.price.map { "\nSaved as \(number): holds until \($0.validUntil)\n" } ?? ""
      return Array((quote.text(tables, forCustomer: forCustomer) + note).utf8)
    }
    func json(_ forCustomer: Bool) -> [UInt8] {
      let json = QuoteJSON(tables, forCustomer: forCustomer, digest: tablesDigest)
      let value = json.value(quote, savedAs: number.description)
      return Array((value.written(indented: true) + "\n").utf8)
    }
    self.init(
      text: text(false), customerText: text(true), json: json(false), customerJSON: json(true))
  }

  /// The text or JSON, for everyone or for the customer.
  public func bytes(asJSON: Bool, forCustomer: Bool) -> [UInt8] {
    asJSON ? (forCustomer ? customerJSON : json) : (forCustomer ? customerText : text)
  }

  var all: [[UInt8]] { [text, customerText, json, customerJSON] }
}
