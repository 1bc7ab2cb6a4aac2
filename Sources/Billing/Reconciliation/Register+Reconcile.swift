import ExactMoney
import TariffRules
import Unification

extension Register {
  /// Holds a partner's own file against its statement of a month.
  /// - Throws: `BookingRefusal` where amounts cannot be compared; `SettlementFault` where the
  ///   control finds that in is not out.
  public func reconcile(
    _ file: PartnerFile, of party: Party, by columns: PartnerColumns, _ month: Month,
    _ tables: TariffTables, asOf: Day? = nil
  ) throws -> Reconciliation {
    let settlement = try settle(month, tables, asOf: asOf)
    let entries = try StatementEntry.entries(of: statementLines(of: party.codeText, month))
    for own in settlement.currencies {
      let currency = own.currency
      guard let position = own.positions.first(where: { $0.party == party.codeText }) else {
        continue
      }
      let sum = entries.filter { $0.amount.currency == currency }
        .reduce(0) { $0 + $1.amount.minorUnits }
      guard sum == (try position.given().minorUnits) else {
        throw SettlementFault(what: "\(currency): the entries do not sum up to the statement")
      }
    }
    let conversions = StatementConversions(columns, month, tables, asOf, file: file.name)
    var run = ReconciliationRun(
      Reconciliation(
        party, month, file: file.name,
        layout: "\(tables.path(columns.mark)):\(columns.mark.line)", rows: file.rows.count,
        entries: entries.count),
      entries, file, conversions,
      DifferenceCauses(self, tables, party, columns, month))
    return try run.finished()
  }
}

/// The official rates by which entries become amounts of the file.
final class StatementConversions {
  private let columns: PartnerColumns
  private let month: Month
  private let tables: TariffTables
  private let asOf: Day?
  private let file: String
  private var inForce: [Day: TablesInForce] = [:]

  init(
    _ columns: PartnerColumns, _ month: Month, _ tables: TariffTables, _ asOf: Day?, file: String
  ) {
    self.columns = columns
    self.month = month
    self.tables = tables
    self.asOf = asOf
    self.file = file
  }

  /// How an entry becomes an amount in another currency; refused where the tables do not say how.
  func conversion(
    of entry: StatementEntry, to currency: Currency, line: Int?
  ) throws(BookingRefusal) -> StatementConversion {
    let from = entry.amount.currency
    guard from != currency else { return StatementConversion(currency: currency, official: nil) }
    let place = line.map { "\(file):\($0)" } ?? file
    guard let rule = columns.convertOn else {
      throw BookingRefusal(
        "\(place): amounts in \(currency), but '\(entry.reference)' was invoiced in \(from), and "
          + "the day of conversion is not agreed",
        remedy: "agree on it, and fill in 'convert_on', contract or month-end, at "
          + "\(tables.path(columns.mark)):\(columns.mark.line)")
    }
    let day = rule == .monthEnd ? month.last : entry.date
    let now = inForce[day] ?? TablesInForce(tables, on: day, asOf: asOf)
    inForce[day] = now
    guard let official = now.officialRate(from: from, to: currency) else {
      throw BookingRefusal(
        "\(place): no official rate from \(from) to \(currency) within ten days up to \(day), for "
          + "'\(entry.reference)'",
        remedy: "add the day's rate under exchange-rates")
    }
    return StatementConversion(currency: currency, official: official)
  }
}

/// One reconciliation while it is worked out.
private struct ReconciliationRun {
  var result: Reconciliation
  let entries: [StatementEntry]
  let file: PartnerFile
  let conversions: StatementConversions
  var causes: DifferenceCauses
  /// The entries of each reference.
  private let known: [String: [Int]]
  /// The currency of all rows, where it is one.
  private let fileCurrency: Currency?
  /// Rows and entries of one amount and day that found no like of their reference.
  private var entryLike: [Int: Int] = [:]
  private var rowLike: [Int: Int] = [:]
  /// The row that names another document than that of its reference.
  private var elsewhere: [String: Int] = [:]
  /// Among how many of one amount and day the nearest reference is looked for.
  private static let mostAlike = 100

