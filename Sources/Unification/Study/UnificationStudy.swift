import ExactMoney
import TariffRules

/// A study of one through-rate for each lane and equipment: rates that keep the revenue of past
/// consignments, and who gains and loses by them.
public struct UnificationStudy {
  /// What is asked of a study.
  public struct Question: Sendable {
    /// Prices every consignment as if concluded on this day; nil: on its own date.
    public var day: Day?
    /// Sees only what was published by this day.
    public var asOf: Day?
    /// One rate per unit and kilometre instead of one per unit.
    public var perKilometre = false
    /// Never under this percentage of the sum of the charges; nil: the floors of the pricing table.
    public var floorPercent: Exact?

    /// The plain study: per unit, each consignment on its own date.
    public init() {}
  }

  /// Why a study cannot be made.
  public struct Impossible: Error, Sendable {
    /// What stands in the way, and what to do.
    public let message: String, remedy: String
    /// What is wrong with the tables that the proposal would give, if that is it.
    public var findings: [Finding] = []
  }

  /// What was asked.
  public let question: Question
  /// Consignments read, and how many of them are in no group: without a price, or within one
  /// carrier's own tariff.
  public private(set) var count = 0, unpriced = 0, local = 0
  /// The proposed rates.
  public private(set) var groups: [StudiedGroup] = []
  /// What each has today and would have.
  public private(set) var totals = Tallies(), lanes = Tallies(), parties = Tallies()
  /// The same by customer.
  public private(set) var customers = Tallies()
  /// For each currency what no rate brings and what floors bring beyond today, in minor units.
  public private(set) var rests: [Currency: (left: Int128, raised: Int128)] = [:]
  /// The proposed edition.
  public private(set) var proposal: PricingProposal?
  /// Whether rating the file with the proposed edition gives what the rates were chosen for.
  public private(set) var isConfirmed = false

  private let tables: TariffTables
  private var items: [StudiedConsignment] = []
  private var before: [[Share]] = []
  private var dates: (first: Day, last: Day)?
  private var calculator: Calculator

  /// A study over tables.
  public init(_ tables: TariffTables, _ question: Question) {
    self.tables = tables
    self.question = question
    calculator = Calculator(tables, asOf: question.asOf)
  }

  /// Adds a consignment.
  public mutating func add(_ row: ConsignmentFile.Row) {
    count += 1
    let quote = row.quote(on: question.day, &calculator)
    guard let price = quote.price, let date = quote.consignment?.date else {
      unpriced += 1
      return
    }
    guard let item = StudiedConsignment(row, quote, calculator.tables(on: date)) else {
      local += 1
      return
    }
    dates = (min(dates?.first ?? date, date), max(dates?.last ?? date, date))
    items.append(item)
    before.append(price.shares)
  }

  /// Works out the rates and what they would change. Call it once, when all is added.
  /// - Parameter source: what the proposed edition names as its source.
  public mutating func conclude(source: String) throws {
    guard let dates else { return }
    let first = dates.first
    if let change = tables.pricingChange(after: first, upTo: dates.last, asOf: question.asOf) {
      throw Impossible(
        message: "the pricing table changes on \(change), within the dates of the file",
        remedy: "give a day on which all is priced, as '--on \(dates.last)', or split the file "
          + "at that day")
    }
    let published = question.asOf ?? dates.last
    // The floors are those of the lane that is taken at the proposed rates: they are known after
    // the first rating with them.
    for _ in 0..<5 {
      try solve()
      let proposal = PricingProposal(
        try rates(first), over: tables, effective: first, published: published, asOf: question.asOf,
        source: source)
      self.proposal = proposal
      let prices = try rated(proposal)
      isConfirmed = try tally(prices)
      if isConfirmed || !adopt(prices) { return }
    }
  }

  // MARK: - The rates

  private mutating func solve() throws {
    var sets = LaneSets()
    for item in items { sets.join(item.lanes, for: item.service) }
    for item in items { sets.weigh(item.lane, item.units, for: item.service) }
    let grouped = Dictionary(grouping: items) { item in
      StudiedGroup.Key(
        lanes: sets.lanes(with: item.lane, for: item.service), equipment: item.equipment,
        load: item.load, currency: item.total.currency)
    }
    let sorted = grouped.sorted { $0.key.sorting.lexicographicallyPrecedes($1.key.sorting) }
    var groups: [StudiedGroup] = []
    for (key, items) in sorted {
      groups.append(
        try StudiedGroup(
          key, items, perKilometre: question.perKilometre, floorPercent: question.floorPercent))
    }
    self.groups = []
    for currency in Set(groups.map(\.key.currency)).sorted(by: { $0.code < $1.code }) {
      let solved = try RateSolver(groups.filter { $0.key.currency == currency })
      self.groups += solved.groups
      rests[currency] = (solved.rest, solved.raisedByFloors)
    }
  }

  private func rates(_ day: Day) throws -> [PricingProposal.Rate] {
    let apart = PricingProposal.billedApart(tables, day, question.asOf)
    return try groups.flatMap { group in
      let key = group.key
      let rivals = groups.filter { other in
        other.key.equipment == key.equipment && other.key.load == key.load
          && !Set(other.key.lanes).isDisjoint(with: key.lanes)
          && other.customers.allSatisfy { apart[$0] == nil }
      }
      // For all customers but those billed apart, unless two currencies remain.
      let isForAll = rivals.max { $0.units < $1.units }?.key == key
      return try group.cells.flatMap { cell in
        let first = try rate([key.lanes[0]], group, cell, beside: 0, isForAll)
        let others = Array(key.lanes.dropFirst())
        return others.isEmpty
          ? [first] : [first, try rate(others, group, cell, beside: 1, isForAll)]
      }
    }
  }

