/// What the books do not allow, with what to do instead.
public struct BookingRefusal: Error, Sendable, Equatable {
  /// What is the matter.
  public let message: String
  /// What to do.
  public let remedy: String

  /// A refusal from its words.
  public init(_ message: String, remedy: String) {
    self.message = message
    self.remedy = remedy
  }
}
