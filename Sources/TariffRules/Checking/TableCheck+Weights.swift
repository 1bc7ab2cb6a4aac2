import ExactMoney

/// Charges that fall with weight, and grids that end before the distances do.
extension TableCheck {
  func checkWeights() {
    for now in days {
      for tariff in tables.tariffs {
        guard let carrier = now.carriers[tariff.code] else { continue }
        let rates = carrier.rates.flatMap(\.content)
        for rate in rates { checkBrackets(rate, carrier, now.groupings) }
        for (index, rate) in rates.enumerated() {
          for other in rates[(index + 1)...] where other.charge == rate.charge {
            checkBreak(rate, other, carrier)
            checkBreak(other, rate, carrier)
          }
        }
        checkReach(rates, carrier)
      }
    }
  }

  /// One side of a weight at which the rate changes: a column and whole tonnes.
  private struct Side {
    let tonnes: Int64
    let name: String
    let rate: (Int) -> Exact?
    let isPerTonne: Bool

    func charge(_ belt: Int) -> Exact? {
      guard let rate = rate(belt) else { return nil }
      return isPerTonne ? try? rate.times(Exact(tonnes)) : rate
    }

    func words(_ belt: Int) -> String {
      let figure = rate(belt).map(\.description) ?? ""
      let sum = charge(belt).map(\.description) ?? ""
      return isPerTonne ? "\(tonnes) t at \(figure) are \(sum)" : "\(tonnes) t are \(sum)"
    }
  }

  /// Columns picked by weight: the next whole tonne above a bracket against the last within it.
  private func checkBrackets(
    _ rate: Rate, _ carrier: TablesInForce.Carrier, _ groupings: GroupingsInForce
  ) {
    guard case .grid(let number, .grouping(let list)) = rate.figure,
      let edition = carrier.grids[number], let grouping = groupings.edition(list)?.content,
      grouping.field == .chargeable
    else { return }
    let grid = edition.content
    let isPerTonne = rate.unit.quantities.contains(.tonnes)
    let brackets = grouping.byInterval.sorted { $0.interval.lower < $1.interval.lower }
    func side(_ index: Int, _ tonnes: Int64) -> Side? {
      let column = brackets[index].membership.group
      guard let position = grid.columns.firstIndex(of: column) else { return nil }
      return Side(
        tonnes: tonnes, name: tables.symbols.name(of: column),
        rate: { grid.figure($0, position) }, isPerTonne: isPerTonne)
    }
    var falls: [(belt: Int, light: Side, heavy: Side)] = []
    for index in brackets.indices.dropLast() {
      let light = brackets[index].interval
      let heavy = brackets[index + 1].interval
      guard light.upper + 1 == heavy.lower, let one = side(index, light.upper / 1_000_000),
        let other = side(index + 1, (heavy.lower + 999_999) / 1_000_000)
      else { continue }
      for belt in grid.belts.indices {
        guard let less = one.charge(belt), let more = other.charge(belt), more < less else {
          continue
        }
        falls.append((belt, one, other))
      }
    }
    guard let worst = falls.min(by: { $0.belt < $1.belt }) else { return }
    let rest = falls.count == 1 ? "" : "; in \(falls.count) places of the table in all"
    report(
      .warning, grid.belts[worst.belt].mark,
      "the charge falls with weight: \(worst.heavy.words(worst.belt)) ('\(worst.heavy.name)'), "
        + "\(worst.light.words(worst.belt)) ('\(worst.light.name)')\(rest)",
      "check the source; the rates are used as they stand")
  }

  /// Two rows that differ in a weight alone: what the heavier side pays at the break against the
  /// lighter.
  private func checkBreak(_ light: Rate, _ heavy: Rate, _ carrier: TablesInForce.Carrier) {
    guard light.rank == heavy.rank, let ends = light.conditions.weightBreak(to: heavy.conditions),
      let less = side(light, carrier, ends.last / 1_000_000),
      let more = side(heavy, carrier, (ends.first + 999_999) / 1_000_000)
    else { return }
    let belts = max(belts(of: light, carrier), belts(of: heavy, carrier))
    let fall = (0..<belts).first { belt in
      guard let one = less.charge(belt), let other = more.charge(belt) else { return false }
      return other < one
    }
    guard let fall else { return }
    report(
      .warning, heavy.mark,
      "the charge falls with weight: \(more.words(fall)) ('\(more.name)'), "
        + "\(less.words(fall)) ('\(less.name)')",
      "check the source; the rates are used as they stand")
  }

