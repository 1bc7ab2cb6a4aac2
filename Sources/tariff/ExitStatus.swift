import TariffRules

/// How the program ends; scripts decide by it.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  /// Done, but with findings, breaks, or rows of many that were not priced.
  case withFindings = 1
  /// The one consignment is on request or has no rate.
  case noPrice = 2
  case wrongUsage = 64
  case badData = 65
  case noInput = 66
  case internalFault = 70
  case inputOutput = 74

  /// As a manual says it.
  var meaning: String {
    switch self {
    case .done: "done"
    case .withFindings: "done, but with findings, differences, or rows that were not priced"
    case .noPrice: "the one consignment is on request or has no rate"
    case .wrongUsage: "wrong usage"
    case .badData: "bad data: a rejected consignment, a conflict, tables with errors"
    case .noInput: "no such input"
    case .internalFault: "a fault of the program"
    case .inputOutput: "reading or writing failed"
    }
  }

  /// A word for scripts.
  var code: String {
    switch self {
    case .done: "done"
    case .withFindings: "with-findings"
    case .noPrice: "no-price"
    case .wrongUsage: "wrong-usage"
    case .badData: "bad-data"
    case .noInput: "no-input"
    case .internalFault: "internal-fault"
    case .inputOutput: "input-output"
    }
  }
}

/// A reason to stop, with what to say and how to end.
struct Stop: Error {
  let status: ExitStatus
  /// What is wrong, then what to do; printed after `error:`.
  let message: String
  let remedy: String
  /// What was found on the way; said before it.
  let findings: [Finding]
  /// The tables folder that the findings are in.
  let folder: String

  init(
    _ status: ExitStatus, _ message: String, remedy: String = "", findings: [Finding] = [],
    in folder: String = ""
  ) {
    self.findings = findings
    self.folder = folder
    self.status = status
    self.message = message
    self.remedy = remedy
  }
}
