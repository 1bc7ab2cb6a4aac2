import ExactMoney

/// The lists of codes that tables may refer to.
enum Vocabulary: String {
  case country, currency, equipment, place, carrier, party, lane, customer, charge, rate, grid
  case pricing, unit, word
  case unNumber = "UN number"
  case unClass = "class"

  /// The list that the codes of a condition field are from.
  init(_ field: Field) {
    switch field {
    case .from, .to: self = .place
    case .equipment: self = .equipment
    case .goodsOrigin, .sellerCountry: self = .country
    case .lane: self = .lane
    case .customer: self = .customer
    case .charge: self = .charge
    case .rate: self = .rate
    case .grid: self = .grid
    case .pricing: self = .pricing
    case .unNumber: self = .unNumber
    case .unClass: self = .unClass
    case .unit: self = .unit
    default: self = .word
    }
  }
}

extension Vocabulary {
  /// What an item of a condition on a field is called: its list, or the column of a closed list.
  func noun(for field: Field) -> String { self == .word ? field.column : rawValue }
}

/// What is known so far while tables are read: codes, files, findings.
final class Loader {
  let findings: FindingList
  var symbols = Symbols()
  var files: [TableInfo] = []
  var currencies: [String: Currency] = [:]
  var vocabularies: [Vocabulary: Set<Int64>] = [:]
  /// A condition cell as it means something in a tariff.
  struct Cell: Hashable {
    let scope: String
    let field: Field
    let text: String
  }

  /// The condition cells compiled so far.
  var compiled: [Cell: Test] = [:]
  /// The number of each grouping, by `scope/name`.
  var groupingNumbers: [String: Int] = [:]
  var groupingFields: [Field?] = []
  /// The groups of each grouping, with their symbols.
  var groups: [[String: Int64]] = []

  init(_ findings: FindingList) {
    self.findings = findings
    for words in Field.closedLists.values {
      for word in words { define(word, .word) }
    }
    for unit in Unit.allCases { define(unit.rawValue, .unit) }
  }

  /// Makes a code known; says whether it was new.
  @discardableResult
  func define(_ name: String, _ vocabulary: Vocabulary) -> Bool {
    vocabularies[vocabulary, default: []].insert(symbols.intern(name)).inserted
  }

  /// The symbol of a known code; otherwise nil, after handing a remedy to `explain`.
  func symbol(
    _ name: String, _ vocabulary: Vocabulary, explain: (String) -> Void
  ) -> Int64? {
    let known = vocabularies[vocabulary] ?? []
    if let number = symbols.number(of: name), known.contains(number) { return number }
    switch vocabulary {
    case .unNumber where name.utf8.count == 4 && name.utf8.allSatisfy { (48...57).contains($0) }:
      return symbols.intern(name)
    default:
      let names = known.map { symbols.name(of: $0) }
      explain(remedy(vocabulary) + NearNames.hint(for: name, among: names))
      return nil
    }
  }

  private func remedy(_ vocabulary: Vocabulary) -> String {
    switch vocabulary {
    case .country: "codes are those of codes/countries."
    case .currency: "codes are those of codes/currencies."
    case .equipment: "codes are those of codes/equipment."
    case .place: "six-digit codes are those of the places tables."
    case .carrier: "a carrier is a tariff folder: the folder's name is its code."
    case .party: "codes are those of joint-venture/parties."
    case .lane: "codes are those of joint-venture/lanes, or a carrier's for a local route."
    case .customer: "codes are those of joint-venture/customers."
    case .charge: "codes are those of this tariff's charges table."
    case .rate: "names are those of this tariff's rates tables."
    case .grid: "grids are schedules of kind 'grid' or 'steps' in this tariff."
    case .pricing: "names are those of joint-venture/pricing."
    case .unNumber: "a UN number has four digits."
    case .unClass: "classes are those of codes/dangerous-goods."
    case .unit: "units: \(Unit.allCases.map(\.rawValue).joined(separator: ", "))."
    case .word: "TariffTables/README.md lists the words of each column."
    }
  }

  /// The number of each divisors schedule, by `scope/name`.
  var divisorNumbers: [String: Int] = [:]

  /// The number of a divisors schedule as seen from a tariff: its own, else an official one.
  func divisor(_ name: String, from scope: String) -> Int? {
    divisorNumbers[scope + "/" + name] ?? divisorNumbers["exchange-rates/" + name]
  }

  /// The number of a grouping as seen from a tariff: its own, else one of the common codes.
  func grouping(_ name: String, from scope: String) -> Int? {
    groupingNumbers[scope + "/" + name] ?? groupingNumbers["codes/" + name]
  }

  func add(
    _ file: TableFile, _ line: Int, _ column: Int, _ message: String, _ remedy: String,
    _ severity: Finding.Severity = .error
  ) {
    findings.add(
      Finding(severity, file: file.path, line: line, column: column, message, remedy: remedy))
  }

  /// The evidence the head of a file gives.
  func evidence(of file: TableFile) -> Evidence {
    files.indices.contains(Int(file.number)) ? files[Int(file.number)].evidence : .illustrative
  }

  static let numberRemedy = "a number has digits and at most one point: '1234.56'"
  static let evidenceRemedy =
    "one of: \(Evidence.allCases.map(\.rawValue).joined(separator: ", "))"
}
