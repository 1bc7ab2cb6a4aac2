import ExactMoney
import TariffRules
import Unification

/// One line of a document: a consignment at its through-rate, or a correction of such a line.
///
/// It holds everything the document shows and everything behind the amount, as texts and whole
/// minor units: what the register keeps does not depend on tables that change.
public struct DocumentLine: Sendable, Equatable {
  /// Where a line stands: a document and the place in it, from 1.
  public struct Place: Sendable, Hashable {
    /// The document.
    public let document: DocumentNumber
    /// The line, from 1.
    public let position: Int
  }

  /// A place of the tables, by code and as people call it.
  public struct End: Sendable, Equatable {
    /// The six-digit code.
    public let code: String
    /// The name.
    public let name: String
  }

  /// The one tax category of a line.
  public struct Tax: Sendable, Hashable {
    /// As the document shows it.
    public let name: String
    /// The category.
    public let category: TaxRule.Category
    /// The rate in percent.
    public let percent: Exact
    /// The law it rests on.
    public let legalBasis: String

    /// Whether two lines are of one category and rate, so that they are taxed together.
    func isTaxed(with other: Tax) -> Bool { category == other.category && percent == other.percent }
  }

  /// What the joint venture promised of the transit time.
  public struct Guarantee: Sendable, Equatable {
    /// Days from the day after the date of contract.
    public let days: Int
    /// Rebate per unit and day late.
    public let rebatePerDay: Money
    /// Who bears it by the agreement: `margin`, `all`, or a carrier's code; nil where the agreement
    /// does not say.
    public let borneBy: String?
  }

  /// The saved quote that a line honours.
  public struct Quoted: Sendable, Hashable {
    /// Its number.
    public let number: DocumentNumber
    /// The last day it was promised for.
    public let validUntil: Day
  }

  /// One charge behind the amount, or what pricing added to or took from them.
  public struct Charge: Sendable, Equatable {
    /// The leg, from 1; 0 for what pricing did.
    public let leg: Int
    /// Who charges it; empty for what pricing did.
    public let carrier: String
    /// The charge code; `pricing` for what pricing did.
    public let code: String
    /// How much, for the whole consignment.
    public let amount: Money
    /// The rows of the tables it rests on.
    public let source: ChargeSource
  }

  /// A party's part of the line.
  public struct Share: Sendable, Equatable {
    /// The party's code.
    public let party: String
    /// Which step of the agreement gave it.
    public let kind: AgreementRule.Kind
    /// How much.
    public let amount: Money
    /// By how much the exact entitlement is above it, in billionths of a minor unit.
    public let lean: Int64
    /// The minor unit that fell here by largest remainder: 0, 1 or −1.
    public let odd: Int64
    /// What the party's part of the remainder was measured by.
    public let basis: Exact?
  }

  /// The line corrected, where this is a correction.
  public let corrects: Place?
  /// The consignment note number.
  public let reference: String
  /// The day of the contract of carriage.
  public let date: Day
  /// The day of delivery.
  public let supplied: Day
  /// Origin and destination.
  public let from: End, to: End
  /// The lane's code, or the carrier's.
  public let lane: String
  /// The commodity code as given.
  public let commodity: String
  /// The equipment's code.
  public let equipment: String
  /// Loaded or empty.
  public let load: String
  /// Units.
  public let count: Int
  /// What one unit is.
  public let unit: String
  /// The through-rate per unit; for a correction the difference per line.
  public let unitRate: Money
  /// The net amount.
  public let net: Money
  /// The net amount in the seller's currency, at the official rate of the day of supply.
  public let equivalent: Money
  /// Its tax category.
  public let tax: Tax
  /// The code of the party that collects the money.
  public let collectedBy: String
  /// The fields of the consignment as given, `name=value` on lines of their own.
  public let fields: String
  /// The guaranteed transit time, where the lane has one.
  public let guarantee: Guarantee?
  /// What was divided by measure, and the sum of what all parties' parts are measured by; nil for a
  /// mirror or difference, whose shares are explained by the line it corrects.
  public let divided: Money?, bases: Exact?
  /// For corrections, what is said of the line.
  public let note: String
  /// The saved quote whose price it has; nil where the tables gave it.
  public internal(set) var quoted: Quoted?
  /// The charges; their sum is the net amount.
  public let charges: [Charge]
  /// The shares; their sum is the net amount.
  public let shares: [Share]
}

extension DocumentLine {
  /// The line of a priced consignment.
  init(
    _ consignment: Consignment, reference: String, at price: LinePrice, tax: Tax,
    equivalent: Money, collectedBy: String, quoted: Quoted? = nil, tables: TariffTables
  ) {
    let symbols = tables.symbols
    func end(_ place: Int64) -> End {
      End(code: symbols.name(of: place), name: tables.directory.name(of: place))
    }
    corrects = nil
    self.reference = reference
    date = consignment.date
    supplied = consignment.supplied
    from = end(consignment.from)
    to = end(consignment.to)
    lane = price.lane
    commodity = consignment.given["commodity"] ?? ""
    equipment = symbols.name(of: consignment.equipment)
    load = consignment.given["load"] ?? "loaded"
    count = consignment.count
    unit = price.unit
    unitRate = price.unitRate
    net = price.total
    self.equivalent = equivalent
    self.tax = tax
    self.collectedBy = collectedBy
    fields = consignment.record
    guarantee = price.guarantee
    divided = price.divided
    bases = price.bases
    note = ""
    self.quoted = quoted
    charges = price.charges
    shares = price.shares
  }

  /// A correction of a line by an amount with its shares; everything else stays as it was.
  init(
    correcting line: DocumentLine, at place: Place, net: Money, equivalent: Money,
    note: String, charges: [Charge], shares: [Share], divided: Money? = nil,
    bases: Exact? = nil
  ) {
    corrects = place
    reference = line.reference
    date = line.date
    supplied = line.supplied
    from = line.from
    to = line.to
    lane = line.lane
    commodity = line.commodity
    equipment = line.equipment
    load = line.load
    count = line.count
    unit = line.unit
    unitRate = net
    self.net = net
    self.equivalent = equivalent
    tax = line.tax
    collectedBy = line.collectedBy
    fields = line.fields
    guarantee = line.guarantee
    self.divided = divided
    self.bases = bases
    self.note = note
    quoted = nil
    self.charges = charges
    self.shares = shares
  }
}

extension DocumentLine {
  /// The digest of the consignment's fields.
  var fieldsDigest: String { SHA256.hex(of: fields) }
}

extension Consignment {
  /// The fields as given, one on each line, in the order of the specification: what the register
  /// keeps, and by which it knows the same consignment again. (No value has a line break.)
  public var record: String { Self.record(given) }

  /// The same of fields that have not been read yet.
  public static func record(_ given: [String: String]) -> String {
    fields.compactMap { name in
      given[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" }
    }.joined(separator: "\n")
  }

  /// The fields behind such a record.
  public static func fields(ofRecord record: String) -> [String: String] {
    var fields: [String: String] = [:]
    for line in record.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
    }
    return fields
  }
}

extension DocumentLine.Tax {
  init(_ rule: TaxRule) {
    name = rule.name
    category = rule.category
    percent = rule.percent
    legalBasis = rule.legalBasis
  }
}