  private func belts(of rate: Rate, _ carrier: TablesInForce.Carrier) -> Int {
    guard case .grid(let number, _) = rate.figure else { return 1 }
    return carrier.grids[number]?.content.belts.count ?? 0
  }

  private func side(
    _ rate: Rate, _ carrier: TablesInForce.Carrier, _ tonnes: Int64
  ) -> Side? {
    let name = tables.symbols.name(of: rate.name)
    let isPerTonne = rate.unit.quantities.contains(.tonnes)
    switch rate.figure {
    case .amount(let amount, _):
      return Side(tonnes: tonnes, name: name, rate: { _ in amount }, isPerTonne: isPerTonne)
    case .grid(let number, .named(let column)):
      guard let grid = carrier.grids[number]?.content,
        let position = grid.columns.firstIndex(of: column)
      else { return nil }
      return Side(
        tonnes: tonnes, name: name, rate: { grid.figure($0, position) }, isPerTonne: isPerTonne)
    default: return nil
    }
  }

  /// A grid for every place of its tariff must reach as far as the tariff's distances.
  private func checkReach(_ rates: [Rate], _ carrier: TablesInForce.Carrier) {
    guard
      let farthest = carrier.distances.compactMap(\.content.farthest)
        .max(by: { $0.kilometres < $1.kilometres })
    else { return }
    for rate in rates {
      guard case .grid(let number, _) = rate.figure, let grid = carrier.grids[number]?.content,
        !grid.isSteps, let last = grid.belts.last, last.to < farthest.kilometres,
        ![Field.from, .to, .distance, .lane].contains(where: rate.conditions.ask)
      else { continue }
      report(
        .warning, last.mark,
        "the table ends at \(last.to) km, but distances reach \(farthest.kilometres) km "
          + "(\(position(farthest.mark, seenFrom: last.mark)))",
        "add the missing belts: beyond the last there is no rate")
    }
  }
}

extension Conditions {
  /// Where two rows that are otherwise alike change over by weight: the last value of this one and
  /// the first of the other.
  func weightBreak(to heavier: Conditions) -> (last: Int64, first: Int64)? {
    let weights: [Field] = [.chargeable, .weight, .gross]
    func rest(_ conditions: Conditions) -> Set<String> {
      Set(
        conditions.tests.filter { !weights.contains($0.field) }
          .map { "\($0.field.column) \($0.text)" })
    }
    let own = tests.filter { weights.contains($0.field) }
    let other = heavier.tests.filter { weights.contains($0.field) }
    guard own.count == 1, other.count == 1, own[0].field == other[0].field,
      rest(self) == rest(heavier), bothWays == heavier.bothWays,
      let light = own[0].wanted.intervals.only, let heavy = other[0].wanted.intervals.only,
      light.upper < Int64.max, light.upper + 1 == heavy.lower
    else { return nil }
    return (light.upper, heavy.lower)
  }
}

extension Array {
  fileprivate var only: Element? { count == 1 ? first : nil }
}

extension Grid {
  /// The rate in a row and column; nil where the cell is empty.
  fileprivate func figure(_ belt: Int, _ column: Int) -> Exact? {
    guard belts.indices.contains(belt) else { return nil }
    let value = cells[belt * columns.count + column]
    return value == Self.empty ? nil : Exact(Int128(value), over: Int128(scale))
  }
}

extension Distances {
  /// The longest distance of the table.
  fileprivate var farthest: (kilometres: Int, mark: Mark)? {
    entries.max { $0.kilometres < $1.kilometres }.map { ($0.kilometres, $0.mark) }
  }
}
