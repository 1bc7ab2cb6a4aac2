import CSV

/// The line on which workers take pieces of a file and hand back what became of them, in order.
final class RatingLine: @unchecked Sendable {
  private let input = Gate()
  private let output = Gate()
  private var chunks: ChunkSource
  private let sink: Rating.Sink
  private var totals: RatingTotals
  private var nextOut = 0
  private var failure: (any Error)?
  private var hasEnded = false

  init(_ file: RatingFile, _ sink: @escaping Rating.Sink, _ totals: RatingTotals) {
    chunks = file.chunks
    self.sink = sink
    self.totals = totals
  }

  /// One worker's work, until there is no more.
  func work(_ rater: inout ChunkRater) {
    var chunk = Chunk()
    while take(&chunk) {
      rater.rate(chunk)
      guard hand(rater, chunk.number) else { break }
      rater.clear()
    }
    output.pass { totals.add(rater.totals) }
  }

  private func take(_ chunk: inout Chunk) -> Bool {
    input.pass {
      guard !hasEnded else { return false }
      do {
        if try chunks.next(&chunk) { return true }
      } catch { failure = failure ?? error }
      hasEnded = true
      return false
    }
  }

  /// Writes when all earlier pieces are written; false after a failure.
  private func hand(_ rater: borrowing ChunkRater, _ number: Int) -> Bool {
    let rows = rater.totals.rowsIn
    let isWritten = output.pass(when: { nextOut == number }) {
      nextOut += 1
      guard failure == nil else { return false }
      do {
        try rater.withOutput { try sink($0, rows) }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if !isWritten { input.pass { hasEnded = true } }
    return isWritten
  }

  /// What went through, or why it stopped.
  func result() throws -> RatingTotals {
    if let failure { throw failure }
    return totals
  }
}
