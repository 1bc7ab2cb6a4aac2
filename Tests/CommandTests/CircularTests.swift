import Foundation
import Testing

/// A coefficient published on 16 April 2026 with effect from 1 February 2026, over a copy of the
/// shipped tables, from end to end by the command: quotes, the difference, the month rated again,
/// the notes, the settlement, the saved quotes.
///
/// By hand, from the carrier's table (14.90 a tonne at 204 km for 45 t; 21.48 in table 4 for 60 t):
/// - timber, two wagons: 14.90 × 0.85 × 1.04 ÷ 0.80 × 1.02 = 16.79379, 16.79 × 45 × 2 = 1511.10;
///   with 1.05 in the chain 17.6334795, 17.63 × 45 × 2 = 1586.70: 75.60 more, all the carrier's;
/// - steel, three wagons: 21.48 × 0.85 × 1.20 ÷ 0.80 × 1.02 = 27.93474, 27.93 × 60 × 3 = 5027.40;
///   with 1.05 29.331477, 29.33 × 60 × 3 = 5279.40: 252.00 more. Of that the margin of 3 % is 7.56,
///   and 244.44 go to the carrier, the only one whose own charges changed.
///
/// Together 327.60: 320.04 for the carrier and 7.56 of margin. January's timber stays as it is.
@Suite struct CircularTests {
  private let folder: Scratch
  private static let circular = "AZ/ADY/coefficients/2026-02-01_published-2026-04-16.csv"
  private static let old = "TariffTables/AZ/ADY/coefficients/2026-01-01.csv"
  private static let consignments = """
    reference,date,supplied,from,to,via,commodity,equipment,owner,weight_kg,axles,length_m,count,\
    customer
    T,2026-02-10,2026-02-14,547508,548004,,44071100,covered-wagon,private,35000,,,2,ANATOLIA
    S,2026-02-10,2026-02-26,Altynkol,Poti,Kuryk,72083900,gondola-wagon,private,60000,4,14.41,3,\
    ANATOLIA
    J,2026-01-31,2026-02-03,547508,548004,,44071100,covered-wagon,private,35000,,,2,ANATOLIA

    """

  init() throws {
    folder = try Scratch()
    try FileManager.default.copyItem(
      at: Place.root.appending(path: "TariffTables"),
      to: folder.url.appending(path: "TariffTables"))
    try write("february.csv", Self.consignments)
  }

