/// The values of a consignment's fields as small numbers: values that no row of any table tells
/// apart have the same.
///
/// A table over classes answers at once what a condition would have to be asked.
public struct FieldClasses: Sendable {
  /// A field that is not given.
  public static let absent: UInt16 = 0
  /// A value that cannot be told.
  public static let unknown: UInt16 = 1
  /// A code that no row mentions, or the lowest range.
  public static let other: UInt16 = 2

  /// The classes of one field.
  struct OfField: Sendable {
    /// Codes that a row mentions, by their class less three.
    var codes: [Int64] = []
    var byCode: [Int64: UInt16] = [:]
    /// Where a range begins or has ended, rising; the class less two is how many are not above.
    var bounds: [Int64] = []
    /// A value of each class.
    var samples: [Int64] = []
  }

  var fields: [OfField]
  private(set) var commodities: CommodityClasses

  /// The classes that all editions of all tables need.
  public init(_ tables: TariffTables) {
    fields = [OfField](repeating: OfField(), count: Field.allCases.count)
    var prefixes: Set<CommodityCode> = []
    var exact: Set<CommodityCode> = []
    var codes = [Set<Int64>](repeating: [], count: Field.allCases.count)
    var bounds = [Set<Int64>](repeating: [], count: Field.allCases.count)
    func add(_ field: Field, _ interval: Interval) {
      if interval.lower > 0 { bounds[field.rawValue].insert(interval.lower) }
      if interval.upper >= 0 && interval.upper < Int64.max {
        bounds[field.rawValue].insert(interval.upper + 1)
      }
    }
    for test in tables.everyCondition.flatMap(\.tests) {
      for items in [test.wanted, test.excluded] {
        codes[test.field.rawValue].formUnion(items.codes)
        prefixes.formUnion(items.prefixes)
        exact.formUnion(items.exact)
        for interval in items.intervals { add(test.field, interval) }
      }
    }
    for grouping in tables.groupings.flatMap(\.editions).map(\.content) {
      codes[grouping.field.rawValue].formUnion(grouping.byCode.keys)
      prefixes.formUnion(grouping.byPrefix.keys)
      for item in grouping.byInterval { add(grouping.field, item.interval) }
    }
    let ends = codes[Field.from.rawValue].union(codes[Field.to.rawValue])
    codes[Field.from.rawValue] = ends
    codes[Field.to.rawValue] = ends
    commodities = CommodityClasses(prefixes, exact)
    for field in Field.allCases {
      let known = codes[field.rawValue].sorted()
      var own = OfField()
      own.codes = known
      for (index, code) in known.enumerated() {
        own.byCode[code] = UInt16(truncatingIfNeeded: index) &+ Self.other &+ 1
      }
      own.bounds = bounds[field.rawValue].sorted()
      let nobody = Facts.unlisted(999_999)
      switch field.kind {
      case .code: own.samples = [Facts.absent, Facts.unknown, nobody] + known
      case .range: own.samples = [Facts.absent, Facts.unknown, 0] + own.bounds
      case .prefix: own.samples = [Facts.absent, Facts.unknown]
      }
      fields[field.rawValue] = own
    }
  }

  /// Whether a field has so many classes that their numbers repeat: then they are of no use.
  public var areTooMany: Bool { Field.allCases.contains { count($0) > Int(UInt16.max) } }

  /// How many classes a field has.
  public func count(_ field: Field) -> Int {
    field == .commodity ? commodities.count : fields[field.rawValue].samples.count
  }

  /// The class of a value of any field but the commodity.
  public func number(of value: Int64, _ field: Field) -> UInt16 {
    if value == Facts.absent { return Self.absent }
    if value == Facts.unknown { return Self.unknown }
    let own = fields[field.rawValue]
    if field.kind == .code { return own.byCode[value] ?? Self.other }
    return Self.other &+ UInt16(truncatingIfNeeded: own.bounds.count { $0 <= value })
  }

  /// The class of a commodity code; nil for a code given so short that no class is its own.
  public func number(of commodity: CommodityCode) -> UInt16? { commodities.number(of: commodity) }

  /// Where the classes of a field of ranges begin, from the second on.
  public func bounds(_ field: Field) -> [Int64] { fields[field.rawValue].bounds }