  init(
    _ result: Reconciliation, _ entries: [StatementEntry], _ file: PartnerFile,
    _ conversions: StatementConversions, _ causes: DifferenceCauses
  ) {
    self.result = result
    self.entries = entries
    self.file = file
    self.conversions = conversions
    self.causes = causes
    let currencies = Set(file.rows.map(\.amount.currency))
    fileCurrency = currencies.count == 1 ? currencies.first : nil
    known = Dictionary(grouping: entries.indices) { entries[$0].reference }
  }

  mutating func finished() throws -> Reconciliation {
    let pairs = try pairs()
    findLikes(pairs)
    for pair in pairs { try result.add(try item(pair)) }
    result.sortCurrencies()
    var theirs: [Currency: Int64] = [:]
    for row in file.rows { theirs[row.amount.currency, default: 0] += row.amount.minorUnits }
    var ours: [Currency: Int64] = [:]
    for pair in pairs where !pair.ours.isEmpty {
      let amount = try amount(of: pair).amount
      ours[amount.currency, default: 0] += amount.minorUnits
    }
    try result.control(theirs: theirs, ours: ours)
    return result
  }

  /// All pairs by the places in `entries` and `rows`, in the order of the documents.
  private func pairs() throws -> [Pairing.Pair] {
    let theirs = Dictionary(grouping: file.rows.indices) { file.rows[$0].reference }
    var pairs: [Pairing.Pair] = []
    for (reference, own) in known {
      let rows = theirs[reference] ?? []
      var amounts: [[Money]] = []
      for entry in own {
        amounts.append(try rows.map { try amount(entry, as: file.rows[$0]).1 })
      }
      let found = Pairing(own.map { entries[$0] }, rows.map { file.rows[$0] }) {
        amounts[$0][$1]
      }
      pairs += found.pairs.map { pair in
        Pairing.Pair(
          ours: pair.ours.map { own[$0] }, theirs: pair.theirs.map { rows[$0] },
          repeats: pair.repeats.map { rows[$0] })
      }
    }
    for (reference, rows) in theirs where known[reference] == nil {
      let found = Pairing([], rows.map { file.rows[$0] }) { _, _ in nil }
      pairs += found.pairs.map { pair in
        Pairing.Pair(
          ours: [], theirs: pair.theirs.map { rows[$0] }, repeats: pair.repeats.map { rows[$0] })
      }
    }
    let last = Int.max
    return pairs.sorted {
      ($0.ours.first ?? last, $0.theirs ?? last) < ($1.ours.first ?? last, $1.theirs ?? last)
    }
  }

  private func amount(
    _ entry: Int, as row: PartnerFile.Row
  ) throws -> (StatementConversion, Money) {
    let conversion = try conversions.conversion(
      of: entries[entry], to: row.amount.currency, line: row.line)
    return (conversion, try conversion.convert(entries[entry].amount))
  }

  /// Our amount of a pair in the currency of the file.
  private func amount(
    of pair: Pairing.Pair
  ) throws -> (conversion: StatementConversion, amount: Money) {
    let currency = pair.theirs.map { file.rows[$0].amount.currency }
    let line = pair.theirs.map { file.rows[$0].line }
    var sum: (StatementConversion, Money)?
    for index in pair.ours {
      let entry = entries[index]
      let conversion = try conversions.conversion(
        of: entry, to: currency ?? self.currency(of: entry), line: line)
      let amount = try conversion.convert(entry.amount)
      sum = (conversion, try sum?.1.plus(amount) ?? amount)
    }
    guard let sum else { throw SettlementFault(what: "a pair without an entry") }
    return sum
  }

  /// What is only ours is shown in the one currency of the file where it can be converted, else in
  /// its own.
  private func currency(of entry: StatementEntry) -> Currency {
    guard let only = fileCurrency,
      (try? conversions.conversion(of: entry, to: only, line: nil)) != nil
    else { return entry.amount.currency }
    return only
  }
}

// MARK: - Items

