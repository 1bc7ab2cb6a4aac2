import Testing

@testable import CSV

/// The whole text is one record here: its line breaks are all between quotation marks.
private func parse(_ bytes: [UInt8], line: Int = 1) throws -> CSVRecord {
  var record = CSVRecord()
  try record.parse(bytes, 0..<bytes.count, line: line)
  return record
}

@Suite struct CSVRecordParseTests {
  @Test(
    arguments: [
      ("", [""]),
      (",", ["", ""]),
      ("a,,b", ["a", "", "b"]),
      ("\"\"", [""]),
      ("\"\",\"\"", ["", ""]),
      ("\"a\"", ["a"]),
      ("\"a,b\",c", ["a,b", "c"]),
      ("\"\"\"\"", ["\""]),
      ("\"a\"\"b\"\"c\",d", ["a\"b\"c", "d"]),
      ("\"\"\"a\"\"\",\"\"\"\"\"\"", ["\"a\"", "\"\""]),
      ("\"\"\"é\"\"\n\"\"ж\"\"\",x", ["\"é\"\n\"ж\"", "x"]),
      (" a , b ", [" a ", " b "]),
      ("Алматы,Bakı,თბილისი,上海,😀", ["Алматы", "Bakı", "თბილისი", "上海", "😀"]),
      ("'=1", ["'=1"]),
    ] as [(String, [String])])
  func findsTheFields(text: String, expected: [String]) throws {
    let record = try parse(Array(text.utf8))
    #expect((0..<record.count).map(record.string) == expected)
  }

  @Test(
    arguments: [
      ("a\"", 1, 2, .quoteInPlainField),
      ("a, \"b\"", 1, 4, .quoteInPlainField),
      ("éé,é\"", 1, 5, .quoteInPlainField),
      ("\"a\"b", 1, 4, .textAfterQuote),
      ("\"a\" ,b", 1, 4, .textAfterQuote),
      ("\"a\"\r", 1, 4, .textAfterQuote),
      ("\"a\";\"b\"", 1, 4, .semicolon),
      ("é;\"b\"", 1, 2, .semicolon),
      (";\"b\"", 1, 1, .semicolon),
      (";,\"b\"c", 1, 6, .textAfterQuote),
      ("x,\"a\n\nb", 1, 3, .unclosedQuote),
      ("x,\"", 1, 3, .unclosedQuote),
      ("x,\"\"\"", 1, 3, .unclosedQuote),
      ("a\rb", 1, 2, .loneCarriageReturn),
      ("\"😀\n\n😀\rb\"", 3, 2, .loneCarriageReturn),
      ("\"a\r\r\nb\"", 1, 3, .loneCarriageReturn),
      ("\"a\r", 1, 3, .loneCarriageReturn),
      ("a\tb", 1, 2, .controlCharacter(9)),
      ("\"a\r\n\tb\"", 2, 1, .controlCharacter(9)),
      ("\0", 1, 1, .controlCharacter(0)),
      ("a,\u{7F}", 1, 3, .controlCharacter(0x7F)),
      ("é\u{9B}", 1, 2, .controlCharacter(0x9B)),
      ("\"é\u{1B}[31m\"", 1, 3, .controlCharacter(0x1B)),
      ("é\u{202E}", 1, 2, .controlCharacter(0x202E)),
      ("\"\u{2066}\"", 1, 2, .controlCharacter(0x2066)),
    ] as [(String, Int, Int, CSVError.Problem)])
  func refuses(text: String, line: Int, column: Int, problem: CSVError.Problem) {
    #expect(throws: CSVError(line: line, column: column, problem: problem)) {
      try parse(Array(text.utf8))
    }
    #expect(throws: CSVError(line: line + 6, column: column, problem: problem)) {
      try parse(Array(text.utf8), line: 7)
    }
  }

  @Test func refusesBytesThatAreNotUTF8() {
    // "é," and then half an é, plain and quoted
    #expect(throws: CSVError(line: 1, column: 3, problem: .notUTF8)) {
      try parse([0xC3, 0xA9, 0x2C, 0xC3])
    }
    #expect(throws: CSVError(line: 1, column: 3, problem: .notUTF8)) {
      try parse([0x22, 0x61, 0xFF, 0x22])
    }
  }

  @Test func isUsedAgainWithoutLeftovers() throws {
    var record = try parse(Array("\"a\nb\",c,d".utf8))
    try record.parse(Array("axb".utf8), 1..<2, line: 9)
    #expect(record.count == 1)
    #expect(record.string(0) == "x")
    #expect(record.line == 9)
    #expect(record.line(0) == 9)
  }
}
