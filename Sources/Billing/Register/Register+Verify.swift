import ExactMoney

extension Register {
  /// What `verify` found: everything in order, or the first entry that is not.
  public struct Verification: Sendable {
    /// Entries looked at and found in order.
    public var entries = 0
    /// Documents among them.
    public var documents = 0
    /// Closed months among them.
    public var closings = 0
    /// The digest of the last entry: who keeps it can prove that nothing before it was changed.
    public var digest = Register.noDigest
    /// The first entry that is not in order, and what is wrong with it.
    public var firstBad: (entry: Int64, name: String, what: String)?
  }

  /// Recomputes the chain, every document, every sum and every seal, from the first entry on.
  /// - Throws: `DatabaseError` where the file cannot be read at all.
  public func verify() throws -> Verification {
    if let trouble = try database.first("PRAGMA integrity_check(1)", [], { $0.text(0) }),
      trouble != "ok"
    {
      throw DatabaseError(kind: .corrupt, path: path, detail: trouble)
    }
    var result = Verification()
    let entries = try database.all(
      "SELECT entry, kind, previous, digest FROM entries ORDER BY entry"
    ) { (entry: $0.integer(0), kind: $0.text(1), previous: $0.text(2), digest: $0.text(3)) }
    var numbers: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      var what: String?
      do {
        if entry.entry != Int64(index + 1) {
          what = "entry \(index + 1) is missing"
        } else if entry.previous != result.digest {
          what = "it does not carry the digest of the entry before it"
        } else {
          what = try fault(of: entry.entry, entry.kind, entry.previous, entry.digest, &numbers)
        }
      } catch let error as DamagedEntry {
        what = error.what
      } catch let error as BeyondLimits {
        what = "it has \(error.what)"
      }
      if let what {
        let name = try number(ofEntry: entry.entry)?.description ?? entry.kind
        result.firstBad = (entry.entry, name, what)
        return result
      }
      result.entries += 1
      if Document.Kind(rawValue: entry.kind) != nil { result.documents += 1 }
      if entry.kind == Self.closingKind { result.closings += 1 }
      result.digest = entry.digest
    }
    if let what = try strays(entries.count) { result.firstBad = (0, "the register", what) }
    return result
  }

  /// What is wrong with one entry; nil where nothing is.
  private func fault(
    of entry: Int64, _ kind: String, _ previous: String, _ digest: String,
    _ numbers: inout [String: Int]
  ) throws -> String? {
    let record: [UInt8]
    if Document.Kind(rawValue: kind) != nil {
      guard let (document, written) = try document(entry: entry) else {
        return "its document is missing"
      }
      guard document.kind.rawValue == kind else { return "it is of another kind than its document" }
      record = document.record(written)
      if Self.digest(entry, kind, previous, record) != digest {
        return "its content is not what was entered"
      }
      return try fault(in: document, entry, &numbers)
    }
    guard let own = try ownRecord(entry, kind) else { return "it is of an unknown kind" }
    if Self.digest(entry, kind, previous, own) != digest {
      return "its content is not what was entered"
    }
    return kind == Self.closingKind ? try fault(inClosing: entry) : nil
  }

  private func fault(
    in document: Document, _ entry: Int64, _ numbers: inout [String: Int]
  ) throws -> String? {
    if let number = document.number {
      let series = "\(number.series)-\(number.year)"
      let next = numbers[series, default: 0] + 1
      guard number.number == next else {
        return "its number is \(number), but \(DocumentNumber.padded(next, 6)) is the next"
      }
      numbers[series] = next
    }
    for tax in document.taxes {
      let own = document.lines.filter { $0.tax.isTaxed(with: tax.rule) }.map(\.net)
      if try Document.sum(own, document.currency) != tax.net {
        return "the tax category '\(tax.rule.name)' does not sum up its lines"
      }
    }
    for (index, line) in document.lines.enumerated() {
      let name = "line \(index + 1) (\(line.reference))"
      if try Document.sum(line.shares.map(\.amount), document.currency) != line.net {
        return "the shares of \(name) do not sum to its amount"
      }
      if line.shares.reduce(0, { $0 + $1.lean }) != 0 {
        return "the exact entitlements of \(name) do not sum to its amount"
      }
      let charges = try Document.sum(line.charges.map(\.amount), document.currency)
      if charges != line.net {
        return "the charges of \(name) do not sum to its amount"
      }
      if line.corrects == nil {
        let issued = try issued(document.customer.code, line.reference)
        guard issued?.place.document == document.number, issued?.place.position == index + 1 else {
          return "\(name) is not the invoiced consignment of that reference"
        }
      }
    }
    return nil
  }

  /// Rows that belong to no entry of the chain.
  private func strays(_ entries: Int) throws -> String? {
    let kept = try database.first(
      """
      SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM closings)
        + (SELECT count(*) FROM remarks)
      """
    ) { Int($0.integer(0)) }
    if kept != entries { return "it has \(entries) entries for \(kept ?? 0) documents and months" }
    let invoiced = try database.first(
      """
      SELECT (SELECT count(*) FROM consignments)
        = (SELECT count(*) FROM lines WHERE corrects IS NULL)
      """
    ) { $0.integer(0) == 1 }
    if invoiced != true { return "the list of invoiced consignments is not that of the lines" }
    let lost = try database.first("PRAGMA foreign_key_check") { $0.text(0) }
    return lost.map { "a row of \($0) refers to nothing" }
  }
}
