import Testing

@testable import CSV

@Suite struct CSVErrorTests {
  @Test(
    arguments: [
      (.quoteInPlainField, "a quotation mark inside a field that is not quoted"),
      (.textAfterQuote, "text after the closing quotation mark of a field"),
      (.semicolon, "the fields are separated by ';'"),
      (.unclosedQuote, "a quotation mark that is never closed"),
      (.loneCarriageReturn, "a carriage return without a line feed"),
      (.notUTF8, "bytes that are not UTF-8 text"),
      (.utf16, "the file is UTF-16"),
      (.controlCharacter(9), "a tab inside a field"),
      (.controlCharacter(0x1B), "a control character (U+001B)"),
      (.controlCharacter(0x9F), "a control character (U+009F)"),
      (.controlCharacter(0x202E), "a character that changes the direction of writing (U+202E)"),
      (.recordTooLong(limit: 1000), "a record of more than 1000 bytes"),
    ] as [(CSVError.Problem, String)])
  func saysWhatIsWrongAndWhatToDo(problem: CSVError.Problem, message: String) {
    let error = CSVError(line: 3, column: 4, problem: problem)
    #expect(error.message == message)
    #expect(error.remedy.count > 10)
    #expect(error.remedy != error.message)
  }
}
