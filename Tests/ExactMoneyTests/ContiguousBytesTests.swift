import Testing

@testable import ExactMoney

@Suite struct ContiguousBytesTests {
  @Test func handsOverTheSameBytesFromAnyCollection() {
    let bytes = Array("2026".utf8)
    #expect(withContiguousBytes(bytes) { Array($0) } == bytes)
    #expect(withContiguousBytes(bytes[1...2]) { Array($0) } == Array("02".utf8))
    #expect(withContiguousBytes("2026".utf8) { Array($0) } == bytes)
    // A reversed view keeps its bytes in the other order, so it has no storage to hand over.
    let reversed: ReversedCollection = bytes.reversed()
    #expect(withContiguousBytes(reversed) { Array($0) } == Array("6202".utf8))
    #expect(withContiguousBytes([] as [UInt8]) { $0.count } == 0)
  }
}
