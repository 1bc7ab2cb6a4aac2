// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "tariff",
  platforms: [.macOS(.v15)],
  targets: [
    .target(name: "ExactMoney"),
    .target(name: "CSV"),
    .target(name: "TariffRules", dependencies: ["ExactMoney", "CSV"]),
    .testTarget(name: "ExactMoneyTests", dependencies: ["ExactMoney"]),
    .testTarget(name: "CSVTests", dependencies: ["CSV"]),
  ]
)
