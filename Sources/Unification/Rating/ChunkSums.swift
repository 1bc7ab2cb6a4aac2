import ExactMoney
import TariffRules

/// Writes answers and adds them up, by currency and party, until they are settled.
struct ChunkSums: ~Copyable {
  private let currencies: [Currency]
  private let parties: Int
  private let sums: UnsafeMutablePointer<Int64>
  private var rows = 0
  /// Rows without a price, by status.
  private var others = Status.allCases.map { _ in 0 }
  private let memory = FixedMemory()
  /// For each currency and unit the text from the row's end to the unit rate.
  private let texts: FixedTable<FixedTable<UInt8>>
  private let textCounts: FixedTable<Int>
  private let digits: FixedTable<Int>
  /// For each currency the text of shares of nought for all parties, and how many bytes each has.
  private let noughts: FixedTable<FixedTable<UInt8>>
  private let noughtCounts: FixedTable<Int>

  /// How many units of price there are.
  private let units = Equipment.UnitKind.allCases.count

  init(currencies: [Currency], parties: Int) {
    self.currencies = currencies
    self.parties = parties
    let size = currencies.count * (parties + 2)
    sums = .allocate(capacity: size)
    sums.initialize(repeating: 0, count: size)
    let memory = memory
    let texts = currencies.flatMap { currency in
      Equipment.UnitKind.allCases.map { unit in
        Array(",\(Status.priced.rawValue),\(currency),\(unit.rawValue)".utf8)
      }
    }
    let spare = [UInt8](repeating: 0, count: ByteBuffer.Pen.stepBytes)
    self.texts = memory.table(texts.map { memory.table($0 + spare) })
    textCounts = memory.table(texts.map(\.count))
    digits = memory.table(currencies.map(\.minorDigits))
    let noughts = currencies.map { currency in
      Array((",0" + (currency.minorDigits > 0 ? "." : "")).utf8)
        + [UInt8](repeating: UInt8(ascii: "0"), count: currency.minorDigits)
    }
    self.noughts = memory.table(
      noughts.map { nought in memory.table((0..<parties).flatMap { _ in nought } + spare) })
    noughtCounts = memory.table(noughts.map(\.count))
  }

  deinit { sums.deallocate() }

  /// Writes the answer of one row behind its text, and counts it.
  @inline(__always)
  mutating func write(
    _ price: RowRater.Price, _ division: borrowing DivisionReckoner,
    _ pen: inout ByteBuffer.Pen
  ) {
    let (unitRate, total, currency) = (price.unitRate, price.total, price.currency)
    let number = currency &* units &+ price.unit
    let digits = digits[currency]
    pen.store(texts[number].pointer, textCounts[number])
    pen.store(minorUnits: unitRate, digits: digits)
    pen.store(minorUnits: total, digits: digits)
    pen.store(UInt8(ascii: ","))
    write(division.shares, division.earners, currency, &pen)
    pen.store(UInt8(ascii: "\n"))
    let sums = sums + currency &* (parties &+ 2)
    sums[parties] &+= total
    sums[parties &+ 1] &+= 1
    rows &+= 1
  }

  /// Writes the shares and adds them up. Most parties have none: their noughts are one text.
  @inline(__always)
  private func write(
    _ shares: UnsafePointer<Int64>, _ earners: FixedTable<Int32>, _ currency: Int,
    _ pen: inout ByteBuffer.Pen
  ) {
    let (digits, nought, bytes) = (
      digits[currency], noughts[currency].pointer, noughtCounts[currency]
    )
    let sums = sums + currency &* (parties &+ 2)
    var next = 0
    for index in 0..<earners.count {
      let party = Int(earners[index])
      pen.store(nought, (party &- next) &* bytes)
      pen.store(minorUnits: shares[party], digits: digits)
      sums[party] &+= shares[party]
      next = party &+ 1
    }
    pen.store(nought, (parties &- next) &* bytes)
  }

  /// Counts a row that has no price.
  mutating func count(status: Int) { others[status] += 1 }

  /// Hands over the sums, and begins anew. A piece of a file has too few rows for them to overflow.
  mutating func settle(_ totals: inout RatingTotals) {
    totals.rowsIn += rows
    totals.count(.priced, rows)
    for (status, number) in zip(Status.allCases, others) {
      totals.rowsIn += number
      totals.count(status, number)
    }
    others = others.map { _ in 0 }
    for (index, currency) in currencies.enumerated() {
      let own = sums + index * (parties + 2)
      guard own[parties + 1] > 0 else { continue }
      totals.add(
        total: Int128(own[parties]), shares: (0..<parties).map { Int128(own[$0]) },
        at: totals.place(of: currency))
      own.update(repeating: 0, count: parties + 2)
    }
    rows = 0
  }
}
