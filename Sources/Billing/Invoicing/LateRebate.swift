import ExactMoney
import TariffRules
import Unification

/// A rebate for late delivery: by the lane's guarantee as it stood when the consignment was
/// invoiced.
public struct LateRebate: Sendable {
  /// The code of the one charge of such a line.
  static let chargeCode = "late-rebate"
  /// The days from the day after the date of contract to the day of delivery.
  public let days: Int
  /// Those beyond the guarantee.
  public let late: Int
  /// What is given back, never more than what stands of the line.
  public let amount: Money
  /// How it came about: "4 days × 2 containers × 25.00 = 200.00 USD".
  public let arithmetic: String
  /// The day of delivery that the consignment was invoiced with, where it is another one.
  public let invoicedDelivery: Day?

  /// Works out the rebate of a line.
  /// - Parameter exchange: how money of the guarantee becomes money of the document.
  init(
    _ balance: LineBalance, delivered: Day, exchange: (Currency, Currency) throws -> Exchange
  ) throws {
    let line = balance.line
    let name = "line \(balance.place.position) of \(balance.place.document) (\(line.reference))"
    guard let guarantee = line.guarantee else {
      throw BookingRefusal(
        "\(name) has no guaranteed transit time",
        remedy: "the lane \(line.lane) guaranteed none when it was invoiced")
    }
    days = line.date.days(until: delivered)
    guard days >= 0 else {
      throw BookingRefusal(
        "\(name) cannot be delivered on \(delivered), before its contract of \(line.date)",
        remedy: "check --delivered")
    }
    late = days - guarantee.days
    guard late > 0 else {
      throw BookingRefusal(
        "\(name) is not late: \(days.counted("day")) to \(delivered), "
          + "\(guarantee.days) are guaranteed",
        remedy: "days count from the day after the date of contract, \(line.date)")
    }
    let given = Consignment.fields(ofRecord: line.fields)["supplied"]
    invoicedDelivery = given == nil || line.supplied == delivered ? nil : line.supplied
    let promised = try guarantee.rebatePerDay.times(late).times(line.count)
    var rebate = promised
    var steps =
      "\(late.counted("day")) × \(line.count.counted(line.unit)) × "
      + "\(guarantee.rebatePerDay.amountText) = \(promised)"
    if promised.currency != line.net.currency {
      let exact = try exchange(promised.currency, line.net.currency).convert(promised.exact)
      rebate = try Money(nearest: exact, line.net.currency)
      steps += ", which is \(rebate)"
    }
    let most = max(0, balance.net.minorUnits)
    amount =
      rebate.minorUnits <= most ? rebate : try Money(minorUnits: most, line.net.currency)
    if rebate.minorUnits > most { steps += ", but no more than the \(amount) that stands" }
    arithmetic = steps
    guard amount.minorUnits > 0 else {
      throw BookingRefusal(
        "nothing stands of \(name) to give a rebate on", remedy: "it is credited already")
    }
  }

  /// The line of the credit note, borne as the agreement says.
  func line(of balance: LineBalance, delivered: Day) throws -> DocumentLine {
    let line = balance.line
    let taken = amount.negated
    // The equivalent in the seller's currency in proportion to what it was for the whole line.
    let part = try taken.exact.divided(by: balance.net.exact).times(balance.equivalent.exact)
    let own = balance.equivalent.currency
    let rounded = try part.rounded(Rounding(to: own, mode: .halfAway))
    let note =
      "delivered \(delivered), \(late.counted("day")) beyond the "
      + "\(line.guarantee?.days ?? 0) guaranteed; \(arithmetic)"
    let bearers = try bearers(balance)
    var bases = Exact.zero
    for bearer in bearers { bases = try bases.plus(bearer.weight) }
    return DocumentLine(
      correcting: line, at: balance.place, net: taken, equivalent: try Money(exactly: rounded, own),
      note: note,
      charges: [
        .init(leg: 0, carrier: "", code: Self.chargeCode, amount: taken, source: ChargeSource([]))
      ],
      shares: try shares(bearers, taken),
      divided: taken, bases: bases)
  }

