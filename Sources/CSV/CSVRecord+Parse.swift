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
    var place = Place(line: line)
    var index = 0
    while true {
      let (lineOffset, column) = (place.line - line, place.column(at: index))
      let content =
        if index < storage.count && storage[index] == CSVByte.quote {
          try parseQuoted(at: &index, &place)
        } else {
          try parsePlain(at: &index, &place)
        }
      fields.append(
        Field(
          start: Int32(content.lowerBound), end: Int32(content.upperBound),
          lineOffset: Int32(lineOffset), column: Int32(column)))
      guard index < storage.count else { return }
      index += 1  // the comma
    }
  }

  /// So much capacity may be carried from record to record. More is given back, as a record that is
  /// kept keeps it too.
  private static let capacityKept = 1 << 12

  /// Reads on to a comma or the end.
  private func parsePlain(at index: inout Int, _ place: inout Place) throws(CSVError) -> Range<Int>
  {
    let start = index
    while index < storage.count {
      let byte = storage[index]
      if byte == CSVByte.comma { break }
      if byte == CSVByte.quote { throw place.error(.quoteInPlainField, at: index) }
      if CSVByte.isPlain(byte) {
        index += 1
      } else {
        try check(at: &index, &place)
      }
    }
    return start..<index
  }

  /// Reads from an opening quotation mark to behind the closing one, which a comma or the end follows.
  private mutating func parseQuoted(
    at index: inout Int, _ place: inout Place
  ) throws(CSVError) -> Range<Int> {
    let unclosed = place.error(.unclosedQuote, at: index)
    index += 1
    let start = index
    var end = index  // content is moved down to here once a doubled quotation mark was closed up
    while index < storage.count {
      let from = index
      let byte = storage[index]
      if byte == CSVByte.quote {
        index += 1
        guard index < storage.count, storage[index] != CSVByte.comma else { return start..<end }
        guard storage[index] == CSVByte.quote else { throw place.error(.textAfterQuote, at: index) }
        storage[end] = CSVByte.quote
        end += 1
        index += 1
        continue
      }
      if CSVByte.isPlain(byte) {
        index += 1
      } else if byte == CSVByte.lineFeed {
        index += 1
        place.startLine(at: index)
      } else if byte == CSVByte.carriageReturn && index + 1 < storage.count
        && storage[index + 1] == CSVByte.lineFeed
      {
        index += 1
      } else {
        try check(at: &index, &place)
      }
      if end != from {
        for moved in from..<index { storage[end + moved - from] = storage[moved] }
      }
      end += index - from
    }
    throw unclosed
  }

  /// Passes over one character that is not plain, unless it is one that is refused.
  private func check(at index: inout Int, _ place: inout Place) throws(CSVError) {
    let byte = storage[index]
    if byte == CSVByte.carriageReturn { throw place.error(.loneCarriageReturn, at: index) }
    guard byte >= 0x80 else { throw place.error(.controlCharacter(UInt32(byte)), at: index) }
    guard let character = UTF8Scalar(in: storage, at: index, end: storage.count) else {
      throw place.error(.notUTF8, at: index)
    }
    guard !RefusedCharacters.contains(character.scalar) else {
      throw place.error(.controlCharacter(character.scalar.value), at: index)
    }
    index += character.length
    place.bytesWithoutColumn += character.length - 1
  }
}

/// Counts lines and columns, at no cost for plain characters.
private struct Place {
  var line: Int
  /// The index of the line's first byte.
  private var lineStart = 0
  /// How many bytes of the line so far are not the first of their character.
  var bytesWithoutColumn = 0

  init(line: Int) {
    self.line = line
  }

  func column(at index: Int) -> Int {
    index - lineStart - bytesWithoutColumn + 1
  }

  mutating func startLine(at index: Int) {
    line += 1
    lineStart = index
    bytesWithoutColumn = 0
  }

  func error(_ problem: CSVError.Problem, at index: Int) -> CSVError {
    CSVError(line: line, column: column(at: index), problem: problem)
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
