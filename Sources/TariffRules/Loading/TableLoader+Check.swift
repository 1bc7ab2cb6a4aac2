import ExactMoney

/// What can only be checked once everything is read.
extension TableLoader {
  func check() {
    for tariff in tariffs { check(tariff) }
    checkJointVenture()
    let directory = Directory(self)
    for (name, codes) in directory.ambiguous {
      findings.add(
        Finding(
          .error, file: "",
          "the place name '\(name)' belongs to several places: "
            + codes.map { loader.symbols.name(of: $0) }.sorted().joined(separator: ", "),
          remedy: "change the name or 'also' of all but one in the places tables"))
    }
    for (path, evidence) in loader.files.map({ ($0.path, $0.evidence) })
    where evidence == .illustrative {
      findings.add(
        Finding(
          .warning, file: path, "illustrative figures: invented so that something can run",
          remedy: "replace them when the real table is at hand"))
    }
  }

  private func check(_ tariff: Tariff) {
    checkSingle(tariff.charges, "charges", tariff.codeText)
    checkSingle(tariff.coefficients, "coefficients", tariff.codeText)
    var used: Set<Int> = []
    for edition in tariff.rates.flatMap(\.editions) {
      for rate in edition.content {
        guard case .grid(let number, let column) = rate.figure else { continue }
        used.insert(number)
        check(column, of: tariff.grids[number], rate)
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
  }

  private func checkSingle<Content>(
    _ schedules: [Schedule<Content>], _ kind: String, _ tariff: String
  ) {
    guard schedules.count > 1, let edition = schedules[1].editions.first else { return }
    report(
      .error, Mark(file: edition.file, line: 0, evidence: .published),
      "the tariff \(tariff) has two schedules of kind '\(kind)'",
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
        checkSingleGroups(number)
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
          "the rate falls with distance: '\(loader.symbols.name(of: column))' "
            + "is lower at \(belt.from) than at \(before.to)",
          "check the source; the rate is used as it stands")
        break
      }
    }
  }

  private func checkJointVenture() {
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