  /// Where the classes of eight-digit commodity codes begin, rising, and which they are.
  public var commodityRuns: (starts: [Int64], numbers: [UInt16]) {
    (commodities.starts, commodities.numbers)
  }

  /// Facts that know a value of a class, and nothing else.
  public func sample(_ field: Field, _ number: Int) -> Facts {
    var facts = Facts()
    set(field, number, in: &facts)
    return facts
  }

  /// Makes facts know a value of a class.
  public func set(_ field: Field, _ number: Int, in facts: inout Facts) {
    if field == .commodity {
      let code = commodities.sample(number)
      facts.setCommodity(code?.padded ?? Facts.absent, digits: code?.digits ?? 0)
    } else {
      facts[field] = fields[field.rawValue].samples[number]
    }
  }
}

/// The classes of commodity codes: by the longest prefix that any row lists.
struct CommodityClasses: Sendable {
  private var nodes: [CommodityCode: UInt16] = [:]
  private var samples: [CommodityCode?] = [nil, nil, nil]
  /// Where each run of eight-digit codes of one class begins, and its class.
  private(set) var starts: [Int64] = []
  private(set) var numbers: [UInt16] = []
  private let shortExact: Set<CommodityCode>

  init(_ prefixes: Set<CommodityCode>, _ exact: Set<CommodityCode>) {
    shortExact = exact.filter { $0.digits < 8 }
    let listed = prefixes.union(exact.filter { $0.digits == 8 })
    for code in listed.sorted(by: { ($0.padded, $0.digits) < ($1.padded, $1.digits) }) {
      nodes[code] = UInt16(truncatingIfNeeded: samples.count)
      samples.append(nil)
    }
    let ends = listed.map { $0.padded + Self.width($0.digits) }
    let bounds = Set(listed.map(\.padded) + ends + [0]).filter { $0 < 100_000_000 }.sorted()
    for bound in bounds {
      let code = CommodityCode(padded: bound, digits: 8)
      let number = longest(code)
      starts.append(bound)
      numbers.append(number)
      if samples[Int(number)] == nil { samples[Int(number)] = code }
    }
  }

  var count: Int { samples.count }

  func sample(_ number: Int) -> CommodityCode? { samples[number] }

  func number(of code: CommodityCode) -> UInt16? {
    guard code.digits < 8 else { return longest(code) }
    // A prefix whose longer ones cover it all has no code of eight digits to stand for it.
    let number = longest(code)
    return shortExact.contains(code) || samples[Int(number)] == nil ? nil : number
  }

  private func longest(_ code: CommodityCode) -> UInt16 {
    for length in stride(from: code.digits, to: 0, by: -1) {
      if let node = nodes[code.prefix(length)] { return node }
    }
    return FieldClasses.other
  }

  private static func width(_ digits: Int) -> Int64 {
    (digits..<8).reduce(Int64(1)) { width, _ in width * 10 }
  }
}

extension TariffTables {
  /// The fields that pricing, discounts and the agreement ask about, of all editions.
  public var fieldsOfJointVenture: [Field] {
    var all = jointVenture.pricing.flatMap(\.editions).flatMap(\.content).map(\.conditions)
    all += jointVenture.discounts.flatMap(\.editions).flatMap(\.content).map(\.conditions)
    all += jointVenture.agreement.flatMap(\.editions).flatMap(\.content).map(\.conditions)
    return Set(all.flatMap(\.fields)).sorted { $0.rawValue < $1.rawValue }
  }

  /// The conditions of every row that a price or its division can depend on, of all editions.
  var everyCondition: [Conditions] {
    var all: [Conditions] = []
    for tariff in tariffs {
      all += tariff.charges.flatMap(\.editions).flatMap(\.content).map(\.conditions)
      all += tariff.rates.flatMap(\.editions).flatMap(\.content).map(\.conditions)
      all += tariff.coefficients.flatMap(\.editions).flatMap(\.content).map(\.conditions)
      all += (tariff.minimumDistances + tariff.minimumWeights).flatMap(\.editions)
        .flatMap(\.content).map(\.conditions)
    }
    all += jointVenture.pricing.flatMap(\.editions).flatMap(\.content).map(\.conditions)
    all += jointVenture.discounts.flatMap(\.editions).flatMap(\.content).map(\.conditions)
    all += jointVenture.agreement.flatMap(\.editions).flatMap(\.content).map(\.conditions)
    return all
  }
}
