import ExactMoney

/// What can only be checked once everything is read.
extension TableLoader {
  func check() {
    for tariff in tariffs { check(tariff) }
    checkCarriers()
    checkPlaces()
    checkJointVenture()
    checkExchange()
    for (path, evidence) in loader.files.map({ ($0.path, $0.evidence) })
    where evidence == .illustrative {
      findings.add(
        Finding(
          .warning, file: path, "illustrative figures: invented so that something can run",
          remedy: "replace them when the real table is at hand"))
    }
  }

  private func check(_ tariff: Tariff) {
    let owner = "the tariff \(tariff.codeText)"
    checkSingle(tariff.charges, "charges", owner)
    checkSingle(tariff.coefficients, "coefficients", owner)
    var used: Set<Int> = []
    // The groupings by which columns are picked: many rates share one.
    var pickers: Set<Int> = []
    for edition in tariff.rates.flatMap(\.editions) {
      for rate in edition.content {
        guard case .grid(let number, let column) = rate.figure else { continue }
        used.insert(number)
        check(column, of: tariff.grids[number], rate)
        if case .grouping(let grouping) = column { pickers.insert(grouping) }
      }
    }
    for (number, grid) in tariff.grids.enumerated() where !used.contains(number) {
      guard let edition = grid.editions.last else { continue }
      report(
        .warning, Mark(file: edition.file, line: 0, evidence: .published),
        "the grid '\(grid.name)' is used by no rate", "keep it for reference, or name it in a rate")
    }
    for grid in tariff.grids {
      for edition in grid.editions { checkFalling(edition) }
    }
    for grouping in pickers.sorted() { checkSingleGroups(grouping) }
  }

  private func checkSingle<Content>(
    _ schedules: [Schedule<Content>], _ kind: String, _ owner: String = "the joint venture"
  ) {
    guard schedules.count > 1, let edition = schedules[1].editions.first else { return }
    report(
      .error, Mark(file: edition.file, line: 0, evidence: .published),
      "\(owner) has two schedules of kind '\(kind)'",
      "their order would be a guess: put the rows into one schedule")
  }

  private func check(_ column: Rate.Column, of grid: Schedule<Grid>, _ rate: Rate) {
    for edition in grid.editions {
      let known = edition.content.columns
      let names = known.map { loader.symbols.name(of: $0) }
      switch column {
      case .named(let symbol) where !known.contains(symbol):
        let name = loader.symbols.name(of: symbol)
        report(
          .error, rate.mark, "the grid '\(grid.name)' has no column '\(name)'",
          "its columns: \(names.joined(separator: ", ")).\(NearNames.hint(for: name, among: names))"
        )
      case .grouping(let number):
        for (name, symbol) in loader.groups[number].sorted(by: { $0.key < $1.key })
        where !known.contains(symbol) {
          report(
            .error, rate.mark,
            "the grouping leads to '\(name)', but the grid '\(grid.name)' has no such column",
            "its columns: \(names.joined(separator: ", "))")
        }
      default: break
      }
    }
  }

  private func checkSingleGroups(_ number: Int) {
    for edition in groupings[number].editions {
      for list in Array(edition.content.byPrefix.values) + Array(edition.content.byCode.values)
      where list.count > 1 {
        report(
          .error, list[1].mark, "in two groups (also line \(list[0].mark.line))",
          "a rates table picks a column by this grouping, so each code has one group")
      }
    }
  }

  /// A rate that falls with distance is odd, yet real tariffs have it: a warning.
  private func checkFalling(_ edition: Edition<Grid>) {
    let grid = edition.content
    for (index, belt) in grid.belts.enumerated().dropFirst() {
      let before = grid.belts[index - 1]
      for (position, column) in grid.columns.enumerated() {
        let now = grid.cells[index * grid.columns.count + position]
        let then = grid.cells[(index - 1) * grid.columns.count + position]
        guard now != Grid.empty, then != Grid.empty, now < then else { continue }
        report(
          .warning, belt.mark,
          "the rate falls with \(grid.isSteps ? "time" : "distance"): "
            + "'\(loader.symbols.name(of: column))' is lower at \(belt.from) than at \(before.to)",
          "check the source; the rate is used as it stands")
        break
      }
    }
  }

  /// A carrier is known by its folder's name alone, whatever its country.
  private func checkCarriers() {
    let countries = Set((loader.vocabularies[.country] ?? []).map { loader.symbols.name(of: $0) })
    var known: [String: Tariff] = [:]
    for tariff in tariffs {
      let folder = tariff.country + "/" + tariff.codeText
      if !countries.contains(tariff.country) {
        findings.add(
          Finding(
            .error, file: folder, "unknown country '\(tariff.country)'",
            remedy: "the folder of a country is named by a code of codes/countries."
              + NearNames.hint(for: tariff.country, among: countries)))
      }
      if let other = known.updateValue(tariff, forKey: tariff.codeText) {
        findings.add(
          Finding(
            .error, file: folder,
            "the carrier '\(tariff.codeText)' is also in \(other.country)/\(other.codeText)",
            remedy: "give each tariff folder a name of its own"))
      }
    }
  }

