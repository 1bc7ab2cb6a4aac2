import Testing

@testable import TariffRules

@Suite struct NearNamesTests {
  private let known = ["container", "wagon", "vehicle", "axle", "axle-km", "TNE"]

  @Test(arguments: [
    ("contaner", "container"), ("Wagon", "wagon"), ("wagno", "wagon"), ("vehicles", "vehicle"),
    ("axel", "axle"), ("tne", "TNE"), ("axle_km", "axle-km"),
  ])
  func slips(_ name: String, _ expected: String) {
    #expect(NearNames.nearest(to: name, among: known) == expected)
  }

  @Test(arguments: ["", "ship", "w", "contribution", String(repeating: "wagon", count: 13)])
  func strangers(_ name: String) {
    #expect(NearNames.nearest(to: name, among: known) == nil)
  }

  /// The answer must not hang on the order of a set.
  @Test func ofEquallyNearNamesTheFirstByName() {
    #expect(NearNames.nearest(to: "ax", among: ["ay", "aw", "bx"]) == "aw")
    #expect(NearNames.nearest(to: "ax", among: ["bx", "aw", "ay"]) == "aw")
  }

  @Test func theHint() {
    #expect(NearNames.hint(for: "wagen", among: known) == " Did you mean 'wagon'?")
    #expect(NearNames.hint(for: "ship", among: known) == "")
  }
}
