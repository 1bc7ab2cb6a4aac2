import Testing

@testable import Unification

/// Amounts are written with their digits, and room is made as it is needed.
@Suite struct ByteBufferTests {
  @Test(arguments: [
    (Int64(0), 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (100, 2, "1.00"),
    (123_456_789, 2, "1234567.89"), (7, 0, "7"), (0, 0, "0"), (-1200, 3, "-1.200"),
    (10_000_000_000_000, 2, "100000000000.00"),
  ])
  func minorUnits(_ units: Int64, _ digits: Int, _ text: String) {
    var buffer = ByteBuffer(capacity: 64)
    buffer.store(minorUnits: units, digits: digits)
    #expect(String(decoding: buffer.written, as: UTF8.self) == text)
  }

  @Test func growsAndKeepsWhatIsThere() {
    var buffer = ByteBuffer(capacity: 4)
    for number in 0..<1000 { buffer.append(Array("\(number),".utf8)) }
    let text = (0..<1000).map { "\($0)," }.joined()
    #expect(String(decoding: buffer.written, as: UTF8.self) == text)
    buffer.clear()
    #expect(buffer.written.isEmpty)
  }
}
