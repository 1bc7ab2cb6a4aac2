/// A record that cannot be read: where, and what is wrong. The reader can go on with the next one.
public struct CSVError: Error, Hashable, Sendable {
  /// What is wrong with a record.
  public enum Problem: Hashable, Sendable {
    /// A quotation mark inside a field that does not start with one.
    case quoteInPlainField
    /// Something other than a comma or the end of the record after a closing quotation mark.
    case textAfterQuote
    /// A semicolon beside a quotation mark, where a comma would separate two fields.
    case semicolon
    /// A quotation mark that is never closed; the place is that of the mark.
    case unclosedQuote
    /// A carriage return without a line feed after it.
    case loneCarriageReturn
    /// Bytes that are not UTF-8.
    case notUTF8
    /// A whole file in UTF-16, two bytes a character; nothing more of it is read.
    case utf16
    /// A control character, or one that changes the direction of writing, by its Unicode number.
    case controlCharacter(UInt32)
    /// A record of more bytes than the reader's limit; the place is that of its start.
    case recordTooLong(limit: Int)
  }

  /// The line, from 1. Line breaks in quoted fields count.
  public let line: Int
  /// The column in that line, in characters (Unicode scalars) from 1.
  public let column: Int
  /// What is wrong.
  public let problem: Problem
  /// The lines of the record, where there are several: none of them is read otherwise.
  public private(set) var lines: ClosedRange<Int>?

  /// Names a problem and its place.
  public init(line: Int, column: Int, problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// The same in a record of so many lines.
  func inLines(_ lines: ClosedRange<Int>) -> CSVError {
    var error = self
    error.lines = lines.count > 1 ? lines : nil
    return error
  }

  /// What is wrong, in plain English, without the place.
  public var message: String {
    guard let lines else { return reason }
    return "\(reason): lines \(lines.lowerBound) to \(lines.upperBound) are taken as one row"
  }

  private var reason: String {
    switch problem {
    case .quoteInPlainField: "a quotation mark inside a field that is not quoted"
    case .textAfterQuote: "text after the closing quotation mark of a field"
    case .semicolon: "the fields are separated by ';'"
    case .unclosedQuote: "a quotation mark that is never closed"
    case .loneCarriageReturn: "a carriage return without a line feed"
    case .notUTF8: "bytes that are not UTF-8 text"
    case .utf16: "the file is UTF-16"
    case .controlCharacter(0x09): "a tab inside a field"
    case .controlCharacter(let value) where value < 0xA0:
      "a control character (\(CSVError.unicodeName(value)))"
    case .controlCharacter(let value):
      "a character that changes the direction of writing (\(CSVError.unicodeName(value)))"
    case .recordTooLong(let limit): "a record of more than \(limit) bytes"
    }
  }

  /// What to do about it, in plain English.
  public var remedy: String {
    switch problem {
    case .quoteInPlainField: "put the whole field in quotation marks and double the one inside"
    case .textAfterQuote:
      "put a comma after the closing quotation mark, or double the one inside the field"
    case .semicolon: "save it with commas: in the spreadsheet choose ',' as separator"
    case .unclosedQuote: "close the field with a quotation mark"
    case .loneCarriageReturn: "save the file with LF or CRLF line ends"
    case .notUTF8: "save the file as UTF-8"
    case .utf16: "save it as CSV UTF-8, with commas, not as Unicode text"
    case .controlCharacter(0x09): "separate fields by commas, and words by spaces"
    case .controlCharacter: "delete the character; it does not show in most editors"
    case .recordTooLong: "look for a quotation mark that is not closed, or split the record"
    }
  }

  private static func unicodeName(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
