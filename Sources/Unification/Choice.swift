import TariffRules

/// A row of rules that competes with others: exactly one of the lowest rank must fit.
protocol RankedRule {
  var conditions: Conditions { get }
  var rank: Int { get }
  var mark: Mark { get }
}

extension Rate: RankedRule {}
extension PricingRule: RankedRule {}

/// What choosing one row among several gives.
enum Choice<Rule: RankedRule> {
  case one(Rule)
  case none
  case several([Rule])
  /// A row that might fit cannot be decided for want of a field.
  case needs(Rule, Field)

  /// Chooses among rows: two that fit at the lowest rank are a conflict, never a precedence.
  init(among rows: some Sequence<Rule>, _ facts: Facts, _ groupings: GroupingsInForce) {
    var lowest = Int.max
    var fitting: [Rule] = []
    var undecided: (rule: Rule, field: Field)?
    for row in rows where row.rank <= lowest {
      let match = row.conditions.match(facts, groupings)
      if match == .no { continue }
      if row.rank < lowest {
        lowest = row.rank
        fitting = []
        undecided = nil
      }
      if case .needs(let field) = match {
        undecided = undecided ?? (row, field)
      } else {
        fitting.append(row)
      }
    }
    if let undecided {
      self = .needs(undecided.rule, undecided.field)
    } else if fitting.count > 1 {
      self = .several(fitting)
    } else if let only = fitting.first {
      self = .one(only)
    } else {
      self = .none
    }
  }
}

/// The facts of a consignment as people write them.
struct FactWords {
  let tables: TariffTables

  func text(_ field: Field, _ facts: Facts) -> String {
    let value = facts[field]
    switch value {
    case Facts.absent: return field.absence == .ordinary ? "none" : "not given"
    case Facts.unknown: return "unknown"
    default: break
    }
    if let number = Facts.unlistedNumber(value) {
      return String(String(10_000 + number).dropFirst())
    }
    switch field.kind {
    case .code: return tables.symbols.name(of: value)
    case .range: return Self.decimal(thousandths: value)
    case .prefix:
      let digits = String(value)
      let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      return String(padded.prefix(facts.commodityDigits))
    }
  }

  /// A quantity in thousandths as a decimal.
  static func decimal(thousandths value: Int64) -> String {
    let whole = "\(value / 1000)"
    guard value % 1000 != 0 else { return whole }
    var part = String((value % 1000).magnitude + 1000).dropFirst()
    while part.last == "0" { part = part.dropLast() }
    return whole + "." + part
  }
}
