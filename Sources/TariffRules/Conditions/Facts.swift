/// What is known of one consignment on one leg, as numbers: codes by their symbol, quantities in
/// thousandths.
public struct Facts: Sendable {
  /// The value of a field the consignment does not give.
  public static let absent = Int64.min
  /// The value of a field that exists but cannot be told, such as the class of an unlisted UN
  /// number.
  public static let unknown = Int64.min + 1

  /// The value of a number that no table names, such as a UN number in no list.
  public static func unlisted(_ number: Int) -> Int64 { unlistedBase + Int64(number) }

  /// The number behind such a value.
  public static func unlistedNumber(_ value: Int64) -> Int? {
    value >= unlistedBase && value < unlistedBase + 1_000_000 ? Int(value - unlistedBase) : nil
  }

  private static let unlistedBase = Int64.min / 2

  private var values: [Int64]
  /// How many digits of the commodity code were given.
  public private(set) var commodityDigits = 0

  /// Nothing known yet.
  public init() { values = [Int64](repeating: Self.absent, count: Field.allCases.count) }

  /// The value of a field, or `absent`.
  public subscript(field: Field) -> Int64 {
    get { values[field.rawValue] }
    set { values[field.rawValue] = newValue }
  }

  /// Sets the commodity code, padded to eight digits, with the number of digits as written.
  public mutating func setCommodity(_ padded: Int64, digits: Int) {
    self[.commodity] = padded
    commodityDigits = digits
  }
}

/// A commodity code or prefix: up to eight digits of the GNG, padded with zeros on the right.
public struct CommodityCode: Hashable, Sendable {
  /// The digits as a number, padded to eight.
  public let padded: Int64
  /// How many digits were written.
  public let digits: Int

  /// From digits alone, 2 to 8 of them; nil otherwise.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard (2...8).contains(bytes.count) else { return nil }
    var value: Int64 = 0
    for byte in bytes {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    for _ in bytes.count..<8 { value *= 10 }
    padded = value
    digits = bytes.count
  }

  init(padded: Int64, digits: Int) {
    self.padded = padded
    self.digits = digits
  }

  /// The code cut to its first `count` digits.
  func prefix(_ count: Int) -> CommodityCode {
    let power = Self.powers[8 - count]
    return CommodityCode(padded: padded / power * power, digits: count)
  }

  /// Whether the code begins with this prefix.
  func isPrefix(of code: Int64, digits given: Int) -> Bool {
    digits <= given && (code - padded) >= 0 && (code - padded) < Self.powers[8 - digits]
  }

  /// Whether this prefix is longer than the code as given and begins with it: a longer code could
  /// decide otherwise.
  func extends(_ code: Int64, digits given: Int) -> Bool {
    digits > given && given > 0 && (padded - code) >= 0 && (padded - code) < Self.powers[8 - given]
  }

  private static let powers: [Int64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
}
