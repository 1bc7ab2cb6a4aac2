import TariffRules
import Testing

@testable import Unification

/// Kinds of consignments, of lanes and of legs are kept once, and found again.
@Suite struct KindBookTests {
  private static let tonne: Int64 = 1_000_000

  private static func key(_ number: UInt64) -> RowKey { RowKey(words: (number, 1, number / 7, 3)) }

  /// Terms, lanes and carriers that nobody reads here.
  private struct Shelf: ~Copyable {
    let carrier = UnsafeMutablePointer<CarrierPlan>.allocate(capacity: 1)
    let lanes = UnsafeMutablePointer<KindPlan.Lane>.allocate(capacity: 1)
    let chosen = UnsafeMutablePointer<LegRecipe.Charge>.allocate(capacity: 2)

    deinit {
      carrier.deallocate()
      lanes.deallocate()
      chosen.deallocate()
    }
  }

  @Test func plansByTheirKey() {
    var book = KindBook()
    let shelf = Shelf()
    for number in 0..<UInt64(5000) {
      let plan = book.plan(Self.key(number))
      #expect(plan == nil)
      _ = book.keep(Self.key(number), unit: Int32(number), shelf.lanes, 0)
    }
    for number in 0..<UInt64(5000) {
      let unit = book.plan(Self.key(number))?.pointee.unit
      if unit != Int32(number) { Issue.record("\(number)") }
    }
    book.clear()
    let plan = book.plan(Self.key(1))
    #expect(plan == nil)
  }

  @Test func isFull() {
    var book = KindBook()
    let shelf = Shelf()
    var number: UInt64 = 0
    while book.hasRoom && number < 1_000_000 {
      _ = book.keep(Self.key(number), unit: Int32(number), shelf.lanes, 0)
      number += 1
    }
    #expect(number > 10_000 && number < 1_000_000)
    let first = book.plan(Self.key(0))?.pointee.unit
    let last = book.plan(Self.key(number - 1))?.pointee.unit
    #expect(first == 0 && last == Int32(number - 1))
    book.clear()
    let hasRoom = book.hasRoom
    #expect(hasRoom)
  }

  /// A leg has a recipe for each stretch of weights; those beyond the most are not kept.
  @Test func recipesByWeight() {
    var book = KindBook()
    let shelf = Shelf()
    let one = book.leg(LegKind(LegKey(first: 1), shelf.carrier, conversions: 2))
    let again = book.leg(LegKind(LegKey(first: 1), shelf.carrier, conversions: 2))
    let other = book.leg(LegKind(LegKey(first: 2), shelf.carrier, conversions: 2))
    #expect(one == again && one != other && one.pointee.conversions == 2)
    for number in 0..<Int64(100) {
      var recipe = LegRecipe()
      (recipe.low, recipe.high) = (number * Self.tonne, (number + 1) * Self.tonne - 1)
      (recipe.kilometres, recipe.chargeCount) = (number, 2)
      for index in 0..<2 {
        shelf.chosen[index] = LegRecipe.Charge(
          charge: Int16(index), currency: Int16(number), links: 5)
      }
      book.keep(recipe, shelf.chosen, one)
    }
    let found = (0..<Int64(100)).filter { number in
      guard let recipe = LegKind.recipe(one, number * Self.tonne + 7) else { return false }
      let charges = LegRecipe.charges(recipe)
      return recipe.pointee.kilometres == number && charges[1].charge == 1
        && charges[0].currency == Int16(number) && charges[1].links == 5
    }
    #expect(found == Array(0..<64))
    #expect(LegKind.recipe(one, -1) == nil && LegKind.recipe(other, 0) == nil)
  }

  @Test func tablesStayWhenAllIsCleared() {
    var arena = Arena(bytes: 1 << 12)
    let table = arena.table(UInt64(7), 16)
    let before = arena.used
    let first = arena.take(UInt64.self, 4)
    first.update(repeating: 9, count: 4)
    arena.clear()
    let after = arena.used
    #expect(after == before)
    let again = arena.take(UInt64.self, 4)
    #expect(again == first)
    again.update(repeating: 8, count: 4)
    #expect((0..<16).allSatisfy { table[$0] == 7 })
    let (rest, all) = (arena.hasRoom((1 << 12) - arena.used), arena.hasRoom(1 << 12))
    #expect(rest && !all)
  }
}
