import ExactMoney
import TariffRules

/// Finds what cannot be priced: one consignment of each kind that the tables tell apart is priced
/// on every day on which something begins or ends.
///
/// Ordinary consignments are meant: `OrdinaryFields` says what is supplied where a rule asks.
public struct Coverage {
  /// What is looked at.
  public struct Scope: Sendable {
    /// The days.
    public let first: Day, last: Day
    /// Lanes or carriers by their codes; empty: all.
    public let ways: Set<String>
    /// Equipment by its codes; empty: all.
    public let equipment: Set<String>

    /// A scope from its parts.
    public init(first: Day, last: Day, ways: Set<String> = [], equipment: Set<String> = []) {
      self.first = first
      self.last = last
      self.ways = ways
      self.equipment = equipment
    }
  }

  /// Everything found.
  public struct Report: Sendable {
    /// The scope.
    public let scope: Scope
    /// All ways looked at.
    public let ways: [CoverageWay]
    /// Equipment looked at.
    public let equipment: [Int64]
    /// Lanes, carriers and equipment that were asked for and are not in force on any of the days.
    public let absent: [String]
    /// What has no price, by way, equipment and load.
    public let gaps: [CoverageGap]
    /// How many consignments were priced to find it.
    public let priced: Int
  }

  private var calculator: Calculator
  private let scope: Scope
  /// The first day of each span, with its tables.
  private let days: [TablesInForce]
  private let ends: [Day]
  private var priced = 0
  private var classesMade = CoverageClasses.Known()

  private var tables: TariffTables { calculator.tables }

  /// A search over tables as known on a day.
  public init(_ tables: TariffTables, asOf: Day?, _ scope: Scope) {
    var calculator = Calculator(tables, asOf: asOf)
    self.scope = scope
    let starts = [scope.first] + tables.turns(from: scope.first, to: scope.last)
    days = starts.map { calculator.tables(on: $0) }
    ends = starts.dropFirst().compactMap { $0.adding(days: -1) } + [scope.last]
    self.calculator = calculator
  }

  /// Looks at everything in the scope; `progress` is told how much of how much is done.
  public mutating func run(progress: (Int, Int) -> Void = { _, _ in }) -> Report {
    let ways = WayFinder(tables: tables, days: days).ways().filter {
      scope.ways.isEmpty || scope.ways.contains($0.code)
    }
    let equipment = equipment()
    var gaps: [CoverageGap] = []
    for (index, way) in ways.enumerated() {
      for (number, item) in equipment.enumerated() {
        progress(index * equipment.count + number, ways.count * equipment.count)
        for load in Field.load.words { gaps += gap(way, item, load) }
      }
    }
    progress(1, 1)
    return Report(
      scope: scope, ways: ways, equipment: equipment.map(\.code),
      absent: absent(ways, equipment.map { tables.symbols.name(of: $0.code) }), gaps: gaps,
      priced: priced)
  }

  private func absent(_ ways: [CoverageWay], _ equipment: [String]) -> [String] {
    let codes = scope.ways.isEmpty ? tables.laneCodes : scope.ways.sorted()
    let items = scope.equipment.isEmpty ? tables.equipmentCodes : scope.equipment.sorted()
    return codes.filter { code in !ways.contains { $0.code == code } }
      + items.filter { !equipment.contains($0) }
  }

  private func equipment() -> [Equipment] {
    var seen: Set<Int64> = []
    return days.flatMap { now in
      now.equipment.values.sorted { $0.mark.line < $1.mark.line }
    }.filter { item in
      (scope.equipment.isEmpty || scope.equipment.contains(tables.symbols.name(of: item.code)))
        && seen.insert(item.code).inserted
    }
  }

  // MARK: - One way, equipment and load

  private mutating func gap(
    _ way: CoverageWay, _ item: Equipment, _ load: String
  ) -> [CoverageGap] {
    let classes = CoverageClasses(way, item, load, days, known: &classesMade)
    var answers = CoverageAnswers(days.count, classes)
    var known: [SpanKey: Int] = [:]
    for (span, now) in days.enumerated() {
      // Where nothing that decides has changed, the answers are those of the span before.
      let key = SpanKey(way, now)
      if let same = known[key] {
        answers.copy(from: same, to: span)
        continue
      }
      known[key] = span
      for owner in classes.owners.indices {
        fill(&answers, span, owner, classes, (way, item, load))
      }
    }
    return answers.gaps(way, item, load, spans: spans)
  }

  private var spans: [CoverageGap.Span] {
    zip(days, ends).map { CoverageGap.Span(first: $0.day, last: $1) }
  }

