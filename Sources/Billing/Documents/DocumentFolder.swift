#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The folder where documents are written: each appears under its name whole, or not at all.
public struct DocumentFolder {
  /// A document could not be written.
  public struct CannotWrite: Error, Sendable {
    /// The path.
    public let path: String
    /// Why, in the system's words.
    public let reason: String
    /// The system's number for that; 0 where it was not the system that refused.
    var code: Int32 = 0
    /// Whether the folder itself is a file.
    var isFile = false

    /// What is wrong, for people.
    public var message: String {
      isFile ? "'\(path)' is a file, not a folder" : "cannot write '\(path)': \(reason)"
    }

    /// What to do about it.
    public var remedy: String {
      switch code {
      case _ where isFile: "give --invoices the folder of the documents, or move the file away"
      case ENOENT, ENOTDIR: "check the name: the folder that it is to be in must be there"
      case ENOSPC, EDQUOT, EFBIG: "make room and run again: what is recorded stays so"
      case EISDIR: "a folder has that name: move it away and run again: what is recorded stays so"
      case EACCES, EPERM, EROFS, ELOOP:
        "check the folder's rights, or name another; run again: what is recorded stays so"
      default:
        "make room, check the folder's rights, and run again: what is recorded stays so"
      }
    }
  }

  /// The folder.
  public let path: String

  /// Makes the folder if it is not there; takes away what killed processes left half written in it.
  public init(_ path: String) throws(CannotWrite) {
    self.path = path
    if mkdir(path, 0o777) != 0 {
      var status = stat()
      guard errno == EEXIST, stat(path, &status) == 0 else { throw Self.failure(path) }
      errno = ENOTDIR
      guard status.st_mode & S_IFMT == S_IFDIR else {
        var failure = Self.failure(path)
        failure.isFile = true
        throw failure
      }
    }
    removeHalfWritten()
  }

  /// Writes a document under a name made of letters, digits, `-`, `_` and `.` alone.
  ///
  /// It is written under a temporary name without following links, made durable, then renamed.
  public func write(_ bytes: [UInt8], as name: String) throws(CannotWrite) {
    let target = path + "/" + name
    guard Self.isSafe(name) else {
      throw CannotWrite(path: target, reason: "the name has characters no document name has")
    }
    let temporary = path + "/" + Self.temporaryName(name)
    let file = Self.openLocked(temporary)
    guard file >= 0 else { throw Self.failure(target) }
    // Closing it gives up the lock: a file not yet renamed would be taken for one left behind.
    defer { close(file) }
    guard Self.write(bytes, to: file), fsync(file) == 0, rename(temporary, target) == 0 else {
      let failure = Self.failure(target)
      unlink(temporary)
      throw failure
    }
  }

  /// Whether a document of that name is there with exactly this content.
  public func has(_ bytes: [UInt8], as name: String) -> Bool {
    let file = open(path + "/" + name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, Int(status.st_size) == bytes.count else { return false }
    var content = [UInt8](repeating: 0, count: bytes.count)
    var filled = 0
    while filled < content.count {
      let count = content.withUnsafeMutableBytes { buffer in
        systemRead(file, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      }
      guard count > 0 else { return false }
      filled += count
    }
    return content == bytes
  }

  private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      guard var next = buffer.baseAddress else { return true }
      var left = buffer.count
      while left > 0 {
        let written = systemWrite(file, next, left)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return false }
        next += written
        left -= written
      }
      return true
    }
  }

  static func isSafe(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 45, 46, 48...57, 65...90, 95, 97...122: true
        default: false
        }
      }
  }

  /// Whether a path is that of something other than a folder.
  public static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func failure(_ path: String) -> CannotWrite {
    CannotWrite(path: path, reason: String(cString: strerror(errno)), code: errno)
  }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, bytes, count)
}

private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(file, buffer.baseAddress, buffer.count)
}
