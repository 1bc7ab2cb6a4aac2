import ExactMoney
import TariffRules
import Unification

/// What came of a draft when it was to be issued.
public struct Issuing: Sendable {
  /// The document recorded now, with its files; nil where nothing was left to invoice.
  public internal(set) var issued: (document: Document, written: WrittenDocument)?
  /// Lines that somebody else had invoiced in the meantime.
  public internal(set) var before: [DocumentLine.Place] = []
  /// Lines of which the register has other contents.
  public internal(set) var refused: [Refusal] = []
}

extension Register {
  /// Numbers a draft and records everything of it in one transaction.
  ///
  /// The draft's lines are looked up once more when it is the draft's turn: what another process
  /// has invoiced meanwhile is not invoiced twice.
  /// - Throws: `DatabaseError`; `BeyondLimits` where a sum does not fit.
  public func issue(_ draft: Draft, on day: Day, series: String) throws -> Issuing {
    try transaction {
      var result = Issuing()
      var rest = draft
      rest.lines = []
      for line in draft.lines {
        let number = line.line.quoted?.number
        guard let known = try issued(draft.customer.code, line.line.reference) else {
          if let number, let place = try self.line(honouring: number) {
            result.refused.append(.taken(number, by: place))
          } else {
            rest.lines.append(line)
          }
          continue
        }
        if known.isSame(as: line.line.fields, at: number) {
          result.before.append(known.place)
        } else {
          result.refused.append(
            try otherContents(
              draft.customer.code, line.line.reference, known, line.line.fields, quote: number,
              creditedBy: try credited(of: known.place.document)[known.place.position]))
        }
      }
      guard !rest.lines.isEmpty else { return result }
      try checkOrder(of: day, in: series)
      let number = try nextNumber(series, day.year)
      let document = try rest.document(
        number: number, issued: day, booked: try booked(draft.month))
      let written = WrittenDocument(document, annex: rest.annex(number))
      try insert(document, written)
      result.issued = (document, written)
      return result
    }
  }
}
