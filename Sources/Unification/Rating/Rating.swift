import CSV
import ExactMoney
import TariffRules

/// Rates a file of consignments: the same answers as quoting them one by one, in the order of the
/// file, in memory that does not grow with it.
public struct Rating: Sendable {
  /// How the answers are written.
  public enum Format: Sendable {
    /// The input's columns, then the answer's.
    case csv
    /// One object a line.
    case json
  }

  /// Hands on what was written, in order; the flag says how many rows were read so far.
  public typealias Sink = (_ bytes: UnsafeRawBufferPointer, _ rows: Int) throws -> Void

  private let tables: TariffTables
  private let asOf: Day?
  private let format: Format
  private let workers: Int
  /// Smaller ones change nothing but the time.
  var sizes = BookSizes()

  /// A rating by tables as known on a day.
  public init(_ tables: TariffTables, asOf: Day? = nil, format: Format = .csv, workers: Int = 1) {
    self.tables = tables
    self.asOf = asOf
    self.format = format
    self.workers = min(max(1, workers), 64)
  }

  /// Reads the header and begins.
  /// - Throws: `ConsignmentFile.BadHeader`, or what the source throws.
  public func file(_ name: String, _ source: @escaping CSVReader.Source) throws -> RatingFile {
    try RatingFile(
      name, source, reserved: format == .csv ? QuoteCSV.reserved(tables) : [])
  }

  /// Rates all consignments of a file.
  /// - Throws: what the source or the sink throws.
  public func run(_ file: RatingFile, to sink: @escaping Sink) throws -> RatingTotals {
    if format == .csv {
      var csv = QuoteCSV(tables)
      csv.header(file.file.header)
      try csv.drain().withUnsafeBytes { try sink($0, 0) }
    }
    let sizes = sizes
    let line = RatingLine(file, sink, RatingTotals(tables))
    let regimes = format == .csv ? Regimes(tables, asOf, workers: workers) : nil
    // It needs the digest of all tables, which is worked out once for all workers.
    let json = format == .json ? QuoteJSON(tables) : nil
    WorkerThreads.run(workers) {
      var rater = ChunkRater(tables, asOf, file.file, regimes, json, sizes)
      line.work(&rater)
    }
    return try line.result()
  }
}

/// A file of consignments to be rated, its header read.
///
/// Workers share it: its header is read from memory, and the source is the pieces' alone.
public struct RatingFile: @unchecked Sendable {
  /// The header, and what is doubtful in it.
  public let file: ConsignmentFile
  let chunks: ChunkSource

  init(_ name: String, _ source: @escaping CSVReader.Source, reserved: [String]) throws {
    var bytes: [UInt8] = []
    var end: Int?
    while end == nil && bytes.count <= CSVReader.maxRecordBytes {
      let start = bytes.count
      bytes += [UInt8](repeating: 0, count: ChunkSource.pieceBytes)
      let got = try bytes.withUnsafeMutableBytes {
        try source(UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
      }
      bytes.removeSubrange((start + got)...)
      if got == 0 { break }
      end = bytes.withUnsafeBufferPointer { RecordEnds.first(in: $0) }
    }
    let header = end.map { Array(bytes[..<$0]) } ?? bytes
    file = try ConsignmentFile(name, CSVReader(bytes: header), reserved: reserved)
    let line = header.count { $0 == UInt8(ascii: "\n") } + 1
    chunks = ChunkSource(
      source, carried: end.map { Array(bytes[$0...]) } ?? [], line: line)
  }
}
