/// Codes as small numbers, so that matching a rule compares integers and never strings.
public struct Symbols: Sendable {
  private(set) var names: [String] = []
  private var numbers: [String: Int64] = [:]

  /// The number of a code that the tables know, or nil.
  public func number(of name: String) -> Int64? { numbers[name] }

  /// The code behind a number.
  public func name(of number: Int64) -> String {
    names.indices.contains(Int(number)) ? names[Int(number)] : "?"
  }

  /// How many codes there are; their numbers begin at 0.
  public var count: Int { names.count }

  mutating func intern(_ name: String) -> Int64 {
    if let number = numbers[name] { return number }
    let number = Int64(names.count)
    names.append(name)
    numbers[name] = number
    return number
  }
}
