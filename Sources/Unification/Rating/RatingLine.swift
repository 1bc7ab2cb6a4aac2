import CSV
import TariffRules

/// The line on which workers take pieces of a file and hand back what became of them. What is
/// finished early waits for its turn without its worker, as far as there is room.
final class RatingLine: @unchecked Sendable {
  /// What became of one piece.
  private final class Finished {
    var bytes = ByteBuffer()
    var rows = 0
  }

  private let input = Gate()
  private var chunks: ChunkSource
  private var hasEnded = false
  private var readFailure: (any Error)?

  private let output = Gate()
  private let sink: Rating.Sink
  private var totals: RatingTotals
  /// The number of the piece that is written next, and whether somebody writes it.
  private var next = 0
  private var isWriting = false
  /// What is finished, by its number.
  private var finished: [Finished?]
  private var spare: [Finished] = []
  private var failure: (any Error)?

  /// How many pieces may be ahead of the one that is written next.
  private static let mostAhead = 4

  init(_ file: RatingFile, _ sink: @escaping Rating.Sink, _ totals: RatingTotals) {
    chunks = file.chunks
    self.sink = sink
    self.totals = totals
    finished = Array(repeating: nil, count: Self.mostAhead)
  }

  /// One worker's work, until there is no more.
  func work(_ rater: inout ChunkRater) {
    var chunk = Chunk()
    while take(&chunk) {
      rater.rate(chunk)
      hand(&rater, chunk.number)
      guard write() else {
        input.pass { hasEnded = true }
        break
      }
    }
    output.pass { totals.add(rater.totals) }
  }

  private func take(_ chunk: inout Chunk) -> Bool {
    input.pass {
      guard !hasEnded else { return false }
      do {
        if try chunks.next(&chunk) { return true }
      } catch { readFailure = error }
      hasEnded = true
      return false
    }
  }

  /// Hands over what a worker wrote, as soon as there is room for it.
  private func hand(_ rater: inout ChunkRater, _ number: Int) {
    let piece = output.pass { spare.popLast() ?? Finished() }
    rater.exchangeOutput(&piece.bytes)
    piece.rows = rater.totals.rowsIn
    output.pass(when: { number < next + Self.mostAhead || failure != nil }) {
      finished[number % Self.mostAhead] = piece
    }
  }

  /// Writes what is finished and next, unless somebody else does; false after a failure.
  private func write() -> Bool {
    while let piece = output.pass(takeNext) {
      let failure = failureOfWriting(piece)
      piece.bytes.clear()
      output.pass {
        self.failure = failure
        spare.append(piece)
        next += 1
        isWriting = false
      }
    }
    return output.pass { failure == nil }
  }

  private func takeNext() -> Finished? {
    guard !isWriting, failure == nil, let piece = finished[next % Self.mostAhead] else {
      return nil
    }
    finished[next % Self.mostAhead] = nil
    isWriting = true
    return piece
  }

  private func failureOfWriting(_ piece: Finished) -> (any Error)? {
    do {
      try sink(piece.bytes.written, piece.rows)
      return nil
    } catch { return error }
  }

  /// What went through, or why it stopped.
  func result() throws -> RatingTotals {
    if let failure = failure ?? readFailure { throw failure }
    return totals
  }
}
