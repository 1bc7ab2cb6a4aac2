import ExactMoney
import TariffRules
import Unification

/// What a consignment costs and how that is shared, as texts and whole minor units: it stays what
/// it is when the tables that gave it change.
public struct LinePrice: Sendable, Equatable {
  /// The lane's code, or the carrier's.
  public let lane: String
  /// What one unit is.
  public let unit: String
  /// The through-rate per unit.
  public let unitRate: Money
  /// The net amount.
  public let total: Money
  /// The guaranteed transit time, where the lane has one.
  public let guarantee: DocumentLine.Guarantee?
  /// What was divided by measure, and the sum of what all parties' parts are measured by.
  public let divided: Money?, bases: Exact?
  /// The charges; their sum is the total.
  public let charges: [DocumentLine.Charge]
  /// The shares; their sum is the total.
  public let shares: [DocumentLine.Share]
}

extension LinePrice {
  /// The price as the tables gave it.
  /// - Parameter borneBy: who bears a rebate for late delivery, by the agreement.
  init(_ price: Price, borneBy: String?, _ tables: TariffTables) {
    lane = price.lane
    unit = price.unit.rawValue
    unitRate = price.unitRate
    total = price.total
    guarantee = price.guaranteedDays.flatMap { days in
      price.lateRebatePerDay.map {
        DocumentLine.Guarantee(days: days, rebatePerDay: $0, borneBy: borneBy)
      }
    }
    let proration = price.shares.compactMap(\.proration).first
    divided = proration?.divided
    bases = proration?.bases
    let legs = price.legs.enumerated().flatMap { index, leg in leg.charges.map { _ in index + 1 } }
    charges = zip(legs + [0], PriceRecord(price, tables).charges).map { leg, charge in
      DocumentLine.Charge(
        leg: leg, carrier: charge.carrier, code: charge.code, amount: charge.amount,
        source: ChargeSource(charge.steps))
    }
    shares = price.shares.map { share in
      DocumentLine.Share(
        party: share.partyCode, kind: share.kind, amount: share.amount,
        lean: share.proration?.lean ?? 0, odd: share.proration?.oddUnits ?? 0,
        basis: share.proration?.basis)
    }
  }
}

extension Calculator {
  /// Who bears a rebate for late delivery, by the agreement of the date of contract.
  mutating func lateRebateBearer(_ consignment: Consignment, _ price: Price) -> String? {
    let now = tables(on: consignment.date)
    return now.agreement?.content.first { rule in
      rule.kind == .lateRebate && rule.conditions.match(price.facts, now.groupings) == .yes
    }?.fundedBy
  }
}
