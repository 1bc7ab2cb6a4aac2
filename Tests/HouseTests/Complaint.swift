/// A place where a rule of the house is broken.
struct Complaint: Equatable, CustomStringConvertible {
  let path: String
  /// From 1; 0 where the file or folder as a whole is meant.
  let line: Int
  let what: String

  var description: String { line > 0 ? "\(path):\(line): \(what)" : "\(path): \(what)" }
}
