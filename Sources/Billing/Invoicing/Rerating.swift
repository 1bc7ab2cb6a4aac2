import ExactMoney
import TariffRules
import Unification

/// A month's invoices under what the tables say now beside what was billed.
public struct Rerating {
  /// The lines of an invoice that cost something now, and what had corrected it when that was read.
  public struct Change: Sendable {
    /// The invoice.
    public let invoice: DocumentNumber
    /// The notes on it, in the order they were issued.
    let notes: [DocumentNumber]
    /// Its lines as they would be invoiced now, by their position.
    let lines: [Int: DocumentLine]
  }

  /// By consignment, charge, party and lane: before is what stands in the books, after is today.
  public private(set) var comparison = ConsignmentComparison()
  /// How many lines were credited to nothing, and so are not rated again.
  public private(set) var credited = 0
  /// Lines that were billed at a saved quote's price: that was promised, so nothing is adjusted.
  public private(set) var promised: [(place: DocumentLine.Place, line: DocumentLine)] = []
  /// Lines whose consignment is billed in another currency now: no note can bill the difference.
  public private(set) var inAnotherCurrency:
    [(place: DocumentLine.Place, line: DocumentLine, now: Money)] = []
  /// For each invoice its lines as they would be invoiced now, whether they cost otherwise or not:
  /// without those that were credited or promised, or that have no price in their currency.
  public private(set) var changes: [Change] = []

  private var calculator: Calculator

  init(_ calculator: Calculator) { self.calculator = calculator }

  mutating func add(_ account: Account) throws {
    var lines: [Int: DocumentLine] = [:]
    for (index, balance) in account.balances.enumerated() {
      if balance.isSettled {
        credited += 1
        continue
      }
      if balance.line.quoted != nil {
        promised.append((balance.place, balance.line))
        continue
      }
      let subject = ConsignmentComparison.Subject(
        reference: "\(account.number) \(balance.line.reference)", line: index + 1,
        customer: account.invoice.customer.code)
      let (answer, line) = try now(balance, account.invoice)
      try comparison.add(subject, before: .price(try balance.record()), after: answer)
      guard let line else { continue }
      if line.net.currency == balance.net.currency {
        lines[index + 1] = line
      } else {
        inAnotherCurrency.append((balance.place, balance.line, line.net))
      }
    }
    if !lines.isEmpty {
      changes.append(
        Change(
          invoice: account.number, notes: account.notes.compactMap(\.number), lines: lines))
    }
  }

  /// What the line's consignment costs now.
  private mutating func now(
    _ balance: LineBalance, _ invoice: Document
  ) throws -> (ConsignmentComparison.Answer, DocumentLine?) {
    let quote = calculator.quote(fields: Consignment.fields(ofRecord: balance.line.fields))
    let price: Price
    switch quote.result {
    case .failure(let refusal): return (.none(refusal.status, refusal.message), nil)
    case .success(let found): price = found
    }
    guard let consignment = quote.consignment else { return (.none(.rejected, ""), nil) }
    let supply = calculator.tables(on: consignment.supplied)
    let equivalent: Money
    do throws(Refusal) {
      equivalent = try supply.equivalent(of: price.total, in: invoice.seller.currency)
    } catch {
      return (.none(error.status, error.message), nil)
    }
    let line = DocumentLine(
      consignment, reference: balance.line.reference,
      at: LinePrice(price, borneBy: balance.line.guarantee?.borneBy, calculator.tables),
      tax: balance.line.tax, equivalent: equivalent, collectedBy: balance.line.collectedBy,
      tables: calculator.tables)
    return (.price(PriceRecord(price, calculator.tables).kept), line)
  }
}

extension Register {
  /// Rates every invoiced consignment of a month of supply again, whatever it was booked in.
  /// - Parameter calculator: the tables as they are known now, or on the day asked for.
  public func rerate(_ month: Month, by calculator: Calculator) throws -> Rerating {
    var rerating = Rerating(calculator)
    let entries = try database.all(
      "SELECT entry FROM documents WHERE month = ? AND kind = ? ORDER BY entry",
      [.text(month.description), .text(Document.Kind.invoice.rawValue)]
    ) { $0.integer(0) }
    for entry in entries {
      if let number = try number(ofEntry: entry) { try rerating.add(try account(number)) }
    }
    return rerating
  }
}

extension LineBalance {
  /// What stands of the line, as prices are compared. Rebates for late delivery are no price: they
  /// are left out.
  func record() throws(BeyondLimits) -> PriceRecord {
    let charges = charges.filter { $0.code != LateRebate.chargeCode }
    return PriceRecord(
      lane: line.lane, total: try Document.sum(charges.map(\.amount), net.currency),
      charges: charges.map { charge in
        PriceRecord.Charge(
          carrier: charge.carrier, code: charge.code, amount: charge.amount,
          steps: charge.source.steps)
      },
      shares: shares.filter { $0.kind != .lateRebate }.map { share in
        PriceRecord.Share(party: share.party, amount: share.amount)
      })
  }
}

extension PriceRecord {
  /// The price with the steps that the register keeps, so that both sides say the same of a row.
  var kept: PriceRecord {
    PriceRecord(
      lane: lane, total: total,
      charges: charges.map { charge in
        Charge(
          carrier: charge.carrier, code: charge.code, amount: charge.amount,
          steps: ChargeSource(charge.steps).steps)
      }, shares: shares)
  }
}
