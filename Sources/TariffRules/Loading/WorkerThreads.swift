#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock with a condition to wait for: the system's, as no other that waits is at hand.
public final class Gate: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// A gate that nobody is in.
  public init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Does something while nobody else does, as soon as the condition holds.
  public func pass<Result>(when holds: () -> Bool = { true }, _ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    while !holds() { pthread_cond_wait(condition, mutex) }
    let result = body()
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
    return result
  }
}

/// Runs work on several threads, one of them the caller's.
public enum WorkerThreads {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs the same on each; returns when all are done. A thread that cannot be made leaves its work
  /// to the others.
  public static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    let work = Work(body)
    let threads = (1..<max(1, count)).compactMap { _ in start(work) }
    body()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Makes so many things, each on one of the threads.
  /// - Returns: the things in their order, however long each took.
  public static func map<Made>(
    _ count: Int, workers: Int, _ make: @escaping @Sendable (_ number: Int) -> Made
  ) -> [Made] {
    let pieces = Pieces<Made>(count)
    run(min(workers, count)) {
      while let number = pieces.next() { pieces.put(make(number), number) }
    }
    return pieces.all
  }

  /// Pieces of work that are handed out, and what became of them.
  private final class Pieces<Made>: @unchecked Sendable {
    private let gate = Gate()
    private var taken = 0
    private var made: [Made?]

    init(_ count: Int) { made = Array(repeating: nil, count: count) }

    /// The number of the next one; nil where none is left.
    func next() -> Int? {
      gate.pass {
        guard taken < made.count else { return nil }
        taken += 1
        return taken - 1
      }
    }

    func put(_ one: Made, _ number: Int) { gate.pass { made[number] = one } }

    var all: [Made] { made.compactMap(\.self) }
  }

  private static func start(_ work: Work) -> pthread_t? {
    let box = Unmanaged.passRetained(work).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    guard pthread_create(&thread, nil, { Self.enter($0) }, box) == 0 else {
      Unmanaged<Work>.fromOpaque(box).release()
      return nil
    }
    return thread
  }

  private static func enter(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box { Unmanaged<Work>.fromOpaque(box).takeRetainedValue().body() }
    return nil
  }
}
