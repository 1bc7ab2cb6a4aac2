/// What a rule can ask about a consignment or its leg: the condition columns of the tables.
public enum Field: Int, CaseIterable, Sendable {
  case traffic, from, to, equipment, load, commodity, route, lane, count
  case distance, chargeable, owner, wagonOwner, weight, gross, axles, length, persons
  case goodsOrigin, unNumber, unClass, oversize, condition
  case sectionWagons, wagonsInTrain, width, storageDays, customer
  case charge, rate, grid, unit, pricing, sellerCountry, service

  /// The kind of cell a condition on this field has.
  public enum Kind: Sendable { case code, prefix, range }

  /// What it means when the consignment does not say.
  public enum Absence: Sendable {
    /// The program always knows it.
    case known
    /// A rule that asks for it cannot be decided: the consignment is refused.
    case refused
    /// It is a mark of something special; without it the consignment is ordinary.
    case ordinary
  }

  /// The column name in tables; consignment fields have the same name in a consignment file.
  public var column: String { Self.columns[rawValue] }

  /// Whether its cells hold codes, commodity prefixes or number ranges.
  public var kind: Kind {
    switch self {
    case .commodity: .prefix
    case .count, .distance, .chargeable, .weight, .gross, .axles, .length, .persons,
      .sectionWagons, .wagonsInTrain, .width, .storageDays:
      .range
    default: .code
    }
  }

  /// What absence means.
  public var absence: Absence {
    switch self {
    case .chargeable, .owner, .wagonOwner, .weight, .gross, .axles, .length, .persons,
      .goodsOrigin, .distance:
      .refused
    case .unNumber, .unClass, .oversize, .condition, .sectionWagons, .wagonsInTrain, .width,
      .storageDays, .customer, .grid:
      .ordinary
    default: .known
    }
  }

  /// The field of a condition column.
  public init?(column: String) {
    guard let index = Self.columns.firstIndex(of: column) else { return nil }
    self.init(rawValue: index)
  }

  private static let columns = [
    "traffic", "from", "to", "equipment", "load", "commodity", "route", "lane", "count",
    "distance_km", "chargeable_kg", "owner", "wagon_owner", "weight_kg", "gross_kg", "axles",
    "length_m", "persons", "goods_origin", "un_number", "un_class", "oversize", "condition",
    "section_wagons", "wagons_in_train", "width_m", "storage_days", "customer",
    "charge", "rate", "grid", "unit", "pricing", "seller_country", "service",
  ]

  /// What the joint venture's rules may ask of a consignment.
  static let ofConsignment: [Field] = allCases.filter {
    $0.rawValue <= Field.customer.rawValue && $0 != .distance && $0 != .chargeable
      && $0 != .traffic
  }
  /// What a tariff's rules may ask of a leg.
  static let ofLeg: [Field] = allCases.filter { $0.rawValue <= Field.customer.rawValue }
  /// What a minimum may ask: the distance and weight are not known before it.
  static let ofMinimum: [Field] = ofLeg.filter { $0 != .distance && $0 != .chargeable }
  /// What a link of the chain of coefficients may ask.
  static let ofChain: [Field] = ofLeg + [.charge, .rate, .grid, .unit]
  /// What a discount may ask.
  static let ofDiscount: [Field] = ofConsignment + [.pricing]
  /// What a tax may ask.
  static let ofTax: [Field] = ofConsignment + [.traffic, .sellerCountry, .service]

  /// The words of a field whose list is closed by the consignment record itself.
  public var words: [String] { Self.closedLists[self] ?? [] }

  /// The codes of the fields whose list is closed by the consignment record itself.
  static let closedLists: [Field: [String]] = [
    .traffic: ["import", "export", "transit", "domestic"],
    .load: ["loaded", "empty"],
    .owner: ["private", "railway"],
    .wagonOwner: ["private", "railway"],
    .route: ["through", "local"],
    .oversize: ["upper-3", "lower-side-3-5"],
    .condition: ["in-repair", "own-axles", "groupage"],
    .unit: Unit.allCases.map(\.rawValue),
    .service: ["carriage"],
  ]
}

/// The closed list of units: UN/ECE Recommendation 20 where it has one, else a word.
public enum Unit: String, CaseIterable, Sendable {
  case tonne = "TNE"
  case kilometre = "KMT"
  case tonneKilometre = "TKM"
  case metre = "MTR"
  case container, wagon, vehicle, axle
  case axleKilometre = "axle-km"
  case teuKilometre = "teu-km"
  case feuKilometre = "feu-km"
  case grossRegisterTon = "grt"
  case person, flat

  /// A measured quantity that a unit counts.
  public enum Quantity: String, CaseIterable, Sendable, BitwiseCopyable {
    case tonnes, kilometres, metres, axles, teu, feu, grt, persons
  }

  /// What is multiplied to get from one of this unit to one unit of the consignment.
  public var quantities: [Quantity] {
    switch self {
    case .tonne: [.tonnes]
    case .kilometre: [.kilometres]
    case .tonneKilometre: [.tonnes, .kilometres]
    case .metre: [.metres]
    case .axle: [.axles]
    case .axleKilometre: [.axles, .kilometres]
    case .teuKilometre: [.teu, .kilometres]
    case .feuKilometre: [.feu, .kilometres]
    case .grossRegisterTon: [.grt]
    case .person: [.persons]
    case .container, .wagon, .vehicle, .flat: []
    }
  }
}