  /// A place has one owner, and a name leads to one place.
  private func checkPlaces() {
    var owners: [Int64: (tariff: Int, mark: Mark)] = [:]
    var names: [String: Place] = [:]
    for (number, tariff) in tariffs.enumerated() {
      for edition in tariff.places.flatMap(\.editions) {
        for place in edition.content.values.sorted(by: { $0.mark.line < $1.mark.line }) {
          let code = loader.symbols.name(of: place.code)
          let owner = owners[place.code] ?? (number, place.mark)
          owners[place.code] = owner
          if owner.tariff != number {
            report(
              .error, place.mark, "the place \(code) is also in \(position(owner.mark))",
              "a place is listed by one tariff only")
          }
          for name in [place.name] + place.also {
            let lower = name.lowercased()
            let first = names[lower] ?? place
            names[lower] = first
            guard first.code != place.code else { continue }
            report(
              .error, place.mark,
              "the place name '\(name)' is also that of \(loader.symbols.name(of: first.code)) "
                + "(\(position(first.mark)))",
              "change the name or 'also' of one of them")
          }
        }
      }
    }
  }

  private func position(_ mark: Mark) -> String {
    "\(loader.files[Int(mark.file)].path):\(mark.line)"
  }

  /// Two figures for one day, neither published later: which counts cannot be told.
  private func checkExchange() {
    let remedy = "which of the two counts cannot be told: one must be published later"
    for periods in divisors.map(\.periods) {
      for (index, period) in periods.enumerated() {
        let twin = periods[..<index].first {
          $0.from <= period.to && period.from <= $0.to && $0.published == period.published
        }
        guard let twin else { continue }
        report(
          .error, period.mark,
          "the period overlaps that of \(position(twin.mark)), published on the same day", remedy)
      }
    }
    for (index, pair) in dailyRates.enumerated() {
      let twin = dailyRates[..<index].first { $0.base == pair.other && $0.other == pair.base }
      guard twin != nil, let row = pair.rows.first else { continue }
      report(
        .error, row.mark,
        "rates of \(pair.base) and \(pair.other) stand in two folders, one each way",
        "keep one: it serves both ways")
    }
    for rows in dailyRates.map(\.rows) {
      var seen: [Change: Mark] = [:]
      for row in rows {
        let change = Change(effective: row.date, published: row.published)
        guard let twin = seen.updateValue(row.mark, forKey: change) else { continue }
        report(
          .error, row.mark, "the same day and day of publication as \(position(twin))", remedy)
      }
    }
    for pair in dailyRates { checkSteps(pair.rows.map { ($0.date, $0.rate, $0.mark) }, "rate") }
    for table in divisors {
      checkSteps(table.periods.map { ($0.from, $0.divisor, $0.mark) }, "divisor")
    }
  }

  /// A point that slipped, or units the wrong way round: money of a year would be wrong unseen.
  private func checkSteps(_ rows: [(day: Day, rate: Exact, mark: Mark)], _ what: String) {
    let rows = rows.sorted { $0.day < $1.day }
    for (before, after) in zip(rows, rows.dropFirst()) {
      guard let up = try? after.rate.divided(by: before.rate),
        let down = try? before.rate.divided(by: after.rate), max(up, down) >= Exact(2)
      else { continue }
      report(
        .warning, after.mark,
        "the \(what) is at least twice, or at most half, the one before "
          + "(\(position(before.mark)))",
        "check its point, and which currency is counted in which")
    }
  }

  private func checkJointVenture() {
    checkSingle(jointVenture.policy, "policy")
    checkSingle(jointVenture.parties, "parties")
    checkSingle(jointVenture.customers, "customers")
    checkSingle(jointVenture.lanes, "lanes")
    checkSingle(jointVenture.legs, "legs")
    checkSingle(jointVenture.partners, "partners")
    checkSingle(jointVenture.pricing, "pricing")
    checkSingle(jointVenture.discounts, "discounts")
    checkSingle(jointVenture.agreement, "agreement")
    checkSingle(jointVenture.taxes, "taxes")
    checkSingle(jointVenture.partnerColumns, "partner-columns")
    let lanes = jointVenture.lanes.flatMap(\.editions).flatMap(\.content)
    let legs = jointVenture.legs.flatMap(\.editions).flatMap(\.content)
    for lane in lanes {
      let own = legs.filter { $0.lane == (lane.reverseOf ?? lane.code) }
      if own.isEmpty {
        report(
          .error, lane.mark, "the lane '\(lane.codeText)' has no legs",
          "add its legs to joint-venture/legs, or name the lane it runs backwards")
      }
    }
    for edition in jointVenture.legs.flatMap(\.editions) {
      for (_, legs) in Dictionary(grouping: edition.content, by: \.lane) {
        let sorted = legs.sorted { $0.number < $1.number }
        for (index, leg) in sorted.enumerated() where leg.number != index + 1 {
          report(
            .error, leg.mark, "leg \(leg.number) where leg \(index + 1) is expected",
            "number the legs of a lane 1, 2, … without a gap")
          break
        }
      }
    }
    for (schedules, kind) in [
      (jointVenture.policy.count, "policy"), (jointVenture.parties.count, "parties"),
    ]
    where schedules == 0 {
      findings.add(
        Finding(
          .error, file: "joint-venture/\(kind)", "there is no table of kind '\(kind)'",
          remedy: "add one; TariffTables/README.md describes it"))
    }
    let parties = Set(jointVenture.parties.flatMap(\.editions).flatMap(\.content).map(\.codeText))
    for tariff in tariffs where !tariff.charges.isEmpty && !parties.contains(tariff.codeText) {
      findings.add(
        Finding(
          .error, file: tariff.country + "/" + tariff.codeText,
          "the carrier '\(tariff.codeText)' is not among the parties",
          remedy: "add it to joint-venture/parties"))
    }
  }

  private func report(
    _ severity: Finding.Severity, _ mark: Mark, _ message: String, _ remedy: String
  ) {
    findings.add(
      Finding(
        severity, file: loader.files[Int(mark.file)].path, line: Int(mark.line), message,
        remedy: remedy))
  }
}
