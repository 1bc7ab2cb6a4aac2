import ExactMoney
import TariffRules

/// What went through a rating: rows by their answer, and the money by currency and party.
public struct RatingTotals: Sendable {
  /// The sums of one currency, in its minor units.
  public struct Sums: Sendable {
    /// The currency.
    public let currency: Currency
    /// Of all totals.
    public fileprivate(set) var total: Int128 = 0
    /// Of each party's shares, in the order of the parties.
    public fileprivate(set) var shares: [Int128]
  }

  /// The parties' codes, in the order of the share columns.
  public let parties: [String]
  /// Rows read.
  public internal(set) var rowsIn = 0
  /// Rows written, by how they ended, in the order of `Status.allCases`.
  public internal(set) var rowsOut: [Int]
  /// The sums of each currency, in the order of their codes.
  public var sums: [Sums] { known.sorted { $0.currency.code < $1.currency.code } }
  private var known: [Sums] = []

  init(_ tables: TariffTables) {
    parties = tables.partyCodes
    rowsOut = Status.allCases.map { _ in 0 }
  }

  /// How many rows ended so.
  public func rows(_ status: Status) -> Int {
    Status.allCases.firstIndex(of: status).map { rowsOut[$0] } ?? 0
  }

  /// How many rows have no price.
  public var notPriced: Int { rowsOut.reduce(0, +) - rows(.priced) }

  /// Whether what went in came out: every row, and every minor unit of every total as a share.
  public var agrees: Bool {
    rowsIn == rowsOut.reduce(0, +) && known.allSatisfy { $0.total == $0.shares.reduce(0, +) }
  }

  /// The place of a currency's sums.
  mutating func place(of currency: Currency) -> Int {
    if let index = known.firstIndex(where: { $0.currency == currency }) { return index }
    known.append(Sums(currency: currency, shares: [Int128](repeating: 0, count: parties.count)))
    return known.count - 1
  }

  /// Adds what a worker summed up.
  mutating func add(total: Int128, shares: [Int128], at place: Int) {
    known[place].total += total
    for (index, share) in shares.enumerated() { known[place].shares[index] += share }
  }

  mutating func count(_ status: Status, _ number: Int = 1) {
    if let index = Status.allCases.firstIndex(of: status) { rowsOut[index] += number }
  }

  /// Adds a quote.
  mutating func add(_ quote: Quote) {
    count(quote.status)
    guard let price = quote.price else { return }
    let place = place(of: price.total.currency)
    add(
      total: Int128(price.total.minorUnits),
      shares: parties.map { Int128(price.share(of: $0)?.minorUnits ?? 0) }, at: place)
  }

  /// Adds another worker's.
  mutating func add(_ other: RatingTotals) {
    rowsIn += other.rowsIn
    for index in rowsOut.indices { rowsOut[index] += other.rowsOut[index] }
    for sums in other.known {
      add(total: sums.total, shares: sums.shares, at: place(of: sums.currency))
    }
  }
}
