import TariffRules

extension Consignment {
  /// What rules can ask about the consignment once its route is known.
  /// - Parameter lane: the lane's code; the carrier's on a local route.
  public func facts(on lane: Int64, isThrough: Bool, _ tables: TablesInForce) -> Facts {
    var facts = self.facts
    facts[.from] = from
    facts[.to] = to
    facts[.lane] = lane
    facts[.route] =
      tables.tables.symbols.number(of: isThrough ? "through" : "local") ?? Facts.absent
    if let equipment = tables.equipment[self.equipment] {
      // The owner of a wagon is its owner; where nobody is named for the wagon under a container,
      // the container's stands for both.
      let isNamed = facts[.wagonOwner] != Facts.absent
      if !equipment.ridesOnAWagon || !isNamed { facts[.wagonOwner] = facts[.owner] }
    }
    if facts[.unNumber] != Facts.absent {
      facts[.unClass] = tables.unClasses[facts[.unNumber]]?.unClass ?? Facts.unknown
    }
    return facts
  }
}
