/// A currency: its ISO 4217 code and how many digits its minor unit has. Tables give both.
public struct Currency: Hashable, Sendable {
  /// Three capital letters: "USD".
  public let code: String
  /// Digits after the point of an amount, 0…4: 2 for USD, 0 for JPY.
  public let minorDigits: Int

  /// Nil unless the code is three capital letters A–Z and the digits are 0…4.
  public init?(code: String, minorDigits: Int) {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard code.utf8.count == 3, code.utf8.allSatisfy(letters.contains),
      Currency.unitsByDigits.indices.contains(minorDigits)
    else { return nil }
    self.code = code
    self.minorDigits = minorDigits
  }

  /// One minor unit as an amount: 1, 0.1, 0.01 …
  public var step: Exact {
    Exact(reduced: 1, over: Int128(minorUnitsPerUnit))
  }

  /// How many minor units make one unit: 100 for USD.
  public var minorUnitsPerUnit: Int64 {
    Currency.unitsByDigits[minorDigits]
  }

  private static let unitsByDigits: [Int64] = [1, 10, 100, 1000, 10_000]
}

extension Currency: CustomStringConvertible {
  /// The code.
  public var description: String { code }
}
