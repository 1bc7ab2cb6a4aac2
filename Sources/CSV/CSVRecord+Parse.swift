extension CSVRecord {
  /// Takes over the bytes of one record, without its line break, and finds the fields in them.
  ///
  /// The bytes are few enough for 32 bits (`CSVReader` sees to it). Storage is used again, so that
  /// reading record after record allocates only while an earlier record is still kept.
  mutating func parse(_ bytes: [UInt8], _ range: Range<Int>, line: Int) throws(CSVError) {
    self.line = line
    storage.removeAll(keepingCapacity: storage.capacity <= CSVRecord.capacityKept)
    storage.append(contentsOf: bytes[range])
    fields.removeAll(keepingCapacity: fields.capacity <= CSVRecord.capacityKept / 16)
    let found = bytes.withUnsafeBufferPointer { bytes -> CSVError? in
      do throws(CSVError) {
        try findFields(bytes, range)
        return nil
      } catch { return error }
    }
    if let found { throw found }
  }

  private mutating func findFields(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(CSVError) {
    var scanner = FieldScanner(bytes, range, line: line)
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

  /// So many bytes of capacity may be carried from record to record (a field has 16). More is given
  /// back, as a record that is kept keeps it too.
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

  private let bytes: UnsafeBufferPointer<UInt8>
  private let start: Int
  private let end: Int
  private var index: Int
  private(set) var line: Int
  /// The index of the line's first byte.
  private var lineStart: Int
  /// How many bytes of the line so far are not the first of their character.
  private var bytesWithoutColumn = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, line: Int) {
    self.bytes = bytes
    self.line = line
    (start, end) = (range.lowerBound, range.upperBound)
    (index, lineStart) = (start, start)
  }

  var column: Int { index - lineStart - bytesWithoutColumn + 1 }

  /// Passes over the comma after a field; false at the end.
  mutating func skipComma() -> Bool {
    guard index < end else { return false }
    index += 1
    return true
  }

  /// Passes over one field, up to a comma or the end.
  mutating func field() throws(CSVError) -> Content {
    let isQuoted = index < end && bytes[index] == CSVByte.quote
    let content = try isQuoted ? quotedField() : plainField()
    return Content(
      range: content.range.lowerBound - start..<content.range.upperBound - start,
      doubledQuotes: content.doubledQuotes)
  }

  private mutating func plainField() throws(CSVError) -> Content {
    let first = index
    skipPlain()
    while index < end && bytes[index] != CSVByte.comma {
      if bytes[index] == CSVByte.quote {
        guard index > first, bytes[index - 1] == CSVByte.semicolon else {
          throw error(.quoteInPlainField)
        }
        index -= 1
        throw error(.semicolon)
      }
      try skipCharacter()
      skipPlain()
    }
    return Content(range: first..<index, doubledQuotes: 0)
  }

  private mutating func quotedField() throws(CSVError) -> Content {
    let unclosed = error(.unclosedQuote)
    index += 1
    let first = index
    var doubledQuotes = 0
    while true {
      skipPlain()
      guard index < end else { throw unclosed }
      switch bytes[index] {
      case CSVByte.quote:
        let content = Content(range: first..<index, doubledQuotes: doubledQuotes)
        index += 1
        guard index < end, bytes[index] != CSVByte.comma else { return content }
        guard bytes[index] == CSVByte.quote else {
          throw error(bytes[index] == CSVByte.semicolon ? .semicolon : .textAfterQuote)
        }
        doubledQuotes += 1
        index += 1
      case CSVByte.comma:
        index += 1
      case CSVByte.lineFeed:
        index += 1
        (line, lineStart, bytesWithoutColumn) = (line + 1, index, 0)
      case CSVByte.carriageReturn where index + 1 < end && bytes[index + 1] == CSVByte.lineFeed:
        index += 1
      default:
        try skipCharacter()
      }
    }
  }

  private mutating func skipPlain() {
    while index < end && CSVByte.isPlain(bytes[index]) { index += 1 }
  }

  /// Passes over one character that is not plain, unless it is one that is refused.
  private mutating func skipCharacter() throws(CSVError) {
    let byte = bytes[index]
    if byte == CSVByte.carriageReturn { throw error(.loneCarriageReturn) }
    guard byte >= 0x80 else { throw error(.controlCharacter(UInt32(byte))) }
    guard let character = UTF8Scalar(in: bytes, at: index, end: end) else { throw error(.notUTF8) }
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
  static let semicolon = UInt8(ascii: ";")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether a byte is a character by itself that may stand in any field and means nothing there.
  /// (What stands first in the condition settles letters and digits, as most bytes are.)
  static func isPlain(_ byte: UInt8) -> Bool {
    byte > comma && byte < 0x7F || byte >= 0x20 && byte < comma && byte != quote
  }
}
