import ExactMoney

/// The tariff of one organisation: a railway, a port, a ferry line.
public struct Tariff: Sendable {
  /// The carrier's code (the folder's name), as a symbol.
  public let code: Int64
  /// The carrier's code.
  public let codeText: String
  /// ISO 3166 code of its country, from the folder.
  public let country: String
  var places: [Schedule<[Int64: Place]>] = []
  var distances: [Schedule<Distances>] = []
  var minimumDistances: [Schedule<[Minimum]>] = []
  var minimumWeights: [Schedule<[Minimum]>] = []
  /// Grids and steps; a rate names one by its position here.
  public internal(set) var grids: [Schedule<Grid>] = []
  /// The names of the grids as symbols.
  public internal(set) var gridNames: [Int64] = []
  var charges: [Schedule<[ChargeRule]>] = []
  var rates: [Schedule<[Rate]>] = []
  var coefficients: [Schedule<[Coefficient]>] = []
}

/// The joint venture's own schedules.
struct JointVenture: Sendable {
  var parties: [Schedule<[Party]>] = []
  var partners: [Schedule<[Equity]>] = []
  var customers: [Schedule<[Customer]>] = []
  var lanes: [Schedule<[Lane]>] = []
  var legs: [Schedule<[LaneLeg]>] = []
  var pricing: [Schedule<[PricingRule]>] = []
  var discounts: [Schedule<[Coefficient]>] = []
  var agreement: [Schedule<[AgreementRule]>] = []
  var taxes: [Schedule<[TaxRule]>] = []
  var policy: [Schedule<[PolicyRow]>] = []
  var partnerColumns: [Schedule<[PartnerColumns]>] = []
}

/// Everything the tables folder says, checked: one immutable value.
public final class TariffTables: Sendable {
  /// The files read, in the order of their paths.
  public let files: [TableInfo]
  /// Codes as numbers.
  public let symbols: Symbols
  /// Currencies by code.
  public let currencies: [String: Currency]
  /// All tariffs, in the order of their folders.
  public let tariffs: [Tariff]
  /// Divisors, by the number rules refer to.
  public let divisors: [Divisors]
  /// Official rates of all pairs.
  public let dailyRates: [DailyRates]
  /// Names by which places are found.
  public let directory: Directory
  let groupings: [Schedule<Grouping>]
  let equipment: [Schedule<[Equipment]>]
  let dangerousGoods: [Schedule<[DangerousGoods]>]
  let jointVenture: JointVenture
  /// For each schedule the clocks of its editions or periods.
  let changes: [[Change]]
  private let codesByField: [String: Set<String>]
  let folder: TableFolder

  init(_ parts: TableLoader, _ folder: TableFolder) {
    self.folder = folder
    files = parts.loader.files
    symbols = parts.loader.symbols
    currencies = parts.loader.currencies
    tariffs = parts.tariffs
    divisors = parts.divisors
    dailyRates = parts.dailyRates
    groupings = parts.groupings
    equipment = parts.equipment
    dangerousGoods = parts.dangerousGoods
    jointVenture = parts.jointVenture
    changes = parts.changes
    directory = Directory(parts)
    let names = { (vocabulary: Vocabulary) in
      Set((parts.loader.vocabularies[vocabulary] ?? []).map { parts.loader.symbols.name(of: $0) })
    }
    codesByField = [
      "customer": names(.customer), "collected_by": names(.party), "goods_origin": names(.country),
    ]
  }

  /// The codes of all parties of all editions, in the order of the tables.
  public var partyCodes: [String] {
    var codes: [String] = []
    for party in jointVenture.parties.flatMap(\.editions).flatMap(\.content)
    where !codes.contains(party.codeText) { codes.append(party.codeText) }
    return codes
  }

  /// A party as the last edition that has it names it; nil where none has.
  public func party(_ code: String) -> Party? {
    jointVenture.parties.flatMap(\.editions).flatMap(\.content).last { $0.codeText == code }
  }

