extension CSVRecord {
  /// Takes over the bytes of one record, without its line break, and finds the fields in them.
  ///
  /// The bytes are few enough for 32 bits (`CSVReader` sees to it). Storage is used again, so that
  /// reading record after record allocates only while an earlier record is still kept.
  mutating func parse(_ bytes: ArraySlice<UInt8>, line: Int) throws(CSVError) {
    self.line = line
    storage.removeAll(keepingCapacity: storage.capacity <= CSVRecord.capacityKept)
    storage.append(contentsOf: bytes)
    fields.removeAll(keepingCapacity: fields.capacity <= CSVRecord.capacityKept)
    var scanner = FieldScanner(bytes, line: line)
    repeat {
      let (lineOffset, column) = (scanner.line - line, scanner.column)
      let content = try scanner.field()
      var end = content.range.upperBound
      if content.doubledQuotes > 0 {
        closeUpQuotes(in: content.range)
        end -= content.doubledQuotes
      }
      fields.append(
        Field(
          start: Int32(content.range.lowerBound), end: Int32(end),
          lineOffset: Int32(lineOffset), column: Int32(column)))
    } while scanner.skipComma()
  }

  /// So much capacity may be carried from record to record. More is given back, as a record that is
  /// kept keeps it too.
  private static let capacityKept = 1 << 12

  /// Makes doubled quotation marks single, moving what follows them towards the start of the range.
  private mutating func closeUpQuotes(in range: Range<Int>) {
    var (from, to) = (range.lowerBound, range.lowerBound)
    while from < range.upperBound {
      storage[to] = storage[from]
      from += storage[from] == CSVByte.quote ? 2 : 1
      to += 1
    }
  }
}

/// Passes over one record field by field, and counts lines and columns at no cost for plain bytes.
private struct FieldScanner {
  /// What is between the quotation marks of a field, or all of a field that has none around it.
  struct Content {
    /// The place in the record's bytes, from 0.
    var range: Range<Int>
    var doubledQuotes: Int
  }

  private let bytes: ArraySlice<UInt8>
  private var index: Int
  private(set) var line: Int
  /// The index of the line's first byte.
  private var lineStart: Int
  /// How many bytes of the line so far are not the first of their character.
  private var bytesWithoutColumn = 0

  init(_ bytes: ArraySlice<UInt8>, line: Int) {
    self.bytes = bytes
    self.line = line
    index = bytes.startIndex
    lineStart = index
  }

  var column: Int { index - lineStart - bytesWithoutColumn + 1 }

  /// Passes over the comma after a field; false at the end.
  mutating func skipComma() -> Bool {
    guard index < bytes.endIndex else { return false }
    index += 1
    return true
  }

  /// Passes over one field, up to a comma or the end.
  mutating func field() throws(CSVError) -> Content {
    let isQuoted = index < bytes.endIndex && bytes[index] == CSVByte.quote
    let content = try isQuoted ? quotedField() : plainField()
    let (start, end) = (content.range.lowerBound, content.range.upperBound)
    return Content(
      range: start - bytes.startIndex..<end - bytes.startIndex,
      doubledQuotes: content.doubledQuotes)
  }

  private mutating func plainField() throws(CSVError) -> Content {
    let start = index
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == CSVByte.comma { break }
      if byte == CSVByte.quote { throw error(.quoteInPlainField) }
      if CSVByte.isPlain(byte) {
        skipRun()
      } else {
        try skipCharacter()
      }
    }
    return Content(range: start..<index, doubledQuotes: 0)
  }

  private mutating func quotedField() throws(CSVError) -> Content {
    let unclosed = error(.unclosedQuote)
    index += 1
    var content = Content(range: index..<index, doubledQuotes: 0)
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == CSVByte.quote {
        content.range = content.range.lowerBound..<index
        index += 1
        guard index < bytes.endIndex, bytes[index] != CSVByte.comma else { return content }
        guard bytes[index] == CSVByte.quote else { throw error(.textAfterQuote) }
        content.doubledQuotes += 1
        index += 1
      } else if byte == CSVByte.comma {
        index += 1
      } else if CSVByte.isPlain(byte) {
        skipRun()
      } else if byte == CSVByte.lineFeed {
        index += 1
        (line, lineStart, bytesWithoutColumn) = (line + 1, index, 0)
      } else if byte == CSVByte.carriageReturn && index + 1 < bytes.endIndex
        && bytes[index + 1] == CSVByte.lineFeed
      {
        index += 1
      } else {
        try skipCharacter()
      }
    }
    throw unclosed
  }

  private mutating func skipRun() {
    let (bytes, end) = (bytes, bytes.endIndex)
    var next = index
    while next < end {
      let byte = bytes[next]
      if byte > CSVByte.comma && byte < 0x7F {
        next += 1
        continue
      }
      guard byte != CSVByte.comma && byte != CSVByte.quote && CSVByte.isPlain(byte) else { break }
      next += 1
    }
    index = next
  }

  /// Passes over one character that is not plain, unless it is one that is refused.
  private mutating func skipCharacter() throws(CSVError) {
    let byte = bytes[index]
    if byte == CSVByte.carriageReturn { throw error(.loneCarriageReturn) }
    guard byte >= 0x80 else { throw error(.controlCharacter(UInt32(byte))) }
    guard let character = UTF8Scalar(in: bytes, at: index) else { throw error(.notUTF8) }
    guard !RefusedCharacters.contains(character.scalar) else {
      throw error(.controlCharacter(character.scalar.value))
    }
    index += character.length
    bytesWithoutColumn += character.length - 1
  }

  private func error(_ problem: CSVError.Problem) -> CSVError {
    CSVError(line: line, column: column, problem: problem)
  }
}

/// The bytes that mean something in CSV.
enum CSVByte {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether a byte is a character by itself and may stand in a field. (The comma and the quotation
  /// mark are plain in this sense; who minds them looks for them first.)
  static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F
  }
}
