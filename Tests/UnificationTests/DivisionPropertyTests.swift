import SeededNumbers
import Testing
import Unification

/// What holds of every division, over agreements, prices and counts drawn at random.
@Suite struct DivisionPropertyTests {
  @Test(arguments: [71, 72, 73] as [UInt64])
  func sharesSumToTheTotalAndFallWhereTheSecondWaySays(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bench = try DivisionBench()
    var divided = 0
    for _ in 0..<25 {
      let model = DivisionModel(&random)
      let quote = try bench.quote(
        price: model.price, charges: model.charges, count: model.count, agreement: model.rows)
      guard let expected = model.divided() else { continue }
      divided += 1
      let message = "\(model): \(quote.refusal?.message ?? "")"
      let shares = try #require(quote.cents, "\(message)")
      #expect(shares.values.reduce(0, +) == model.price * model.count, "\(message)")
      #expect(shares == expected, "\(message)")
      for (party, weight) in model.bases where weight == 0 {
        #expect((quote.cents(party, .prorate) ?? 0) == 0, "\(message)")
      }
    }
    // Most of what is drawn can be divided: the test is no empty one.
    #expect(divided > 15)
  }

  /// A loss divides as the mirror of the same gain.
  @Test(arguments: [81, 82, 83] as [UInt64])
  func aLossIsTheMirrorOfAGain(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bench = try DivisionBench()
    for _ in 0..<8 {
      let charges = [
        "NR": Int.random(in: 0...99, using: &random), "SR": Int.random(in: 1...99, using: &random),
        "ER": Int.random(in: 0...99, using: &random), "PORT": 50_000,
      ]
      let difference = Int.random(in: 0...999, using: &random)
      let order = DivisionModel.partners.shuffled(using: &random).joined(separator: ";")
      let agreement = [
        "1,pass-through,*,,,,,,,,", "4,prorate,*,,,,,own-charges,,,",
        "6,odd-cents,\(order),,,,,,,,", "7,deficit,,,,,,,,prorate,",
      ]
      let gain = try bench.quote(price: 50_000 + difference, charges: charges, agreement: agreement)
      let loss = try bench.quote(price: 50_000 - difference, charges: charges, agreement: agreement)
      for party in DivisionModel.partners {
        let (up, down) = (gain.cents(party, .prorate) ?? 0, loss.cents(party, .prorate) ?? 0)
        #expect(up == -down, "\(charges) \(difference) \(order)")
      }
    }
  }

  /// A guarantee takes from nobody else what the margin can pay.
  @Test(arguments: [91, 92] as [UInt64])
  func theMarginPaysFirst(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bench = try DivisionBench()
    for _ in 0..<12 {
      let least = Int.random(in: 0...20_000, using: &random)
      let kept = Int.random(in: 0...10_000, using: &random)
      let rows = [
        "1,pass-through,*,,,,,,,,", "3,margin,MC,\(DivisionBench.text(kept)),USD,,,,,,",
        "4,prorate,*,,,,,own-charges,,,", "6,odd-cents,SR;ER;NR,,,,,,,,",
      ]
      let guarantee = "5,guarantee,ER,\(DivisionBench.text(least)),USD,,,,,margin,"
      let without = try #require(try bench.quote(price: 65_000, agreement: rows).cents)
      let with = try #require(try bench.quote(price: 65_000, agreement: rows + [guarantee]).cents)
      let missing = max(0, least - (without["ER"] ?? 0))
      let paid = min(kept, missing)
      #expect(with["MC"] == kept - paid)
      #expect(with["ER"] == (without["ER"] ?? 0) + missing)
      let others = (with["NR"] ?? 0) + (with["SR"] ?? 0)
      #expect(others == (without["NR"] ?? 0) + (without["SR"] ?? 0) - (missing - paid))
      #expect(with["PORT"] == 5000)
    }
  }
}
