import ExactMoney
import TariffRules

extension Register {
  /// Table files that were changed or taken away after a document was issued on what they said.
  ///
  /// An edition is never changed: what changes is published as another. Rows that are added at the
  /// end of a file of exchange rates are no change; what was there before must stay.
  public func changedEditions(in tables: PublishedFiles) throws -> [Finding] {
    let used = try database.all(
      """
      SELECT path, digest, min(entry), count(*) FROM document_files JOIN table_files USING (file)
      GROUP BY path, digest ORDER BY path, min(entry)
      """
    ) { row in
      (
        file: TableFile(path: row.text(0), digest: row.text(1)), entry: row.integer(2),
        documents: Int(row.integer(3))
      )
    }
    return try used.compactMap { file, entry, documents in
      switch tables.state(of: file.path, digest: file.digest) {
      case .same, .continued: nil
      case .changed: try finding(file.path, entry, documents, isGone: false)
      case .gone: try finding(file.path, entry, documents, isGone: true)
      }
    }
  }

  private func finding(
    _ path: String, _ entry: Int64, _ documents: Int, isGone: Bool
  ) throws -> Finding {
    let first = try database.first(
      "SELECT issued, month FROM documents WHERE entry = ?", [.integer(entry)]
    ) { (day: $0.text(0), month: $0.text(1)) }
    let number = try number(ofEntry: entry)?.description ?? ""
    let all = documents == 1 ? "" : ", \(documents) documents in all"
    return Finding(
      .warning, file: path,
      "the file \(isGone ? "is gone" : "was changed") after it was invoiced on: first by "
        + "\(number) of \(first?.day ?? "")\(all)",
      remedy: (isGone ? "put it back" : "take the change back")
        + ", and publish what is new as an edition of its own; 'tariff rerate "
        + "\(first?.month ?? "MONTH")' shows what it changes in the money")
  }
}
