import Testing

@testable import TariffRules

@Suite struct DirectoryTests {
  private let tables: TariffTables

  init() throws {
    let folder = try TableFolder()
    try folder.write(
      "AA/RAIL/more-places/2025-01-01.csv",
      [
        "kind,places", "source,a test", "evidence,published", "published,2025-01-01", "",
        "place,name,also,border", "110011,Alphaville,,no", "110012,Şəki,Sheki;Shaki,no",
        "110013,Betania,Old Betania,no",
      ])
    tables = try folder.load()
  }

  /// The code found, `?` and the hint, or the places it could be.
  private func answer(_ answer: Directory.Answer) -> String {
    switch answer {
    case .found(let code): tables.symbols.name(of: code)
    case .unknown(let hint): "?\(hint)"
    case .several(let names): names.joined(separator: " or ")
    }
  }

  @Test(arguments: [
    // by code, by exact name, by another name, whatever the case
    ("110001", "110001"), ("Alpha", "110001"), ("alpha main", "110001"), ("SHEKI", "110012"),
    ("şəki", "110012"), ("Beta", "110002"),
    // an exact name goes before the longer ones it begins
    ("beta", "110002"),
    // by unique beginning, of any of its names
    ("Alphav", "110011"), ("gam", "220001"), ("old", "110013"), ("sh", "110012"), ("D", "220002"),
    // several
    ("Alph", "Alpha Main (110001) or Alphaville (110011)"),
    ("bet", "Beta (110002) or Old Betania (110013)"),
    // none
    ("Gamna", "? Did you mean 'Gamma'?"), ("Omega", "?"), ("11000", "?"), ("999999", "?"),
  ])
  func places(_ text: String, _ expected: String) {
    #expect(answer(tables.directory.place(text)) == expected)
  }

  @Test(arguments: [
    ("container-20", "container-20"), ("22G1", "container-20"),
    ("container-21", "? Did you mean 'container-20'?"), ("", "?"),
  ])
  func equipment(_ text: String, _ expected: String) {
    #expect(answer(tables.directory.equipment(text)) == expected)
  }

  @Test func labels() throws {
    let code = try #require(tables.symbols.number(of: "110012"))
    #expect(tables.directory.label(code) == "Sheki (110012)")
    #expect(tables.directory.country(of: code) == "AA")
  }
}
