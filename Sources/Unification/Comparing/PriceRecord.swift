import ExactMoney
import TariffRules

/// A price by codes, amounts and places alone: what is left of it outside the tables that gave it.
///
/// So prices from two table folders, or from the books and from the tables of today, can be laid
/// side by side.
public struct PriceRecord: Sendable, Hashable {
  /// Where a figure stands: a file of the tables folder and a line.
  public typealias Place = TableComparison.Place

  /// A figure that went into a charge, and the row that gave it.
  public struct Step: Sendable, Hashable {
    /// What it does: `rate`, `coefficient`, `conversion` …
    public let what: String
    /// The name of the row or quantity.
    public let name: String
    /// The figure; empty where there is none.
    public let value: String
    /// The row; nil for a measured quantity.
    public let place: Place?

    /// A step from its facts.
    public init(what: String, name: String, value: String, place: Place?) {
      self.what = what
      self.name = name
      self.value = value
      self.place = place
    }
  }

  /// A charge of a carrier for the whole consignment, or what pricing added to or took from them.
  public struct Charge: Sendable, Hashable {
    /// The carrier; empty for what pricing did.
    public let carrier: String
    /// The charge code; `pricing` for what pricing did.
    public let code: String
    /// How much.
    public let amount: Money
    /// The figures behind it.
    public let steps: [Step]

    /// A charge from its facts.
    public init(carrier: String, code: String, amount: Money, steps: [Step]) {
      self.carrier = carrier
      self.code = code
      self.amount = amount
      self.steps = steps
    }
  }

  /// What a party has of the total.
  public struct Share: Sendable, Hashable {
    /// The party.
    public let party: String
    /// How much.
    public let amount: Money

    /// A share from its facts.
    public init(party: String, amount: Money) {
      self.party = party
      self.amount = amount
    }
  }

  /// The lane; the carrier on a local route.
  public let lane: String
  /// The total.
  public let total: Money
  /// The charges, then what pricing did: together the total.
  public let charges: [Charge]
  /// The shares: together the total.
  public let shares: [Share]
  /// What the division did, in words, with the row of the agreement.
  public let division: [Step]

  /// A price from its facts.
  public init(
    lane: String, total: Money, charges: [Charge], shares: [Share], division: [Step] = []
  ) {
    self.lane = lane
    self.total = total
    self.charges = charges
    self.shares = shares
    self.division = division
  }

  /// The record of a price over the tables that gave it.
  public init(_ price: Price, _ tables: TariffTables) {
    func place(_ mark: Mark?) -> Place? {
      mark.map { Place(path: tables.path($0), line: Int($0.line)) }
    }
    let legs = price.legs.flatMap { leg in
      leg.charges.map { charge in
        Charge(
          carrier: leg.carrierCode, code: charge.code, amount: charge.amount,
          steps: charge.steps.filter { ![.unitRate, .charge].contains($0.what) }.map { step in
            Step(
              what: step.what.rawValue, name: step.name ?? "", value: step.value?.description ?? "",
              place: place(step.mark))
          })
      }
    }
    let pricing = Charge(
      carrier: "", code: "pricing", amount: price.adjustment,
      steps: [
        Step(
          what: "pricing", name: price.adjustmentText, value: "", place: place(price.pricingMark))
      ])
    self.init(
      lane: price.lane, total: price.total, charges: legs + [pricing],
      shares: price.shares.map { Share(party: $0.partyCode, amount: $0.amount) },
      division: price.division.map {
        Step(what: "division", name: $0.text, value: "", place: place($0.mark))
      })
  }
}
