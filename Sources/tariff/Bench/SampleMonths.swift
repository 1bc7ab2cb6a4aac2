/// A file of made-up consignments, handed out month by month with a day of supply; one in three is
/// stored for days that cost something.
struct SampleMonths {
  private let input: Input
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var at = 0
  private var end = 0
  private var header: [UInt8] = []
  private let month: String

  /// Months of a file; all that is in it is supplied in one of them: what is invoiced after that
  /// was closed is settled in the next.
  init(_ path: String, supplied month: String) throws {
    input = try Input(path)
    self.month = month
    header = try line() ?? []
  }

  /// Writes the next so many consignments to a file.
  mutating func write(_ count: Int, to path: String) throws {
    let output = try Output(path)
    var text = header + Array(",supplied,storage_days\n".utf8)
    for index in 0..<count {
      guard let row = try line() else { break }
      text += row
      let stored = index.isMultiple(of: 3) ? "\(10 + index % 20)" : ""
      text += Array(",\(month)-\(10 + index % 19),\(stored)\n".utf8)
      if text.count > 1 << 16 {
        try output.write(text)
        text = []
      }
    }
    try output.write(text)
    try output.finish()
  }

  /// The next line without its end; nil at the end of the file.
  private mutating func line() throws -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if at == end {
        end = try buffer.withUnsafeMutableBytes { try input.read(into: $0) }
        at = 0
        if end == 0 { return line.isEmpty ? nil : line }
      }
      let stop = buffer[at..<end].firstIndex(of: UInt8(ascii: "\n"))
      line += buffer[at..<(stop ?? end)]
      at = stop.map { $0 + 1 } ?? end
      if stop != nil { return line }
    }
  }
}