extension ReconciliationRun {
  private mutating func item(_ pair: Pairing.Pair) throws -> Reconciliation.Item {
    let row = pair.theirs.map { file.rows[$0] }
    guard let first = pair.ours.first else { return try onlyTheirs(pair) }
    let (conversion, amount) = try amount(of: pair)
    let own = pair.ours.map { entries[$0] }
    func item(
      _ outcome: Reconciliation.Outcome, _ cause: Reconciliation.Cause?, _ why: String
    ) throws -> Reconciliation.Item {
      Reconciliation.Item(
        outcome: outcome, cause: cause, why: why, reference: entries[first].reference,
        places: own.map(\.place), line: row?.line, ours: amount, theirs: row?.amount,
        difference: try (row?.amount ?? .zero(amount.currency)).minus(amount))
    }
    guard let row else { return try item(.onlyOurs, nil, like(of: first)) }
    if row.amount == amount { return try item(.matched, nil, "") }
    let found = try causes.cause(of: row, against: own, amount, conversion)
    return try item(.differs, found.cause, found.why)
  }

  private func onlyTheirs(_ pair: Pairing.Pair) throws -> Reconciliation.Item {
    guard let index = pair.theirs else { throw SettlementFault(what: "a pair of nothing") }
    let row = file.rows[index]
    let known = known[row.reference]?.first.map { entries[$0] }
    var why = ""
    if let other = pair.repeats {
      why = "the same as line \(file.rows[other].line)"
    } else if isElsewhere(row), let document = row.document, let known {
      why = "it stands in \(known.place.document), not in \(document)"
    } else if let entry = entryLike[index].map({ entries[$0] }) {
      why = "\(entry.reference) of \(entry.place.document) has this amount and day"
    } else if known != nil {
      why = "another row of the file stands for this reference already"
    }
    return Reconciliation.Item(
      outcome: pair.repeats == nil ? .onlyTheirs : .duplicated, cause: nil, why: why,
      reference: row.reference, places: [], line: row.line, ours: nil, theirs: row.amount,
      difference: row.amount)
  }

  private struct Like: Hashable {
    let date: Day
    let amount: Money
  }

  /// Where a row may belong that found no entry of its reference: to one in another document than
  /// it names, or, with a slip in the reference, to one of its amount and day.
  private mutating func findLikes(_ pairs: [Pairing.Pair]) {
    var open: [Like: [Int]] = [:]
    for pair in pairs where pair.theirs == nil {
      guard let entry = pair.ours.first, let amount = try? amount(of: pair).amount else { continue }
      open[Like(date: entries[entry].date, amount: amount), default: []].append(entry)
    }
    var slips: [Int] = []
    for pair in pairs where pair.ours.isEmpty && pair.repeats == nil {
      guard let index = pair.theirs else { continue }
      let row = file.rows[index]
      if isElsewhere(row) { elsewhere[row.reference] = index } else { slips.append(index) }
    }
    for isNear in [true, false] {
      for index in slips where entryLike[index] == nil {
        let row = file.rows[index]
        let key = Like(date: row.date, amount: row.amount)
        guard let alike = open[key], !alike.isEmpty else { continue }
        let references = alike.prefix(Self.mostAlike).map { entries[$0].reference }
        let nearest = NearNames.nearest(to: row.reference, among: references)
        guard let place = nearest.flatMap(references.firstIndex) ?? (isNear ? nil : 0) else {
          continue
        }
        let entry = alike[place]
        open[key]?.remove(at: place)
        entryLike[index] = entry
        rowLike[entry] = index
      }
    }
  }

  /// Whether the row's reference stands in other documents than the one it names.
  private func isElsewhere(_ row: PartnerFile.Row) -> Bool {
    guard let document = row.document, let own = known[row.reference] else { return false }
    return !own.contains { entries[$0].place.document == document }
  }

  private func like(of entry: Int) -> String {
    let own = entries[entry]
    if let row = elsewhere[own.reference].map({ file.rows[$0] }), let document = row.document,
      document != own.place.document
    {
      return "line \(row.line) names \(document) for it"
    }
    guard let row = rowLike[entry].map({ file.rows[$0] }) else { return "" }
    return "line \(row.line), '\(row.reference)', has this amount and day"
  }
}
