import ExactMoney
import TariffRules

/// A way that consignments go: a lane between the places it is named for, or the routes of one
/// carrier that its rules treat alike.
public struct CoverageWay: Sendable {
  /// The lane's code, or the carrier's.
  public let code: String
  /// As people say it.
  public let name: String
  /// The lane or the carrier, as a symbol.
  let symbol: Int64
  let isThrough: Bool
  /// The ends that stand for all others.
  public let from: Int64, to: Int64
  /// A place that no other lane between the ends passes.
  public let via: Int64?
  /// All pairs of places that are alike, these ends among them.
  public let pairs: [Ends]

  /// Origin and destination.
  public struct Ends: Hashable, Sendable {
    /// The origin.
    public let from: Int64
    /// The destination.
    public let to: Int64
  }

  /// The legs on a day.
  func legs(_ now: TablesInForce) -> [LaneLeg] {
    guard isThrough else { return now.localLeg(symbol, from, to).map { [$0] } ?? [] }
    return now.lanes.first { $0.code == symbol }.map { now.legs(of: $0) } ?? []
  }
}

extension TablesInForce {
  /// The only leg of a route of one carrier.
  fileprivate func localLeg(_ carrier: Int64, _ from: Int64, _ to: Int64) -> LaneLeg? {
    carriers[carrier]?.distances.compactMap { $0.content.distance(from, to) }.first.map {
      LaneLeg(
        lane: carrier, number: 1, carrier: carrier, from: from, to: to, mode: .rail, mark: $0.mark)
    }
  }
}

/// Finds all ways there are on some days.
struct WayFinder {
  let tables: TariffTables
  let days: [TablesInForce]

  func ways() -> [CoverageWay] { lanes() + tables.tariffs.flatMap { local($0) } }

  private func lanes() -> [CoverageWay] {
    var seen: Set<Int64> = []
    return days.flatMap { now in
      now.lanes.filter { seen.insert($0.code).inserted }.compactMap { lane in
        let legs = now.legs(of: lane)
        guard let first = legs.first, let last = legs.last else { return nil }
        return CoverageWay(
          code: lane.codeText, name: lane.name, symbol: lane.code, isThrough: true,
          from: first.from, to: last.to, via: ownPlace(of: lane, now),
          pairs: [.init(from: first.from, to: last.to)])
      }
    }
  }

  /// A place between the ends that tells the lane from the others that connect them.
  private func ownPlace(of lane: Lane, _ now: TablesInForce) -> Int64? {
    func inner(_ lane: Lane) -> [Int64] {
      let legs = now.legs(of: lane)
      let ends = [legs.first?.from, legs.last?.to]
      return legs.flatMap { [$0.from, $0.to] }.filter { !ends.contains($0) }
    }
    let others = now.lanes.filter {
      $0.code != lane.code && $0.from == lane.from && $0.to == lane.to
    }
    let taken = Set(others.flatMap(inner))
    return inner(lane).first { !taken.contains($0) } ?? inner(lane).first
  }

  // MARK: - Routes of one carrier

  private func local(_ tariff: Tariff) -> [CoverageWay] {
    var pairs: [CoverageWay.Ends] = []
    var seen: Set<CoverageWay.Ends> = []
    for now in days {
      for entry in (now.carriers[tariff.code]?.distances ?? []).flatMap(\.content.entries)
      where entry.from != entry.to {
        for ends in [
          CoverageWay.Ends(from: entry.from, to: entry.to),
          CoverageWay.Ends(from: entry.to, to: entry.from),
        ] where seen.insert(ends).inserted { pairs.append(ends) }
      }
    }
    let looks = days.map { now in now.carriers[tariff.code].map { Look($0, now) } }
    var groups: [[Int]: [CoverageWay.Ends]] = [:]
    for ends in pairs {
      groups[looks.flatMap { $0?.signature(ends) ?? [] }, default: []].append(ends)
    }
    return groups.values.sorted { ($0[0].from, $0[0].to) < ($1[0].from, $1[0].to) }.map { alike in
      let ends = alike[0]
      let directory = tables.directory
      let more = alike.count > 1 ? ", and \(alike.count - 1) like it" : ""
      return CoverageWay(
        code: tariff.codeText,
        name: "\(traffic(ends)) from \(directory.label(ends.from)) to \(directory.label(ends.to))"
          + more,
        symbol: tariff.code, isThrough: false, from: ends.from, to: ends.to, via: nil, pairs: alike)
    }
  }

  private func traffic(_ ends: CoverageWay.Ends) -> String {
    for now in days.reversed() {
      if let from = now.places[ends.from], let to = now.places[ends.to] {
        return LegCalculator.traffic(from, to)
      }
    }
    return "carriage"
  }

  /// What a carrier's rules see of a pair of places on a day.
  private struct Look {
    private let carrier: TablesInForce.Carrier
    private let now: TablesInForce
    private let rules: [Conditions]
    private let minima: [Int64]
    private var shapes: [Int: Int] = [:]

    init(_ carrier: TablesInForce.Carrier, _ now: TablesInForce) {
      self.carrier = carrier
      self.now = now
      let minimal = carrier.minimumDistances.flatMap(\.content)
      rules =
        carrier.deciding.map(\.conditions) + minimal.map(\.conditions) + now.decidingForAll
      minima = minimal.map(\.least)
      // Distances are told apart by what the grids have for them, each shape by its number.
      var numbers: [[[Bool]]: Int] = [:]
      for entry in carrier.distances.flatMap(\.content.entries)
      where shapes[entry.kilometres] == nil {
        let shape = carrier.grids.map { $0?.content.shape(at: entry.kilometres) ?? [] }
        let number = numbers[shape] ?? numbers.count
        numbers[shape] = number
        shapes[entry.kilometres] = number
      }
    }

    func signature(_ ends: CoverageWay.Ends) -> [Int] {
      guard let from = now.places[ends.from], let to = now.places[ends.to],
        let distance = carrier.distances.compactMap({ $0.content.distance(ends.from, ends.to) })
          .first?.kilometres
      else { return [-1] }
      let byEnds = rules.compactMap {
        $0.endsSignature(from: ends.from, to: ends.to, now.groupings)
      }
      return [(from.isBorder ? 2 : 0) + (to.isBorder ? 1 : 0), shapes[distance] ?? -1]
        + byEnds.map { $0 ? 1 : 0 } + minima.map { Int64(distance) < $0 ? 1 : 0 }
    }
  }
}
