import Testing

@testable import Unification

/// Amounts are written with their digits, and room is made as it is needed.
@Suite struct ByteBufferTests {
  private static func written(_ units: Int64, _ digits: Int) -> String {
    var buffer = ByteBuffer(capacity: 4)
    var pen = buffer.pen(room: 40)
    pen.store(minorUnits: units, digits: digits)
    buffer.take(pen)
    return String(decoding: buffer.written, as: UTF8.self)
  }

  @Test(arguments: [
    (Int64(0), 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (100, 2, "1.00"),
    (123_456_789, 2, "1234567.89"), (7, 0, "7"), (0, 0, "0"), (-1200, 3, "-1.200"),
    (10_000_000_000_000, 2, "100000000000.00"),
  ])
  func minorUnits(_ units: Int64, _ digits: Int, _ text: String) {
    #expect(Self.written(units, digits) == ",\(text)")
  }

  /// Every number of digits, and those next to a power of ten, against the text of the number.
  @Test(arguments: [0, 1, 2, 3]) func everyLength(_ digits: Int) {
    var power: Int64 = 1
    for _ in 0..<18 {
      for units in [power - 1, power, power + 1, 7 * power] {
        let text = "\(units)"
        var wanted = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        if digits > 0 {
          wanted.insert(".", at: wanted.index(wanted.endIndex, offsetBy: -digits))
        }
        #expect(Self.written(units, digits) == ",\(wanted)")
        if units > 0 { #expect(Self.written(-units, digits) == ",-\(wanted)") }
      }
      power *= 10
    }
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
