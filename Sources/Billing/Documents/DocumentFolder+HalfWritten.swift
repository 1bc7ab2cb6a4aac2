import TariffRules

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A document that is being written has a temporary name and a lock, which the system takes away
/// when the process ends, however it ends: so what is still being written can be told from what a
/// killed process left, without looking at clocks or at processes of other machines.
extension DocumentFolder {
  private static let ending = ".part"

  static func temporaryName(_ name: String) -> String { ".\(name).\(getpid())\(ending)" }

  /// Whether it is a name that `temporaryName` gives to a document.
  private static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
    let parts = name.dropFirst().dropLast(ending.count).split(
      separator: ".", omittingEmptySubsequences: false)
    guard let process = parts.last, Int32(process) != nil else { return false }
    return isSafe(parts.dropLast().joined(separator: "."))
  }

  /// Makes a file to write a document to.
  /// - Returns: the open file, or a negative number with the reason in `errno`.
  static func openLocked(_ temporary: String) -> Int32 {
    while true {
      // An older process may have had the same number.
      unlink(temporary)
      let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
      guard file >= 0 else { return file }
      var status = stat()
      // Before it was locked another process may have taken it for one left behind.
      let isLost = flock(file, LOCK_EX) == 0 && fstat(file, &status) == 0 && status.st_nlink == 0
      if !isLost { return file }
      close(file)
    }
  }

  /// Takes away the temporary files that no process is writing.
  func removeHalfWritten() {
    for name in Files.names(in: path, hidden: true) ?? [] where Self.isTemporary(name) {
      let temporary = path + "/" + name
      let file = open(temporary, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(temporary) }
      close(file)
    }
  }
}
