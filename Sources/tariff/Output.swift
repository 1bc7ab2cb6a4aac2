#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output, a file, and standard error: every byte accounted for.
struct Output {
  private let descriptor: Int32
  private let path: String?
  private let temporary: String?

  /// Standard output, or a file that appears under its name only when it is complete. A link leads
  /// to its file; a device or a pipe is written to as it is, as a file would take its place.
  init(_ path: String?) throws {
    guard let path, path != "-" else {
      descriptor = 1
      self.path = nil
      temporary = nil
      return
    }
    var status = stat()
    let kind = stat(path, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG
    guard kind != S_IFDIR else {
      throw Stop(
        .inputOutput, "'\(path)' is a folder, not a file", remedy: "name a file for the result")
    }
    let target = Self.resolved(path)
    let temporary = kind == S_IFREG ? target + ".part" : nil
    let opened =
      temporary.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644) }
      ?? open(path, O_WRONLY)
    guard opened >= 0 else {
      throw Stop(
        .inputOutput, "cannot write '\(path)': \(Self.reason())",
        remedy: "check that the folder exists and may be written to")
    }
    descriptor = opened
    self.path = target
    self.temporary = temporary
  }

  /// Whether two paths lead to the same file, which is no device and no pipe.
  static func areOneFile(_ path: String, _ other: String) -> Bool {
    var (one, another) = (stat(), stat())
    guard stat(path, &one) == 0, stat(other, &another) == 0, one.st_mode & S_IFMT == S_IFREG
    else { return false }
    return one.st_dev == another.st_dev && one.st_ino == another.st_ino
  }

  /// The file that a link leads to; the path itself where there is none yet.
  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Writes all bytes.
  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// Writes bytes that stand somewhere in memory.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while start < bytes.count {
      let written = systemWrite(descriptor, bytes, from: start)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        if written < 0 && errno == EPIPE {
          throw Stop(
            .inputOutput, "the program that reads the result ended before it was whole",
            remedy: "what was read is incomplete")
        }
        throw Stop(
          .inputOutput, "cannot write the result: \(Self.reason())",
          remedy: "what was written is incomplete; make room and run again")
      }
      start += written
    }
  }

  /// Writes a text.
  func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Closes the output; a file gets its name now.
  func finish() throws {
    guard let path, let temporary else { return }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0 else {
      throw Stop(
        .inputOutput, "cannot write '\(path)': \(Self.reason())",
        remedy: "make room and run again")
    }
  }

  /// Says something beside the result, without the characters that would steer a terminal: names
  /// of files may have any.
  static func say(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    draw(lines.map { Calling.harmless(String($0)) }.joined(separator: "\n") + "\n")
  }

  /// Writes to a terminal as it is.
  static func draw(_ text: String) {
    Array(text.utf8).withUnsafeBytes { buffer in _ = systemWrite(2, buffer, from: 0) }
  }

  /// Whether what is said beside the result can be taken back: on a terminal that is not dumb.
  static var saysOnATerminal: Bool {
    isatty(2) == 1 && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
  }

  /// Why the last system call failed, in the system's words.
  static func reason() -> String { String(cString: strerror(errno)) }

  /// A broken pipe and a limit on the size of files shall be errors to handle, not a death.
  static func surviveFailedWrites() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer, from start: Int)
  -> Int
{
  guard let base = buffer.baseAddress else { return 0 }
  return write(descriptor, base + start, buffer.count - start)
}

/// Standard input or a file, read in pieces.
final class Input {
  private let descriptor: Int32
  let name: String
  /// How many bytes were read.
  private(set) var count = 0
  /// How many there are in a regular file.
  private(set) var size: Int?

  /// `-` is standard input.
  init(_ path: String) throws {
    if path == "-" {
      descriptor = 0
      name = "standard input"
      size = Self.size(of: 0)
      return
    }
    name = Calling.harmless(path)
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Stop(.noInput, "cannot read '\(path)': \(Output.reason())", remedy: "check the name")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Stop(.noInput, "'\(path)' is a folder, not a file", remedy: "name a CSV file")
    }
    descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw Stop(.noInput, "cannot read '\(path)': \(Output.reason())", remedy: "check its rights")
    }
    size = Self.size(of: descriptor)
  }

  private static func size(of descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// Reads a piece; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = systemRead(descriptor, buffer)
      if count >= 0 {
        self.count += count
        return count
      }
      if errno == EINTR { continue }
      throw Stop(
        .inputOutput, "cannot read \(descriptor == 0 ? name : "'\(name)'"): \(Output.reason())",
        remedy: "check the file or pipe")
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}

/// The environment variable of a name.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), let text = String(validatingCString: value), !text.isEmpty
  else { return nil }
  return text
}

/// Ends the program.
func end(_ status: ExitStatus) -> Never { exit(status.rawValue) }
