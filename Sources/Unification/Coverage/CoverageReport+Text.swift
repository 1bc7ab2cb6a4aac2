import ExactMoney
import TariffRules

extension Coverage.Report {
  /// The gaps as a calendar for people: by way, a line for each reason and set of months, with what
  /// it holds for.
  public func text(_ tables: TariffTables) -> String {
    let months = CalendarStrip(scope.first, scope.last)
    var lines = [
      "What has no price from \(scope.first) to \(scope.last)", "",
      "One month is one sign:  \(CalendarStrip.open) priced   "
        + "\(CalendarStrip.part) no price on some of its days   \(CalendarStrip.closed) no price",
    ]
    let ordinary = OrdinaryFields.inWords.split(separator: " ").map(String.init)
    lines += Self.wrapped(["Ordinary", "consignments:"] + ordinary, 100)
    for way in ways {
      let own = gaps.filter {
        $0.way.code == way.code && $0.way.from == way.from
          && $0.way.to == way.to
      }
      lines += ["", "\(way.code): \(way.name)"]
      if own.isEmpty {
        lines.append("  everything has a price")
        continue
      }
      lines += calendar(own, months, tables)
    }
    for code in absent {
      lines += ["", "\(code): \(absence(of: code, tables))"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Why nothing of a way or of a kind of equipment was asked.
  func absence(of code: String, _ tables: TariffTables) -> String {
    tables.equipmentCodes.contains(code)
      ? "not in force on any of these days"
      : "not in force on any of these days, or without two places to connect"
  }

  private struct Line: Hashable {
    let days: [CoverageGap.Span]
    let reason: Int
  }

  private func calendar(
    _ gaps: [CoverageGap], _ months: CalendarStrip, _ tables: TariffTables
  ) -> [String] {
    var reasons: [String] = []
    var items: [Line: [CoverageGap]] = [:]
    for gap in gaps {
      let text = gap.reason(tables)
      let number = reasons.firstIndex(of: text) ?? reasons.count
      if number == reasons.count { reasons.append(text) }
      items[Line(days: gap.days, reason: number), default: []].append(gap)
    }
    let width = months.strip([]).count
    var lines = months.heads.map { "  " + $0 }
    let sorted = items.keys.sorted { one, other in
      (one.reason, one.days[0].first) < (other.reason, other.days[0].first)
    }
    for line in sorted {
      let label = "[\(line.reason + 1)]"
      let margin =
        "  " + String(repeating: " ", count: width) + "  "
        + String(repeating: " ", count: label.count + 1)
      let text = Self.items(items[line] ?? [], tables)
      let wrapped = Self.wrapped(text, 100 - margin.count)
      for (index, part) in wrapped.enumerated() {
        lines.append(
          index == 0 ? "  \(months.strip(line.days))  \(label) \(part)" : margin + part)
      }
      if let days = months.daysInWords(line.days) { lines.append(margin + days) }
    }
    for (index, reason) in reasons.enumerated() { lines.append("  [\(index + 1)] \(reason)") }
    return lines
  }

  /// What a line holds for: equipment that is alike in one, each with its conditions.
  private static func items(_ gaps: [CoverageGap], _ tables: TariffTables) -> [String] {
    var order: [String] = []
    var equipment: [String: [String]] = [:]
    for gap in gaps {
      let what = gap.conditions
      if equipment[what] == nil { order.append(what) }
      let name = tables.symbols.name(of: gap.equipment)
      let loads = gaps.filter { $0.equipment == gap.equipment && $0.conditions == what }
      let both = loads.count == Field.load.words.count
      let words = both ? name : "\(name) \(gap.load)"
      if equipment[what]?.contains(words) != true { equipment[what, default: []].append(words) }
    }
    return order.flatMap { what in
      let names = equipment[what] ?? []
      return names.enumerated().map { index, name in
        if index < names.count - 1 { return name + "," }
        return name + (what.isEmpty ? ";" : " (\(what));")
      }
    }
  }

  /// Items on lines of at most a width; the last loses its semicolon.
  private static func wrapped(_ items: [String], _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for (index, item) in items.enumerated() {
      let item = index == items.count - 1 && item.last == ";" ? String(item.dropLast()) : item
      if !line.isEmpty && line.count + 1 + item.count > width {
        lines.append(line)
        line = item
      } else {
        line += (line.isEmpty ? "" : " ") + item
      }
    }
    return lines + [line]
  }
}

extension CoverageGap {
  /// The conditions that narrow the gap, in words; empty where it is all of the equipment.
  fileprivate var conditions: String {
    var parts: [String] = []
    if !owners.isEmpty { parts.append("owner " + owners.joined(separator: " or ")) }
    if commodities != "*" { parts.append("commodity " + Self.short(commodities)) }
    if weights != "*" { parts.append("weight_kg " + weights) }
    return parts.joined(separator: ", ")
  }

  /// The CSV has the whole list.
  private static func short(_ list: String) -> String {
    let items = list.split(separator: ";")
    guard items.count > 5 else { return list }
    return items.prefix(4).joined(separator: ";") + " and \(items.count - 4) more"
  }

  fileprivate func reason(_ tables: TariffTables) -> String {
    let place = refusal.place.map { " [\(tables.path($0)):\($0.line)]" } ?? ""
    return "\(refusal.status.rawValue): \(refusal.message)\(place)"
  }
}

/// A strip of months, one sign each, with the years and the months above it.
struct CalendarStrip {
  static let open = "."
  static let part = "-"
  static let closed = "x"

  private let months: [Month]
  private let first: Day, last: Day

  init(_ first: Day, _ last: Day) {
    self.first = first
    self.last = last
    var months: [Month] = []
    var month: Month? = Month(first)
    let end = Month(last)
    while let now = month, now <= end {
      months.append(now)
      month = now.next
    }
    self.months = months
  }

  /// The years, as far as their months give them room, and below them the months' first letters.
  var heads: [String] {
    var years = ""
    var letters = ""
    for (year, own) in Dictionary(grouping: months, by: \.year).sorted(by: { $0.key < $1.key }) {
      if !letters.isEmpty {
        letters += " "
        years += String(repeating: " ", count: letters.count - years.count)
      }
      years += "\(year)".suffix(own.count < 4 ? min(2, own.count) : 4)
      letters += own.map { String(Array("JFMAMJJASOND")[$0.month - 1]) }.joined()
    }
    return [years, letters]
  }

  /// One sign for each month.
  func strip(_ spans: [CoverageGap.Span]) -> String {
    var text = ""
    for month in months {
      if !text.isEmpty && month.month == 1 { text += " " }
      let start = max(month.first, first)
      let end = min(month.last, last)
      let touched = spans.contains { $0.first <= end && start <= $0.last }
      let whole = spans.contains { $0.first <= start && end <= $0.last }
      text += whole ? Self.closed : touched ? Self.part : Self.open
    }
    return text
  }

  /// The days, where whole months do not say them.
  func daysInWords(_ spans: [CoverageGap.Span]) -> String? {
    guard strip(spans).contains(Self.part) else { return nil }
    return spans.map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }
      .joined(separator: ", ")
  }
}
