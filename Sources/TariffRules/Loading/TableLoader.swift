import ExactMoney

/// Turns the files of a tables folder into tables: codes first, then what refers to them.
final class TableLoader {
  /// One schedule as found in the folder: its files, parsed but not understood.
  struct Source {
    let scope: String
    let name: String
    let kind: Kind
    let number: Int
    var files: [(table: TableFile, change: Change?, isWithdrawal: Bool)]
  }

  /// The kinds of table; the head of every file names one.
  enum Kind: String, CaseIterable {
    case countries, currencies, equipment, places, parties, customers, grouping, lanes, divisors
    case dangerousGoods = "dangerous-goods"
    case dailyRates = "daily-rates"
    case grid, steps, distances, charges, rates, coefficients, legs, partners, pricing, discounts
    case minimumDistances = "minimum-distances"
    case minimumWeights = "minimum-weights"
    case agreement, taxes, policy
    case partnerColumns = "partner-columns"

    /// Whether a file holds a year of dated rows instead of an edition.
    var isByYear: Bool { self == .divisors || self == .dailyRates }

    /// The areas the kind belongs in; nil for a tariff folder.
    var areas: [String?] {
      switch self {
      case .countries, .currencies, .equipment, .dangerousGoods: ["codes"]
      case .grouping: [nil, "codes"]
      case .divisors: [nil, "exchange-rates"]
      case .dailyRates: ["exchange-rates"]
      case .parties, .customers, .lanes, .legs, .partners, .pricing, .discounts, .agreement,
        .taxes, .policy, .partnerColumns:
        ["joint-venture"]
      default: [nil]
      }
    }
  }

  let loader: Loader
  let findings: FindingList
  var sources: [Source] = []
  var tariffs: [Tariff] = []
  var divisors: [Divisors] = []
  var dailyRates: [DailyRates] = []
  var groupings: [Schedule<Grouping>] = []
  var equipment: [Schedule<[Equipment]>] = []
  var dangerousGoods: [Schedule<[DangerousGoods]>] = []
  var jointVenture = JointVenture()
  var changes: [[Change]] = []

  /// - Parameter workers: how many threads may parse files at once.
  init(_ folder: TableFolder, _ findings: FindingList, workers: Int = 1) {
    self.findings = findings
    loader = Loader(findings)
    collect(folder, workers)
  }

  /// Reads in three rounds: files, rows, and what only shows when all is read. A round with errors
  /// is the last, because what follows from an unreadable file would hide its cause.
  func load() {
    if findings.hasErrors { return }
    readCodes()
    readPlacesAndParties()
    defineGroupings()
    readLanesAndCarriers()
    readGroupings()
    readExchange()
    for index in tariffs.indices { readTariff(index) }
    readJointVenture()
    if !findings.hasErrors { check() }
  }

  /// Reads every edition of the schedules of a kind.
  func schedules<Content: Sendable>(
    _ kind: Kind, in scope: String? = nil, named name: String? = nil,
    needs: [String], may: [String] = [],
    conditions: [Field] = [], free: Bool = false, _ read: (TableReader, Source) -> Content?
  ) -> [Schedule<Content>] {
    let wanted = sources.filter {
      $0.kind == kind && (scope == nil || $0.scope == scope) && (name == nil || $0.name == name)
    }
    return wanted.map { source in
      let entries = source.files.compactMap { file -> Schedule<Content>.Entry? in
        guard let change = file.change else { return nil }
        if file.isWithdrawal { return .init(change: change, edition: nil) }
        checkRows(file.table)
        let reader = TableReader(
          file.table, loader, scope: source.scope, needs: needs, may: may,
          conditions: conditions, free: free)
        guard let content = read(reader, source) else { return nil }
        return .init(change: change, edition: Edition(file: file.table.number, content: content))
      }
      return Schedule(name: source.name, entries: entries)
    }
  }

  /// An edition is the whole schedule: without rows it would silently end what it replaces.
  private func checkRows(_ table: TableFile) {
    guard table.records.isEmpty, let header = table.header.first else { return }
    loader.add(
      table, header.line, 0, "the edition has no rows",
      "add its rows; if the schedule ends on this day write "
        + "'withdrawn,yes' in the head and no table"
    )
  }

  /// The files of a by-year kind, each read on its own.
  func years<Content>(
    _ kind: Kind, needs: [String], _ read: (TableReader, Source) -> Content?
  ) -> [(source: Source, contents: [Content])] {
    sources.filter { $0.kind == kind }.map { source in
      (
        source,
        source.files.compactMap { file in
          read(TableReader(file.table, loader, scope: source.scope, needs: needs), source)
        }
      )
    }
  }

  // MARK: - What stands where

