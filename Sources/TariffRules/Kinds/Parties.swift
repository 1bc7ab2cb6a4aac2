import ExactMoney

/// Someone who can have a share, issue an invoice or receive money.
public struct Party: Sendable {
  /// The code, as a symbol.
  public let code: Int64
  /// The code, as a text.
  public let codeText: String
  /// The full name.
  public let name: String
  /// ISO 3166.
  public let country: String
  /// Its own currency.
  public let currency: Currency
  /// Postal address, where known.
  public let address: String
  /// Tax or registration number, where known.
  public let taxNumber: String
  /// Bank details, where known.
  public let bank: String
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [Party] {
    var seen: Set<String> = []
    return reader.rows.compactMap { row in
      guard let code = row.needed("party"), let name = row.needed("name"),
        row.needed("country") != nil, row.code("country", .country) != nil,
        row.needed("currency") != nil, let currency = row.currency("currency")
      else { return nil }
      row.checkCode("party", code)
      if !seen.insert(code).inserted {
        row.report("party", "the party '\(code)' is listed twice", "keep one of the rows")
      }
      reader.loader.define(code, .party)
      return Party(
        code: reader.loader.symbols.intern(code), codeText: code, name: name,
        country: row.text("country") ?? "", currency: currency,
        address: row.text("address") ?? "", taxNumber: row.text("tax_number") ?? "",
        bank: row.text("bank") ?? "", mark: row.mark)
    }
  }
}

/// A customer of the joint venture.
public struct Customer: Sendable {
  /// The code, as a symbol.
  public let code: Int64
  /// The code, as a text.
  public let codeText: String
  /// The full name.
  public let name: String
  /// ISO 3166.
  public let country: String
  /// The currency it is billed in; nil means the joint venture's.
  public let currency: Currency?
  /// Postal address, where known.
  public let address: String
  /// Tax or registration number, where known.
  public let taxNumber: String
  /// Days from invoice to payment.
  public let paymentDays: Int
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [Customer] {
    var seen: Set<String> = []
    return reader.rows.compactMap { row in
      guard let code = row.needed("customer"), let name = row.needed("name"),
        row.needed("country") != nil, row.code("country", .country) != nil,
        row.needed("payment_days") != nil, let days = row.whole("payment_days", in: 0...365)
      else { return nil }
      row.checkCode("customer", code)
      if !seen.insert(code).inserted {
        row.report("customer", "the customer '\(code)' is listed twice", "keep one of the rows")
      }
      reader.loader.define(code, .customer)
      return Customer(
        code: reader.loader.symbols.intern(code), codeText: code, name: name,
        country: row.text("country") ?? "", currency: row.currency("currency"),
        address: row.text("address") ?? "", taxNumber: row.text("tax_number") ?? "",
        paymentDays: days, mark: row.mark)
    }
  }
}

extension Row {
  /// Customer and party codes become parts of documents: `[A-Z0-9][A-Z0-9_-]{0,31}`.
  func checkCode(_ column: String, _ code: String) {
    let bytes = Array(code.utf8)
    let fits =
      (1...32).contains(bytes.count)
      && bytes.enumerated().allSatisfy { index, byte in
        switch byte {
        case 65...90, 48...57: true
        case 45, 95: index > 0
        default: false
        }
      }
    if !fits {
      report(
        column, "'\(code)' cannot be a code",
        "up to 32 capital letters, digits, '_' and '-', beginning with a letter or digit")
    }
  }
}

/// A partner and its fraction of the equity.
public struct Equity: Sendable {
  /// The party.
  public let partner: Int64
  /// Such as 1/3.
  public let fraction: Exact
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [Equity] {
    var seen: Set<Int64> = []
    let rows: [Equity] = reader.rows.compactMap { row in
      guard row.needed("partner") != nil, let partner = row.code("partner", .party),
        let text = row.needed("equity")
      else { return nil }
      guard let fraction = Exact(fraction: text), fraction > .zero else {
        row.report("equity", "'\(text)' is not a fraction", "write '1/3' or '0.25'")
        return nil
      }
      if !seen.insert(partner).inserted {
        row.report("partner", "a partner is listed twice", "an edition lists each partner once")
      }
      return Equity(partner: partner, fraction: fraction, mark: row.mark)
    }
    let sum = rows.reduce(Exact?(.zero)) { total, row in
      total.flatMap { try? $0.plus(row.fraction) }
    }
    // A row that could not be read has a finding of its own; without it no sum means anything.
    if sum != .one && !rows.isEmpty && rows.count == reader.rows.count {
      reader.loader.add(
        reader.file, reader.rows.first?.record.line ?? 1, 0,
        "the equity shares sum to \(sum.map { "\($0)" } ?? "more than can be computed"), not to 1",
        "an edition lists all partners; write thirds as '1/3'")
    }
    return rows
  }
}

extension Exact {
  /// A fraction `1/3` or a decimal; nil for anything else.
  public init?(fraction text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let top = try? Exact(decimal: String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self = top
      return
    }
    guard let bottom = try? Exact(decimal: String(parts[1])), bottom > .zero,
      let value = try? top.divided(by: bottom)
    else { return nil }
    self = value
  }
}

/// One setting of the joint venture's policy.
public struct PolicyRow: Sendable {
  /// Its name.
  public let key: String
  /// Its value.
  public let value: String
  /// Where it stands.
  public let mark: Mark

  /// The settings the program asks for.
  static let keys = ["party", "currency", "quote_days", "series"]

  static func read(_ reader: TableReader) -> [PolicyRow] {
    var seen: Set<String> = []
    let rows: [PolicyRow] = reader.rows.compactMap { row in
      guard let key = row.needed("key"), let value = row.needed("value") else { return nil }
      if !seen.insert(key).inserted {
        row.report("key", "the policy '\(key)' is listed twice", "keep one of the rows")
      }
      switch key {
      case "party": _ = row.code("value", .party)
      case "currency": _ = row.currency("value")
      case "quote_days": _ = row.whole("value", in: 0...365)
      case "series": row.checkCode("value", value)
      default:
        row.report(
          "key", "unknown policy '\(key)'",
          "known: \(keys.joined(separator: ", ")).\(NearNames.hint(for: key, among: keys))")
      }
      return PolicyRow(key: key, value: value, mark: row.mark)
    }
    for key in keys where !rows.contains(where: { $0.key == key }) {
      reader.loader.add(
        reader.file, 0, 0, "the policy '\(key)' is missing", "add a row '\(key),…'")
    }
    return rows
  }
}
