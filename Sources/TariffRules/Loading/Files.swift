#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's calls for reading a folder of small files: a quote from a script reads a hundred at
/// every start, and loading a file library for it would take longer than reading them.
public enum Files {
  /// The names in a folder, sorted by their bytes; nil if it cannot be read.
  /// - Parameter hidden: only those that begin with a point: the others cost next to nothing then.
  public static func names(in folder: String, hidden: Bool = false) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      if hidden && entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)
        ) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The bytes of a regular file; nil if it cannot be read.
  public static func contents(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes: [UInt8] = []
    var isWhole = true
    // One more than the size, so that a file that does not grow ends with the first reading.
    var room = max(1, Int(status.st_size) + 1)
    while true {
      var count = 0
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
        count = read(file, buffer.baseAddress, room)
        filled = max(0, count)
      }
      if count < 0 && errno == EINTR { continue }
      isWhole = count >= 0
      if count <= 0 { break }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      if count < room && bytes.count == Int(status.st_size) { break }
      room = 1 << 16
    }
    return isWhole ? bytes : nil
  }

  /// Whether there is a folder of that name.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
