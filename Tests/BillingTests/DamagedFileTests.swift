import Foundation
import SeededNumbers
import Testing

@testable import Billing

/// The file of a register is damaged by a disk or a slip of the hand: the program says so, or the
/// damage is where nothing is kept; it never fails, and never takes other books for sound.
struct DamagedFileTests {
  /// What happens to the bytes.
  enum Damage: CaseIterable {
    case oneByte, manyBytes, zeroPage, swappedPages, cutOff, textInFront
  }

  private static func damaged(
    _ bytes: Data, _ damage: Damage, _ random: inout SplitMix64
  ) -> Data {
    var bytes = [UInt8](bytes)
    let page = 4096
    let pages = bytes.count / page
    func place() -> Int { Int.random(in: 0..<bytes.count, using: &random) }
    switch damage {
    case .oneByte: bytes[place()] ^= UInt8.random(in: 1...255, using: &random)
    case .manyBytes:
      for _ in 0..<200 { bytes[place()] = UInt8.random(in: 0...255, using: &random) }
    case .zeroPage:
      let at = Int.random(in: 0..<pages, using: &random) * page
      bytes.replaceSubrange(at..<at + page, with: [UInt8](repeating: 0, count: page))
    case .swappedPages:
      let one = Int.random(in: 0..<pages, using: &random) * page
      let other = Int.random(in: 0..<pages, using: &random) * page
      let kept = Array(bytes[one..<one + page])
      bytes.replaceSubrange(one..<one + page, with: Array(bytes[other..<other + page]))
      bytes.replaceSubrange(other..<other + page, with: kept)
    case .cutOff: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    case .textInFront: bytes = Array("mail text\n".utf8) + bytes
    }
    return Data(bytes)
  }

  /// Everything that can be read, as one value.
  private static func contents(_ register: Register) throws -> [String] {
    var texts: [String] = []
    for what in RegisterExport.What.allCases {
      var export = RegisterExport(what: what)
      try register.export(&export, booked: nil) {
        texts.append(String(decoding: $0, as: UTF8.self))
      }
    }
    for listed in try register.list() {
      guard let (_, written) = try register.document(listed.number) else { continue }
      texts += [written.text, written.csv].map { String(decoding: $0, as: UTF8.self) }
      texts += try register.remarks(on: listed.number).map { "\($0.what) \($0.value)" }
    }
    return texts
  }

  @Test(arguments: Damage.allCases) func isNoticedOrDoesNoHarm(damage: Damage) throws {
    let sound = try TamperTests.sound.get()
    let path = FileManager.default.temporaryDirectory.appending(
      path: "damaged-\(UUID().uuidString)"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try sound.write(to: URL(filePath: path))
    let whole = try Self.contents(try Register(path, for: .reading))
    #expect(whole.count > 10)
    var random = SplitMix64(seed: 17)
    var noticed = 0
    let tries = 60
    for number in 1...tries {
      let bytes = Self.damaged(sound, damage, &random)
      try bytes.write(to: URL(filePath: path))
      let register: Register
      do {
        register = try Register(path, for: .reading)
        let fault = try register.verify().firstBad
        if fault == nil {
          #expect(try bytes == sound || Self.contents(register) == whole, "try \(number)")
          continue
        }
      } catch let error as DatabaseError {
        #expect(error.isBadData || error.kind == .empty, "try \(number): \(error.message)")
        #expect(!error.remedy.isEmpty)
        noticed += 1
        continue
      }
      noticed += 1
      // What verify finds fault with may be looked at all the same, and refuses or shows something.
      _ = try? Self.contents(register)
    }
    #expect(noticed > tries / 10, "\(noticed) of \(tries) were noticed")
  }
}
