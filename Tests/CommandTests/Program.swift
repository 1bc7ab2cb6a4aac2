import Foundation

/// The built program, run as a person or script would.
struct Program {
  /// What a run left behind.
  struct Outcome: Equatable {
    var output: String
    var errors: String
    var status: Int32
  }

  enum Fault: Error { case notBuilt(String) }

  let url: URL

  /// The program lies beside the bundle of the tests, in debug and in release.
  init() throws {
    url = Self.products.appending(path: "tariff")
    guard FileManager.default.isExecutableFile(atPath: url.path) else {
      throw Fault.notBuilt(url.path)
    }
  }

  private static var products: URL {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
      return (bundle ?? Bundle.main).bundleURL.deletingLastPathComponent()
    #else
      return Bundle.main.bundleURL
    #endif
  }

  /// Runs the program in a folder to its end.
  func run(_ arguments: [String], in folder: URL, input: Data, environment: [String: String] = [:])
    throws -> Outcome
  {
    try start(arguments, in: folder, input: input, environment: environment).outcome()
  }

  /// Starts the program in a folder. Files stand in for pipes, so that no size of output can block.
  func start(
    _ arguments: [String], of other: URL? = nil, in folder: URL, input: Data = Data(),
    environment: [String: String] = [:], output pipe: FileHandle? = nil
  ) throws -> Running {
    let streams = try Scratch()
    let (feed, output, errors) = (
      streams.url.appending(path: "0"), streams.url.appending(path: "1"),
      streams.url.appending(path: "2")
    )
    try input.write(to: feed)
    for url in [output, errors] { try Data().write(to: url) }
    let process = Process()
    process.executableURL = other ?? url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Nothing of the person who runs the tests shall show in a transcript.
    process.environment = ["LC_ALL": "C", "NO_COLOR": "1"].merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: feed)
    process.standardOutput = try pipe ?? FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return Running(process: process, streams: streams)
  }

  /// A run that has begun.
  struct Running {
    let process: Process
    fileprivate let streams: Scratch

    /// Kills it, as nothing can be handled or put off.
    func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Waits for its end; the status of one that was killed is −1.
    func outcome() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        output: HiddenText.shown(try Data(contentsOf: streams.url.appending(path: "1"))),
        errors: HiddenText.shown(try Data(contentsOf: streams.url.appending(path: "2"))),
        status: process.terminationReason == .exit ? process.terminationStatus : -1)
    }
  }
}

/// A folder of its own for one test; gone with it.
final class Scratch {
  let url: URL

  /// - Parameter parent: where it is made; the folder for temporary files unless told otherwise.
  init(in parent: URL = FileManager.default.temporaryDirectory) throws {
    url = parent.appending(path: "tariff-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Makes something of the repository appear in the folder.
  func link(_ name: String, to target: URL) throws {
    try FileManager.default.createSymbolicLink(
      at: url.appending(path: name), withDestinationURL: target)
  }
}

/// Where the tests and the repository lie.
enum Place {
  static let tests = URL(filePath: #filePath).deletingLastPathComponent()
  static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
}
