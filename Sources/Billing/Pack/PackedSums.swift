import ExactMoney
import TariffRules
import Unification

/// One currency of a pack while its figures are worked out again.
struct PackedSums {
  /// What the rows of lines, collections, terms and payments come to.
  struct Found {
    var kinds: [String: Exact] = [:]
    var corrections = Exact.zero
    var exact = Exact.zero
    var collected = Exact.zero
    var payments = Exact.zero
    var threshold = Exact.zero
    /// The shares by line of an invoice and item: a note may take one back whole.
    var invoiced: [[String]: (amount: Exact, exact: Exact)] = [:]
    /// Lines of corrections without a measure: those that take a share of an invoice back whole,
    /// and those that nothing in the pack proves.
    var mirrored = Standing(), standing = Standing()
  }

  /// How many lines there are and what they come to.
  struct Standing {
    var count = 0
    var sum = Exact.zero
  }

  /// The items every currency has, beside the kinds of shares.
  private static let items = [
    "corrections", "true-up", "equity", "tax", "collected", "carried-in", "net-due", "carried-on",
    "paid",
  ]

  let currency: String
  /// The minor unit, by the decimals its amounts are written with.
  let step: Exact
  private let digits: Int
  private(set) var found = Found()
  private var sums: [String: PackTable.Row] = [:]
  /// The last row of the currency: where something is missing that must be there.
  private var last: PackTable.Row
  /// The net due as it follows.
  private(set) var due = Exact.zero

  init(_ currency: String, _ first: PackTable.Row, digits: Int) {
    self.currency = currency
    last = first
    self.digits = digits
    step = (0..<digits).reduce(Exact.one) { step, _ in
      (try? step.divided(by: Exact(10))) ?? step
    }
  }

  /// An amount, with as many decimals as every amount of the currency has.
  func amount(_ row: PackTable.Row, _ column: String = "amount") throws -> Exact {
    guard let number = try row.number(column) else {
      throw row.fault(column, "the amount is missing", unreadable: true)
    }
    guard try number.divided(by: step).isWhole else {
      throw row.fault(column, "\(number) is not whole minor units of \(currency)")
    }
    return number
  }

  /// An amount as the statement writes it.
  func text(_ amount: Exact) -> String { amount.text(digits: digits) ?? amount.description }

  // MARK: - Rows

  mutating func add(_ kind: StatementRows.Kind, _ row: PackTable.Row) throws {
    last = row
    switch kind {
    case .line: try addLine(row)
    case .collected: found.collected = try found.collected.plus(try amount(row))
    case .threshold: found.threshold = try amount(row)
    case .payment: found.payments = try found.payments.plus(try amount(row))
    case .sum:
      guard sums.updateValue(row, forKey: row["item"]) == nil else {
        throw row.fault("item", "'\(row["item"])' of \(currency) comes twice")
      }
    case .ownCurrency: break
    }
  }

  private mutating func addLine(_ row: PackTable.Row) throws {
    let amount = try amount(row)
    guard let exact = try row.number("exact") else {
      throw row.fault("exact", "the exact entitlement is missing", unreadable: true)
    }
    let isCorrection = !row["corrects"].isEmpty
    let off = try exact.minus(amount).magnitude
    if let entitled = try Self.entitlement(row) {
      let least = try step.divided(by: Exact(Allocation.billionths))
      guard try entitled.minus(exact).magnitude < least else {
        throw row.fault(
          "exact",
          "\(row["exact"]) is not \(row["divided"]) × \(row["basis"]) ÷ \(row["bases"])")
      }
      guard off < step else {
        throw row.fault("amount", "\(text(amount)) is not \(row["exact"]) rounded down or up")
      }
    } else if !isCorrection, off != .zero {
      throw row.fault("amount", "\(text(amount)) is not the fixed amount \(text(exact))")
    } else if try off >= step.times(Exact(2)) {
      // A difference of two rounded shares is at most this far from exact.
      throw row.fault("amount", "\(text(amount)) is not \(row["exact"]) rounded")
    }
    found.exact = try found.exact.plus(exact)
    if isCorrection, row["divided"].isEmpty { try addUnmeasured(row, amount, exact) }
    if isCorrection {
      found.corrections = try found.corrections.plus(amount)
    } else {
      found.kinds[row["item"]] = try (found.kinds[row["item"]] ?? .zero).plus(amount)
      found.invoiced[["\(row["document"])/\(row["line"])", row["item"]]] = (amount, exact)
    }
  }

