import Testing
import Unification

/// A railway of a country that the shipped tables do not have, and a lane over it: a matter of
/// tables alone. The railway, its figures and the lane are made up.
@Suite struct NewCountryTests {
  private let folder: TableFolder
  private let box = [
    "date": "2026-08-15", "from": "748101", "to": "663404", "commodity": "85171300",
    "equipment": "container-40", "owner": "private", "wagon_owner": "private",
  ]

  init() throws {
    folder = try TableFolder(Folders.shipped)
    try addRailway()
    try addLane()
  }

  private func addRailway() throws {
    let edition = "2026-01-01.csv"
    try folder.write(
      "TJ/TDT/places/\(edition)", kind: "places",
      [
        "place,name,also,border", "748001,Border of Tajikistan north,,yes",
        "748002,Border of Tajikistan south,,yes", "748101,Dushanbe-test,,no",
      ])
    try folder.write(
      "TJ/TDT/distances/\(edition)", kind: "distances",
      ["place,name,748001", "748002,south,340", "748101,Dushanbe-test,62"])
    try folder.write(
      "TJ/TDT/charges/\(edition)", kind: "charges",
      [
        "charge,name,convert,unit_rate_step,charge_step,rounding",
        "haulage,Rail haulage,official,0.01,0.01,half-away",
      ])
    try folder.write(
      "TJ/TDT/rates/\(edition)", kind: "rates", head: ["currency,TJS"],
      [
        "name,charge,equipment,rate,unit,rated_per",
        "40 ft,haulage,container-40,3,feu-km,container",
      ]
    )
    try folder.write(
      "TJ/TDT/coefficients/\(edition)", kind: "coefficients",
      [
        "name,step,value,traffic", "export,coefficient,1.10,export",
        "forwarder,mark-up,1.05,*",
      ])
    try folder.write(
      "exchange-rates/USD-TJS/2026.csv", kind: "daily-rates",
      ["date,published,per,rate", "2026-08-10,2026-08-10,1,9.30"])
  }

  private func addLane() throws {
    try folder.append(
      "joint-venture/parties/2023-10-26.csv", ["TDT,Railway of Tajikistan,TJ,TJS,Dushanbe,"])
    try folder.append(
      "joint-venture/lanes/2025-01-01.csv",
      ["DUSHANBE-AKTAU,Dushanbe - Aktau,748101,663404,Bolashak,,8,,,,reloading,customs duties"])
    try folder.append(
      "joint-venture/legs/2025-01-01.csv",
      [
        "DUSHANBE-AKTAU,1,TDT,748101,748001,rail", "DUSHANBE-AKTAU,2,KTZ,664703,663404,rail",
        "DUSHANBE-AKTAU,3,AKTAU,663404,663404,port",
      ])
  }

  /// - TDT, export, 62 km: 3 somoni x 1 FEU x 62 = 186; x 1.10 = 204.60; / 9.30 = 22.00 USD;
  ///   x 1.05 = 23.10
  /// - KTZ, transit, 540 km: 0.24 x 1 FEU x 540 = 129.60
  /// - the port of Aktau 95.00; together 247.70, to a whole dollar 248.00
  ///
  /// Divided: TDT and the port pass through; of 129.90 KTZ has 15.00 off the top; 3 % of 114.90 =
  /// 3.447 is the margin; the last 111.45 are KTZ's, the only partner on the way.
  @Test func aThroughRateOverIt() throws {
    var calculator = Calculator(try folder.load())
    let quote = calculator.quote(fields: box)
    let price = try #require(quote.price, "\(quote.refusal?.message ?? "")")
    #expect(price.lane == "DUSHANBE-AKTAU")
    let charges = price.legs.flatMap { leg in
      leg.charges.map { "\(leg.carrierCode) \($0.code) \($0.amount.amountText)" }
    }
    #expect(charges == ["TDT haulage 23.10", "KTZ haulage 129.60", "AKTAU port-handling 95.00"])
    #expect(price.legs.map(\.country) == ["TJ", "KZ", "KZ"])
    #expect(price.legs.map(\.traffic) == ["export", "transit", "transit"])
    #expect(price.unitRate.amountText == "248.00")
    #expect(price.adjustment.amountText == "0.30")
    #expect(quote.cents == ["TDT": 2310, "AKTAU": 9500, "KTZ": 12645, "MCM": 345])
  }

  /// From border to border: 3 x 340 = 1020; / 9.30 x 1.05 = 115.1613. The railway is no partner.
  @Test func aLocalRateOfIt() throws {
    var calculator = Calculator(try folder.load())
    let quote = calculator.quote(
      fields: box.merging(["from": "748002", "to": "748001"]) { $1 })
    #expect(quote.price?.unitRate.amountText == "115.16")
    #expect(quote.cents == ["TDT": 11516])
  }

  @Test func nothingElseChanges() throws {
    let tables = try folder.load()
    let shipped = try Shipped.tables()
    #expect(tables.partyCodes == shipped.partyCodes + ["TDT"])
    var before = Calculator(shipped)
    var after = Calculator(tables)
    #expect(before.quote(fields: box).status == .rejected)
    for lane in LaneTests.lanes {
      let fields = box.merging(["from": lane.from, "to": lane.to, "via": lane.via]) { $1 }
      let (old, new) = (before.quote(fields: fields), after.quote(fields: fields))
      #expect(old.price != nil)
      #expect(old.price?.total == new.price?.total)
      #expect(old.cents == new.cents)
    }
  }
}
