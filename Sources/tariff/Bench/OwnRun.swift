#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// This program run once more as a process of its own, as a person or script would: so its time and
/// memory are those of the whole command.
struct OwnRun {
  /// How it ended.
  let status: Int32
  /// How long it took.
  let microseconds: Int
  /// The processor time it took, which others on the machine change less.
  let processorMicroseconds: Int
  /// The most memory it had, in KiB; at least what the process that started it has.
  let peakMemory: Int

  /// Runs it to its end, with an empty environment and no input.
  /// - Parameters:
  ///   - output: the file for its standard output.
  ///   - errors: the file for its standard error.
  init(_ words: [String], output: String, errors: String) throws {
    var actions = Self.noActions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, path) in [(Int32(1), output), (2, errors)] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    let program = try Self.program()
    var arguments = ([program] + words).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    let began = Clock.microseconds()
    var process: pid_t = 0
    let problem = posix_spawn(&process, program, &actions, nil, &arguments, &environment)
    guard problem == 0 else {
      errno = problem
      throw Self.failure("cannot start '\(program)'")
    }
    var ending: Int32 = 0
    var usage = rusage()
    while wait4(process, &ending, 0, &usage) < 0 {
      guard errno == EINTR else { throw Self.failure("cannot wait for '\(program)'") }
    }
    microseconds = Clock.microseconds() - began
    processorMicroseconds = [usage.ru_utime, usage.ru_stime].reduce(0) { sum, time in
      sum + Int(time.tv_sec) * 1_000_000 + Int(time.tv_usec)
    }
    status = ending & 0x7F == 0 ? (ending >> 8) & 0xFF : -1
    #if canImport(Darwin)
      peakMemory = Int(usage.ru_maxrss) / 1024
    #else
      peakMemory = Int(usage.ru_maxrss)
    #endif
  }

  #if canImport(Darwin)
    private static func noActions() -> posix_spawn_file_actions_t? { nil }
  #else
    private static func noActions() -> posix_spawn_file_actions_t { posix_spawn_file_actions_t() }
  #endif

  /// The file this process was started from.
  private static func program() throws -> String {
    #if canImport(Darwin)
      var room = UInt32(PATH_MAX)
      var path = [CChar](repeating: 0, count: Int(room))
      let isFound = _NSGetExecutablePath(&path, &room) == 0
    #else
      var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let isFound = readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0
    #endif
    guard isFound else { throw failure("the program does not find itself") }
    return path.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  private static func failure(_ what: String) -> Stop {
    Stop(.inputOutput, "\(what): \(Output.reason())", remedy: "check rights and limits")
  }
}
