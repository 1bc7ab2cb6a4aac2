import ExactMoney

/// The tables as they stand on one day, as known on another: what the calculator works with.
public struct TablesInForce: Sendable {
  /// One tariff on that day.
  public struct Carrier: Sendable {
    /// The tariff.
    public let tariff: Tariff
    /// Its places.
    public let places: [Edition<[Int64: Place]>]
    /// Its distance tables.
    public let distances: [Edition<Distances>]
    /// Minimum distances.
    public let minimumDistances: [Edition<[Minimum]>]
    /// Minimum weights.
    public let minimumWeights: [Edition<[Minimum]>]
    /// Grids, by the number rates refer to; nil where none is in force.
    public let grids: [Edition<Grid>?]
    /// What is charged.
    public let charges: Edition<[ChargeRule]>?
    /// Which rates apply.
    public let rates: [Edition<[Rate]>]
    /// The chain of coefficients.
    public let coefficients: Edition<[Coefficient]>?
  }

  /// All tables.
  public let tables: TariffTables
  /// The day whose editions these are.
  public private(set) var day: Day
  /// Only what was published not after this day; nil: everything.
  public let asOf: Day?
  /// The tariffs, by the carrier's code.
  public let carriers: [Int64: Carrier]
  /// The groupings.
  public let groupings: GroupingsInForce
  /// Equipment by code.
  public let equipment: [Int64: Equipment]
  /// The class of each UN number.
  public let unClasses: [Int64: DangerousGoods]
  /// The places of all tariffs.
  public let places: [Int64: Place]
  /// The lanes.
  public let lanes: [Lane]
  /// The legs, by lane, in order.
  public let legs: [Int64: [LaneLeg]]
  /// The edition of each of the joint venture's rules.
  public let pricing: Edition<[PricingRule]>?
  /// Discounts.
  public let discounts: Edition<[Coefficient]>?
  /// The division.
  public let agreement: Edition<[AgreementRule]>?
  /// Equity.
  public let partners: Edition<[Equity]>?
  /// Taxes.
  public let taxes: Edition<[TaxRule]>?
  /// Parties in the tables' order.
  public let parties: [Party]
  /// How partners' own files are read.
  public let partnerColumns: [PartnerColumns]
  /// Customers by code.
  public let customers: [Int64: Customer]
  private let policy: [String: String]
  /// The files that decide how a month is settled: indices into `TariffTables.files`.
  public let settlingFiles: [Int32]

  /// The tables in force on a day, as known on another.
  public init(_ tables: TariffTables, on day: Day, asOf: Day?) {
    self.tables = tables
    self.day = day
    self.asOf = asOf
    func now<Content>(_ schedules: [Schedule<Content>]) -> [Edition<Content>] {
      schedules.compactMap { $0.inForce(on: day, asOf: asOf) }
    }
    func all<Row>(_ schedules: [Schedule<[Row]>]) -> [Row] { now(schedules).flatMap(\.content) }
    func index<Row>(_ rows: [Row], _ key: (Row) -> Int64) -> [Int64: Row] {
      Dictionary(rows.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    }
    let joint = tables.jointVenture
    carriers = index(
      tables.tariffs.map { tariff in
        Carrier(
          tariff: tariff, places: now(tariff.places), distances: now(tariff.distances),
          minimumDistances: now(tariff.minimumDistances),
          minimumWeights: now(tariff.minimumWeights),
          grids: tariff.grids.map { $0.inForce(on: day, asOf: asOf) },
          charges: now(tariff.charges).first, rates: now(tariff.rates),
          coefficients: now(tariff.coefficients).first)
      }, \.tariff.code)
    groupings = GroupingsInForce(
      editions: tables.groupings.map { $0.inForce(on: day, asOf: asOf) })
    equipment = index(all(tables.equipment), \.code)
    unClasses = index(all(tables.dangerousGoods), \.unNumber)
    places = tables.tariffs.flatMap { now($0.places) }.reduce(into: [:]) { places, edition in
      places.merge(edition.content) { first, _ in first }
    }
    lanes = all(joint.lanes)
    legs = Dictionary(grouping: all(joint.legs), by: \.lane)
      .mapValues { $0.sorted { $0.number < $1.number } }
    pricing = now(joint.pricing).first
    discounts = now(joint.discounts).first
    agreement = now(joint.agreement).first
    partners = now(joint.partners).first
    taxes = now(joint.taxes).first
    parties = all(joint.parties)
    partnerColumns = all(joint.partnerColumns)
    customers = index(all(joint.customers), \.code)
    policy = Dictionary(
      all(joint.policy).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    settlingFiles =
      now(joint.policy).map(\.file) + now(joint.parties).map(\.file)
      + [partners?.file, agreement?.file].compactMap(\.self)
  }

  /// The same rules on another day on which the same editions are in force.
  public func moved(to day: Day) -> TablesInForce {
    var moved = self
    moved.day = day
    return moved
  }

  /// The legs of a lane in the order they are travelled.
  public func legs(of lane: Lane) -> [LaneLeg] {
    if let forward = lane.reverseOf { return (legs[forward] ?? []).reversed().map(\.reversed) }
    return legs[lane.code] ?? []
  }

  /// The joint venture's own party code, if its policy names one.
  public var jointVentureParty: Party? {
    parties.first { $0.codeText == policy["party"] }
  }

  /// The currency of a through-rate unless pricing or the customer says otherwise.
  public var policyCurrency: Currency? { policy["currency"].flatMap { tables.currencies[$0] } }

  /// How many days a quote holds at most.
  public var quoteDays: Int { policy["quote_days"].flatMap(Int.init) ?? 0 }

  /// The series of invoice numbers.
  public var series: String { policy["series"] ?? "" }

  /// The first later day on which rules that a route depends on change, as far as known: those of
  /// its carriers, in force today or not, and those of the joint venture's pricing.
  public func nextChange(carriers: [Int64], throughLane: Bool) -> Day? {
    var days: [Day?] = []
    func add<Content>(_ schedules: [Schedule<Content>]) {
      days += schedules.map { $0.nextChange(after: day, asOf: asOf) }
    }
    for tariff in carriers.compactMap({ self.carriers[$0]?.tariff }) {
      add(tariff.places)
      add(tariff.distances)
      add(tariff.minimumDistances)
      add(tariff.minimumWeights)
      add(tariff.charges)
      add(tariff.rates)
      add(tariff.coefficients)
    }
    let joint = tables.jointVenture
    if throughLane {
      add(joint.lanes)
      add(joint.legs)
    }
    add(joint.pricing)
    add(joint.discounts)
    add(joint.customers)
    add(joint.policy)
    add(tables.equipment)
    add(tables.dangerousGoods)
    return days.compactMap(\.self).min()
  }

  /// Whether a carrier is a partner of the joint venture on this day.
  public func isPartner(_ carrier: Int64) -> Bool {
    partners?.content.contains { $0.partner == carrier } ?? false
  }

  /// The official rate from one currency to another on this day, either way round.
  public func officialRate(
    from: Currency, to: Currency
  ) -> (exchange: Exchange, rate: DailyRates.Row)? {
    for pair in tables.dailyRates {
      if pair.base == from, pair.other == to, let row = pair.rate(on: day, asOf: asOf) {
        return (.multiply(by: row.rate), row)
      }
      if pair.base == to, pair.other == from, let row = pair.rate(on: day, asOf: asOf) {
        return (.divide(by: row.rate), row)
      }
    }
    return nil
  }
}
