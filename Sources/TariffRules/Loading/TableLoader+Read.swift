import ExactMoney

extension TableLoader {
  /// Codes that everything else refers to.
  func readCodes() {
    let _: [Schedule<Int>] = schedules(.countries, needs: ["country", "name"]) { reader, _ in
      CodeLists.readCountries(reader)
      return 0
    }
    let _: [Schedule<Int>] = schedules(
      .currencies, needs: ["currency", "name", "minor_digits"]
    ) { reader, _ in
      CodeLists.readCurrencies(reader)
      return 0
    }
    equipment = schedules(
      .equipment, needs: ["equipment", "name", "unit"], may: ["teu", "also"]
    ) { reader, _ in Equipment.read(reader) }
    dangerousGoods = schedules(.dangerousGoods, needs: ["un_number", "un_class"]) { reader, _ in
      DangerousGoods.read(reader)
    }
  }

  /// Places of every tariff, parties and customers.
  func readPlacesAndParties() {
    for index in tariffs.indices {
      tariffs[index].places = schedules(
        .places, in: scope(index), needs: ["place", "name", "border"],
        may: ["also", "faces"]
      ) { reader, _ in Place.read(reader) }
    }
    jointVenture.parties = schedules(
      .parties, needs: ["party", "name", "country", "currency"],
      may: ["address", "tax_number", "bank"]
    ) { reader, _ in Party.read(reader) }
    jointVenture.customers = schedules(
      .customers, needs: ["customer", "name", "country", "payment_days"],
      may: ["currency", "address", "tax_number"]
    ) { reader, _ in Customer.read(reader) }
  }

  /// Numbers every grouping and learns its groups, so that conditions can name them.
  func defineGroupings() {
    for source in sources where source.kind == .grouping {
      loader.groupingNumbers[source.scope + "/" + source.name] = loader.groups.count
      var groups: [String: Int64] = [:]
      var field: Field?
      for file in source.files where !file.isWithdrawal {
        field = groupingField(file.table) ?? field
        guard let column = file.table.header.firstIndex(where: { $0.text == "group" }) else {
          continue
        }
        for record in file.table.records where column < record.count && !record.isEmpty(column) {
          let name = record.string(column)
          groups[name] = loader.symbols.intern(name)
        }
      }
      loader.groups.append(groups)
      loader.groupingFields.append(field)
    }
  }

  private func groupingField(_ table: TableFile) -> Field? {
    guard let cell = table.head["key"] else {
      loader.add(
        table, 1, 0, "the head has no 'key'",
        "add a line such as 'key,commodity': the condition column the list groups")
      return nil
    }
    if let field = Field(column: cell.text), Field.ofLeg.contains(field) { return field }
    let known = Field.ofLeg.map(\.column)
    loader.add(
      table, cell.line, cell.column, "'\(cell.text)' cannot be grouped",
      "one of: \(known.joined(separator: ", ")).\(NearNames.hint(for: cell.text, among: known))")
    return nil
  }

  /// Lanes, and the carriers as lanes of their own.
  func readLanesAndCarriers() {
    jointVenture.lanes = schedules(
      .lanes, needs: ["lane", "name", "from", "to", "via", "reverse_of", "transit_days"],
      may: ["guaranteed_days", "rebate_per_day", "rebate_currency", "includes", "excludes"]
    ) { reader, _ in Lane.read(reader) }
    for tariff in tariffs { loader.define(tariff.codeText, .lane) }
  }

  /// The contents of the groupings, now that all codes are known.
  func readGroupings() {
    groupings = sources.filter { $0.kind == .grouping }.map { source in
      let number = loader.groupingNumbers[source.scope + "/" + source.name] ?? 0
      let column = loader.groupingFields[number]?.column ?? "group"
      let read: [Schedule<Grouping>] = schedules(
        .grouping, in: source.scope, named: source.name, needs: [column, "group"],
        // A grouping without a key has a finding of its own, and its columns cannot be judged.
        may: ["name", "un_class"], free: loader.groupingFields[number] == nil
      ) { reader, _ in Grouping.read(reader, number: number) }
      return read.first ?? Schedule(name: source.name, entries: [])
    }
  }

  /// Divisors and daily rates: a file per year, rows with clocks of their own.
  func readExchange() {
    let periods = years(.divisors, needs: ["from", "to", "published", "divisor"]) {
      Divisors.read($0, name: $1.name)
    }
    for (source, contents) in periods {
      guard var all = contents.first else { continue }
      for more in contents.dropFirst() { all.periods += more.periods }
      loader.divisorNumbers[source.scope + "/" + source.name] = divisors.count
      divisors.append(all)
      changes[source.number] = all.periods.map {
        Change(effective: $0.from, published: $0.published)
      }
    }
    let rates = years(.dailyRates, needs: ["date", "published", "per", "rate"]) { reader, source in
      self.pair(source, reader).map { DailyRates.read(reader, base: $0.0, other: $0.1) }
    }
    for (source, contents) in rates {
      changes[source.number] = []
      guard var all = contents.first else { continue }
      for more in contents.dropFirst() { all.rows += more.rows }
      dailyRates.append(all)
    }
  }

