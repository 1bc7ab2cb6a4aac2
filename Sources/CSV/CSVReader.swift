/// Reads CSV record by record from bytes that come in pieces, in bounded memory.
///
/// RFC 4180 in UTF-8, lines ended by LF or CRLF, a byte order mark at the start passed over. An
/// empty
/// line is a record of one empty field; nothing follows a final line break.
///
/// Where a record ends follows from the bytes alone: at the first line feed with an even number of
/// quotation marks before it in the record. So a record with an error ends where it would have
/// ended
/// without, and the next one is read as if nothing had happened. Only a record beyond the limit
/// ends
/// at the first line feed after the limit.
public struct CSVReader {
  /// Puts bytes at the start of a buffer (never empty) and returns how many; 0 at the end.
  public typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  /// The most bytes a record may have unless said otherwise, its line feed not counted: 1 MiB.
  public static let maxRecordBytes = 1 << 20

  private let limit: Int
  /// Nil once it has said that there is no more.
  private var source: Source?
  private var buffer: [UInt8]
  /// The bytes read and not yet handed out are `buffer[start..<end]`.
  private var start = 0
  private var end = 0
  /// The line of `start`.
  private var line = 1
  private var isAtStart = true
  /// Set while the rest of a record beyond the limit is passed over.
  private var tooLong: CSVError?
  private var record = CSVRecord()

  /// Reads from a source. A record may have `maxRecordBytes` (1 byte to 1 GiB).
  public init(maxRecordBytes: Int = CSVReader.maxRecordBytes, source: @escaping Source) {
    self.limit = min(max(1, maxRecordBytes), 1 << 30)
    self.source = source
    self.buffer = [UInt8](repeating: 0, count: CSVReader.pieceBytes)
  }

  /// Reads bytes in memory.
  public init(bytes: [UInt8], maxRecordBytes: Int = CSVReader.maxRecordBytes) {
    self.limit = min(max(1, maxRecordBytes), 1 << 30)
    self.source = nil
    self.buffer = bytes
    self.end = bytes.count
  }

  /// Reads bytes in memory that are the middle of a file, from a line of it on.
  public init(continuing bytes: [UInt8], line: Int) {
    self.init(bytes: bytes)
    self.line = line
    isAtStart = false
  }

  /// How many bytes are asked for at a time, at least while records are short.
  private static let pieceBytes = 1 << 16

  /// The next record, or why it cannot be read; nil at the end.
  ///
  /// After a failure the reader goes on with the next record. What the source throws is thrown on,
  /// and nothing is lost by it: the next call asks the source again.
  public mutating func next() throws -> Result<CSVRecord, CSVError>? {
    if try isUTF16() {
      // No line of it could be read: one error says it all.
      (source, start) = (nil, end)
      return .failure(CSVError(line: 1, column: 1, problem: .utf16))
    }
    if tooLong == nil {
      guard let found = try findEnd() else { return nil }
      let (first, firstLine) = (start, line)
      start += found.countWithLineBreak
      line += found.lineFeeds
      if !found.isTooLong {
        do throws(CSVError) {
          try record.parse(buffer, first..<first + found.count, line: firstLine)
          return .success(record)
        } catch {
          // The last line ends with its line feed, if it has one.
          let last = buffer[start - 1] == CSVByte.lineFeed ? line - 1 : line
          return .failure(error.inLines(firstLine...max(firstLine, last)))
        }
      }
      tooLong = CSVError(line: firstLine, column: 1, problem: .recordTooLong(limit: limit))
    }
    try skipLine()
    defer { tooLong = nil }
    return tooLong.map { .failure($0) }
  }

  /// At the start passes over a byte order mark; true where the bytes are UTF-16, as a mark of that
  /// or a plain first character says.
  private mutating func isUTF16() throws -> Bool {
    guard isAtStart else { return false }
    while end - start < CSVByte.byteOrderMark.count, try fill() {}
    isAtStart = false
    if buffer[start..<end].starts(with: CSVByte.byteOrderMark) {
      start += CSVByte.byteOrderMark.count
      return false
    }
    guard end - start >= 2 else { return false }
    switch (buffer[start], buffer[start + 1]) {
    case (0xFF, 0xFE), (0xFE, 0xFF): return true
    case (let first, let second): return (first == 0) != (second == 0) && first | second < 0x80
    }
  }

  /// How far a record goes.
  private struct Found {
    var count: Int
    var countWithLineBreak: Int
    var lineFeeds: Int
    var isTooLong = false
  }

  /// Finds the end of the record at `start`; nil when there is no record.
  private mutating func findEnd() throws -> Found? {
    var offset = 0
    var lineFeeds = 0
    var isQuoted = false
    while true {
      let stop = min(end, start + limit + 1)
      let found = buffer.withUnsafeBufferPointer { buffer -> Found? in
        for index in start + offset..<stop {
          let byte = buffer[index]
          if byte > CSVByte.quote { continue }  // as most are
          if byte == CSVByte.quote {
            isQuoted.toggle()
          } else if byte == CSVByte.lineFeed {
            lineFeeds += 1
            guard !isQuoted else { continue }
            let hasReturn = index > start && buffer[index - 1] == CSVByte.carriageReturn
            let count = index - start
            return Found(
              count: hasReturn ? count - 1 : count, countWithLineBreak: count + 1,
              lineFeeds: lineFeeds)
          }
        }
        return nil
      }
      if let found { return found }
      offset = stop - start
      let isTooLong = offset > limit
      if try isTooLong || !fill() {
        guard offset > 0 else { return nil }
        return Found(
          count: offset, countWithLineBreak: offset, lineFeeds: lineFeeds, isTooLong: isTooLong)
      }
    }
  }

  /// Goes on behind the next line feed, whatever stands before it, or to the end.
  private mutating func skipLine() throws {
    repeat {
      if let index = buffer[start..<end].firstIndex(of: CSVByte.lineFeed) {
        start = index + 1
        line += 1
        return
      }
      start = end
    } while try fill()
  }

  /// Asks the source for more bytes behind `end`; false when there are no more.
  private mutating func fill() throws -> Bool {
    guard let source else { return false }
    if end == buffer.count { makeRoom() }
    let end = end
    let count = try buffer.withUnsafeMutableBytes { bytes in
      let room = UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
      return min(max(0, try source(room)), room.count)
    }
    self.end += count
    if count == 0 { self.source = nil }
    return count > 0
  }

  /// Moves what is left to the front of a full buffer, or doubles it when that would gain little:
  /// so
  /// each byte is moved a bounded number of times, even from a source that gives one at a time.
  private mutating func makeRoom() {
    guard start >= buffer.count / 2 else {
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
      return
    }
    let left = start..<end
    buffer.withUnsafeMutableBytes { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[left]))
    }
    (start, end) = (0, left.count)
  }
}
