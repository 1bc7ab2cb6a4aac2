import CSV

/// A piece of a consignment file: whole records, and where they stand.
struct Chunk {
  var bytes: [UInt8] = []
  /// How many of the bytes count.
  var count = 0
  /// The line of the first.
  var line = 1
  /// Its place among the pieces.
  var number = 0
  /// The records that are too long to be read; such a piece has no bytes.
  var isTooLong = false
}

/// Cuts a stream of CSV into pieces of whole records, in bounded memory.
///
/// Records end where `CSVReader` ends them: at the first line feed with an even number of quotation
/// marks before it in the record, and beyond the limit at the first line feed after it.
struct ChunkSource {
  private let source: CSVReader.Source
  private var carried: [UInt8]
  private var line: Int
  private var number = 0
  private var isAtEnd = false
  private var isSkipping = false

  /// How many bytes are asked for at a time: few enough that they, and what is written for them,
  /// stay near the processor.
  static let pieceBytes = 1 << 16
  /// Bytes behind those that count, so that whole words can be read at the end.
  static let spareBytes = 128

  /// Goes on with bytes already read.
  init(_ source: @escaping CSVReader.Source, carried: [UInt8], line: Int) {
    self.source = source
    self.carried = carried
    self.line = line
  }

  /// The next piece, in the storage of an earlier one; false at the end.
  mutating func next(_ chunk: inout Chunk) throws -> Bool {
    if isSkipping { try skipLine() }
    chunk.count = carried.count
    if chunk.bytes.count < carried.count + Self.pieceBytes {
      chunk.bytes += [UInt8](
        repeating: 0, count: carried.count + Self.pieceBytes - chunk.bytes.count)
    }
    chunk.bytes.replaceSubrange(0..<carried.count, with: carried)
    carried.removeAll(keepingCapacity: true)
    while true {
      try fill(&chunk)
      if chunk.count == 0 { return false }
      if let cut = cut(chunk) {
        finish(&chunk, cut)
        return true
      }
      if chunk.count > CSVReader.maxRecordBytes {
        giveUp(&chunk)
        return true
      }
      chunk.bytes += [UInt8](repeating: 0, count: Self.pieceBytes)
    }
  }

  /// Reads until the piece is full or the source has no more.
  private mutating func fill(_ chunk: inout Chunk) throws {
    let end = chunk.bytes.count - Self.spareBytes
    while !isAtEnd && chunk.count < end {
      let start = chunk.count
      let got = try chunk.bytes.withUnsafeMutableBytes { bytes in
        try source(UnsafeMutableRawBufferPointer(rebasing: bytes[start..<end]))
      }
      if got == 0 { isAtEnd = true }
      chunk.count += got
    }
  }

  /// Where the last whole record ends; nil if none does.
  private func cut(_ chunk: Chunk) -> Int? {
    chunk.bytes.withUnsafeBufferPointer { bytes in
      let all = UnsafeBufferPointer(rebasing: bytes[..<chunk.count])
      if chunk.count > CSVReader.maxRecordBytes + 1 {
        // More than a record may have: only the first one is cut off, if it ends within the limit.
        let first = UnsafeBufferPointer(rebasing: all[...CSVReader.maxRecordBytes])
        return RecordEnds.first(in: first)
      }
      if isAtEnd { return chunk.count }
      return RecordEnds.last(in: all)
    }
  }

  private mutating func finish(_ chunk: inout Chunk, _ cut: Int) {
    carried.append(contentsOf: chunk.bytes[cut..<chunk.count])
    chunk.count = cut
    chunk.line = line
    chunk.number = number
    chunk.isTooLong = false
    number += 1
    line += chunk.bytes.withUnsafeBufferPointer {
      RecordEnds.count(UInt8(ascii: "\n"), in: UnsafeBufferPointer(rebasing: $0[..<cut]))
    }
  }

  /// Passes over a record beyond the limit, up to a line feed after it.
  private mutating func giveUp(_ chunk: inout Chunk) {
    let limit = CSVReader.maxRecordBytes + 1
    chunk.line = line
    chunk.number = number
    chunk.isTooLong = true
    number += 1
    line += chunk.bytes.withUnsafeBufferPointer {
      RecordEnds.count(UInt8(ascii: "\n"), in: UnsafeBufferPointer(rebasing: $0[..<limit]))
    }
    carried.append(contentsOf: chunk.bytes[limit..<chunk.count])
    chunk.count = 0
    chunk.bytes = []
    isSkipping = true
  }

  private mutating func skipLine() throws {
    isSkipping = false
    while true {
      if let end = carried.firstIndex(of: UInt8(ascii: "\n")) {
        carried.removeSubrange(...end)
        line += 1
        return
      }
      carried = [UInt8](repeating: 0, count: Self.pieceBytes)
      let got = isAtEnd ? 0 : try carried.withUnsafeMutableBytes { try source($0) }
      carried.removeSubrange(got...)
      if got == 0 {
        isAtEnd = true
        return
      }
    }
  }
}

/// Where records end in bytes that begin with a record.
enum RecordEnds {
  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")

  /// Behind the first record.
  static func first(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var isQuoted = false
    for (index, byte) in bytes.enumerated() {
      if byte == quote { isQuoted.toggle() }
      if byte == lineFeed && !isQuoted { return index + 1 }
    }
    return nil
  }

  /// Behind the last record.
  static func last(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var isQuoted = count(quote, in: bytes) % 2 == 1
    for index in bytes.indices.reversed() {
      if bytes[index] == quote { isQuoted.toggle() }
      if bytes[index] == lineFeed && !isQuoted { return index + 1 }
    }
    return nil
  }

  /// How often a byte occurs.
  static func count(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let raw = UnsafeRawPointer(base)
    typealias Lanes = SIMD16<UInt8>
    let (wanted, one) = (Lanes(repeating: byte), Lanes(repeating: 1))
    let step = 4 * Lanes.scalarCount
    var total = 0
    var at = 0
    while at + step <= bytes.count {
      // Each lane counts up to 255 before they are added up.
      let end = min(bytes.count, at + 255 / 4 * step)
      var lanes = Lanes()
      while at &+ step <= end {
        for part in 0..<4 {
          let place = at &+ part &* Lanes.scalarCount
          let found = raw.loadUnaligned(fromByteOffset: place, as: Lanes.self) .== wanted
          lanes &+= Lanes().replacing(with: one, where: found)
        }
        at &+= step
      }
      for lane in 0..<Lanes.scalarCount { total &+= Int(lanes[lane]) }
    }
    while at < bytes.count {
      total += bytes[at] == byte ? 1 : 0
      at += 1
    }
    return total
  }
}
