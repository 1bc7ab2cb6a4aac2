import Testing

@testable import CSV

@Suite struct CSVRecordTests {
  @Test func saysWhereEachFieldStarts() throws {
    var reader = CSVReader(bytes: Array("x\n\"é\n\",b\n".utf8))
    _ = try reader.next()
    let record = try #require(try reader.next()?.get())
    #expect(record.line == 2)
    #expect((0..<record.count).map(record.string) == ["é\n", "b"])
    #expect((0..<record.count).map(record.line) == [2, 3])
    #expect((0..<record.count).map(record.column) == [1, 3])
  }

  @Test func countsColumnsInCharacters() throws {
    var reader = CSVReader(bytes: Array("\u{FEFF}Алматы,\"😀\"\"\",c,".utf8))
    let record = try #require(try reader.next()?.get())
    #expect((0..<record.count).map(record.column) == [1, 8, 14, 16])
    #expect((0..<record.count).map(record.isEmpty) == [false, false, false, true])
  }

  @Test func givesBytesAndText() throws {
    var reader = CSVReader(bytes: Array("a,\"b\"\"é\",\"\"".utf8))
    let record = try #require(try reader.next()?.get())
    #expect(record.count == 3)
    #expect(Array(record.bytes(1)) == Array("b\"é".utf8))
    #expect(record.string(1) == "b\"é")
    #expect(record.isEmpty(2))
    #expect(record.bytes(2).isEmpty)
  }
}
