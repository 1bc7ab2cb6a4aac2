/// How the program ends; scripts decide by it.
enum ExitStatus: Int32 {
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
}

/// A reason to stop, with what to say and how to end.
struct Stop: Error {
  let status: ExitStatus
  /// What is wrong, then what to do; printed after `error:`.
  let message: String
  let remedy: String

  init(_ status: ExitStatus, _ message: String, remedy: String = "") {
    self.status = status
    self.message = message
    self.remedy = remedy
  }
}
