import ExactMoney
import TariffRules
import Unification

/// One difference while its cause is looked for.
struct AmountDifference {
  /// Their row.
  let row: PartnerFile.Row
  /// Our entries, and the lines of the documents they stand in.
  let entries: [StatementEntry]
  let lines: [DocumentLine]
  /// Our amount in the currency of the file.
  let ours: Money
  let conversion: StatementConversion

  /// Whether an amount of our currency, converted as agreed, is theirs.
  func isTheirs(_ exact: Exact) -> Bool {
    guard let converted = try? conversion.convert(exact) else { return false }
    return (try? conversion.money(converted)) == row.amount
  }

  /// Whether theirs is an exact amount of our currency rounded up or down.
  func isNearlyTheirs(_ exact: Exact) -> Bool {
    guard let converted = try? conversion.convert(exact),
      let off = try? converted.minus(row.amount.exact).magnitude
    else { return false }
    return off < row.amount.currency.step
  }

  /// The exact entitlement in our currency.
  func exact() throws(BeyondLimits) -> Exact {
    var sum = Exact.zero
    for entry in entries { sum = try sum.plus(try entry.exact()) }
    return sum
  }
}

/// Finds why an amount of a partner's file is not ours.
///
/// What the file itself states (a day of tables, a rate, a percentage) is tried first. Then what
/// costs least to see: rounding, the day of conversion; then editions, then shares. The first that
/// gives their amount is the cause; others that give it too are named beside it.
struct DifferenceCauses {
  /// A cause in words.
  struct Found {
    let cause: Reconciliation.Cause
    let why: String
  }

  let register: Register
  let tables: TariffTables
  let party: Party
  let columns: PartnerColumns
  let month: Month
  /// Calculators by the day of knowledge and the edition passed over.
  var calculators: [Knowledge: Calculator?] = [:]
  var states: [DayStates: [TableState]] = [:]
  /// How often a state of the tables was the cause: it is tried first the next time.
  var hits: [TableState: Int] = [:]
  private var documents: [DocumentNumber: Document] = [:]

  init(
    _ register: Register, _ tables: TariffTables, _ party: Party, _ columns: PartnerColumns,
    _ month: Month
  ) {
    self.register = register
    self.tables = tables
    self.party = party
    self.columns = columns
    self.month = month
  }

  /// Why a row's amount is not that of its entries.
  mutating func cause(
    of row: PartnerFile.Row, against entries: [StatementEntry], _ ours: Money,
    _ conversion: StatementConversion
  ) throws -> Found {
    let difference = AmountDifference(
      row: row, entries: entries, lines: try entries.map { try line(at: $0.place) }, ours: ours,
      conversion: conversion)
    var found = stated(difference)
    if row.tariffDay != nil, let edition = try edition(difference, onlyStated: true) {
      found.insert(edition, at: 0)
    }
    if let rounding = try rounding(difference) { found.append(rounding) }
    if let day = conversionDay(difference, at: nil) { found.append(day) }
    if found.isEmpty, let edition = try edition(difference, onlyStated: false) {
      found.append(edition)
    }
    if let share = try share(difference, isLast: found.isEmpty) { found.append(share) }
    guard let first = found.first else {
      return Found(cause: .unknown, why: unexplained(difference))
    }
    let others = found.dropFirst().filter { $0.cause != first.cause }
    let also = others.map { "; it could also be \($0.cause.rawValue): \($0.why)" }
    return Found(cause: first.cause, why: first.why + also.joined())
  }

  /// The line of a document, from the register.
  mutating func line(at place: DocumentLine.Place) throws -> DocumentLine {
    let document: Document
    if let known = documents[place.document] {
      document = known
    } else {
      guard let (read, _) = try register.document(place.document) else {
        let entry = try register.entry(of: place.document) ?? 0
        throw DamagedEntry(entry: entry, what: "the document \(place.document) is missing")
      }
      // Differences come in the order of documents: few are needed again.
      if documents.count >= 8 { documents.removeAll() }
      documents[place.document] = read
      document = read
    }
    guard document.lines.indices.contains(place.position - 1) else {
      let entry = try register.entry(of: place.document) ?? 0
      throw DamagedEntry(
        entry: entry, what: "line \(place.position) of \(place.document) is missing")
    }
    return document.lines[place.position - 1]
  }

  /// What the row itself says of the rate or share.
  private func stated(_ difference: AmountDifference) -> [Found] {
    var found: [Found] = []
    if let rate = difference.row.conversionRate,
      let day = conversionDay(difference, at: rate)
    {
      found.append(day)
    }
    if let percent = difference.row.sharePercent,
      let share = statedShare(difference, percent)
    {
      found.append(share)
    }
    return found
  }

  /// What the row says that is not ours, where it does not explain the amount.
  private func unexplained(_ difference: AmountDifference) -> String {
    var notes: [String] = []
    let row = difference.row
    if let line = difference.lines.first, let rate = row.unitRate, rate != line.unitRate.exact {
      notes.append("they divide \(rate) per \(line.unit), \(line.unitRate) was billed")
    }
    if let rate = row.conversionRate, let official = difference.conversion.official,
      rate != official.rate.rate
    {
      notes.append("they convert at \(rate), the official rate is \(official.rate.rate)")
    }
    if row.date != difference.entries.first?.date, let date = difference.entries.first?.date {
      notes.append("they have the contract on \(row.date), it is of \(date)")
    }
    return notes.joined(separator: "; ")
  }
}
