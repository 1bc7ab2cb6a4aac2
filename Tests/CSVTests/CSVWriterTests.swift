import Testing

@testable import CSV

private func written(_ records: [[CSVWriter.Field]], _ dialect: CSVWriter.Dialect = .plain)
  -> String
{
  var writer = CSVWriter(dialect: dialect)
  for record in records { writer.record(record) }
  return String(decoding: writer.bytes, as: UTF8.self)
}

@Suite struct CSVWriterTests {
  @Test(arguments: [
    ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
    ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""), ("Алматы", "Алматы"), ("=1+1", "=1+1"),
    ("-5", "-5"), ("\u{FEFF}a", "\"\u{FEFF}a\""), ("'", "'"),
  ])
  func quotesWhereNeeded(text: String, expected: String) {
    #expect(written([[.text(text)]]) == expected + "\n")
    #expect(written([[.number(text)]]) == expected + "\n")
    #expect(written([[.verbatim(Array(text.utf8)[...])]]) == expected + "\n")
  }

  @Test func endsEachRecord() {
    #expect(written([]) == "")
    #expect(written([[.text("a"), .text("")], [.text("")], []]) == "a,\n\n\n")
    #expect(written([], .excel) == "\u{FEFF}")
    #expect(
      Array(written([[.text("a"), .number("1")], [.text("b")]], .excel).unicodeScalars)
        == Array("\u{FEFF}a,1\r\nb\r\n".unicodeScalars))
  }

  /// text, as `.text`, and as `.verbatim`; numbers are never guarded
  @Test(arguments: [
    ["=SUM(A1)", "'=SUM(A1)", "'=SUM(A1)"], ["+7 701", "'+7 701", "'+7 701"],
    ["-5", "'-5", "-5"], ["-0.50", "'-0.50", "-0.50"], ["+7", "'+7", "+7"],
    ["-5.", "'-5.", "'-5."], ["-", "'-", "'-"], ["-.5", "'-.5", "'-.5"],
    ["-1.2.3", "'-1.2.3", "'-1.2.3"], ["--1", "'--1", "'--1"], ["-2+3", "'-2+3", "'-2+3"],
    ["@A1", "'@A1", "'@A1"], ["\ta", "'\ta", "'\ta"], ["\na", "\"'\na\"", "\"'\na\""],
    ["\r\na", "\"'\r\na\"", "\"'\r\na\""], ["=A,B", "\"'=A,B\"", "\"'=A,B\""],
    ["a=1", "a=1", "a=1"], ["", "", ""], ["5", "5", "5"],
  ])
  func guardsTextInSpreadsheets(row: [String]) {
    let mark = "\u{FEFF}"
    #expect(written([[.text(row[0])]], .excel).utf8.elementsEqual("\(mark)\(row[1])\r\n".utf8))
    let bytes = Array(row[0].utf8)[...]
    #expect(written([[.verbatim(bytes)]], .excel).utf8.elementsEqual("\(mark)\(row[2])\r\n".utf8))
    #expect(written([[.verbatim(bytes)]]).contains("'") == false)
    let number = written([[.number(row[0])]], .excel)
    #expect(!number.contains("'"))
  }

  @Test func handsOverPieceByPiece() {
    var whole = CSVWriter(dialect: .excel)
    var parts = CSVWriter(dialect: .excel)
    var handed: [UInt8] = []
    for number in 0..<5 {
      whole.record([.text("a"), .number("\(number)")])
      parts.field(.text("a"))
      handed += parts.drain()
      parts.field(.number("\(number)"))
      parts.endRecord()
      handed += parts.drain()
      #expect(parts.bytes.isEmpty)
    }
    #expect(handed == whole.bytes)
  }
}
