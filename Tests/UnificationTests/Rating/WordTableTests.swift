import Testing

@testable import Unification

/// A word is looked up once, and never taken for another.
@Suite struct WordTableTests {
  /// Looks a word up with bytes behind it that are not its own.
  private func find(
    _ word: String, _ table: inout WordTable, _ look: (String) -> (Int64, UInt16)?
  ) -> Int64? {
    let bytes = Array((word + ",odd bytes that stand behind the word").utf8)
    return bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.flatMap { table.find($0, word.utf8.count, look)?.value }
    }
  }

  @Test func remembersByTheBytes() {
    var table = WordTable(bits: 4)
    let words = (0..<40).map { "word-\($0)" } + ["a", "ab", "12345678", "123456789"]
    var asked: [String] = []
    for _ in 0..<3 {
      for word in words {
        let found = find(word, &table) { text in
          asked.append(text)
          return (Int64(text.utf8.reduce(0) { $0 &* 31 &+ Int64($1) }), 0)
        }
        #expect(found == word.utf8.reduce(Int64(0)) { $0 &* 31 &+ Int64($1) })
      }
    }
    // It keeps as many as it has room for; the others are asked again.
    #expect(Set(asked) == Set(words) && asked.count < 3 * words.count)
  }

  @Test func whatStandsForNothingIsAskedAgain() {
    var table = WordTable(bits: 4)
    var asked = 0
    for _ in 0..<2 {
      let found = find("nothing", &table) { _ in
        asked += 1
        return nil
      }
      #expect(found == nil)
    }
    #expect(asked == 2)
    #expect(find(String(repeating: "x", count: 33), &table) { _ in (1, 1) } == nil)
  }
}
