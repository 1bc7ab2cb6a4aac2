import ExactMoney
import TariffRules

/// Looks for a consignment that two rows of rules both fit, by pricing what their conditions allow.
struct Witness {
  private let tables: TariffTables
  private let overlap: RuleOverlap
  private let words: FactWords

  /// A way on which the rules are asked: the ends of the consignment, and those of the leg.
  private struct Journey {
    let from: Int64, to: Int64
    let via: Int64?
    let lane: Int64
    let isThrough: Bool
    let leg: (from: Int64, to: Int64)
  }

  init(_ tables: TariffTables, _ overlap: RuleOverlap) {
    self.tables = tables
    self.overlap = overlap
    words = FactWords(tables: tables)
  }

  /// The fields of the first consignment found for which the calculator answers that both rows fit.
  func find(_ calculator: inout Calculator) -> [String: String]? {
    var tries = 400
    for day in days {
      let now = calculator.tables(on: day)
      for journey in journeys(now).prefix(60) {
        for fields in consignments(journey, now) {
          tries -= 1
          if tries < 0 { return nil }
          let refusal = calculator.quote(fields: fields).refusal
          guard refusal?.status == .conflict, let found = refusal?.candidates,
            found.contains(overlap.first.mark), found.contains(overlap.second.mark)
          else { continue }
          return fields
        }
      }
    }
    return nil
  }

  /// The fields that matter, in words: `--` options would be no shorter.
  func text(_ fields: [String: String]) -> String {
    func label(_ name: String) -> String {
      fields[name].flatMap { tables.symbols.number(of: $0) }.map { tables.directory.label($0) }
        ?? ""
    }
    var parts = ["\(label("from")) to \(label("to")) on \(fields["date"] ?? "")"]
    if fields["via"] != nil { parts[0] += " by way of \(label("via"))" }
    parts.append("\(fields["equipment"] ?? ""), \(fields["load"] ?? "")")
    let said: Set = ["date", "from", "to", "via", "equipment", "load"]
    var asked = Set(overlap.allowed.keys.map(\.column))
    if asked.contains(Field.chargeable.column) { asked.insert(Field.weight.column) }
    if asked.contains(Field.unClass.column) { asked.insert(Field.unNumber.column) }
    for name in Consignment.fields where asked.contains(name) && !said.contains(name) {
      if let value = fields[name] { parts.append("\(name) \(value)") }
    }
    return parts.joined(separator: ", ")
  }

  // MARK: - Days and journeys

  /// The first day of both rows, then those on which anything changes while they are in force: on
  /// the first one another carrier of the lane may not have its tables yet.
  private var days: [Day] {
    let later = tables.changeDays.filter { day in
      day > overlap.from && overlap.to.map { day <= $0 } ?? true
    }
    return [overlap.from] + later.suffix(6)
  }

  private func journeys(_ now: TablesInForce) -> [Journey] {
    var all: [Journey] = []
    for (code, carrier) in now.carriers.sorted(by: { $0.key < $1.key })
    where overlap.carrier == nil || overlap.carrier == code {
      for pair in carrier.distances.flatMap(\.content.entries) where pair.from != pair.to {
        for (from, to) in [(pair.from, pair.to), (pair.to, pair.from)] {
          all.append(
            Journey(
              from: from, to: to, via: nil, lane: code, isThrough: false, leg: (from, to)))
        }
      }
    }
    for lane in now.lanes { all += through(lane, now) }
    return all.filter { allows($0, now) }
  }

  private func through(_ lane: Lane, _ now: TablesInForce) -> [Journey] {
    let legs = now.legs(of: lane)
    guard let first = legs.first, let last = legs.last else { return [] }
    func journey(_ from: Int64, _ to: Int64, _ leg: LaneLeg) -> Journey {
      let inner = leg.number == legs.first?.number ? leg.to : leg.from
      return Journey(
        from: from, to: to, via: inner == from || inner == to ? nil : inner, lane: lane.code,
        isThrough: true, leg: (leg.from, leg.to))
    }
    if overlap.carrier == nil { return [journey(first.from, last.to, first)] }
    var all: [Journey] = []
    for leg in legs where leg.carrier == overlap.carrier {
      all.append(journey(first.from, last.to, leg))
      let others = now.carriers[leg.carrier]?.distances.flatMap(\.content.entries) ?? []
      for pair in others {
        for (from, to) in [(pair.from, pair.to), (pair.to, pair.from)] {
          if leg.number == first.number, to == leg.to, from != leg.from {
            all.append(journey(from, last.to, leg.with(from: from)))
          }
          if leg.number == last.number, from == leg.from, to != leg.to {
            all.append(journey(first.from, to, leg.with(to: to)))
          }
        }
      }
    }
    return all
  }

