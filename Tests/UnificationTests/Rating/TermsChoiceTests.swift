import CSV
import SeededNumbers
import TariffRules
import Testing

@testable import Unification

/// Pricing, discounts and agreement that ask much of a consignment: a file is rated by the rows
/// that its quotes are priced by.
@Suite struct TermsChoiceTests {
  private static let header =
    "date,from,to,commodity,equipment,load,weight_kg,count,customer\n"

  private static let places = [
    "100095", "100200", "100300", "100301", "100405", "100410", "100500",
  ]

  private static func tables() throws -> TariffTables {
    let folder = try TableFolder(Folders.tables.appendingPathComponent("base"))
    // A hundred kilometres from each to each.
    let rows = places.indices.map { row in
      "\(places[row]),a place" + places.indices.map { $0 == row ? "," : ",100" }.joined()
    }
    try folder.write(
      "KZ/NR/distances/2026-01-01.csv", kind: "distances",
      ["place,name," + places.joined(separator: ",")] + rows)
    try folder.write(
      "KZ/NR/rates/2026-01-01.csv", kind: "rates", head: ["currency,USD"],
      ["name,charge,equipment,rate,unit,rated_per", "any,haulage,covered-wagon,100,wagon,wagon"])
    try folder.write(
      "joint-venture/customers/2026-01-01.csv", kind: "customers",
      [
        "customer,name,country,currency,payment_days", "ONE,Number one,KZ,USD,30",
        "TWO,Number two,AZ,USD,30",
      ])
    try folder.write(
      "joint-venture/pricing/2026-01-01.csv", kind: "pricing",
      [
        "rank,name,from,to,both_ways,equipment,load,commodity,weight_kg,customer,method,rate,"
          + "currency,step,rounding",
        "1,one way,100095,100500,no,*,*,*,*,*,fixed,201,USD,0.01,half-away",
        "2,both ways,100200,100300,yes,*,*,*,*,*,fixed,202,USD,0.01,half-away",
        "2,to the light,*,100405,no,*,*,*,<=20000,*,fixed,203,USD,0.01,half-away",
        "2,of a customer,*,100410,no,*,*,*,*,ONE,fixed,204,USD,0.01,half-away",
        "2,of a chapter,*,100410,no,*,*,1001,*,TWO,fixed,205,USD,0.01,half-away",
        "2,of a longer code,*,100410,no,*,*,10011,*,TWO,fixed,206,USD,0.01,half-away",
        "2,both fit the light,100500,100405,no,*,*,*,*,*,fixed,207,USD,0.01,half-away",
        "3,empty,*,*,no,*,empty,*,*,*,sum,,USD,0.01,half-away",
        "4,the rest,*,*,no,*,!empty,*,*,*,sum,,USD,0.01,half-away",
      ])
    try folder.write(
      "joint-venture/discounts/2026-01-01.csv", kind: "discounts",
      [
        "name,value,to,count,customer,pricing", "many,0.9,*,>=50,*,the rest",
        "of number two,0.8,*,*,TWO,*", "a place,0.7,100301,*,*,empty",
      ])
    try folder.write(
      "joint-venture/agreement/2026-01-01.csv", kind: "agreement",
      [
        "step,kind,party,basis,percent,of,load,rounding", "1,pass-through,*,,,,*,",
        "2,margin,MC,,5,through-rate,loaded,half-away", "3,prorate,*,own-charges,,,*,",
      ])
    return try folder.load()
  }

  @Test(arguments: [UInt64(1), 2])
  func chosenAsByTheQuote(_ seed: UInt64) throws {
    let tables = try Self.tables()
    var random = SplitMix64(seed: seed)
    var text = Self.header
    for _ in 0..<600 {
      func any(_ words: [String]) -> String { words.randomElement(using: &random) ?? "" }
      let from = any(Self.places)
      let to = any(Self.places.filter { $0 != from })
      let commodity = any(["10011900", "10019900", "1001", "100", "27090000", "10011"])
      text +=
        "2026-01-15,\(from),\(to),\(commodity),covered-wagon,\(any(["loaded", "empty", ""])),"
        + "\(any(["", "20000", "20000.001", "9000"])),\(any(["", "1", "49", "50"])),"
        + "\(any(["ONE", "TWO", ""]))\n"
    }
    let bytes = Array(text.utf8)
    let quoted = String(decoding: try RatedFile.quoted(bytes, tables), as: UTF8.self)
    let rated = try RatedFile.rated(bytes, tables, workers: 1).bytes
    let (lines, others) = (
      quoted.split(separator: "\n"), String(decoding: rated, as: UTF8.self).split(separator: "\n")
    )
    for (line, other) in zip(lines, others) { #expect(line == other) }
    #expect(lines.count == others.count)
    // Not because all is left to the quote.
    var rater = FastRater(
      tables, nil, try ConsignmentFile("sample", CSVReader(bytes: bytes)),
      try #require(Regimes(tables, nil)))
    var reader = CSVReader(bytes: bytes)
    var out = ByteBuffer()
    var answered = 0
    _ = try reader.next()
    while let record = try reader.next() {
      if rater.rate(try record.get(), &out) { answered += 1 }
    }
    #expect(answered > 300)
    // What is tried is what was meant: every price, a conflict, and a weight that is missing.
    // Of number two 20 percent less: 164.00 of 205 and 164.80 of 206.
    let rates = ["201", "202", "203", "204", "164", "207", "100", "90", "80", "72", "70"]
    for rate in rates { #expect(lines.contains { $0.contains(",\(rate).00,") }, "\(rate)") }
    #expect(lines.contains { $0.contains(",164.80,") })
    #expect(lines.contains { $0.contains(",conflict,") })
    #expect(lines.contains { $0.contains(",rejected,") })
  }
}
