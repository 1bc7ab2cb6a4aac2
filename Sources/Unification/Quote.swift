import CSV
import ExactMoney
import TariffRules

/// One step of a charge: what was taken, from where, and the exact value after it.
public struct Step: Sendable {
  /// What the step does.
  public enum What: String, Sendable {
    case rate, column, distance, weight, quantity, coefficient, floor, ceiling, included
    case conversion
    case markUp = "mark-up"
    case unitRate = "unit-rate"
    case charge
  }

  /// What it does.
  public let what: What
  /// The name of the row, quantity or column.
  public let name: String?
  /// The figure taken.
  public let value: Exact?
  /// The currency, where the value or the result is money in a new currency.
  public let currency: String?
  /// The exact value after the step.
  public let after: Exact
  /// The row it was taken from; nil for a measured quantity or a rounding of the program.
  public let mark: Mark?
}

/// One charge of a leg, for one unit and for the whole consignment.
public struct Charge: Sendable {
  /// The charge code.
  public let code: String
  /// As people say it.
  public let name: String
  /// What the unit rate is per.
  public let unit: Unit
  /// The rounded unit rate.
  public let unitRate: Exact
  /// The quantity that multiplies after rounding, per unit of the consignment.
  public let quantity: Exact
  /// The charge for one unit of the consignment.
  public let perUnit: Money
  /// The charge for the whole consignment.
  public let amount: Money
  /// Every step.
  public let steps: [Step]

  /// The weakest evidence any step rests on.
  public var evidence: Evidence { steps.compactMap(\.mark?.evidence).max() ?? .published }
}

/// One carrier's part of the route, priced.
public struct Leg: Sendable {
  /// The carrier, as a symbol.
  public let carrier: Int64
  /// The carrier's code.
  public let carrierCode: String
  /// ISO 3166 code of the carrier's country.
  public let country: String
  /// Its ends.
  public let from: Int64, to: Int64
  /// Import, export, transit or domestic.
  public let traffic: String
  /// The tariff distance, where the carrier has one.
  public let distanceKilometres: Int?
  /// The chargeable weight in thousandths of a kilogram, where a charge used it.
  public let chargeableWeight: Int64?
  /// The charges, in the tariff's order.
  public let charges: [Charge]
  /// Their sum for the whole consignment.
  public let amount: Money
}

/// How a prorated share was measured, so that who receives it can recompute it.
public struct Proration: Sendable, Hashable {
  /// The amount that was divided.
  public let divided: Money
  /// What the party's part was measured by, and the sum over all parties.
  public let basis: Exact, bases: Exact
  /// The minor unit that fell here by largest remainder: 0, 1 or −1.
  public let oddUnits: Int64
  /// By how much the exact entitlement is above the share, in billionths of a minor unit.
  public let lean: Int64
}

/// A party's part of the through-rate.
public struct Share: Sendable, Hashable {
  /// The party, as a symbol.
  public let party: Int64
  /// The party's code.
  public let partyCode: String
  /// Which step of the agreement gave it.
  public let kind: AgreementRule.Kind
  /// How much.
  public let amount: Money
  /// How it was measured, for a share of the remainder.
  public let proration: Proration?
}

/// What the division did at one step, for the explanation.
public struct DivisionStep: Sendable {
  /// In words, with the figures.
  public let text: String
  /// The row of the agreement.
  public let mark: Mark?
}

/// Another lane that fits.
public struct Alternative: Sendable {
  /// The lane's code.
  public let lane: String
  /// How it ended.
  public let status: Status
  /// Its total, where priced.
  public let total: Money?
  /// Why not, otherwise.
  public let reason: String?
}

/// A priced through-rate with everything it rests on.
public struct Price: Sendable {
  /// The lane's code; the carrier's on a local route.
  public let lane: String
  /// The lane's name.
  public let laneName: String
  /// What one unit of the consignment is.
  public let unit: Equipment.UnitKind
  /// The through-rate per unit.
  public let unitRate: Money
  /// Units.
  public let count: Int
  /// The through-rate times the count.
  public let total: Money
  /// What pricing and rounding added to or took from the sum of the charges, in words.
  public let adjustmentText: String
  /// And as an amount, for the whole consignment.
  public let adjustment: Money
  /// The pricing row, if one matched.
  public let pricingMark: Mark?
  /// The last day on which the price holds.
  public let validUntil: Day
  /// Days from origin to destination.
  public let transitDays: Int?
  /// Days the joint venture guarantees.
  public let guaranteedDays: Int?
  /// Rebate per unit and day late.
  public let lateRebatePerDay: Money?
  /// The legs.
  public let legs: [Leg]
  /// The division of the total.
  public let shares: [Share]
  /// How it came about.
  public let division: [DivisionStep]
  /// Everything rules can ask about the consignment on its route.
  public let facts: Facts
  /// What the price includes and does not.
  public let includes: [String], excludes: [String]

  /// Each carrier's country with the weakest evidence of its charges, in the order of the legs.
  public var evidenceByCarrier: [(carrier: String, country: String, evidence: Evidence)] {
    var list: [(carrier: String, country: String, evidence: Evidence)] = []
    for leg in legs {
      let evidence = leg.charges.map(\.evidence).max() ?? .published
      if let index = list.firstIndex(where: { $0.carrier == leg.carrierCode }) {
        list[index].evidence = max(list[index].evidence, evidence)
      } else {
        list.append((leg.carrierCode, leg.country, evidence))
      }
    }
    return list
  }

  /// The kinds of evidence the price rests on, the best first.
  public var evidence: [Evidence] {
    Set(legs.flatMap(\.charges).map(\.evidence) + [pricingMark?.evidence].compactMap(\.self))
      .sorted()
  }
}

/// The answer for one consignment: a price, or why there is none.
public struct Quote: Sendable {
  /// The fields as they were given.
  public let given: [String: String]
  /// What was asked; nil where the fields cannot be read.
  public let consignment: Consignment?
  /// The price, or why there is none.
  public let result: Result<Price, Refusal>
  /// Other lanes that fit.
  public let alternatives: [Alternative]
  /// Things the reader should know.
  public let findings: [Finding]

  init(
    _ consignment: Consignment, _ result: Result<Price, Refusal>,
    alternatives: [Alternative] = [], findings: [Finding] = []
  ) {
    given = consignment.given
    self.consignment = consignment
    self.result = result
    self.alternatives = alternatives
    self.findings = findings
  }

  /// The same quote with its refusal worded anew.
  init(_ quote: Quote, _ refusal: Refusal) {
    given = quote.given
    consignment = quote.consignment
    result = .failure(refusal)
    alternatives = quote.alternatives
    findings = quote.findings
  }

  /// The answer for fields that are no consignment.
  public init(rejected given: [String: String], _ refusal: Refusal) {
    // What was refused is shown without the characters that could forge a line or an escape.
    self.given = given.mapValues { value in
      String(
        String.UnicodeScalarView(
          value.unicodeScalars.filter { !RefusedCharacters.contains($0) }))
    }
    consignment = nil
    result = .failure(refusal)
    alternatives = []
    findings = []
  }

  /// How it ended.
  public var status: Status {
    switch result {
    case .success: .priced
    case .failure(let refusal): refusal.status
    }
  }

  /// The price, if there is one.
  public var price: Price? { try? result.get() }

  /// Why there is no price, if there is none.
  public var refusal: Refusal? {
    if case .failure(let refusal) = result { return refusal }
    return nil
  }
}
