// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "tariff",
  platforms: [.macOS(.v15)],
  targets: [
    .target(name: "ExactMoney"),
    .target(name: "CSV"),
    .target(name: "TariffRules", dependencies: ["ExactMoney", "CSV"]),
    .target(name: "Unification", dependencies: ["ExactMoney", "CSV", "TariffRules"]),
    .target(
      name: "Billing", dependencies: ["ExactMoney", "CSV", "TariffRules", "Unification"]),
    .executableTarget(
      name: "tariff",
      dependencies: ["ExactMoney", "CSV", "TariffRules", "Unification", "Billing"]),
    .testTarget(name: "ExactMoneyTests", dependencies: ["ExactMoney"]),
    .testTarget(name: "CSVTests", dependencies: ["CSV"]),
    .testTarget(
      name: "BillingTests",
      dependencies: ["ExactMoney", "CSV", "TariffRules", "Unification", "Billing"]),
  ]
)
