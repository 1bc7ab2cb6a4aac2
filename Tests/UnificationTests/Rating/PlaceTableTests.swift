import SeededNumbers
import Testing

@testable import Unification

/// Things are found by their key alone, however alike the numbers mixed from it are.
@Suite struct PlaceTableTests {
  private struct Item: BitwiseCopyable {
    let key: UInt64
    let value: Int
  }

  /// Numbers that differ in the upper half, in the lower one, or not at all, against a dictionary.
  @Test(arguments: [UInt64(1), 2, 3]) func againstADictionary(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var arena = Arena(bytes: 1 << 16)
    var table = PlaceTable<Item>(bits: 8, in: &arena)
    func mixed(_ key: UInt64) -> UInt64 {
      switch seed {
      case 1: key % 7
      case 2: (key % 3) << 62 | key
      default: key << 56 | key % 2
      }
    }
    for round in 0..<3 {
      var known: [UInt64: Int] = [:]
      while table.hasRoom {
        let key = UInt64.random(in: 0...400, using: &random)
        let found = table.find(mixed(key)) { $0.pointee.key == key }
        #expect(found?.pointee.value == known[key])
        if found != nil { continue }
        let item = arena.take(Item.self, 1)
        item.initialize(to: Item(key: key, value: round * 1000 + known.count))
        known[key] = item.pointee.value
        table.add(item, mixed(key))
      }
      #expect(known.count == 192)
      for key in UInt64(0)...400 {
        let found = table.find(mixed(key)) { $0.pointee.key == key }
        #expect(found?.pointee.value == known[key])
        let likely = table.likely(mixed(key))
        #expect(known[key] == nil || likely != nil)
      }
      table.clear()
      arena.clear()
      #expect(table.hasRoom && (UInt64(0)...400).allSatisfy { table.likely(mixed($0)) == nil })
    }
  }
}
