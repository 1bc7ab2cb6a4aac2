/// Writes records as CSV (RFC 4180, UTF-8), quoting where needed and nowhere else.
public struct CSVWriter: Sendable {
  /// Whom the file is for.
  public enum Dialect: Sendable {
    /// Programs: LF, every value as it is.
    case plain
    /// Spreadsheets: a byte order mark, CRLF, and an apostrophe before text that would be run.
    case excel
  }

  /// One value.
  public enum Field: Hashable, Sendable {
    /// Text; `.excel` guards it when it starts with = + - @, a tab or a line break.
    case text(String)
    /// A number, a date or the like that the program wrote itself; never guarded.
    case number(String)
    /// A value from outside, as a reader gave it: guarded as text unless it is a decimal number.
    case verbatim(ArraySlice<UInt8>)
  }

  /// What was written and not yet handed over.
  public private(set) var bytes: [UInt8] = []
  private let dialect: Dialect
  private var isInRecord = false

  /// A new file; `.excel` writes its byte order mark at once.
  public init(dialect: Dialect = .plain) {
    self.dialect = dialect
    if dialect == .excel { bytes = CSVByte.byteOrderMark }
  }

  /// Writes a whole record. (One without fields reads back as one empty field: CSV has no other.)
  public mutating func record(_ fields: [Field]) {
    for field in fields { self.field(field) }
    endRecord()
  }

  /// Writes the next field of the current record.
  public mutating func field(_ field: Field) {
    if isInRecord { bytes.append(CSVByte.comma) }
    isInRecord = true
    switch field {
    case .text(var text): text.withUTF8 { write($0, isText: true) }
    case .number(var text): text.withUTF8 { write($0, isText: false) }
    case .verbatim(let value):
      value.withUnsafeBufferPointer { content in
        write(content, isText: dialect == .excel && !CSVWriter.isDecimal(content))
      }
    }
  }

  /// Ends the current record.
  public mutating func endRecord() {
    if dialect == .excel { bytes.append(CSVByte.carriageReturn) }
    bytes.append(CSVByte.lineFeed)
    isInRecord = false
  }

  /// Hands over what was written so far, and goes on behind it.
  public mutating func drain() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  private mutating func write(_ content: UnsafeBufferPointer<UInt8>, isText: Bool) {
    // A byte order mark at the start of a field might be at the start of the file: quoted, it
    // stays.
    let isQuoted =
      content.contains(where: CSVWriter.needsQuotes) || content.starts(with: CSVByte.byteOrderMark)
    if isQuoted { bytes.append(CSVByte.quote) }
    if dialect == .excel, isText, let first = content.first, CSVWriter.isRun(first) {
      bytes.append(UInt8(ascii: "'"))
    }
    if isQuoted {
      for byte in content {
        if byte == CSVByte.quote { bytes.append(CSVByte.quote) }
        bytes.append(byte)
      }
      bytes.append(CSVByte.quote)
    } else {
      bytes.append(contentsOf: content)
    }
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == CSVByte.comma || byte == CSVByte.quote || byte == CSVByte.lineFeed
      || byte == CSVByte.carriageReturn
  }

  /// Whether a spreadsheet might run text that starts with this byte.
  private static func isRun(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"),
      UInt8(ascii: "\t"), CSVByte.carriageReturn, CSVByte.lineFeed:
      true
    default: false
    }
  }

  /// Whether this is an optional sign, digits, an optional point and digits.
  private static func isDecimal(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    var isFirst = true
    var hasPoint = false
    var needsDigit = true
    for byte in content {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): needsDigit = false
      case UInt8(ascii: "+") where isFirst, UInt8(ascii: "-") where isFirst: break
      case UInt8(ascii: ".") where !hasPoint && !needsDigit: (hasPoint, needsDigit) = (true, true)
      default: return false
      }
      isFirst = false
    }
    return !needsDigit
  }
}