  private func write(_ path: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.url.appending(path: path))
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: folder.url.appending(path: path), encoding: .utf8)
  }

  private func publishCircular() throws {
    try write(
      "TariffTables/" + Self.circular,
      try text(Self.old)
        .replacing("published,2026-01-01", with: "published,2026-04-16")
        .replacing(
          "\nprivate wagon,",
          with: "\ncircular of 16 April,coefficient,1.05,haulage,*,*,*,no,*,loaded"
            + ",*,*,*,*,*,*,*,*,,,,\nprivate wagon,"))
  }

  /// Runs a command; what it says beside the result must be nothing but what is expected.
  @discardableResult
  private func run(_ line: String, _ status: Int32 = 0) throws -> Program.Outcome {
    let outcome = try Shell(folder: folder.url).run(line)
    #expect(outcome.status == status, "$ \(line)\n\(outcome.output)\(outcome.errors)")
    return outcome
  }

  /// The records of CSV without quotation marks, each by its columns.
  private func records(_ csv: String) -> [[String: String]] {
    let lines = csv.split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { cells in
      Dictionary(zip(lines[0], cells)) { first, _ in first }
    }
  }

  /// What a comparison says of the differences, item by item; those that are zero left out.
  private func differences(_ csv: String, _ item: String) -> [String] {
    records(csv).filter { $0["item"] == item && $0["difference"] != "0.00" }
      .map { "\($0["name"] ?? "") \($0["difference"] ?? "")" }
  }

  private func total(_ reference: String, _ asOf: String) throws -> String? {
    let rated = try run("tariff rate february.csv --format csv \(asOf)").output
    return records(rated).first { $0["reference"] == reference }?["total"]
  }

  @Test func theDifferenceIsOneThroughAllBooks() throws {
    try run("tariff invoice february.csv --issue-date 2026-03-02")
    try publishCircular()
    #expect(try total("T", "--as-of 2026-04-01") == "1511.10")
    #expect(try total("T", "") == "1586.70")
    #expect(try total("S", "--as-of 2026-04-01") == "20938.14")
    #expect(try total("S", "") == "21190.14")
    #expect(try total("J", "") == "1511.10")

    let diff = try run(
      "tariff diff --as-of 2026-04-01 --against-as-of all --consignments february.csv "
        + "--format csv", 1
    ).output
    let rerated = try run("tariff rerate 2026-02 --format csv", 1).output
    for comparison in [diff, rerated] {
      #expect(differences(comparison, "total") == ["total 327.60"])
      #expect(differences(comparison, "party") == ["ADY 320.04", "MCM 7.56"])
      #expect(differences(comparison, "lane") == ["ADY 75.60", "ALTYNKOL-POTI-KURYK 252.00"])
      let made = records(comparison).filter { $0["item"] == "consignment-charge" }
      #expect(made.count == 2)
      #expect(made.allSatisfy { $0["rows"]?.contains(Self.circular + ":10]") == true })
    }
    try run("tariff rerate 2026-02 --as-of 2026-04-01")

    let issue = "tariff rerate 2026-02 --issue --issue-date 2026-05-04 --reason circular"
    let first = try run(issue, 1)
    #expect(first.errors.hasSuffix("1 adjustment note\n  USD: 327.60 net\n"), "\(first.errors)")
    let again = try run(issue)
    #expect(again.errors == "0 adjustment notes\n")

    let shares = records(try run("tariff register export --of shares").output)
      .filter { $0["document"] == "MCM-2026-000002" && $0["amount"] != "0.00" }
    #expect(
      shares.map { "\($0["reference"] ?? "") \($0["party"] ?? "") \($0["amount"] ?? "")" } == [
        "T ADY 75.60", "S MCM 7.56", "S ADY 244.44",
      ])
    try run("tariff settle 2026-02", 1)
    let corrections = records(try text("Invoices/SETTLEMENT-2026-02.csv"))
      .filter { $0["item"] == "corrections" && $0["amount"] != "0.00" }
    #expect(
      corrections.map { "\($0["party"] ?? "") \($0["amount"] ?? "")" } == [
        "ADY 320.04", "MCM 7.56",
      ])
    #expect(try run("tariff register verify").output.hasPrefix("2 entries in order"))
  }

  @Test func savedQuotesAreCheckedAndStayAsPromised() throws {
    let quoted = try run("tariff quote --as-of 2026-02-10 --save --format csv february.csv").output
    try write("quoted.csv", quoted)
    #expect(
      try run("tariff quote check --as-of 2026-02-28").output.contains("1511.10 USD  stands"))
    try publishCircular()
    let checked = try run("tariff quote check", 1).output
    #expect(
      checked.contains("1511.10 USD   1586.70 USD  +75.60 from 2026-02-10\n")
        && checked.contains("20938.14 USD  21190.14 USD  +252.00 from 2026-02-10\n"))
    // January's contract costs the same; one of February, which the promise covers, does not.
    #expect(checked.contains("1511.10 USD   1586.70 USD  +75.60 from 2026-02-01\n"))
    #expect(
      checked.contains(
        "coefficient 'circular of 16 April': (nothing) -> 1.05 [\(Self.circular):10]"))
    let one = try run("tariff quote check QUOTE-2026-000001 --format csv", 1).output
    #expect(differences(one, "total") == ["total 75.60"])

    try run("tariff invoice quoted.csv --issue-date 2026-05-04")
    let rerated = try run("tariff rerate 2026-02")
    #expect(rerated.errors.split(separator: "\n").count == 3)
    #expect(
      rerated.errors.contains(
        "(T): billed at the price of QUOTE-2026-000001, as promised: nothing to adjust"))
    let issued = try run(
      "tariff rerate 2026-02 --issue --issue-date 2026-05-05 --reason circular")
    #expect(issued.errors.hasSuffix("0 adjustment notes\n"))
  }

  @Test func anEditionChangedAfterItWasInvoicedIsFound() throws {
    func changed(_ options: String = "") throws -> [String] {
      try run("tariff check --all \(options)").output.split(separator: "\n").map(String.init)
        .filter { $0.contains("after it was invoiced") }
    }
    #expect(try changed() == [], "no register, no finding")
    try run("tariff invoice february.csv --issue-date 2026-03-02")
    try publishCircular()
    #expect(try changed() == [], "another edition is no change")
    let text = try text(Self.old)
    try write(
      Self.old,
      text.replacing("\nprivate wagon,coefficient,0.85", with: "\nprivate wagon,coefficient,0.86"))
    let what =
      "warning: the file was changed after it was invoiced on: first by MCM-2026-000001 of "
      + "2026-03-02"
    #expect(try changed() == ["\(Self.old): \(what)"])
    #expect(try changed("--invoices Elsewhere") == [])
    #expect(try changed("--register Invoices/register.sqlite").count == 1)
    #expect(try run("tariff check").output == "", "a warning is not shown without --all")
    try FileManager.default.removeItem(at: folder.url.appending(path: Self.old))
    #expect(try run("tariff check --strict", 1).output.contains("the file is gone after"))
    try write(Self.old, text)
    #expect(try changed() == [], "put back, nothing has changed")
  }
}
