import Testing

@testable import CSV

@Suite struct RefusedCharactersTests {
  @Test func refusesControlCharactersAndChangesOfDirectionOnly() {
    let bidirectional: [UInt32] = [
      0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
      0x2069,
    ]
    let controls: [UInt32] = Array(0...0x1F) + Array(0x7F...0x9F)
    let refused: [UInt32] = (0...0x2_FFFF).filter { value in
      Unicode.Scalar(value).map(RefusedCharacters.contains) ?? false
    }
    #expect(refused == controls + bidirectional)
  }
}
