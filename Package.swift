// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "tariff",
  platforms: [.macOS(.v15)],
  targets: [
    .target(name: "ExactMoney"),
    .target(name: "CSV"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .target(name: "TariffRules", dependencies: ["ExactMoney", "CSV"]),
    // A header alone, with a word for the processor that Swift has not: nothing is compiled for it.
    .systemLibrary(name: "CProcessor"),
    .target(
      name: "Unification", dependencies: ["ExactMoney", "CSV", "TariffRules", "CProcessor"]),
    .target(
      name: "Billing",
      dependencies: ["ExactMoney", "CSV", "TariffRules", "Unification", "CSQLite"]),
    .executableTarget(
      name: "tariff",
      dependencies: ["ExactMoney", "CSV", "TariffRules", "Unification", "Billing"],
      linkerSettings: [
        // A quote from a script starts in half the time when the runtime is part of the program.
        .unsafeFlags(["-static-stdlib"], .when(platforms: [.linux], configuration: .release))
      ]),
    .target(name: "SeededNumbers", path: "Tests/SeededNumbers"),
    .testTarget(name: "ExactMoneyTests", dependencies: ["ExactMoney", "SeededNumbers"]),
    .testTarget(name: "CSVTests", dependencies: ["CSV", "SeededNumbers"]),
    .testTarget(
      name: "BillingTests",
      dependencies: [
        "ExactMoney", "CSV", "TariffRules", "Unification", "Billing", "SeededNumbers",
      ]),
    .testTarget(name: "HouseTests", dependencies: ["CSV"]),
    .testTarget(
      name: "TariffRulesTests",
      dependencies: ["ExactMoney", "CSV", "TariffRules", "SeededNumbers"], exclude: ["Tables"]),
    .testTarget(
      name: "UnificationTests",
      dependencies: ["ExactMoney", "CSV", "TariffRules", "Unification", "SeededNumbers"],
      exclude: ["Cases", "Tables"]),
    .testTarget(
      name: "CommandTests", dependencies: ["tariff"],
      exclude: ["Cases", "Files", "Tables"]),
  ]
)
