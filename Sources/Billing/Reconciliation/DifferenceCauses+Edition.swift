import ExactMoney
import TariffRules
import Unification

extension DifferenceCauses {
  /// The days that decide which states of the tables are near.
  struct DayStates: Hashable {
    let contract: Day
    let supplied: Day
    let stated: Day?
    /// The folders of the tables whose rows can have made the price.
    let folders: [String]
  }

  /// What a calculator knows of the tables.
  struct Knowledge: Hashable {
    let asOf: Day?
    let without: String?
  }

  /// How many days away other editions are looked for.
  private static let editionDays = 93
  private static let mostCauses = 3

  /// Another edition, or another day of conversion inside the price: the consignment rated by
  /// another state of the tables gives exactly their amount.
  mutating func edition(
    _ difference: AmountDifference, onlyStated: Bool
  ) throws -> Found? {
    guard let line = difference.lines.first else { return nil }
    let days = DayStates(
      contract: line.date, supplied: line.supplied, stated: difference.row.tariffDay,
      folders: line.tableFolders)
    for state in statesToTry(days) {
      let isStated = days.stated.map { state.day == $0 || state.asOf == $0 } ?? false
      if onlyStated && !isStated { continue }
      guard let expected = try theirs(difference, in: state), difference.isTheirs(expected),
        let price = price(of: line, in: state)
      else { continue }
      // A price they did not divide is not what they rated.
      if let rate = difference.row.unitRate, rate != price.unitRate.exact { continue }
      hits[state, default: 0] += 1
      return try found(state, price, difference)
    }
    return nil
  }

  private mutating func statesToTry(_ days: DayStates) -> [TableState] {
    let near: [TableState]
    if let known = states[days] {
      near = known
    } else {
      let stated = days.stated.map {
        [TableState(on: days.contract, asOf: $0), TableState(on: $0)]
      }
      let usual = [TableState(on: days.contract), TableState(on: days.supplied)]
      near = tables.states(
        near: days.contract, first: (stated ?? []) + usual, within: Self.editionDays,
        in: days.folders)
      states[days] = near
    }
    let hits = hits
    guard !hits.isEmpty else { return near }
    return near.enumerated().sorted { one, other in
      let (left, right) = (hits[one.element] ?? 0, hits[other.element] ?? 0)
      return left == right ? one.offset < other.offset : left > right
    }.map(\.element)
  }

  /// The price of a line's consignment in a state of the tables; nil where there is none.
  mutating func price(of line: DocumentLine, in state: TableState) -> Price? {
    let knowledge = Knowledge(asOf: state.asOf, without: state.without)
    guard var calculator = calculator(knowledge) else { return nil }
    calculators[knowledge] = nil
    defer { calculators[knowledge] = calculator }
    var fields = Consignment.fields(ofRecord: line.fields)
    if state.day != line.date {
      fields["date"] = state.day.description
      fields["supplied"] = nil
    }
    let price = calculator.quote(fields: fields).price
    return price?.total.currency == line.net.currency ? price : nil
  }

  private mutating func calculator(_ knowledge: Knowledge) -> Calculator? {
    if let known = calculators[knowledge] { return known }
    let tables = knowledge.without.map { self.tables.passingOver($0) } ?? self.tables
    let made = tables.map { Calculator($0, asOf: knowledge.asOf) }
    calculators[knowledge] = .some(made)
    return made
  }

  /// What a difference's entries would be if rated by a state of the tables.
  private mutating func theirs(
    _ difference: AmountDifference, in state: TableState
  ) throws -> Exact? {
    var sum = Exact.zero
    var isRated = false
    let hasInvoice = difference.lines.contains { $0.corrects == nil }
    for (entry, line) in zip(difference.entries, difference.lines) {
      guard line.corrects == nil || !line.isRebate else {
        sum = try sum.plus(entry.amount.exact)
        continue
      }
      guard let share = try share(of: line, in: state) else { return nil }
      if let place = line.corrects {
        let before = try self.line(at: place).shares(of: party.codeText)
        if before.negated == entry.amount {
          sum = try sum.minus(share)
        } else if !hasInvoice {
          sum = try sum.plus(share).minus(before.exact)
        }
      } else {
        sum = try sum.plus(share)
      }
      isRated = true
    }
    return isRated ? sum : nil
  }