  /// Prices a consignment wherever what is known of its legs does not tell the answer.
  private mutating func fill(
    _ answers: inout CoverageAnswers, _ span: Int, _ owner: Int, _ classes: CoverageClasses,
    _ what: (way: CoverageWay, item: Equipment, load: String)
  ) {
    var known = KnownParts()
    for group in classes.groups(owner: classes.owners[owner], on: days[span]) {
      for (weight, key) in group.keys.enumerated() {
        let answer: CoverageAnswers.Answer
        if let told = known.answer(key) {
          answer = told
        } else {
          let quote = price(span, owner, group.commodities[0], weight, classes, what)
          let refusal = quote.refusal(on: what.way)
          answer = answers.number(of: refusal)
          known.learn(key, answer, leg: quote.alternatives.isEmpty ? refusal?.leg : nil)
        }
        for commodity in group.commodities {
          answers.set(span, owner, commodity, weight, answer)
        }
      }
    }
  }

  private mutating func price(
    _ span: Int, _ owner: Int, _ commodity: Int, _ weight: Int, _ classes: CoverageClasses,
    _ what: (way: CoverageWay, item: Equipment, load: String)
  ) -> Quote {
    var ordinary = OrdinaryFields(
      days[span], from: what.way.from, to: what.way.to, via: what.way.via)
    ordinary.set(.owner, classes.owners[owner])
    ordinary.set(.load, what.load)
    ordinary.set(
      .commodity, classes.text(of: classes.commodities.classes[commodity].representative))
    ordinary.set(
      weightKilograms: FactWords.decimal(thousandths: classes.weights.representative(weight)))
    ordinary.set(equipment: what.item)
    priced += 1
    return calculator.quote(fields: ordinary.fields)
  }
}

/// What the answers so far say of single legs: a price for the whole is a price for each, and a
/// leg that had none has none whatever the others are.
private struct KnownParts {
  private var priced: Set<CoverageClasses.Part> = []
  private var refused: [CoverageClasses.Part: CoverageAnswers.Answer] = [:]
  private var whole: [CoverageClasses.Key: CoverageAnswers.Answer] = [:]

  func answer(_ key: CoverageClasses.Key) -> CoverageAnswers.Answer? {
    if let known = whole[key] { return known }
    for part in key.legs where !priced.contains(part) { return refused[part] }
    return priced.contains(key.whole) ? 0 : nil
  }

  mutating func learn(
    _ key: CoverageClasses.Key, _ answer: CoverageAnswers.Answer, leg: Int?
  ) {
    if answer == 0 {
      priced.formUnion(key.legs)
      priced.insert(key.whole)
    } else if let leg, key.legs.indices.contains(leg) {
      priced.formUnion(key.legs[..<leg])
      refused[key.legs[leg]] = answer
    } else {
      whole[key] = answer
    }
  }
}

extension Quote {
  /// Why a way has no price, as far as this quote tells: another lane may have been cheaper.
  public func refusal(on way: CoverageWay) -> Refusal? {
    guard let price, price.lane != way.code,
      let other = alternatives.first(where: { $0.lane == way.code }), other.status != .priced
    else { return refusal }
    return Refusal(
      other.status, "lane-refused", other.reason ?? "no price", remedy: "")
  }
}

/// What decides on a day whether a way has a price: the same key, the same answers.
private struct SpanKey: Hashable {
  private let files: [Int32?]
  private let marks: [Mark]
  private let money: [Bool]

  init(_ way: CoverageWay, _ now: TablesInForce) {
    var files: [Int32?] = []
    var marks: [Mark] = []
    for leg in way.legs(now) {
      marks.append(leg.mark)
      let carrier = now.carriers[leg.carrier]
      files += [carrier?.charges?.file, carrier?.coefficients?.file]
      files += carrier?.rates.map(\.file) ?? []
      files += carrier?.grids.map { $0?.file } ?? []
      files += (carrier?.distances ?? []).map(\.file) + (carrier?.places ?? []).map(\.file)
      files += (carrier?.minimumDistances ?? []).map(\.file)
      files += (carrier?.minimumWeights ?? []).map(\.file)
    }
    files += [now.pricing?.file, now.discounts?.file, now.agreement?.file, now.partners?.file]
    files += now.tables.groupings(on: now.day, asOf: now.asOf)
    marks += now.lanes.map(\.mark)
    marks += now.equipment.values.map(\.mark).sorted { $0.line < $1.line }
    money =
      now.tables.divisors.map { $0.period(on: now.day, asOf: now.asOf) != nil }
      + now.tables.dailyRates.map { $0.rate(on: now.day, asOf: now.asOf) != nil }
      + [now.policyCurrency != nil]
    self.files = files
    self.marks = marks
  }
}