  private func shares(
    _ bearers: [(party: String, weight: Exact)], _ taken: Money
  ) throws -> [DocumentLine.Share] {
    let allocation = try Allocation(of: taken.minorUnits, by: bearers.map(\.weight))
    return try zip(bearers, zip(allocation.parts, try allocation.leans())).map { bearer, part in
      DocumentLine.Share(
        party: bearer.party, kind: .lateRebate,
        amount: try Money(minorUnits: part.0.minorUnits, taken.currency), lean: part.1,
        odd: part.0.oddUnits, basis: bearer.weight)
    }
  }

  /// Who bears it: a named carrier, who keeps the margin, or all pro rata to what they have of the
  /// line. A carrier that is no partner gets what it charges, late or not.
  private func bearers(_ balance: LineBalance) throws -> [(party: String, weight: Exact)] {
    let rule = balance.line.guarantee?.borneBy
    let own = balance.shares.filter { $0.kind != .passThrough }
    switch rule {
    case nil:
      throw BookingRefusal(
        "the agreement did not say who bears a rebate for late delivery",
        remedy: "add a row 'late-rebate' to joint-venture/agreement; this line was invoiced without"
      )
    case "margin":
      guard let margin = own.first(where: { $0.kind == .margin }) else {
        throw BookingRefusal(
          "the agreement has the margin bear the rebate, but the line has none",
          remedy: "correct the row 'late-rebate' of joint-venture/agreement")
      }
      return [(margin.party, .one)]
    case "all":
      // Those who share the remainder come first: they are in the agreement's order of odd cents.
      let order = own.filter { $0.kind == .prorate } + own.filter { $0.kind != .prorate }
      var parties: [(party: String, weight: Exact)] = []
      for share in order {
        let amount = share.amount.exact
        if let index = parties.firstIndex(where: { $0.party == share.party }) {
          parties[index].weight = try parties[index].weight.plus(amount)
        } else {
          parties.append((share.party, amount))
        }
      }
      return parties.filter { $0.weight > .zero }
    case .some(let carrier): return [(carrier, .one)]
    }
  }
}

extension Register {
  /// Gives the rebate for a line delivered late, as a credit note.
  /// - Throws: `BookingRefusal` where it was in time, was not guaranteed, has a rebate already, or
  ///   would be delivered after the day of the note.
  public func rebate(
    _ number: DocumentNumber, line position: Int, delivered: Day, on day: Day,
    exchange: (Day, Currency, Currency) throws -> Exchange
  ) throws -> (document: Document, written: WrittenDocument, rebate: LateRebate) {
    try transaction {
      let account = try account(number)
      try check(day, against: account)
      guard delivered <= day else {
        throw BookingRefusal(
          "a note of \(day) cannot know of a delivery on \(delivered)",
          remedy: "check --delivered, or give --issue-date the day of the note")
      }
      guard account.balances.indices.contains(position - 1) else {
        throw BookingRefusal(
          "\(number) has no line \(position)",
          remedy: "it has \(account.balances.count.counted("line")), counted from 1")
      }
      let balance = account.balances[position - 1]
      let given = balance.notes.first { note in
        note.line.shares.contains { $0.kind == .lateRebate && $0.amount.minorUnits < 0 }
      }
      if let given {
        throw BookingRefusal(
          "line \(position) of \(number) has its rebate already, by \(given.document)",
          remedy: "a wrong day of delivery is mended by crediting the line")
      }
      let rebate = try LateRebate(balance, delivered: delivered) {
        try exchange(balance.line.date, $0, $1)
      }
      let line = try rebate.line(of: balance, delivered: delivered)
      let (document, written) = try record(
        .creditNote, of: [line], on: account, reason: "late delivery", issued: day)
      return (document, written, rebate)
    }
  }
}