  private func collect(_ folder: TableFolder, _ workers: Int) {
    let parsed = WorkerThreads.map(folder.files.count, workers: workers) { number in
      let (file, own) = (folder.files[number], FindingList())
      let table = TableFile(
        path: file.path, number: Int32(number), bytes: file.bytes, findings: own)
      return (table, own.all)
    }
    var positions: [String: Int] = [:]
    for (file, (table, found)) in zip(folder.files, parsed) {
      for finding in found { findings.add(finding) }
      let evidence = table.head["evidence"].flatMap { Evidence(rawValue: $0.text) }
      let key = file.scope + "/" + file.schedule
      let known = positions[key]
      loader.files.append(
        TableInfo(
          path: file.path, source: table.head["source"]?.text ?? "",
          // Without its evidence a file has an error of its own: no warning that it is invented.
          evidence: evidence ?? .published, schedule: known ?? sources.count))
      checkHead(table, evidence)
      guard let kind = kind(of: table, in: file.scope) else {
        continue
      }
      let change = change(of: file, table, kind)
      if !kind.isByYear { loader.files[Int(table.number)].published = change?.published }
      let entry = (table, change, table.head["withdrawn"]?.text == "yes")
      if let known {
        if sources[known].kind != kind {
          report(
            table, "kind",
            "the kind is '\(kind.rawValue)', other editions say "
              + "'\(sources[known].kind.rawValue)'", "all editions of a schedule are of one kind")
          continue
        }
        sources[known].files.append(entry)
      } else {
        positions[key] = sources.count
        sources.append(
          Source(
            scope: file.scope, name: file.schedule, kind: kind, number: sources.count,
            files: [entry]))
      }
    }
    changes = sources.map { $0.files.compactMap(\.change) }
    checkSameDay()
    let scopes = Set(folder.files.map(\.scope)).subtracting(TableFolder.areas).sorted()
    for scope in scopes {
      let parts = scope.split(separator: "/").map(String.init)
      loader.define(parts[1], .carrier)
      tariffs.append(
        Tariff(
          code: loader.symbols.intern(parts[1]), codeText: parts[1], country: parts[0]))
    }
  }

  private func checkHead(_ table: TableFile, _ evidence: Evidence?) {
    guard !table.head.isEmpty else { return }
    for key in ["kind", "source", "evidence"] where table.head[key] == nil {
      loader.add(
        table, 1, 0, "the head has no '\(key)'", "add a line such as '\(Self.examples[key] ?? key)'"
      )
    }
    if let cell = table.head["evidence"], evidence == nil {
      loader.add(
        table, cell.line, cell.column, "unknown evidence '\(cell.text)'", Loader.evidenceRemedy)
    }
    if let cell = table.head["withdrawn"], cell.text != "yes" {
      loader.add(
        table, cell.line, cell.column, "'\(cell.text)' is not 'yes'",
        "write 'withdrawn,yes' or take the line away")
    } else if table.head["withdrawn"] != nil, let cell = table.header.first {
      loader.add(
        table, cell.line, 0, "a withdrawal has a table",
        "such a file has a head only; a new edition has no 'withdrawn'")
    }
  }

  private static let examples = [
    "kind": "kind,rates", "source": "source,\"circular 12 of 3 March 2026\"",
    "evidence": "evidence,published", "published": "published,2026-02-15",
  ]

  private func kind(of table: TableFile, in scope: String) -> Kind? {
    guard let cell = table.head["kind"] else { return nil }
    guard let kind = Kind(rawValue: cell.text) else {
      let known = Kind.allCases.map(\.rawValue)
      report(
        table, "kind", "unknown kind of table '\(cell.text)'",
        "kinds: \(known.joined(separator: ", ")).\(NearNames.hint(for: cell.text, among: known))")
      return nil
    }
    let area: String? = TableFolder.areas.contains(scope) ? scope : nil
    guard kind.areas.contains(area) else {
      report(
        table, "kind", "a table of kind '\(kind.rawValue)' does not belong here",
        "it belongs in \(kind.areas.map { $0 ?? "a tariff folder" }.joined(separator: " or "))")
      return nil
    }
    return kind
  }

  private func change(of file: TableFolder.File, _ table: TableFile, _ kind: Kind) -> Change? {
    if kind.isByYear {
      if file.stem.utf8.count != 4 || Int(file.stem) == nil {
        loader.add(
          table, 0, 0, "'\(file.stem).csv' is not named for a year",
          "files of kind '\(kind.rawValue)' are named like 2026.csv")
      }
      return Day.earliest.changeOfItself
    }
    // Looked for only where there is a sign of it: most names are a day and nothing else.
    let parts =
      file.stem.utf8.contains(UInt8(ascii: "_"))
      ? file.stem.components(separator: "_published-") : [file.stem]
    guard let effective = Day(parts[0]), parts.count <= 2 else {
      loader.add(
        table, 0, 0, "'\(file.stem).csv' is not named for a day",
        "an edition is named for the day it takes effect, like 2026-03-01.csv "
          + "or 2026-02-01_published-2026-04-16.csv")
      return nil
    }
    guard let cell = table.head["published"] else {
      if !table.head.isEmpty {
        loader.add(
          table, 1, 0, "the head has no 'published'",
          "add a line such as 'published,2026-02-15': the day the edition became known")
      }
      return nil
    }
    guard let published = Day(cell.text) else {
      loader.add(
        table, cell.line, cell.column, "'\(cell.text)' is not a day", "write it as 2026-02-15")
      return nil
    }
    if parts.count == 2 && Day(parts[1]) != published {
      loader.add(
        table, cell.line, cell.column,
        "the head says published \(published), the file name says \(parts[1])",
        "make the two agree")
    }
    return Change(effective: effective, published: published)
  }

  private func checkSameDay() {
    for source in sources where !source.kind.isByYear {
      var seen: [Change: String] = [:]
      for file in source.files {
        guard let change = file.change else { continue }
        if let other = seen.updateValue(file.table.path, forKey: change) {
          loader.add(
            file.table, 0, 0, "the same effective day and day of publication as \(other)",
            "which of the two counts cannot be told: one must be published later")
        }
      }
    }
  }

  private func report(_ table: TableFile, _ key: String, _ message: String, _ remedy: String) {
    loader.add(
      table, table.head[key]?.line ?? 1, table.head[key]?.column ?? 0, message, remedy)
  }
}

extension Day {
  fileprivate var changeOfItself: Change { Change(effective: self, published: self) }
}

extension String {
  fileprivate func components(separator: String) -> [String] {
    guard let range = firstRange(of: separator) else { return [self] }
    return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
  }
}
