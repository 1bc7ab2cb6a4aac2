import ExactMoney

/// Which row of the partner's file is about which entries of its statement, for one reference.
struct Pairing {
  /// What belongs together.
  struct Pair {
    /// Of the statement; several where one row of theirs stands for a consignment and its notes.
    var ours: [Int]
    /// Of the file; nil for what is only ours.
    var theirs: Int?
    /// The row of theirs that it repeats.
    var repeats: Int?
  }

  /// The entries' amounts as the file would have them.
  let amounts: (_ entry: Int, _ row: Int) -> Money?
  let entries: [StatementEntry]
  let rows: [PartnerFile.Row]
  private(set) var pairs: [Pair] = []

  private var openEntries: [Int]
  private var openRows: [Int]

  /// Pairs the entries and rows of one reference.
  /// - Parameter amounts: what an entry is in the currency of a row; nil where there is no rate.
  init(
    _ entries: [StatementEntry], _ rows: [PartnerFile.Row],
    amounts: @escaping (_ entry: Int, _ row: Int) -> Money?
  ) {
    self.entries = entries
    self.rows = rows
    self.amounts = amounts
    openEntries = Array(entries.indices)
    openRows = Array(rows.indices)
    pairEqual()
    pairWhole()
    pairAlike()
    for row in openRows { pairs.append(Pair(ours: [], theirs: row, repeats: repeated(row))) }
    for entry in openEntries { pairs.append(Pair(ours: [entry], theirs: nil, repeats: nil)) }
  }

  /// Whether a row may be about an entry: it names no other document.
  private func mayBe(_ row: Int, _ entry: Int) -> Bool {
    rows[row].document.map { $0 == entries[entry].place.document } ?? true
  }

  private mutating func pair(_ ours: [Int], _ row: Int) {
    pairs.append(Pair(ours: ours, theirs: row, repeats: nil))
    openEntries.removeAll { ours.contains($0) }
    openRows.removeAll { $0 == row }
  }

  /// Equal amounts first, of the same day before others.
  private mutating func pairEqual() {
    for isSameDay in [true, false] {
      for row in openRows {
        let twin = openEntries.first { entry in
          mayBe(row, entry) && amounts(entry, row) == rows[row].amount
            && (!isSameDay || entries[entry].date == rows[row].date)
        }
        if let twin { pair([twin], row) }
      }
    }
  }

  /// One row without a document, for a consignment that has notes: what is left of it all.
  private mutating func pairWhole() {
    guard rows.count == 1, rows[0].document == nil, openRows == [0], openEntries.count > 1,
      Set(entries.map(\.amount.currency)).count == 1
    else { return }
    pair(openEntries, 0)
  }

  /// Of what is left amounts of one sign go together in their order; one and one in any case.
  private mutating func pairAlike() {
    if openRows.count == 1, openEntries.count == 1, mayBe(openRows[0], openEntries[0]) {
      return pair(openEntries, openRows[0])
    }
    for row in openRows {
      let twin = openEntries.first { entry in
        let isOurs = entries[entry].amount.minorUnits < 0
        return mayBe(row, entry) && isOurs == (rows[row].amount.minorUnits < 0)
      }
      if let twin { pair([twin], row) }
    }
  }

  /// The earlier row with the same amount and document.
  private func repeated(_ row: Int) -> Int? {
    rows.indices.first { other in
      other != row && rows[other].amount == rows[row].amount
        && rows[other].document == rows[row].document
        && (!openRows.contains(other) || other < row)
    }
  }
}
