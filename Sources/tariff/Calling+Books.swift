import Billing
import ExactMoney
import TariffRules

/// What the commands that keep the books can be told, and how their troubles are worded.
extension Calling {
  static let register = Option(
    "register", "FILE", "the register (else register.sqlite among the documents)")
  static let excel = Option(
    "excel", nil, "a CSV for spreadsheets too: byte order mark, CRLF, guarded text")
  static let issueDate = Option(
    "issue-date", "DAY", "the date of the documents; its year numbers them")

  /// The folder of documents.
  static func invoices(_ arguments: Arguments) -> String { arguments["invoices"] ?? "Invoices" }

  /// Where the register of a call is.
  static func registerPath(_ arguments: Arguments) -> String {
    arguments["register"] ?? invoices(arguments) + "/register.sqlite"
  }

  /// Stops where a result would take the place of a file that is read, or of the register.
  static func keepWhatIsRead(_ arguments: Arguments) throws {
    let register = registerPath(arguments)
    let read = arguments.words + [arguments["consignments"], register].compactMap(\.self)
    for option in ["output", "proposal"] {
      guard let result = arguments[option],
        let kept = read.first(where: { Output.areOneFile($0, result) })
      else { continue }
      throw Stop(
        .wrongUsage,
        "--\(option) '\(result)' is \(kept == register ? "the register" : "the file that is read")",
        remedy: "name another file for the result")
    }
  }

  /// Opens the register of a call; for writing it is made where there is none.
  static func register(
    _ arguments: Arguments, for purpose: Register.Purpose
  ) throws -> Register {
    let path = registerPath(arguments)
    if arguments["register"] == nil {
      let folder = invoices(arguments)
      if purpose == .writing {
        _ = try books { try DocumentFolder(folder) }
      } else if DocumentFolder.isFile(folder) {
        throw Stop(
          .noInput, "'\(folder)' is a file, not a folder",
          remedy: "give --invoices the folder of the documents, or the file with --register")
      }
    } else if Files.isFolder(path) {
      throw Stop(
        .noInput, "'\(path)' is a folder, not a register",
        remedy: "give --register the file, or --invoices the folder that it is in")
    }
    return try books { try Register(path, for: purpose) }
  }

  /// A day that must be given.
  static func day(_ arguments: Arguments, _ name: String, _ why: String) throws -> Day {
    guard let text = arguments[name] else {
      throw Stop(.wrongUsage, "--\(name) is missing", remedy: why)
    }
    guard let day = Day(text) else {
      throw Stop(.wrongUsage, "'\(text)' is not a day", remedy: "write --\(name) 2026-09-01")
    }
    return day
  }

  /// Why a note is written, as it says itself.
  static func reason(_ arguments: Arguments, _ what: String) throws -> String {
    guard let reason = arguments["reason"], !reason.isEmpty else {
      throw Stop(.wrongUsage, "\(what) needs a reason", remedy: "give --reason 'wrong weight'")
    }
    guard harmless(reason) == reason, reason.count <= 200 else {
      throw Stop(
        .wrongUsage, "the reason has control characters or more than 200 characters",
        remedy: "take them out, or shorten it")
    }
    return reason
  }

  /// The month a command is for.
  static func month(_ arguments: Arguments, _ usage: String) throws -> Month {
    guard let text = arguments.words.first, arguments.words.count == 1 else {
      throw Stop(.wrongUsage, "which month?", remedy: usage)
    }
    guard let month = Month(text) else {
      throw Stop(.wrongUsage, "'\(text)' is not a month", remedy: "write months as 2026-11")
    }
    return month
  }

  /// Does something with the books, and words what can go wrong there.
  ///
  /// What to do about a sum beyond the limits depends on the command: `Command` words that.
  static func books<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatabaseError {
      let status: ExitStatus =
        error.isMissing ? .noInput : error.isBadData ? .badData : .inputOutput
      throw Stop(status, error.message, remedy: error.remedy)
    } catch let error as DocumentFolder.CannotWrite {
      throw Stop(.inputOutput, error.message, remedy: error.remedy)
    } catch let error as DamagedEntry {
      throw Stop(
        .badData,
        (error.entry > 0 ? "entry \(error.entry) of the register" : "the register")
          + " is damaged: \(error.what)",
        remedy: "'tariff register verify' says more; restore the newest sound copy")
    } catch let error as AllocationError {
      throw Stop(
        .badData,
        "what the joint venture has earned cannot be divided by the partners' equity: "
          + error.what, remedy: "check joint-venture/partners")
    } catch let error as SettlementFault {
      throw Stop(
        .internalFault, "in is not out: \(error.what)",
        remedy: "nothing of this settlement may be used; 'tariff register verify' says more")
    } catch let error as BookingRefusal {
      throw Stop(.badData, error.message, remedy: error.remedy)
    }
  }
}

extension Document {
  /// The month in which it is settled, and why in that one.
  var settledIn: String {
    "settled in \(booked)" + (booked == month ? "" : ", as \(month) is closed")
  }
}

extension DocumentFolder {
  /// Writes the files of a document as the register has them; says which were written.
  ///
  /// A file that is there with the same content is left alone.
  func write(
    _ written: WrittenDocument, of number: DocumentNumber, forSpreadsheets: Bool
  ) throws -> [String] {
    var files = [("\(number).txt", written.text), ("\(number).csv", written.csv)]
    if let annex = written.annex { files.append(("\(number)-annex.txt", annex)) }
    if forSpreadsheets {
      files.append(("\(number)-excel.csv", try written.csv.csvForSpreadsheets()))
    }
    var names: [String] = []
    for (name, bytes) in files where !has(bytes, as: name) {
      try write(bytes, as: name)
      names.append(path + "/" + name)
    }
    return names
  }
}
