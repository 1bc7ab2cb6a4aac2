import ExactMoney

/// The agreement's percentages, and taxes that are missing.
extension TableCheck {
  /// The percentages of a step must sum to 100 for every consignment that any of its rows fits.
  func checkPercentages() {
    for now in days {
      let rules = (now.agreement?.content ?? []).filter { $0.basis == .percent }
      for (step, rows) in Dictionary(grouping: rules, by: \.step) {
        checkPercentages(step, rows, now)
      }
    }
  }

  private func checkPercentages(_ step: Int, _ rows: [AgreementRule], _ now: TablesInForce) {
    let codes = FieldCodes(
      tables: tables, vocabularies: parts.loader.vocabularies, tariff: nil)
    var space = RuleSpace(rows.map(\.conditions), codes: codes, now.groupings)
    let boxes = rows.map { space.boxes($0.conditions) }
    // From each row's own part inwards: what the others have in common with it, or not.
    for (index, own) in boxes.enumerated() {
      for box in own {
        var parts: [(box: RuleSpace.Box, rows: [Int])] = [(box, [index])]
        for other in boxes.indices where other != index {
          parts = parts.flatMap { part -> [(box: RuleSpace.Box, rows: [Int])] in
            var split: [(box: RuleSpace.Box, rows: [Int])] = []
            if let both = boxes[other].lazy.compactMap({
              RuleSpace.intersection(part.box, $0)
            }).first {
              split.append((both, part.rows + [other]))
            }
            var steps = 1000
            if let rest = space.part(of: part.box, outside: boxes[other], steps: &steps) {
              split.append((rest, part.rows))
            }
            return split
          }
        }
        for part in parts { checkSum(step, part.rows.sorted().map { rows[$0] }) }
      }
    }
  }

  private func checkSum(_ step: Int, _ rows: [AgreementRule]) {
    var sum = Exact.zero
    for row in rows { sum = (try? sum.plus(row.percent ?? .zero)) ?? sum }
    guard sum != Exact(100), let first = rows.first else { return }
    let lines =
      (rows.count == 1 ? "line " : "lines ")
      + rows.map { "\($0.mark.line)" }.joined(separator: ", ")
    report(
      .error, first.mark,
      "the percentages of step \(step) sum to \(sum), not to 100 (\(lines))",
      "correct them; all rows of the step that fit one consignment count together")
  }

  /// What the joint venture sells has exactly one tax category, whatever way it goes.
  func checkTaxes() {
    for now in days {
      guard let edition = now.taxes, !edition.content.isEmpty,
        let seller = now.jointVentureParty
      else { continue }
      for traffic in Field.traffic.words {
        var facts = Facts()
        facts[.traffic] = tables.symbols.number(of: traffic) ?? Facts.absent
        facts[.sellerCountry] = tables.symbols.number(of: seller.country) ?? Facts.absent
        facts[.service] = tables.symbols.number(of: Field.service.words[0]) ?? Facts.absent
        let mayFit = edition.content.contains { rule in
          !rule.conditions.failures(facts, now.groupings).contains {
            [.traffic, .sellerCountry, .service].contains($0.field)
          }
        }
        if mayFit { continue }
        report(
          .warning, Mark(file: edition.file, line: 0, evidence: .published),
          "no tax category for \(traffic) carriage sold from \(seller.country)",
          "add the row: without it such a consignment cannot be invoiced")
      }
    }
  }
}
