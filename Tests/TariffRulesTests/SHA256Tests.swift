import Testing

@testable import TariffRules

/// The examples of FIPS 180-4 and of the secure hash standard's validation.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func examples(_ message: String, _ digest: String) {
    #expect(SHA256.hex(of: message) == digest)
  }

  @Test func aMillionTimesA() {
    var digest = SHA256()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
    for _ in 0..<1000 { digest.update(piece) }
    #expect(
      digest.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// In whatever pieces the message comes: around every boundary of a block.
  @Test func piecesMakeNoDifference() {
    let bytes = (0..<200).map { UInt8($0) }
    var whole = SHA256()
    whole.update(bytes)
    for cut in 0...200 {
      var parts = SHA256()
      parts.update(Array(bytes[..<cut]))
      _ = parts.hex()
      parts.update(Array(bytes[cut...]))
      #expect(parts.hex() == whole.hex())
    }
  }
}