  private func allows(_ journey: Journey, _ now: TablesInForce) -> Bool {
    let ends = overlap.carrier == nil ? (from: journey.from, to: journey.to) : journey.leg
    let route = tables.symbols.number(of: journey.isThrough ? "through" : "local")
    guard let from = now.places[journey.leg.from], let to = now.places[journey.leg.to] else {
      return false
    }
    let traffic = LegCalculator.traffic(from, to)
    return allows(.from, ends.from) && allows(.to, ends.to) && allows(.lane, journey.lane)
      && allows(.route, route ?? Facts.absent)
      && allows(.traffic, tables.symbols.number(of: traffic) ?? Facts.absent)
  }

  private func allows(_ field: Field, _ value: Int64) -> Bool {
    overlap.allowed[field]?.contains { $0.value == value } ?? true
  }

  // MARK: - Consignments

  /// What the conditions allow, a few of each field that has several.
  private func consignments(_ journey: Journey, _ now: TablesInForce) -> [[String: String]] {
    var all: [[String: String]] = []
    for item in equipment(now) {
      for commodity in texts(.commodity, most: 4) {
        for weight in weights {
          var ordinary = OrdinaryFields(now, from: journey.from, to: journey.to, via: journey.via)
          if let weight { ordinary.set(weightKilograms: weight) }
          if let gross = texts(.gross, most: 1)[0] {
            ordinary.set(grossKilograms: gross, keepsNet: weight != nil)
          }
          for field in Self.ownFields {
            if let text = texts(field, most: 1)[0] { ordinary.set(field, text) }
          }
          if let number = unNumber(now) { ordinary.set(.unNumber, number) }
          ordinary.set(equipment: item)
          if item.ridesOnAWagon, let owner = texts(.wagonOwner, most: 1)[0] {
            ordinary.set(.wagonOwner, owner)
          }
          if let commodity { ordinary.set(.commodity, commodity) }
          all.append(ordinary.fields)
        }
      }
    }
    return all
  }

  /// Some of the equipment that is allowed, of every unit: what has no rate at all meets no row.
  private func equipment(_ now: TablesInForce) -> [Equipment] {
    let allowed = now.equipment.values.filter { allows(.equipment, $0.code) }
      .sorted { $0.mark.line < $1.mark.line }
    return Equipment.UnitKind.allCases.flatMap { unit in
      let own = allowed.filter { $0.unit == unit }
      return own.prefix(2) + own.dropFirst(2).suffix(2)
    }
  }

  private static let ownFields: [Field] = [
    .load, .owner, .axles, .length, .persons, .goodsOrigin, .oversize, .condition,
    .sectionWagons, .wagonsInTrain, .width, .storageDays, .customer, .count,
  ]

  private var weights: [String?] {
    let fields = [Field.weight, .chargeable].filter { overlap.allowed[$0] != nil }
    guard !fields.isEmpty else { return [nil] }
    return fields.flatMap { texts($0, most: 6) }
  }

  /// Some values of a field as a consignment gives them; nil for "whatever is ordinary".
  private func texts(_ field: Field, most: Int) -> [String?] {
    guard let values = overlap.allowed[field], !values.contains(where: { $0.value == Facts.absent })
    else { return [nil] }
    // From both ends, so that the first and the last pieces of a range are tried.
    let picked =
      values.count <= most ? values : values.prefix(most / 2) + values.suffix(most - most / 2)
    return picked.map { value in
      var facts = Facts()
      if field == .commodity {
        facts.setCommodity(value.value, digits: value.digits)
      } else {
        facts[field] = value.value
      }
      return words.text(field, facts)
    }
  }

  /// A UN number that is allowed and whose class is.
  private func unNumber(_ now: TablesInForce) -> String? {
    let isOrdinary = allows(.unNumber, Facts.absent) && allows(.unClass, Facts.absent)
    if isOrdinary { return nil }
    if let listed = now.unClasses.values.sorted(by: { $0.mark.line < $1.mark.line })
      .first(where: { allows(.unNumber, $0.unNumber) && allows(.unClass, $0.unClass) })
    {
      return tables.symbols.name(of: listed.unNumber)
    }
    return texts(.unNumber, most: 1)[0]
  }
}

extension LegCalculator {
  /// What a leg is to its carrier, from its own two ends.
  static func traffic(_ from: Place, _ to: Place) -> String {
    switch (from.isBorder, to.isBorder) {
    case (true, true): "transit"
    case (true, false): "import"
    case (false, true): "export"
    case (false, false): "domestic"
    }
  }
}
