/// One record. Its fields are ranges of one run of bytes; no string is made until asked for.
///
/// An index is a field's place from 0, below `count`.
public struct CSVRecord: Sendable {
  /// A field's content as a range of `storage`, and where it starts in the file.
  struct Field {
    var start: Int32
    var end: Int32
    /// Line breaks between the record's start and the field's.
    var lineOffset: Int32
    var column: Int32
  }

  /// The line of its first byte, from 1.
  public internal(set) var line = 1
  /// The record's bytes, with the doubled quotation marks of each quoted field closed up.
  var storage: [UInt8] = []
  var fields: [Field] = []

  /// How many fields there are; at least one.
  public var count: Int { fields.count }

  /// A field's content: without the quotation marks around it, and doubled ones made single.
  public func bytes(_ index: Int) -> ArraySlice<UInt8> {
    let field = fields[index]
    return storage[Int(field.start)..<Int(field.end)]
  }

  /// A field's content as text.
  public func string(_ index: Int) -> String {
    String(decoding: bytes(index), as: UTF8.self)
  }

  /// Whether a field has no content, quoted or not.
  public func isEmpty(_ index: Int) -> Bool {
    fields[index].start == fields[index].end
  }

  /// The line a field starts in, from 1.
  public func line(_ index: Int) -> Int {
    line + Int(fields[index].lineOffset)
  }

  /// The column a field starts at, in characters (Unicode scalars) from 1.
  public func column(_ index: Int) -> Int {
    Int(fields[index].column)
  }
}