  /// The codes a consignment's field may have, of any edition.
  public func codes(of field: String) -> Set<String> { codesByField[field] ?? [] }

  /// SHA-256 over the paths and contents of all files: worked out when asked for.
  public func digest() -> String { folder.digest() }

  /// SHA-256 of the content of each file, by its path: worked out when asked for.
  public func fileDigests() -> [String: String] { folder.fileDigests() }

  /// The path of a file by its index, relative to the tables folder.
  public func path(ofFile file: Int32) -> String { files[Int(file)].path }

  /// The file a mark is in, relative to the tables folder.
  public func path(_ mark: Mark) -> String { files[Int(mark.file)].path }

  /// The first day after `day` on which another edition of the same schedule, already known, takes
  /// effect.
  public func nextChange(of file: Int32, after day: Day, asOf: Day?) -> Day? {
    changes[files[Int(file)].schedule]
      .filter { $0.effective > day && $0.isKnown(asOf) }.map(\.effective).min()
  }

  /// Which edition of each schedule is in force on a day: equal on days of equal rules.
  public func editionsInForce(on day: Day, asOf: Day?) -> [Int32] {
    changes.map { list in
      let sorted = list.enumerated().filter {
        $0.element.effective <= day && $0.element.isKnown(asOf)
      }
      return Int32(sorted.max { $0.element < $1.element }?.offset ?? -1)
    }
  }

  /// Which published figures convert money on a day: equal on days of equal conversion.
  public func exchangeInForce(on day: Day, asOf: Day?) -> [Int32] {
    dailyRates.map { $0.rate(on: day, asOf: asOf)?.mark.line ?? -1 }
      + dailyRates.map { $0.rate(on: day, asOf: asOf)?.mark.file ?? -1 }
      + divisors.map { $0.period(on: day, asOf: asOf)?.mark.line ?? -1 }
      + divisors.map { $0.period(on: day, asOf: asOf)?.mark.file ?? -1 }
  }

  /// What loading gives: tables unless there are errors, and every finding.
  public struct Loaded: Sendable {
    /// The tables; nil if a finding is an error.
    public let tables: TariffTables?
    /// Everything wrong or doubtful, in the order of files and lines.
    public let findings: [Finding]
    /// Rows of rules that accept the same facts; only a check looks for them.
    public var overlaps: [RuleOverlap] = []
  }

  /// The tables folder is not there or cannot be read.
  public struct NoTables: Error, Sendable {
    /// The folder asked for.
    public let path: String
    /// Whether it does not exist (otherwise it cannot be read).
    public let isMissing: Bool
  }

  /// Reads a tables folder with the checks that every use of it needs.
  /// - Parameter workers: how many threads may read at once.
  public static func load(
    from folder: String, workers: Int = 1
  ) throws(NoTables) -> Loaded {
    let findings = FindingList()
    let (parts, files) = try read(folder, findings, workers)
    let tables = findings.hasErrors ? nil : TariffTables(parts, files)
    return Loaded(tables: tables, findings: findings.inOrder)
  }

  /// Reads a tables folder and looks for everything wrong or doubtful in it: also what a single
  /// quote does not need to know. The tables are there unless they cannot be loaded.
  public static func check(_ folder: String) throws(NoTables) -> Loaded {
    let findings = FindingList()
    let (parts, files) = try read(folder, findings, 1)
    if findings.hasErrors { return Loaded(tables: nil, findings: findings.inOrder) }
    let tables = TariffTables(parts, files)
    let overlaps = TableCheck(parts, tables, findings).run()
    return Loaded(tables: tables, findings: findings.inOrder, overlaps: overlaps)
  }

  private static func read(
    _ folder: String, _ findings: FindingList, _ workers: Int
  ) throws(NoTables) -> (TableLoader, TableFolder) {
    let files: TableFolder
    do {
      files = try TableFolder(folder, findings: findings, workers: workers)
    } catch {
      throw NoTables(path: error.path, isMissing: error.isMissing)
    }
    let parts = TableLoader(files, findings, workers: workers)
    parts.load()
    return (parts, files)
  }
}