  /// A correction without a measure: each share of an invoice is taken back whole once at most.
  private mutating func addUnmeasured(
    _ row: PackTable.Row, _ amount: Exact, _ exact: Exact
  ) throws {
    let place = [row["corrects"], row["item"]]
    let isMirror = found.invoiced[place].map { $0 == (amount.negated, exact.negated) } ?? false
    if isMirror { found.invoiced[place] = nil }
    let list = isMirror ? \Found.mirrored : \Found.standing
    found[keyPath: list].count += 1
    found[keyPath: list].sum = try found[keyPath: list].sum.plus(amount)
  }

  /// What follows from the pack in this currency, and which corrections it cannot prove.
  func lines() -> [String] {
    func corrections(_ what: String, _ some: Standing) -> [String] {
      guard some.count > 0 else { return [] }
      return ["    \(what): \(some.count.counted("line")), \(text(some.sum)) \(currency)"]
    }
    let but = found.standing.count > 0 ? ", but for corrections" : ""
    return ["  net due \(text(due)) \(currency): every figure follows\(but)"]
      + corrections("corrections that mirror the invoiced share exactly", found.mirrored)
      + corrections(
        "corrections taken as they stand, which this pack cannot prove", found.standing)
  }

  /// divided × basis ÷ bases; nil where the row has no basis.
  static func entitlement(_ row: PackTable.Row) throws -> Exact? {
    let figures = (
      try row.number("divided"), try row.number("basis"), try row.number("bases")
    )
    if figures.0 == nil, figures.1 == nil, figures.2 == nil { return nil }
    guard let divided = figures.0, let basis = figures.1, let bases = figures.2 else {
      throw row.fault("divided", "of divided, basis and bases one is missing")
    }
    guard bases > .zero, basis >= .zero else {
      throw row.fault("bases", "the bases are not above zero, or the basis is below it")
    }
    return try divided.times(basis).divided(by: bases)
  }

  // MARK: - Sums

  private func sum(_ item: String) throws -> Exact {
    guard let row = sums[item] else {
      throw last.fault("row", "the sum '\(item)' of \(currency) is missing")
    }
    return try amount(row)
  }

  private func expect(_ item: String, _ value: Exact, _ what: String) throws {
    let given = try sum(item)
    if given != value, let row = sums[item] {
      throw row.fault("amount", "\(item) is \(text(given)), but \(what) \(text(value))")
    }
  }

  /// Works the sums out again, in their order.
  mutating func check() throws {
    for kind in found.kinds.keys.sorted() {
      try expect(kind, found.kinds[kind] ?? .zero, "its lines come to")
    }
    for (item, row) in sums.sorted(by: { $0.value.line < $1.value.line })
    where !Self.items.contains(item) && found.kinds[item] == nil {
      throw row.fault("item", "there is no line of '\(item)'")
    }
    try expect("corrections", found.corrections, "the lines of notes come to")
    var given = found.corrections
    for amount in found.kinds.values { given = try given.plus(amount) }
    try checkTrueUp(given)
    try checkEquity()
    try expect("tax", .zero, "only the joint venture owes tax, so it is")
    try expect("collected", found.collected.negated, "the rows of what is collected come to")
    let above = ["true-up", "equity", "tax", "collected", "carried-in"]
    due = given
    for item in above { due = try due.plus(try sum(item)) }
    try expect("net-due", due, "the items above come to")
    let carried = due.magnitude < found.threshold ? due : .zero
    try expect("carried-on", carried, "by the threshold of \(text(found.threshold)) it is")
    let paid = try due.minus(carried)
    try expect("paid", paid, "net-due less carried-on is")
    try expect("paid", found.payments, "the payments come to")
  }

  private func checkTrueUp(_ given: Exact) throws {
    let trueUp = try sum("true-up")
    guard let row = sums["true-up"], try row.number("exact") == found.exact else {
      throw (sums["true-up"] ?? last).fault(
        "exact", "the exact entitlements of the lines come to \(found.exact)")
    }
    guard try given.plus(trueUp).minus(found.exact).magnitude < step else {
      throw row.fault(
        "amount",
        "\(text(given)) and a true-up of \(text(trueUp)) are not \(found.exact) rounded down or up")
    }
  }

  private func checkEquity() throws {
    let equity = try sum("equity")
    guard let row = sums["equity"] else { return }
    let entitled = try Self.entitlement(row) ?? .zero
    guard try equity.minus(entitled).magnitude < step else {
      throw row.fault("amount", "\(text(equity)) is not \(entitled) rounded down or up")
    }
  }
}