  private func rate(
    _ lanes: [String], _ group: StudiedGroup, _ cell: StudiedGroup.Cell, beside: Int64,
    _ isForAll: Bool
  ) throws -> PricingProposal.Rate {
    let key = group.key
    let places = cell.from.map { " \($0)-\(cell.to ?? "")" } ?? ""
    let note =
      beside == 0
      ? "revenue of the consignments studied: \(group.todayText) for \(group.units) units"
      : "a minor unit above \(key.lanes[0]) so that who may choose takes that lane"
    return PricingProposal.Rate(
      name: "unified \(lanes.joined(separator: " + ")) \(key.equipment) \(key.load)"
        + "\(places) \(key.currency)",
      lanes: lanes, equipment: key.equipment, load: key.load, from: cell.from, to: cell.to,
      customers: isForAll ? nil : group.customers,
      rate: try Money(minorUnits: cell.rate + beside, key.currency),
      floorPercent: group.floorPercent, floor: group.floor, note: note)
  }

  // MARK: - What they change

  /// The prices with the proposed edition among the tables.
  private func rated(_ proposal: PricingProposal) throws -> [Price?] {
    let loaded = tables.adding(proposal)
    guard let proposed = loaded.tables else {
      throw Impossible(
        message: "the tables with the proposed edition have errors",
        remedy: "the file named is the proposal: mend the rows that it takes over from the pricing "
          + "table in force",
        findings: loaded.findings.filter { $0.severity == .error })
    }
    // What is published by the day of the study, and the proposal with it.
    var calculator = Calculator(proposed, asOf: question.asOf)
    return items.map { item in
      var fields = item.fields
      if let day = question.day { fields["date"] = day.description }
      return calculator.quote(fields: fields).price
    }
  }

  /// Sums both sides; whether every group has what its rates were chosen for.
  private mutating func tally(_ prices: [Price?]) throws -> Bool {
    (totals, lanes, parties, customers) = (Tallies(), Tallies(), Tallies(), Tallies())
    for ((item, shares), price) in zip(zip(items, before), prices) {
      let currency = item.total.currency
      let after = price.flatMap { $0.total.currency == currency ? $0 : nil }
      try totals.add("total", currency, before: item.total, after: after?.total)
      try customers.add(item.customer, currency, before: item.total, after: after?.total)
      try lanes.add(item.lane, currency, before: item.total, after: nil)
      if let after { try lanes.add(after.lane, currency, before: nil, after: after.total) }
      for share in shares {
        try parties.add(share.partyCode, currency, before: share.amount, after: nil)
      }
      for share in after?.shares ?? [] {
        try parties.add(share.partyCode, currency, before: nil, after: share.amount)
      }
    }
    return totals.currencies.allSatisfy { currency in
      let proposed = groups.filter { $0.key.currency == currency }.reduce(Int128(0)) {
        $0 + $1.proposed
      }
      let rest = rests[currency] ?? (0, 0)
      let total = totals.sum(currency)
      return total.after == Exact(proposed, over: 1)
        && total.before == Exact(proposed + rest.left - rest.raised, over: 1)
    }
  }

  /// Takes over the lanes that are taken at the proposed rates, and their charges; whether any
  /// differ.
  private mutating func adopt(_ prices: [Price?]) -> Bool {
    var isNew = false
    for (index, price) in prices.enumerated() {
      guard let price, let charges = price.chargesPerUnit,
        charges.currency == items[index].charges.currency,
        charges != items[index].charges || price.lane != items[index].taken
      else { continue }
      items[index].charges = charges
      items[index].taken = price.lane
      isNew = true
    }
    return isNew
  }
}

extension StudiedConsignment {
  /// What lanes are compared for.
  fileprivate var service: [String] { [equipment, load, total.currency.code] }
}

extension StudiedGroup {
  /// The revenue today, with its currency.
  var todayText: String {
    (Exact(today, over: 1) ?? .zero).amountText(key.currency) + " \(key.currency)"
  }
}

/// Lanes between which consignments may choose, put together.
private struct LaneSets {
  private var parents: [[String]: [String: String]] = [:]
  private var units: [[String]: [String: Int]] = [:]

  /// Units that take a lane today.
  mutating func weigh(_ lane: String, _ units: Int, for service: [String]) {
    self.units[service, default: [:]][lane, default: 0] += units
  }

  /// The lanes of one consignment belong together.
  mutating func join(_ lanes: [String], for service: [String]) {
    guard let first = lanes.first else { return }
    for lane in lanes {
      let (one, other) = (root(first, service), root(lane, service))
      parents[service, default: [:]][max(one, other)] = min(one, other)
    }
  }

  private func root(_ lane: String, _ service: [String]) -> String {
    var lane = lane
    while let parent = parents[service]?[lane], parent != lane { lane = parent }
    return lane
  }

  /// All lanes that belong together with one: that with the most units first, then in order.
  func lanes(with lane: String, for service: [String]) -> [String] {
    let root = root(lane, service)
    let all = (parents[service] ?? [:]).keys.filter { self.root($0, service) == root }.sorted()
    let units = units[service] ?? [:]
    let most = all.map { units[$0] ?? 0 }.max()
    guard let first = all.first(where: { units[$0] ?? 0 == most }) else { return all }
    return [first] + all.filter { $0 != first }
  }
}
