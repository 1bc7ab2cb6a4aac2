import ExactMoney
import TariffRules
import Unification

/// A partner's statement worked out again from its pack alone: no register, no tables.
public struct PackCheck {
  /// The party's code.
  public let party: String
  /// The month.
  public let month: Month
  /// The digest of the manifest.
  public let digest: String
  /// How many shares there are, and how many of them were divided by a measure.
  public private(set) var lines = 0, measured = 0
  private(set) var currencies: [PackedSums] = []
  private(set) var own: [String] = []

  /// Works out every figure of a pack.
  /// - Throws: `PackFault` with the first that does not follow; `BeyondLimits`.
  public init(_ folder: String) throws {
    let manifestBytes = try Self.bytes(PartnerPack.manifestName, in: folder)
    let manifest = try PackTable(
      PartnerPack.manifestName, manifestBytes, columns: PartnerPack.manifestColumns)
    digest = PartnerPack.digest(of: manifestBytes)
    var files: [String: [UInt8]] = [:]
    for row in manifest.rows {
      guard DocumentFolder.isSafe(row["file"]) else {
        throw row.fault("file", "'\(row["file"])' is no name of a file", unreadable: true)
      }
      files[row["file"]] = try Self.bytes(row["file"], in: folder)
    }
    let names = files.keys.filter {
      $0.hasPrefix(PartnerStatement.namePrefix) && $0.hasSuffix(".csv")
    }
    guard let name = names.first, names.count == 1, let bytes = files[name],
      let rates = files[PartnerPack.ratesName]
    else {
      throw Self.changed(
        PartnerPack.manifestName, "it does not name one statement and '\(PartnerPack.ratesName)'")
    }
    let statement = try PackTable(name, bytes, columns: StatementRows.columns)
    guard let first = statement.rows.first else {
      throw Self.changed(name, "the statement has no rows")
    }
    guard let month = Month(first["month"]) else {
      throw first.fault("month", "'\(first["month"])' is not a month", unreadable: true)
    }
    party = first["party"]
    self.month = month
    try read(statement)
    for index in currencies.indices { try currencies[index].check() }
    try checkOwnCurrency(
      statement,
      try PackTable(PartnerPack.ratesName, rates, columns: PartnerPack.ratesColumns))
    // Last, as a figure says more than a file: what no figure depends on is seen only here.
    for row in manifest.rows where PartnerPack.digest(of: files[row["file"]] ?? []) != row["sha256"]
    {
      throw row.fault(
        "sha256",
        "the bytes of \(row["file"]) are not those of the manifest, though every figure follows")
    }
  }

  private static func bytes(_ name: String, in folder: String) throws(PackFault) -> [UInt8] {
    if let bytes = Files.contents(of: folder + "/" + name) { return bytes }
    let missing = "the file is missing or cannot be read"
    guard name == PartnerPack.manifestName else { throw changed(name, missing) }
    throw PackFault(
      finding: Finding(
        .error, file: name, missing,
        remedy: "name the folder that 'tariff settle MONTH --partner CODE --pack DIR' wrote"),
      isUnreadable: true)
  }

  /// A file of the pack that cannot be read as it is.
  private static func changed(_ file: String, _ message: String) -> PackFault {
    PackFault(
      finding: Finding(.error, file: file, message, remedy: PackTable.remedy), isUnreadable: true)
  }

  private mutating func read(_ statement: PackTable) throws {
    for row in statement.rows {
      guard let kind = StatementRows.Kind(rawValue: row["row"]) else {
        throw row.fault("row", "unknown row '\(row["row"])'", unreadable: true)
      }
      guard row["party"] == party, row["month"] == month.description else {
        throw row.fault(
          "party",
          "the row is of \(row["party"]) for \(row["month"]), the first of \(party) for \(month)")
      }
      if kind == .ownCurrency { continue }
      if kind == .line {
        lines += 1
        if !row["basis"].isEmpty { measured += 1 }
      }
      let place = currencies.firstIndex { $0.currency == row["currency"] } ?? currencies.count
      if place == currencies.count {
        let digits = row["amount"].split(separator: ".").dropFirst().first?.utf8.count ?? 0
        currencies.append(PackedSums(row["currency"], row, digits: min(digits, 4)))
      }
      try currencies[place].add(kind, row)
    }
  }

  private mutating func checkOwnCurrency(_ statement: PackTable, _ rates: PackTable) throws {
    for row in statement.rows where row["row"] == StatementRows.Kind.ownCurrency.rawValue {
      let foreign = String(row["item"].split(separator: " ").last ?? "")
      guard let sums = currencies.first(where: { $0.currency == foreign }) else {
        throw row.fault("item", "there is no net due in '\(foreign)'")
      }
      guard let exact = try PackedSums.entitlement(row) else {
        own.append("\(sums.text(sums.due)) \(foreign): no official rate to \(row["currency"])")
        continue
      }
      guard try row.number("divided") == sums.due else {
        throw row.fault("divided", "the net due in \(foreign) is \(sums.text(sums.due))")
      }
      try checkRate(row, foreign, rates)
      let digits = row["amount"].split(separator: ".").dropFirst().first?.utf8.count ?? 0
      let target = PackedSums(row["currency"], row, digits: min(digits, 4))
      let amount = try target.amount(row)
      guard let rounding = Rounding(step: target.step, mode: .halfAway),
        try exact.rounded(rounding) == amount
      else {
        throw row.fault(
          "amount", "\(target.text(amount)) is not \(exact.approximation(digits: 6)) rounded")
      }
      own.append(
        "\(sums.text(sums.due)) \(row["reference"]) = \(target.text(amount)) \(row["currency"])")
    }
  }

  private func checkRate(_ row: PackTable.Row, _ foreign: String, _ rates: PackTable) throws {
    guard
      let rate = rates.rows.first(where: { $0["from"] == foreign && $0["to"] == row["currency"] })
    else {
      throw row.fault(
        "currency", "\(PartnerPack.ratesName) has no rate from \(foreign) to \(row["currency"])")
    }
    let figure = try rate.number("rate")
    let (used, one) = rate["exchange"] == "multiply" ? ("basis", "bases") : ("bases", "basis")
    guard try row.number(used) == figure, row[one] == "1" else {
      throw rate.fault(
        "rate", "the statement converts at \(row["basis"]) ÷ \(row["bases"]), not at this rate")
    }
    let (day, stated) = (try rate.day("date"), try row.day("date"))
    guard stated == day else {
      throw rate.fault("date", "the statement converts at the rate of \(stated)")
    }
    guard day <= month.last, day.days(until: month.last) <= DailyRates.oldestDays else {
      throw rate.fault(
        "date",
        "only a rate of \(month.last) serves, or of one of the \(DailyRates.oldestDays) days "
          + "before")
    }
  }

  /// What was worked out, for people.
  public func text() -> String {
    var text = [
      "\(party) for \(month): \(lines.counted("share")), "
        + "\(measured) of them divided by a measure"
    ]
    for sums in currencies { text += sums.lines() }
    text += own.map { "  \($0)" }
    return text.joined(separator: "\n") + "\nOK: pack \(digest)\n"
  }
}
