import ExactMoney

extension TariffTables {
  /// The tables as they would be with one more edition in a schedule of the joint venture.
  public func adding(_ proposal: PricingProposal) -> Loaded {
    let parts = proposal.path.split(separator: "/").map(String.init)
    let findings = FindingList()
    let files = folder.adding(
      TableFolder.File(
        path: proposal.path, scope: parts[0], schedule: parts[1],
        stem: String(parts[2].dropLast(4)), bytes: proposal.bytes))
    let loader = TableLoader(files, findings)
    loader.load()
    return Loaded(
      tables: findings.hasErrors ? nil : TariffTables(loader, files), findings: findings.inOrder)
  }

  /// The first day after `first` and up to `last` on which another edition of the pricing table
  /// takes effect.
  public func pricingChange(after first: Day, upTo last: Day, asOf: Day?) -> Day? {
    let days = jointVenture.pricing.compactMap { $0.nextChange(after: first, asOf: asOf) }
    return days.min().flatMap { $0 <= last ? $0 : nil }
  }
}