  private mutating func share(of line: DocumentLine, in state: TableState) throws -> Exact? {
    guard let price = price(of: line, in: state) else { return nil }
    var sum = Exact.zero
    for share in price.shares where share.partyCode == party.codeText {
      sum = try sum.plus(share.amount.exact)
    }
    return sum
  }

  // MARK: - Words

  /// Where only conversions are others, it is another day of conversion; else another edition.
  private func found(
    _ state: TableState, _ price: Price, _ difference: AmountDifference
  ) throws -> Found {
    let line = difference.lines[0]
    // Files have other numbers in tables without one of them.
    let own = calculators[Knowledge(asOf: state.asOf, without: state.without)]??.tables ?? tables
    let record = PriceRecord(price, own)
    let billed = try LineBalance(line, at: difference.entries[0].place).record()
    let change = try PriceDifference(billed, record.kept)
    let all = change.charges.flatMap(\.causes)
    let isConversion = !all.isEmpty && all.allSatisfy(\.isConversion)
    let causes = all.reduce(into: [String]()) { list, cause in
      let words = Self.words(cause)
      if !list.contains(words) { list.append(words) }
    }
    let rated =
      state.without.map { "the edition before \($0)" } ?? state.asOf.map {
        "rated by what was known on \($0)"
      }
      ?? (state.day == line.date
        ? "rated by all that is known now" : "rated by the tables of \(state.day)")
    if !causes.isEmpty {
      let more = causes.count > Self.mostCauses ? " and \(causes.count - Self.mostCauses) more" : ""
      return Found(
        cause: isConversion ? .conversionDay : .edition,
        why: "\(rated): " + causes.prefix(Self.mostCauses).joined(separator: ", ") + more)
    }
    let divided = price.division.last { step in
      step.text.hasPrefix(party.codeText + " ") || step.text.hasPrefix(party.name + " ")
    }
    let place = divided?.mark.map { " [\(own.path($0)):\($0.line)]" } ?? ""
    return Found(
      cause: .edition, why: divided.map { "\(rated): \($0.text)\(place)" } ?? rated)
  }

  /// `haulage coefficient 'x' 1.05, not 1.02 [file:line]`.
  private static func words(_ cause: PriceDifference.Cause) -> String {
    let (before, after) = (cause.before, cause.after)
    guard let step = after ?? before else { return "" }
    let name = step.name.isEmpty ? step.what : "\(step.what) '\(step.name)'"
    let place = step.place.map { " [\($0.path):\($0.line)]" } ?? ""
    guard let after else { return "without \(name)\(place)" }
    guard let before, before.value != after.value else {
      return "\(name) \(after.value)\(place)"
    }
    return "\(name) \(after.value), not \(before.value)\(place)"
  }
}

extension PriceDifference.Cause {
  fileprivate var isConversion: Bool {
    (after ?? before)?.what == Step.What.conversion.rawValue
  }
}

extension DocumentLine {
  /// The folders whose rows its price rests on: its carriers' tariffs, the exchange rates it used,
  /// the joint venture's own tables and the codes.
  fileprivate var tableFolders: [String] {
    var folders: Set = ["joint-venture", "codes"]
    for place in charges.flatMap(\.source.steps).compactMap(\.place) {
      let parts = place.path.split(separator: "/")
      if parts.count > 2 { folders.insert(parts[...1].joined(separator: "/")) }
    }
    return folders.sorted()
  }

  /// The sum of a party's shares.
  fileprivate func shares(of party: String) throws(BeyondLimits) -> Money {
    var sum = Money.zero(net.currency)
    for share in shares where share.party == party { sum = try sum.plus(share.amount) }
    return sum
  }
}
