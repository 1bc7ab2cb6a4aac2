import ExactMoney

/// What is charged on a leg, when it is due, and how its money is handled.
public struct ChargeRule: Sendable {
  /// How an amount is rounded.
  public enum Step: Hashable, Sendable {
    /// To a multiple of this amount.
    case amount(Exact)
    /// To the minor unit of the currency.
    case minor
    /// Not at all.
    case exact
  }

  /// How the money of a charge becomes the currency of the through-rate.
  public enum Conversion: Hashable, Sendable {
    /// At the official rate of the date of contract.
    case official
    /// By a published divisor, by its number in `TariffTables.divisors`.
    case divisor(Int)
  }

  /// The charge code, as a symbol.
  public let charge: Int64
  /// As the quote shows it.
  public let name: String
  /// When it is due.
  public let conditions: Conditions
  /// Into the currency of the through-rate.
  public let conversion: Conversion
  /// Rounding of the unit rate.
  public let unitRateStep: Step
  /// Rounding of the charge.
  public let chargeStep: Step
  /// The mode of both.
  public let mode: RoundingMode
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader) -> [ChargeRule] {
    let loader = reader.loader
    for row in reader.rows {
      if let code = row.text("charge") { loader.define(code, .charge) }
    }
    return reader.rows.compactMap { row in
      guard let code = row.needed("charge"), let name = row.needed("name"),
        let convert = row.needed("convert"), row.needed("unit_rate_step") != nil,
        row.needed("charge_step") != nil, row.needed("rounding") != nil,
        let unitStep = row.step("unit_rate_step"), let chargeStep = row.step("charge_step"),
        let mode = row.word("rounding", RoundingMode.self)
      else { return nil }
      var conversion = Conversion.official
      if convert != "official" {
        guard let number = loader.divisor(convert, from: reader.scope) else {
          row.report(
            "convert", "unknown divisors schedule '\(convert)'",
            "write 'official', or a schedule of kind 'divisors' of this tariff or exchange-rates")
          return nil
        }
        conversion = .divisor(number)
      }
      if chargeStep == .exact {
        row.report(
          "charge_step", "a charge cannot be left unrounded", "write an amount or 'minor'")
      }
      return ChargeRule(
        charge: loader.symbols.intern(code), name: name, conditions: row.conditions(),
        conversion: conversion, unitRateStep: unitStep, chargeStep: chargeStep, mode: mode,
        mark: row.mark)
    }
  }
}

extension Row {
  /// A rounding step: an amount above zero, `minor` or `exact`.
  func step(_ column: String) -> ChargeRule.Step? {
    switch text(column) {
    case nil: return nil
    case "minor": return .minor
    case "exact": return .exact
    default:
      guard let amount = decimal(column) else { return nil }
      if amount > .zero { return .amount(amount) }
      report(column, "a rounding step must be above zero", "write '0.01', 'minor' or 'exact'")
      return nil
    }
  }
}

/// One row of a rates table: which rate applies.
public struct Rate: Sendable {
  /// Where the figure comes from.
  public enum Figure: Sendable {
    /// The amount itself.
    case amount(Exact, Currency)
    /// A cell of a grid, by its number in the tariff.
    case grid(Int, Column)
    /// A price on request.
    case onRequest
  }

  /// How the column of a grid is picked.
  public enum Column: Sendable {
    /// By its name, as a symbol.
    case named(Int64)
    /// By the group a grouping puts the consignment into.
    case grouping(Int)
  }

  /// What a person would call it, as a symbol.
  public let name: Int64
  /// The charge it is a rate of.
  public let charge: Int64
  /// When it applies.
  public let conditions: Conditions
  /// A lower rank goes before a higher one.
  public let rank: Int
  /// The figure.
  public let figure: Figure
  /// What the figure is per.
  public let unit: Unit
  /// What the rounded unit rate is per.
  public let ratedPer: Unit
  /// The figure is for each started so many kilometres.
  public let perStartedKilometres: Int?
  /// A deemed quantity in place of the measured one.
  public let deemed: Exact?
  /// Where it stands.
  public let mark: Mark

  static func read(_ reader: TableReader, grids: [String: Int]) -> [Rate] {
    // Known even where the row has a fault: what refers to it has none.
    for row in reader.rows {
      if let name = row.text("name") { reader.loader.define(name, .rate) }
    }
    var lines: [String: Int] = [:]
    return reader.rows.compactMap { row in
      guard let name = row.needed("name"), row.needed("charge") != nil,
        let charge = row.code("charge", .charge),
        row.needed("unit") != nil, row.needed("rated_per") != nil,
        let unit = row.word("unit", Unit.self), let per = row.word("rated_per", Unit.self),
        let figure = row.figure(grids)
      else { return nil }
      if let first = lines.updateValue(row.record.line, forKey: name) {
        row.report(
          "name", "the name '\(name)' comes twice (line \(first))",
          "give each row a name of its own")
      }
      if let stray = per.quantities.first(where: { !unit.quantities.contains($0) }) {
        row.report(
          "rated_per", "a rate per \(unit.rawValue) cannot be rated per \(per.rawValue)",
          "'\(per.rawValue)' counts \(stray.rawValue), which '\(unit.rawValue)' does not")
      }
      let deemed = row.decimal("quantity")
      row.refuseNegative("quantity")
      if deemed != nil && unit != .metre && unit != .grossRegisterTon {
        row.report(
          "quantity", "a deemed quantity is for MTR and grt only", "empty the cell")
      }
      if unit == .grossRegisterTon && deemed == nil {
        row.report("quantity", "a rate per grt needs a deemed quantity", "fill in 'quantity'")
      }
      return Rate(
        name: reader.loader.symbols.intern(name), charge: charge, conditions: row.conditions(),
        rank: row.whole("rank", in: 0...1000) ?? 1, figure: figure,
        unit: unit, ratedPer: per,
        perStartedKilometres: row.whole("per_started_km", in: 1...30_000), deemed: deemed,
        mark: row.mark)
    }
  }
}

extension Row {
  fileprivate func figure(_ grids: [String: Int]) -> Rate.Figure? {
    let rate = text("rate")
    let grid = text("grid")
    guard (rate == nil) != (grid == nil) else {
      report(
        rate == nil ? "rate" : "grid", "a rate row has either a rate or a grid",
        "fill in exactly one of the cells 'rate' and 'grid'")
      return nil
    }
    if rate == "on-request" { return .onRequest }
    if rate != nil {
      guard let amount = decimal("rate") else { return nil }
      if amount < .zero {
        report("rate", "a rate cannot be negative", "write 0 or more, or 'on-request'")
        return nil
      }
      let own = text("currency") == nil ? reader.headCurrency() : currency("currency")
      return own.map { .amount(amount, $0) }
    }
    guard let grid, let number = grids[grid] else {
      report(
        "grid", "unknown grid '\(grid ?? "")'",
        "a grid is a schedule of kind 'grid' or 'steps' in this tariff."
          + NearNames.hint(for: grid ?? "", among: grids.keys))
      return nil
    }
    guard let column = needed("column") else { return nil }
    if column.hasPrefix("by ") {
      guard let grouping = reader.loader.grouping(String(column.dropFirst(3)), from: reader.scope)
      else {
        report(
          "column", "unknown grouping '\(column.dropFirst(3))'",
          "a grouping is a schedule of kind 'grouping' in the same tariff or in codes")
        return nil
      }
      return .grid(number, .grouping(grouping))
    }
    return .grid(number, .named(reader.loader.symbols.intern(column)))
  }
}
