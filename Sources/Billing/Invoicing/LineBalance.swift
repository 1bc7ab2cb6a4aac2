import ExactMoney
import TariffRules

/// What stands of an invoiced line after everything that corrected it.
struct LineBalance {
  private struct ShareKey: Hashable {
    let party: String
    let kind: AgreementRule.Kind
  }

  private struct ChargeKey: Hashable {
    let leg: Int
    let carrier: String
    let code: String
  }

  /// The line as it was invoiced.
  let line: DocumentLine
  /// Where it stands.
  let place: DocumentLine.Place
  private(set) var net: Money
  private(set) var equivalent: Money
  private(set) var charges: [DocumentLine.Charge]
  private(set) var shares: [DocumentLine.Share]
  /// The notes that corrected it, in the order they were issued.
  private(set) var notes: [(document: DocumentNumber, line: DocumentLine)] = []

  init(_ line: DocumentLine, at place: DocumentLine.Place) {
    self.line = line
    self.place = place
    net = line.net
    equivalent = line.equivalent
    charges = line.charges
    shares = line.shares
  }

  /// Takes in a line that corrected this one.
  mutating func add(_ correction: DocumentLine, of document: DocumentNumber) throws(BeyondLimits) {
    notes.append((document, correction))
    net = try net.plus(correction.net)
    equivalent = try equivalent.plus(correction.equivalent)
    charges = try Self.sum(charges + correction.charges)
    shares = try Self.sum(shares + correction.shares)
  }

  /// Charges added up by leg, carrier and code, in the order they first come.
  static func sum(_ charges: [DocumentLine.Charge]) throws(BeyondLimits) -> [DocumentLine.Charge] {
    var sums: [DocumentLine.Charge] = []
    var places: [ChargeKey: Int] = [:]
    for charge in charges {
      let key = ChargeKey(leg: charge.leg, carrier: charge.carrier, code: charge.code)
      guard let index = places[key] else {
        places[key] = sums.count
        sums.append(charge)
        continue
      }
      sums[index] = DocumentLine.Charge(
        leg: charge.leg, carrier: charge.carrier, code: charge.code,
        amount: try sums[index].amount.plus(charge.amount), source: charge.source)
    }
    return sums
  }

  /// Shares added up by party and kind, in the order they first come.
  static func sum(_ shares: [DocumentLine.Share]) throws(BeyondLimits) -> [DocumentLine.Share] {
    var sums: [DocumentLine.Share] = []
    var places: [ShareKey: Int] = [:]
    for share in shares {
      let key = ShareKey(party: share.party, kind: share.kind)
      guard let index = places[key] else {
        places[key] = sums.count
        sums.append(share)
        continue
      }
      let old = sums[index]
      sums[index] = DocumentLine.Share(
        party: share.party, kind: share.kind, amount: try old.amount.plus(share.amount),
        lean: old.lean + share.lean, odd: old.odd + share.odd, basis: share.basis ?? old.basis)
    }
    return sums
  }

  /// Whether nothing is left of it: no amount, no share of anyone.
  var isSettled: Bool {
    net.minorUnits == 0 && shares.allSatisfy { $0.amount.minorUnits == 0 && $0.lean == 0 }
  }

  /// The line that takes away all that stands, cent for cent.
  func mirror(note: String) -> DocumentLine {
    DocumentLine(
      correcting: line, at: place, net: net.negated, equivalent: equivalent.negated,
      note: note, charges: charges.map(\.negated),
      shares: shares.map(\.negated))
  }

  /// The line that makes of what stands what the consignment costs now. A rebate for late delivery
  /// was given for the delay, whatever the price: it stays given.
  func difference(to now: DocumentLine, note: String) throws(BeyondLimits) -> DocumentLine {
    var net = net
    var equivalent = equivalent
    for rebate in notes.map(\.line) where rebate.isRebate {
      net = try net.minus(rebate.net)
      equivalent = try equivalent.minus(rebate.equivalent)
    }
    let charges = try Self.sum(
      now.charges + charges.filter { $0.code != LateRebate.chargeCode }.map(\.negated))
    let shares = try Self.sum(
      now.shares + shares.filter { $0.kind != .lateRebate }.map(\.negated))
    return DocumentLine(
      correcting: line, at: place, net: try now.net.minus(net),
      equivalent: try now.equivalent.minus(equivalent),
      note: note,
      charges: charges.filter { $0.amount.minorUnits != 0 },
      shares: shares.filter { $0.amount.minorUnits != 0 || $0.lean != 0 })
  }
}

extension DocumentLine {
  /// Whether it gives a rebate for late delivery and nothing else.
  var isRebate: Bool {
    !shares.isEmpty && shares.allSatisfy { $0.kind == .lateRebate } && net.minorUnits < 0
  }
}

extension DocumentLine.Charge {
  var negated: Self {
    Self(leg: leg, carrier: carrier, code: code, amount: amount.negated, source: source)
  }
}

extension DocumentLine.Share {
  var negated: Self {
    Self(
      party: party, kind: kind, amount: amount.negated, lean: -lean, odd: -odd, basis: basis)
  }
}
