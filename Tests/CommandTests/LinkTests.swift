import Foundation
import Testing

/// The program starts fast because it loads no large library, only Foundation's essential part.
@Suite struct LinkTests {
  /// Names of what must not be loaded nor, where the runtime is part of the program, be linked in.
  static let large = [
    "libFoundation.so", "FoundationInternationalization", "FoundationICU", "FoundationNetworking",
    "FoundationXML",
  ]

  static func loaded(by program: Data) -> [String] {
    large.filter { program.range(of: Data($0.utf8)) != nil }
  }

  #if os(Linux)
    @Test func nothingLargeIsLoaded() throws {
      let program = try Data(contentsOf: Program().url, options: .alwaysMapped)
      #expect(program.starts(with: [0x7F, 0x45, 0x4C, 0x46]), "an ELF file")
      #expect(Self.loaded(by: program) == [])
    }
  #endif

  @Test(arguments: large) func eachWouldBeFound(_ name: String) {
    let program = Data([0x7F, 0x45, 0x4C, 0x46, 0] + "libc.so.6\0_\(name).so\0".utf8)
    #expect(Self.loaded(by: program) == [name])
  }

  @Test func theEssentialPartIsAllowed() {
    let program = Data("libFoundationEssentials.so\0lib_FoundationCShims.so\0".utf8)
    #expect(Self.loaded(by: program) == [])
  }
}
