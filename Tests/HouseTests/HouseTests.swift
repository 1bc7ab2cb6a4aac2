import Testing

/// The repository keeps the rules of its own house: sizes, names, imports, and what code may say.
@Suite struct HouseTests {
  let house: House
  let sources: [(path: String, source: SwiftText)]

  /// Taken apart once for all tests.
  private static let read = Result {
    let house = try House()
    return (house, try house.sources(under: "Sources/"))
  }

  init() throws { (house, sources) = try Self.read.get() }

  @Test func somethingIsLookedAt() {
    #expect(sources.count > 40)
    #expect(house.paths.contains("TariffTables/README.md"))
    #expect(house.paths.contains(".ci/run"))
  }

  @Test func filesAreShort() throws {
    let found = try house.paths.filter(SizeRules.isReading)
      .flatMap { SizeRules.fileLength($0, try house.text($0)) }
    #expect(found == [])
  }

  @Test func functionsAreShort() throws {
    let all = try sources + house.sources(under: "Tests/")
    #expect(all.flatMap { SizeRules.functions($0.path, $0.source) } == [])
  }

  @Test func foldersAreSmall() {
    #expect(SizeRules.folders(house.paths) == [])
  }

  @Test func linesFitTheScreen() throws {
    let found = try house.paths.filter { $0.hasSuffix(".swift") }
      .flatMap { SizeRules.columns($0, try house.text($0)) }
    #expect(found == [])
  }

  @Test func namesSaySomething() {
    #expect(house.paths.flatMap(NameRules.grabBag) == [])
  }

  @Test func theTopIsFixed() throws {
    #expect(NameRules.topLevel(try house.top()) == [])
  }

  @Test func importsPointDown() {
    #expect(sources.flatMap { ImportRules.direction($0.path, $0.source) } == [])
  }

  @Test func foundationStaysSmall() {
    #expect(sources.flatMap { ImportRules.foundation($0.path, $0.source) } == [])
  }

  @Test func nothingComesFromElsewhere() throws {
    #expect(ImportRules.packages(SwiftText(try house.text("Package.swift"))) == [])
  }

  @Test func bannedWordsAreAbsent() {
    #expect(sources.flatMap { CodeRules.words($0.path, $0.source) } == [])
  }

  @Test func noNameOfTheTablesIsInTheCode() throws {
    let tables = house.paths.filter { $0.hasPrefix("TariffTables/") && $0.hasSuffix(".csv") }
    let known = TableNames(
      try tables.map { (String($0.dropFirst("TariffTables/".count)), try house.text($0)) })
    #expect(known.names.count > 100)
    #expect(known.commodities.count > 100)
    #expect(sources.flatMap { CodeRules.names($0.path, $0.source, known: known) } == [])
  }
}
