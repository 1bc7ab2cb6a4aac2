import ExactMoney
import TariffRules

extension UnificationStudy {
  /// How many customers are shown one by one.
  public static let mostCustomers = 10

  /// The study for people: the proposed rates, who gains and who loses, and the control.
  public func text() -> String {
    var lines: [String] = []
    for currency in totals.currencies {
      lines.append("Proposed through-rates in \(currency)")
      lines += rateLines(currency).lines + otherLanes(currency)
      lines += gains("Partners and other parties", list(parties, currency), currency)
      lines += gains("Customers, the largest first", largestCustomers(currency), currency)
      lines.append("")
    }
    return (lines + control).joined(separator: "\n") + "\n"
  }

  private func rateLines(_ currency: Currency) -> Layout {
    var layout = Layout(
      [.left, .left, .left, .right, .right, .right, .right, .right, .right], indent: 2)
    layout.row(
      "lane", "equipment", "load", "units", "average now",
      question.perKilometre ? "rate per km" : "rate", "revenue now", "proposed", "difference")
    for group in groups where group.key.currency == currency {
      let one = Exact(group.cells[0].rate).amountText(currency)
      layout.row(
        group.key.lanes[0] + (group.key.lanes.count > 1 ? " *" : ""), group.key.equipment,
        group.key.load,
        "\(group.units)", group.averageToday.short,
        question.perKilometre ? group.rateText : one, amount(group.today, currency),
        amount(group.proposed, currency), amount(group.proposed - group.today, currency))
      guard question.perKilometre else { continue }
      for cell in group.cells {
        layout.row(
          "  \(cell.from ?? "") to \(cell.to ?? "")", "", "\(cell.base.short) km", "", "",
          Exact(cell.rate).amountText(currency))
      }
    }
    return layout
  }

  private func otherLanes(_ currency: Currency) -> [String] {
    let several = groups.filter { $0.key.currency == currency && $0.key.lanes.count > 1 }
    guard !several.isEmpty else { return [] }
    var pairs: [String] = []
    for lanes in several.map(\.key.lanes) {
      let words = "\(lanes[0]) or \(lanes.dropFirst().joined(separator: " or "))"
      if !pairs.contains(words) { pairs.append(words) }
    }
    return [
      "  * shippers may choose \(pairs.joined(separator: "; ")): one rate, "
        + "\(currency.step) more on the lanes named second"
    ]
  }

  private typealias Line = (name: String, tally: Tally)

  private func list(_ tallies: Tallies, _ currency: Currency) -> [Line] { tallies.list(currency) }

  private func largestCustomers(_ currency: Currency) -> [Line] {
    let all = customers.list(currency).sorted { one, other in
      one.tally.before != other.tally.before
        ? one.tally.before > other.tally.before : one.name < other.name
    }
    guard all.count > Self.mostCustomers else { return all }
    var others = Tally()
    for item in all.dropFirst(Self.mostCustomers) { try? others.add(item.tally) }
    return all.prefix(Self.mostCustomers)
      + [("\(all.count - Self.mostCustomers) others", others)]
  }

  private func gains(_ title: String, _ list: [Line], _ currency: Currency) -> [String] {
    var layout = Layout([.left, .right, .right, .right, .left], indent: 2)
    layout.row("", "now", "proposed", "difference")
    let chart = GainsChart(list.map(\.tally.difference))
    for (name, tally) in list {
      layout.row(
        name.isEmpty ? "(none)" : name, tally.before.amountText(currency),
        tally.after.amountText(currency), tally.difference.amountText(currency),
        chart.bar(tally.difference))
    }
    let sum = list.reduce(into: Tally()) { sum, item in try? sum.add(item.tally) }
    layout.row(
      "together", sum.before.amountText(currency), sum.after.amountText(currency),
      sum.difference.amountText(currency))
    return ["", title] + layout.lines
  }

  private var control: [String] {
    let studied = count - unpriced - local
    var lines = [
      "Control: \(count.counted("consignment")) read: \(studied) studied, "
        + "\(local) within one carrier's own "
        + "tariff, \(unpriced) without a price"
    ]
    for currency in totals.currencies {
      let total = totals.sum(currency)
      let rest = rests[currency] ?? (0, 0)
      lines.append(
        "  \(currency): revenue now \(total.before.amountText(currency)), at the proposed rates "
          + "\(total.after.amountText(currency))")
      if rest.left != 0 {
        let left = amount(rest.left, currency)
        lines.append(
          "  \(currency): rounding difference \(left): no rates near the exact ones bring the "
            + "revenue of today to the minor unit; state it beside the proposal")
      }
      if rest.raised != 0 {
        lines.append(
          "  \(currency): the floors alone bring \(amount(rest.raised, currency)) more than today")
      }
    }
    if !totals.currencies.isEmpty {
      lines.append(
        isConfirmed
          ? "  rating the file with the proposed edition gives exactly these totals"
          : "  RATING THE FILE WITH THE PROPOSED EDITION DOES NOT GIVE THE TOTALS ABOVE")
    }
    return lines
  }

  func amount(_ minorUnits: Int128, _ currency: Currency) -> String {
    (Exact(minorUnits, over: 1) ?? .zero).amountText(currency)
  }
}

extension StudiedGroup {
  /// The average price per unit today, in units of the currency.
  var averageToday: Exact {
    let average = Exact(today, over: Int128(units)) ?? .zero
    return (try? average.times(key.currency.step)) ?? .zero
  }

  /// The exact rate, in units of the currency, with four digits more than the currency has.
  var rateText: String { ((try? exact.times(key.currency.step)) ?? .zero).short }
}

extension Exact {
  /// At most six digits after the point; more are cut off, with `…`.
  var short: String { approximation(digits: 6) }
}