  private func pair(_ source: Source, _ reader: TableReader) -> (Currency, Currency)? {
    let codes = source.name.split(separator: "-").map(String.init)
    if codes.count == 2, let base = loader.currencies[codes[0]],
      let other = loader.currencies[codes[1]]
    {
      return (base, other)
    }
    loader.add(
      reader.file, 0, 0, "the folder '\(source.name)' does not name a pair of currencies",
      "name it like USD-KZT, with codes of codes/currencies")
    return nil
  }

  /// The rules of one tariff: grids before the rates that name them, rates before coefficients.
  func readTariff(_ index: Int) {
    let scope = scope(index)
    tariffs[index].distances = schedules(.distances, in: scope, needs: ["place"], free: true) {
      reader, _ in Distances.read(reader)
    }
    readGrids(index, scope)
    readRates(index, scope)
    tariffs[index].minimumDistances = schedules(
      .minimumDistances, in: scope, needs: ["name", "minimum_km"], conditions: Field.ofMinimum
    ) { reader, _ in Minimum.readDistances(reader) }
    tariffs[index].minimumWeights = schedules(
      .minimumWeights, in: scope, needs: ["name", "round_up_kg", "minimum_kg"],
      conditions: Field.ofMinimum
    ) { reader, _ in Minimum.readWeights(reader) }
    tariffs[index].coefficients = schedules(
      .coefficients, in: scope, needs: ["name", "step", "value"],
      may: ["in_place_of", "not_with", "largest_of", "included"], conditions: Field.ofChain
    ) { reader, _ in Coefficient.read(reader) }
  }

  private func readGrids(_ index: Int, _ scope: String) {
    loader.vocabularies[.grid] = []
    for (kind, ends) in [(Kind.grid, "km"), (Kind.steps, "day")] {
      let read: [Schedule<Grid>] = schedules(
        kind, in: scope, needs: ["from_\(ends)", "to_\(ends)"], free: true
      ) { reader, _ in Grid.read(reader, steps: kind == .steps) }
      tariffs[index].grids += read
    }
    tariffs[index].gridNames = tariffs[index].grids.map { grid in
      loader.define(grid.name, .grid)
      return loader.symbols.intern(grid.name)
    }
  }

  private func readRates(_ index: Int, _ scope: String) {
    loader.vocabularies[.charge] = []
    loader.vocabularies[.rate] = []
    tariffs[index].charges = schedules(
      .charges, in: scope,
      needs: ["charge", "name", "convert", "unit_rate_step", "charge_step", "rounding"],
      conditions: Field.ofLeg
    ) { reader, _ in ChargeRule.read(reader) }
    var grids: [String: Int] = [:]
    for (number, grid) in tariffs[index].grids.enumerated() { grids[grid.name] = number }
    tariffs[index].rates = schedules(
      .rates, in: scope, needs: ["name", "charge", "unit", "rated_per"],
      may: ["rank", "rate", "grid", "column", "per_started_km", "quantity", "currency"],
      conditions: Field.ofLeg
    ) { reader, _ in Rate.read(reader, grids: grids) }
  }

  /// The joint venture's rules.
  func readJointVenture() {
    jointVenture.legs = schedules(
      .legs, needs: ["lane", "leg", "carrier", "from", "to", "mode"]
    ) { reader, _ in LaneLeg.read(reader) }
    jointVenture.partners = schedules(.partners, needs: ["partner", "equity"]) { reader, _ in
      Equity.read(reader)
    }
    jointVenture.pricing = schedules(
      .pricing, needs: ["name", "method", "step", "rounding"],
      may: ["rank", "rate", "currency", "floor", "cap", "floor_percent", "cap_percent"],
      conditions: Field.ofConsignment
    ) { reader, _ in PricingRule.read(reader) }
    jointVenture.discounts = schedules(
      .discounts, needs: ["name", "value"],
      may: ["in_place_of", "not_with", "largest_of", "included"], conditions: Field.ofDiscount
    ) { reader, _ in Coefficient.read(reader, discounts: true) }
    jointVenture.agreement = schedules(
      .agreement, needs: ["step", "kind", "party"],
      may: ["amount", "currency", "percent", "of", "basis", "weight", "funded_by", "rounding"],
      conditions: Field.ofConsignment
    ) { reader, _ in AgreementRule.read(reader) }
    jointVenture.taxes = schedules(
      .taxes, needs: ["name", "seller_country", "service", "category", "percent"],
      may: ["legal_basis"], conditions: Field.ofTax
    ) { reader, _ in TaxRule.read(reader) }
    jointVenture.policy = schedules(.policy, needs: ["key", "value"]) { reader, _ in
      PolicyRow.read(reader)
    }
    jointVenture.partnerColumns = schedules(
      .partnerColumns, needs: PartnerColumns.needed, may: PartnerColumns.optional
    ) { reader, _ in PartnerColumns.read(reader) }
  }

  private func scope(_ index: Int) -> String {
    tariffs[index].country + "/" + tariffs[index].codeText
  }
}
