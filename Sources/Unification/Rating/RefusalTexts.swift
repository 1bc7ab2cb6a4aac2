import CSV
import ExactMoney
import TariffRules

/// Why consignments have no price, by number: what was said once need not be worked out again.
struct RefusalTexts {
  /// One answer that is not a price.
  private struct Entry {
    let refusal: Refusal
    /// The message as a field of CSV, without the quotation marks around it.
    let message: [UInt8]
    let isQuoted: Bool
    /// What stands before and after the message.
    let before: [UInt8]
    let after: [UInt8]
    let statusNumber: Int
  }

  private struct Said: Hashable {
    let status: Status
    let message: String
    let field: String?
  }

  private struct OnLane: Hashable {
    let number: Int32
    let lane: Int64
  }

  private let parties: Int
  private var entries: [Entry] = []
  private var numbers: [Said: Int32] = [:]
  private var onLanes: [OnLane: Int32] = [:]

  /// More than these are not remembered.
  private static let most = 4096

  init(parties: Int) { self.parties = parties }

  /// The number of a refusal; -1 where there are too many.
  mutating func number(_ refusal: Refusal) -> Int32 {
    let said = Said(status: refusal.status, message: refusal.message, field: refusal.field)
    if let known = numbers[said] { return known }
    guard entries.count < Self.most else { return -1 }
    let message = Array(refusal.message.utf8)
    let quote = UInt8(ascii: "\"")
    entries.append(
      Entry(
        refusal: refusal, message: message.flatMap { $0 == quote ? [quote, quote] : [$0] },
        isQuoted: message.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 < 0x20 },
        before: Array(",\(refusal.status.rawValue),,,,,".utf8),
        after: Array(repeatElement(UInt8(ascii: ","), count: parties)) + [UInt8(ascii: "\n")],
        statusNumber: Status.allCases.firstIndex(of: refusal.status) ?? 0))
    let number = Int32(entries.count - 1)
    numbers[said] = number
    return number
  }

  /// The same said of one lane of several.
  mutating func number(_ number: Int32, on route: Route) -> Int32 {
    let key = OnLane(number: number, lane: route.code)
    if let known = onLanes[key] { return known }
    let made = self.number(entries[Int(number)].refusal.on(lane: route.codeText))
    if made >= 0 { onLanes[key] = made }
    return made
  }

  /// How it ended.
  func status(_ number: Int32) -> Status { entries[Int(number)].refusal.status }

  /// The field that is meant.
  func field(_ number: Int32) -> String? { entries[Int(number)].refusal.field }

  /// Writes the answer behind the text of a row.
  /// - Parameter place: where in the file the row, or the field meant, stands; empty where the
  ///   answer does not say it.
  func write(_ number: Int32, _ place: [UInt8], _ out: inout ByteBuffer) {
    let entry = entries[Int(number)]
    let isQuoted = entry.isQuoted || place.contains(UInt8(ascii: ","))
    out.append(entry.before)
    if isQuoted { out.append([UInt8(ascii: "\"")]) }
    out.append(place)
    out.append(entry.message)
    if isQuoted { out.append([UInt8(ascii: "\"")]) }
    out.append(entry.after)
  }

  /// The place of its status among all.
  func statusNumber(_ number: Int32) -> Int { entries[Int(number)].statusNumber }
}

extension Refusal {
  /// Whether its words name rows of the tables, the leg and the day, and nothing else of the
  /// consignment: then it is said of all that ask the tables the same.
  var isOfKind: Bool {
    switch code {
    case "no-rate", "nothing-due", "two-charges", "two-rates", "on-request", "needs-field",
      "no-distance", "empty-cell", "no-belt", "no-teu", "wrong-divisor", "no-edition",
      "no-divisor", "no-exchange-rate":
      true
    default: false
    }
  }

  /// Whether its words can name the day.
  var namesDay: Bool { ["no-edition", "no-divisor", "no-exchange-rate"].contains(code) }
}
