import Testing

/// Every rule of the house can fail: each is shown a small text that breaks it, and another.
@Suite struct RuleTests {
  private func lines(_ complaints: [Complaint]) -> [Int] { complaints.map(\.line) }

  @Test func longFile() {
    let long = String(repeating: "a\n", count: 401)
    let found = SizeRules.fileLength("A.swift", long)
    #expect(found.map(\.description) == ["A.swift: 401 lines, at most 400"])
    #expect(SizeRules.fileLength("A.swift", String(long.dropLast(2))) == [])
    #expect(SizeRules.fileLength("table.csv", long) == [], "tables are as long as their source")
  }

  @Test func wideLine() {
    let fits = String(repeating: "a", count: 100)
    #expect(lines(SizeRules.columns("A.swift", "x\n\(fits)a\n\(fits)\n")) == [2])
  }

  @Test func fullFolder() {
    let files = (1...26).map { "Sources/CSV/\($0).swift" }
    #expect(SizeRules.folders(files + ["Sources/a"]).map(\.path) == ["Sources/CSV"])
    #expect(SizeRules.folders(Array(files.dropLast())) == [])
  }

  @Test(arguments: [
    "func f(_ a: [Int] = [1].map { $0 }) -> Int {", "private init(\n    a: Int\n  ) throws {",
    "  static subscript(_ a: Int) -> Int {", "  deinit {", "  var a: Int {",
    "  @Test func `a b`() async {",
  ])
  func longFunction(_ opening: String) {
    let inner = 70 - 1 - opening.split(separator: "\n").count
    for (body, found) in [(inner, 0), (inner + 1, 1)] {
      let before = "protocol P {\n  func none()\n  var nothing: Int { get }\n}\nstruct A {\n"
      let lines = String(repeating: "  if a { b(\"}\") } // }\n", count: body)
      let text = before + opening + "\n" + lines + "}\n}\n"
      #expect(SizeRules.functions("A.swift", SwiftText(text)).count == found, "\(text)")
    }
  }

  @Test func aCallIsNoFunction() {
    let text = "let a = A.init(\n" + String(repeating: "  1,\n", count: 80) + ") { 0 }\n"
    #expect(SizeRules.functions("A.swift", SwiftText(text)) == [])
  }

  @Test(arguments: [
    "Sources/tariff/Common.swift", "Tests/helpers/A.swift", "Sources/A/TableManager+Text.swift",
    "TariffTables/utils-old/a.csv",
  ])
  func emptyName(_ path: String) {
    #expect(NameRules.grabBag(path).count == 1)
    #expect(NameRules.grabBag("Sources/tariff/Commonwealth.swift") == [])
  }

  @Test func strangerAtTheTop() {
    let names = [".git", "Package.swift", "Sources", "scripts", "notes.txt"]
    #expect(NameRules.topLevel(names).map(\.path) == ["scripts", "notes.txt"])
  }

  @Test(arguments: [
    ("Sources/ExactMoney/A.swift", "import CSV"), ("Sources/CSV/A.swift", "import ExactMoney"),
    ("Sources/TariffRules/A.swift", "@testable import Unification"),
    ("Sources/Unification/A.swift", "public import struct Billing.Invoice"),
    ("Sources/Unification/A.swift", "import CSQLite"), ("Sources/tariff/A.swift", "import CSQLite"),
    ("Sources/tariff/A.swift", "import Collections"), ("Sources/Other/A.swift", ""),
  ])
  func importUpwards(_ path: String, _ text: String) {
    #expect(ImportRules.direction(path, SwiftText(text)).count == 1)
  }

  @Test(arguments: [
    ("Sources/Billing/A.swift", "import CSQLite\nimport Unification"),
    ("Sources/tariff/A.swift", "import Billing\nimport Glibc"),
    ("Sources/CSV/A.swift", "// import ExactMoney\nlet a = \"import ExactMoney\""),
  ])
  func importDownwards(_ path: String, _ text: String) {
    #expect(ImportRules.direction(path, SwiftText(text)) == [])
  }

  @Test func wholeFoundation() {
    let spared = """
      #if canImport(FoundationEssentials)
        import FoundationEssentials
      #else
        import Foundation
      #endif

      """
    let path = "Sources/A/A.swift"
    #expect(ImportRules.foundation(path, SwiftText(spared)) == [])
    #expect(lines(ImportRules.foundation(path, SwiftText(spared + "import Foundation"))) == [6])
    let swapped = spared.replacing("FoundationEssentials)", with: "Glibc)")
    #expect(lines(ImportRules.foundation(path, SwiftText(swapped))) == [4])
    let more = "import FoundationNetworking"
    #expect(lines(ImportRules.foundation(path, SwiftText(more))) == [1])
  }

  @Test func packageFromElsewhere() {
    let text = "let package = Package(\n  dependencies: [\n    .package(url: \"a\")\n"
    #expect(lines(ImportRules.packages(SwiftText(text))) == [3])
  }

  @Test(arguments: [
    "let a: Double", "a as! Int", "try! f()", "fatalError(\"x\")", "[CGFloat]", "Float(1)",
    "\"\\(Double(1))\"",
  ])
  func bannedWord(_ text: String) {
    #expect(lines(CodeRules.words("Sources/A/A.swift", SwiftText("\n" + text))) == [2])
  }

  @Test func allowedWord() {
    let text = "// Double\nlet a = \"Float\" as? Int /* try! /* as! */ Double */\nDoubled.asset"
    #expect(CodeRules.words("Sources/A/A.swift", SwiftText(text)) == [])
    #expect(CodeRules.words("Tests/A.swift", SwiftText("Double")) == [], "tests may measure")
  }

  @Test func nameOfTheTables() {
    let places = "kind,places\nsource,a\n\nplace,name,also\n100001,Alder,Elm;Oak"
    let known = TableNames([
      ("AA/NORD/places/2020-01-01.csv", places),
      ("joint-venture/parties/2020-01-01.csv", "kind,parties\n\nparty,name\nJV,Both Lines"),
      ("joint-venture/lanes/2020-01-01.csv", "kind,lanes\n\nlane,name\nA-B,A to B"),
      ("joint-venture/customers/2020-01-01.csv", "kind,customers\n\ncustomer,name\nACME,Acme Ltd"),
      ("AA/NORD/rates/2020-01-01.csv", "kind,rates\n\nname,commodity\nGrain,!1001*;10*;*"),
    ])
    #expect(
      known.names == [
        "NORD", "100001", "Alder", "Elm", "Oak", "JV", "Both Lines", "A-B", "A to B", "ACME",
        "Acme Ltd",
      ])
    #expect(known.commodities == ["1001*", "10*"])
    let text = """
      let a = "from NORD to"
      // NORD
      let b = "ALDER NORDIC \\(Oak)"
      let c = \"""
        at Alder,
        \"""
      let d = "10*"
      """
    let found = CodeRules.names("Sources/A/A.swift", SwiftText(text), known: known)
    #expect(lines(found) == [1, 4, 7])
  }

  @Test func sourceTakenApart() {
    let text =
      "a(\"x\\(b(\"y)\") + 1)z\") // c\n#\"\\(no)\"# d /* \n */ e "
      + "\"\"\"\n q\"q\n \"\"\"\nf"
    let source = SwiftText(text)
    #expect(source.code == ["a( b() + 1 ) ", " d ", " e ", "", "", "f"])
    #expect(source.literals.map(\.text) == ["y)", "x\u{FFFC}z", "\\(no)", "\n q\"q\n "])
    #expect(source.literals.map(\.line) == [1, 1, 2, 3])
  }
}
