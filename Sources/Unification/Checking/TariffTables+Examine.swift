import TariffRules

extension TariffTables {
  /// Everything wrong or doubtful in a tables folder, with the conflicts between rules that a
  /// consignment can meet: each has been priced.
  public static func examine(_ folder: String) throws(NoTables) -> [Finding] {
    let loaded = try check(folder)
    guard let tables = loaded.tables else { return loaded.findings }
    var calculator = Calculator(tables)
    let conflicts = loaded.overlaps.map { $0.finding(&calculator) }
    return (loaded.findings + conflicts).sorted()
  }
}

extension RuleOverlap {
  /// The overlap as a finding: an error with a consignment that meets it, or a doubt where none was
  /// found.
  func finding(_ calculator: inout Calculator) -> Finding {
    let tables = calculator.tables
    let other =
      first.mark.file == second.mark.file
      ? "line \(first.mark.line)" : "\(tables.path(first.mark)):\(first.mark.line)"
    func finding(_ severity: Finding.Severity, _ what: String) -> Finding {
      Finding(
        severity, file: tables.path(second.mark), line: Int(second.mark.line), what,
        remedy: remedy)
    }
    let names = "'\(second.name)' and '\(first.name)' (\(other))"
    if rules == .taxes { return finding(.error, "\(names) both fit: \(conditionsInWords(tables))") }
    let witness = Witness(tables, self)
    guard let fields = witness.find(&calculator) else {
      return finding(
        .warning,
        "\(names) would both fit, though no consignment was found that leads to them: "
          + conditionsInWords(tables))
    }
    return finding(.error, "\(names) both fit, for example \(witness.text(fields))")
  }

  private var remedy: String {
    switch rules {
    case .rates, .pricing: "narrow their conditions, or give one of them a lower rank"
    case .charges, .taxes: "narrow their conditions so that one of them fits"
    case .agreement: "narrow their conditions, or give them different steps"
    }
  }

  private func conditionsInWords(_ tables: TariffTables) -> String {
    let words = FactWords(tables: tables)
    let parts = allowed.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { field, values in
      values.first.map { value in
        var facts = Facts()
        facts[field] = value.value
        if field == .commodity { facts.setCommodity(value.value, digits: value.digits) }
        return "\(field.column) \(words.text(field, facts))"
      }
    }
    return parts.isEmpty ? "any consignment" : parts.joined(separator: ", ")
  }
}
