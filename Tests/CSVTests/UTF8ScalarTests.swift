import SeededNumbers
import Testing

@testable import CSV

private func read(_ bytes: [UInt8]) -> UTF8Scalar? {
  bytes.withUnsafeBufferPointer { UTF8Scalar(in: $0, at: 0, end: bytes.count) }
}

@Suite struct UTF8ScalarTests {
  @Test func readsTheFirstAndLastOfEachLength() {
    for value in [0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x1_0000, 0x10_FFFF] as [UInt32] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(Character(scalar)).utf8)
      #expect(read(bytes)?.scalar == scalar)
      #expect(read(bytes)?.length == bytes.count)
      #expect(read(bytes.dropLast()) == nil, "cut off")
    }
  }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xFF], [0xFE],
      [0xC0, 0x80], [0xC1, 0xBF],  // over-long in two bytes
      [0xE0, 0x9F, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],  // over-long in three and four
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],  // surrogates
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],  // beyond U+10FFFF
      [0xC3, 0x28], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xF0, 0x9F, 0x98, 0x28], [0xC3, 0xC3],
    ] as [[UInt8]])
  func refuses(bytes: [UInt8]) {
    #expect(read(bytes) == nil)
  }

  @Test(arguments: [61, 62] as [UInt64])
  func agreesWithTheStandardLibrary(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let leads: [UInt8] = [0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5]
    let others: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
    for _ in 0..<2000 {
      var bytes = [leads.randomElement(using: &random) ?? 0]
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        bytes.append(others.randomElement(using: &random) ?? 0)
      }
      let length = read(bytes)?.length
      let valid = (2...4).first { count in
        count <= bytes.count && String(validating: bytes.prefix(count), as: UTF8.self) != nil
      }
      #expect(length == valid, "\(bytes)")
    }
  }
}
