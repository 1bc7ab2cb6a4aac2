/// Every code that a field can have, of any edition: those of its list, of its closed words, or of
/// one tariff.
struct FieldCodes {
  let tables: TariffTables
  let vocabularies: [Vocabulary: Set<Int64>]
  /// The tariff whose charges, rates and grids are meant; nil for the joint venture's rules.
  let tariff: Tariff?

  func of(_ field: Field) -> [Int64] {
    switch field {
    case .charge: return tariff?.charges.flatMap(\.editions).flatMap(\.content).map(\.charge) ?? []
    case .rate: return tariff?.rates.flatMap(\.editions).flatMap(\.content).map(\.name) ?? []
    case .grid: return tariff?.gridNames ?? []
    default: break
    }
    if field.kind != .code { return [] }
    if !field.words.isEmpty { return field.words.compactMap { tables.symbols.number(of: $0) } }
    return (vocabularies[Vocabulary(field)] ?? []).sorted()
  }
}
